package io.ratiskv.session;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.CommandException;
import io.ratiskv.api.Reply;
import io.ratiskv.api.Request;
import io.ratiskv.api.Unit;
import io.ratiskv.replication.Run;
import io.ratiskv.resp.Conversation;
import io.ratiskv.resp.Outlet;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection: what it has chosen, and the order of its replies. Confined to the event loop.
 *
 * <p>At most one {@link Run} of a connection is under way. What arrives meanwhile waits undispatched; when the run is
 * answered, and at the end of the turn that read it, everything up to the next barrier becomes the next run. So a
 * request is dispatched when all before it is either answered or in the same run, and order needs no other rule:
 *
 * <pre>
 *   waiting ──dispatch──▶ places: a reply known at once, or the next unit of {@code filling} ──submit──▶ under way
 * </pre>
 *
 * A barrier is dispatched only when {@code places} is empty and nothing is under way.
 */
public final class Session implements Conversation {
    /** A burst's lists of more places than this are given back when it is over. */
    static final int KEPT_CAPACITY = 64;

    private static final int WORD_OVERHEAD_BYTES = 32;

    private static final Logger LOG = LoggerFactory.getLogger(Session.class);

    private static final Reply ENDING = Reply.error("UNBLOCKED the connection is closing");

    private static final Reply NOT_WHILE_WATCHING = Reply.error("ERR Replica can't interact with the keyspace");

    private final Sessions sessions;
    private final Outlet outlet;
    private final ClientState state;
    private final Transactions transactions;
    private final Rights rights;

    private final WaitingRequests waiting;
    private final Pipeline pipeline;

    /** Messages to itself that what is being answered caused: they follow its reply. Null when nothing of the kind is. */
    private @Nullable List<Reply> following;

    /** True while what waited goes on because something was answered. */
    private boolean afterAnswer;

    private boolean postponed;
    private boolean proceeding;
    /** Nothing is read any more: the client ended its side, or the node ends. */
    private boolean inputEnded;

    private boolean clientEnded;
    private boolean quitting;
    private boolean finishing;

    private boolean closed;
    private @Nullable String malformed;

    Session(Sessions sessions, Outlet outlet, ClientState state) {
        this.sessions = sessions;
        this.outlet = outlet;
        this.state = state;
        this.waiting = new WaitingRequests(outlet);
        this.pipeline = new Pipeline(this, sessions);
        this.transactions = new Transactions(this, pipeline);
        this.rights = new Rights(this);
    }

    // What arrives

    @Override
    public void request(Bytes[] words) {
        if (finishing || quitting || closed) {
            return;
        }
        if (!pipeline.isUnderway() && waiting.isEmpty() && dispatch(words)) {
            return;
        }
        waiting.add(words);
    }

    @Override
    public void malformed(String error) {
        malformed = error;
        proceed();
    }

    @Override
    public void turnEnded() {
        state.interacted(sessions.nowMillis());
        proceed();
    }

    @Override
    public void drained() {
        proceed();
        outlet.flush();
    }

    @Override
    public void inputEnded() {
        inputEnded = true;
        clientEnded = true;
        endWaiting();
        proceed();
    }

    /** A client that ended the connection, as in Redis, hears no more: what came would be popped for nobody. */
    private void endWaiting() {
        if (clientEnded && sessions.blocked().abandon(this)) {
            end();
        } else {
            sessions.blocked().unblock(this, ENDING);
        }
    }

    @Override
    public void finish() {
        inputEnded = true;
        waiting.stopReading();
        sessions.blocked().unblock(this, ENDING);
        proceed();
    }

    @Override
    public void closed() {
        closed = true;
        waiting.clear();
        sessions.left(this);
    }

    boolean gone() {
        return closed;
    }

    @Override
    public boolean waits() {
        return pipeline.isUnderway()
                || postponed
                || state.listens()
                || sessions.monitors().isWatching(this);
    }

    @Override
    public boolean authenticated() {
        return state.authenticated() || sessions.admission().isOpen();
    }

    @Override
    public long heldBytes() {
        return waiting.bytes() + pipeline.bytes() + state.queuedBytes();
    }

    // The order of things

    /** Dispatches what can be dispatched, submits the run, and goes on while answers come at once. */
    void proceed() {
        if (proceeding || closed) {
            return;
        }
        proceeding = true;
        try {
            boolean submitted;
            do {
                dispatchWaiting();
                submitted = !pipeline.isUnderway() && pipeline.submit();
            } while (submitted && !pipeline.isUnderway());
            endIfDone();
        } finally {
            proceeding = false;
        }
    }

    private void dispatchWaiting() {
        while (!pipeline.isUnderway() && !finishing && !quitting && !waiting.isEmpty()) {
            if (!dispatch(waiting.first())) {
                break;
            }
            waiting.removeFirst();
        }
        if (!inputEnded) {
            waiting.readIfHalfIsDone();
        }
    }

    private void endIfDone() {
        if (pipeline.isUnderway() || pipeline.isFilling() || finishing) {
            return;
        }
        if (quitting) {
            end();
        } else if (!waiting.isEmpty()) {
            return;
        } else if (malformed != null) {
            state.replyMode(ClientState.ReplyMode.ON);
            emit(Reply.error(malformed));
            end();
        } else if (inputEnded) {
            end();
        }
    }

    /** The user is no more: closes behind the reply to the request that is being answered. */
    void dismiss() {
        state.dismissed();
        sessions.blocked().unblock(this, ENDING);
        quit();
        proceed();
        outlet.flush();
    }

    /** Closes behind the reply to the request that is being answered; what follows it is dropped. */
    void quit() {
        quitting = true;
    }

    private void end() {
        finishing = true;
        waiting.clear();
        outlet.closeAfterFlush();
    }

    /**
     * Begins a request.
     *
     * @return false if it must wait for what was dispatched before it
     */
    private boolean dispatch(Bytes[] words) {
        if (!pipeline.isFilling() && outlet.congested()) {
            return false;
        }
        Request request = new Request(state.database(), state.protocol(), state.user(), words);
        Binding binding;
        try {
            binding = sessions.bindings().resolve(request);
        } catch (CommandException refused) {
            refuse(sessions.bindings().named(request), refused.reply());
            used(null);
            return true;
        }
        if (binding.setsPasswords()) {
            request = request.with(PasswordRules.hashed(request.words()));
        } else if (binding.isOnce()) {
            request = request.in(state.session());
        }
        if (!dispatch(binding, request)) {
            return false;
        }
        used(binding);
        return true;
    }

    private boolean dispatch(Binding binding, Request request) {
        state.lastCommand(binding.command().name());
        Reply denied = binding.withoutAuthentication() ? null : rights.refusal(binding, request);
        if (denied == null && binding.isOnce()) {
            denied = Once.refusal(sessions.bindings(), rights, request);
        }
        if (denied != null) {
            refuse(binding, denied);
            return true;
        }
        if (state.protocol() == 2 && !binding.whileListening() && state.listens()) {
            refuse(binding, PubSubCommands.notWhileListening(binding));
            return true;
        }
        if (binding.usesState() && sessions.monitors().isWatching(this)) {
            refuse(binding, NOT_WHILE_WATCHING);
            return true;
        }
        if (postponed(sessions.pause().holds(binding))) {
            return false;
        }
        OpenTransaction transaction = state.transaction();
        if (transaction != null && binding.role() == null) {
            transactions.queue(binding, request, transaction);
            return true;
        }
        if (!run(binding, request)) {
            return false;
        }
        if (sessions.monitors().anyWatches()) {
            boolean executes = binding.role() == Binding.TransactionRole.EXEC;
            sessions.monitors().begun(this, binding, request, executes ? transaction : null);
        }
        return true;
    }

    private boolean run(Binding binding, Request request) {
        if (binding.role() != null) {
            return transactions.dispatch(binding, binding.role(), request);
        }
        if (binding.blocking()) {
            return blocking(binding, request);
        }
        if (binding.changesUsers() || binding.opensSession()) {
            return unitAlone(binding, request);
        }
        return binding.local() ? local(binding, request.words()) : unit(binding, request);
    }

    /** Notes whether the next request waits for the end of CLIENT PAUSE. */
    boolean postponed(boolean waits) {
        postponed = waits;
        return waits;
    }

    /** Whether the client waits: for a key, or for the end of CLIENT PAUSE. */
    boolean isBlocked() {
        return postponed || sessions.blocked().waits(this);
    }

    /** A request was dispatched; null: one of no command. */
    private void used(@Nullable Binding binding) {
        ClientTracking tracking = state.tracking();
        if (tracking != null) {
            // The session's own part of a transaction still sees what was chosen; its end uses it up.
            boolean executing =
                    pipeline.isUnderway() && binding != null && binding.role() == Binding.TransactionRole.EXEC;
            tracking.used(binding != null && binding.ofClient(), executing || state.transaction() != null);
        }
    }

    /** A refusal inside MULTI makes EXEC fail. */
    void refuse(@Nullable Binding binding, Reply error) {
        OpenTransaction transaction = state.transaction();
        if (transaction != null) {
            transaction.refuse();
        }
        if (binding != null) {
            binding.rejected();
        }
        pipeline.answer(error);
    }

    private boolean unit(Binding binding, Request request) {
        int bytes = bytes(request.words());
        if (pipeline.isFullFor(binding.slowRead(), binding.write() ? bytes : 0)) {
            return false;
        }
        pipeline.add(new Unit.Single(request), binding.write(), binding, bytes);
        if (tracks(binding)) {
            pipeline.trackLast();
        }
        return true;
    }

    /** A barrier: what comes behind may be allowed no more, or only then. */
    private boolean unitAlone(Binding binding, Request request) {
        if (pipeline.isFilling()) {
            return false;
        }
        pipeline.add(new Unit.Single(request), binding.write(), binding, bytes(request.words()));
        pipeline.submitFor(reply -> {
            if (binding.opensSession() && reply instanceof Reply.Int) {
                state.session(request.words()[2].owned());
            }
            emit(reply);
            completed();
        });
        return true;
    }

    /** A barrier: while the client waits nothing of it goes on. */
    private boolean blocking(Binding binding, Request request) {
        if (pipeline.isFilling()) {
            return false;
        }
        if (afterAnswer && !sessions.blocked().isEmpty()) {
            // What was answered before it may have made the key ready, and nobody here has heard of it yet.
            sessions.blocked().wakeFirst(request.database(), binding.command().keys(request));
        }
        pipeline.add(new Unit.Single(request), binding.write(), binding, bytes(request.words()));
        boolean tracks = tracks(binding);
        if (tracks) {
            pipeline.trackLast();
        }
        pipeline.submitFor(reply -> {
            if (reply instanceof Reply.Blocked blocked && !closed) {
                sessions.blocked().park(this, blocked, binding.write(), tracks);
                if (inputEnded) {
                    endWaiting();
                }
            } else {
                emit(reply);
                completed();
            }
        });
        return true;
    }

    private boolean tracks(Binding binding) {
        ClientTracking tracking = state.tracking();
        return tracking != null && tracking.remembers(binding.command());
    }

    /** What was under way is answered: the connection goes on. */
    void completed() {
        pipeline.completed();
        // Inside the call that submitted it, the caller goes on.
        if (!proceeding) {
            afterAnswer = true;
            proceed();
            afterAnswer = false;
            outlet.flush();
        }
    }

    void emit(Reply reply) {
        if (reply instanceof Reply.Failure failure) {
            sessions.statistics().failed(failure);
        }
        // CLIENT REPLY is about replies; what SUBSCRIBE tells is a message, as in Redis.
        if (state.repliesNow() || reply instanceof Reply.Push) {
            outlet.write(reply, state.protocol());
        }
    }

    /**
     * Sends what no request asked for, whatever is under way; {@link Outlet#flush} is the caller's. A client that does not
     * take what it is sent is dropped.
     *
     * @return false if it is not sent
     */
    boolean push(Reply message) {
        if (closed) {
            return false;
        }
        long pending = outlet.pendingBytes();
        if (pending > sessions.outputBytesMax()) {
            LOG.warn("{}: closed, {} bytes of messages were not taken", outlet.remoteAddress(), pending);
            outlet.close();
            return false;
        }
        if (following != null) {
            following.add(message);
        } else {
            outlet.write(message, state.protocol());
        }
        return true;
    }

    /** From now on what the client is told waits for {@link #releaseMessages}, behind the reply. */
    void holdMessages() {
        following = new ArrayList<>(0);
    }

    void releaseMessages() {
        List<Reply> messages = following;
        following = null;
        if (messages != null) {
            messages.forEach(message -> outlet.write(message, state.protocol()));
        }
    }

    // Local commands

    boolean local(Binding binding, Bytes[] words) {
        LocalCommand body = binding.body();
        if (body == null) {
            refuse(binding, noBody(binding));
            return true;
        }
        switch (body) {
            case LocalCommand.Immediate immediate -> {
                long from = sessions.nanoTime();
                Reply reply = reply(() -> immediate.answer(this, words));
                answeredHere(binding, reply, from);
                pipeline.answer(reply);
            }
            case LocalCommand.Barrier barrier -> {
                if (pipeline.isFilling()) {
                    return false;
                }
                long from = sessions.nanoTime();
                holdMessages();
                Reply reply = reply(() -> barrier.answer(this, words));
                answeredHere(binding, reply, from);
                emit(reply);
                releaseMessages();
            }
            case LocalCommand.Deferred deferred -> {
                if (pipeline.isFilling()) {
                    return false;
                }
                long from = sessions.nanoTime();
                pipeline.begun();
                run(deferred, words, reply -> {
                    answeredHere(binding, reply, from);
                    emit(reply);
                    completed();
                });
            }
        }
        return true;
    }

    /** Counts what the session answers itself. */
    void answeredHere(Binding binding, Reply reply, long fromNanos) {
        sessions.statistics().answered(binding, reply, sessions.nanoTime() - fromNanos);
    }

    void run(LocalCommand.Deferred body, Bytes[] words, Consumer<Reply> then) {
        try {
            body.answer(this, words, then);
        } catch (CommandException refused) {
            then.accept(refused.reply());
        }
    }

    static Reply reply(Supplier<Reply> body) {
        try {
            return body.get();
        } catch (CommandException refused) {
            return refused.reply();
        }
    }

    /** The table declares a local command that nobody wrote. */
    static Reply noBody(Binding binding) {
        return Reply.error("ERR unknown command '" + binding.command().typedName() + "'");
    }

    Rights rights() {
        return rights;
    }

    ClientState state() {
        return state;
    }

    Outlet outlet() {
        return outlet;
    }

    Sessions sessions() {
        return sessions;
    }

    static int bytes(Bytes[] words) {
        int bytes = 0;
        for (Bytes word : words) {
            bytes += word.length() + WORD_OVERHEAD_BYTES;
        }
        return bytes;
    }
}

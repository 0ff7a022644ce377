package io.ratiskv.session;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.CommandException;
import io.ratiskv.api.Reply;
import io.ratiskv.api.Request;
import io.ratiskv.api.Unit;
import io.ratiskv.replication.Run;
import io.ratiskv.resp.Conversation;
import io.ratiskv.resp.Outlet;
import io.ratiskv.tracing.Trace;
import io.ratiskv.tracing.Tracing;
import java.util.ArrayList;
import java.util.BitSet;
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
public final class Session implements Conversation, Run.Owner {
    /** A run's writes fit one entry of the log with room for those of others; a larger request goes alone. */
    static final int RUN_WRITE_BYTES_MAX = 900 * 1024;

    static final int RUN_UNITS_MAX = 1024;

    /** Of requests whose reply may be long so many go together, since all their replies are held at once. */
    static final int RUN_SLOW_READS_MAX = 16;

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

    /** The run that takes units in this turn; null until there is one. */
    private @Nullable Run filling;

    /** Where the answer to each dispatched request comes from: a reply, or null for the next unit of the run. */
    private final ArrayList<@Nullable Reply> places = new ArrayList<>(0);

    /** What each unit invokes; null for what the session asked for itself. */
    private final ArrayList<@Nullable Binding> units = new ArrayList<>(0);

    /** Which units read keys that the client is told of when they change. */
    private final BitSet tracked = new BitSet(0);

    /** Keys that were remembered before the reply that tells what they hold was sent. */
    private List<Bytes> trackedEarly = List.of();

    private int slowReads;
    private long runBytes;

    /** Takes the reply of the run's last unit in place of the client; null: it is the client's. */
    private @Nullable Consumer<Reply> lastTaker;

    /** True while a run or a barrier is not answered. */
    private boolean underway;

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
        this.transactions = new Transactions(this);
        this.rights = new Rights(this);
    }

    // What arrives

    @Override
    public void request(Bytes[] words) {
        if (finishing || quitting || closed) {
            return;
        }
        if (!underway && waiting.isEmpty() && dispatch(words)) {
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

    @Override
    public boolean gone() {
        return closed;
    }

    @Override
    public boolean waits() {
        return underway || postponed || state.listens() || sessions.monitors().isWatching(this);
    }

    @Override
    public boolean authenticated() {
        return state.authenticated() || sessions.admission().isOpen();
    }

    @Override
    public long heldBytes() {
        return waiting.bytes() + runBytes + state.queuedBytes();
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
                submitted = !underway && submit();
            } while (submitted && !underway);
            endIfDone();
        } finally {
            proceeding = false;
        }
    }

    private void dispatchWaiting() {
        while (!underway && !finishing && !quitting && !waiting.isEmpty()) {
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
        if (underway || filling != null || finishing) {
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
        if (filling == null && outlet.congested()) {
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
            boolean executing = underway && binding != null && binding.role() == Binding.TransactionRole.EXEC;
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
        answer(error);
    }

    private boolean unit(Binding binding, Request request) {
        int bytes = bytes(request.words());
        Run run = filling;
        if (run != null && isFullFor(run, binding.slowRead(), binding.write() ? bytes : 0)) {
            return false;
        }
        if (binding.slowRead()) {
            slowReads++;
        }
        add(run == null ? begin() : run, new Unit.Single(request), binding.write(), binding, bytes);
        if (tracks(binding)) {
            trackLast();
        }
        return true;
    }

    /** A barrier: what comes behind may be allowed no more, or only then. */
    private boolean unitAlone(Binding binding, Request request) {
        if (filling != null) {
            return false;
        }
        add(begin(), new Unit.Single(request), binding.write(), binding, bytes(request.words()));
        submitFor(reply -> {
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
        if (filling != null) {
            return false;
        }
        if (afterAnswer && !sessions.blocked().isEmpty()) {
            // What was answered before it may have made the key ready, and nobody here has heard of it yet.
            sessions.blocked().wakeFirst(request.database(), binding.command().keys(request));
        }
        add(begin(), new Unit.Single(request), binding.write(), binding, bytes(request.words()));
        boolean tracks = tracks(binding);
        if (tracks) {
            trackLast();
        }
        submitFor(reply -> {
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

    Run begin() {
        Run run = new Run(this, state.readOnly() ? Run.Reads.STALE : Run.Reads.LINEARIZABLE);
        if (state.noTouch()) {
            run.touchNothing();
        }
        Tracing tracing = sessions.tracing();
        if (tracing != null) {
            long now = sessions.nanoTime();
            Trace trace = tracing.begin(state.traceparent(), now);
            if (trace != null) {
                run.follow(trace, now);
            }
        }
        return run;
    }

    void add(Run run, Unit unit, boolean write, @Nullable Binding binding, long bytes) {
        filling = run;
        run.add(unit, write);
        units.add(binding);
        places.add(null);
        runBytes += bytes;
    }

    boolean submit() {
        Run run = filling;
        if (run == null) {
            return false;
        }
        filling = null;
        underway = true;
        run.submitted(sessions.nanoTime());
        sessions.intake().submit(run);
        return true;
    }

    @Override
    public void answered(Run run) {
        long now = sessions.nanoTime();
        long nanos = now - run.submittedAtNanos();
        boolean slow = sessions.slowLog().records(nanos / 1000);
        Consumer<Reply> taker = lastTaker;
        int unit = 0;
        for (int i = 0; i < places.size(); i++) {
            Reply known = places.get(i);
            boolean ofUnit = known == null;
            if (ofUnit) {
                known = run.reply(unit);
                account(run, unit, known, nanos, slow, now);
            }
            boolean taken = taker != null && i == places.size() - 1;
            if (!taken) {
                emit(known);
            }
            if (ofUnit) {
                if (tracked.get(unit)) {
                    List<Bytes> keys = sessions.tracking().remember(this, run.unit(unit));
                    if (taken) {
                        trackedEarly = keys;
                    }
                }
                unit++;
            }
        }
        sessions.statistics().answered(run, now);
        Trace trace = run.trace();
        if (trace != null) {
            tell(trace, run);
        }
        forgetRun();
        if (taker == null) {
            completed();
        } else {
            taker.accept(run.reply(run.size() - 1));
        }
    }

    private void account(Run run, int unit, Reply reply, long nanos, boolean slow, long nowNanos) {
        Binding binding = units.get(unit);
        if (binding != null) {
            sessions.statistics().answered(binding, run.unit(unit), reply, nanos);
            rights.answered(run.unit(unit), reply);
            if (slow && unit < SlowLog.UNITS_OF_A_RUN_MAX) {
                sessions.slowLog().add(this, run.unit(unit), run, nowNanos);
            }
        }
    }

    /** What was asked is told by the names of commands alone. */
    private void tell(Trace trace, Run run) {
        long now = sessions.nanoTime();
        Binding first = units.getFirst();
        String name = first == null ? "WATCH" : first.command().typedName();
        trace.attribute("db.system.name", "ratis-kv");
        trace.attribute("db.operation.name", name);
        trace.attribute("client.address", outlet.remoteAddress());
        if (run.size() > 1) {
            trace.attribute("db.operation.batch.size", run.size());
        }
        run.tell(trace, now);
        trace.end(run.size() > 1 ? "PIPELINE" : name, firstError(run), now);
    }

    private boolean tracks(Binding binding) {
        ClientTracking tracking = state.tracking();
        return tracking != null && tracking.remembers(binding.command());
    }

    /** The client is told when what the unit added last reads changes. */
    void trackLast() {
        tracked.set(units.size() - 1);
    }

    private static @Nullable String firstError(Run run) {
        for (int i = 0; i < run.size(); i++) {
            if (run.reply(i) instanceof Reply.Failure failure) {
                return failure.code();
            }
        }
        return null;
    }

    private void forgetRun() {
        boolean many = places.size() > KEPT_CAPACITY;
        places.clear();
        units.clear();
        if (many) {
            places.trimToSize();
            units.trimToSize();
        }
        tracked.clear();
        slowReads = 0;
        runBytes = 0;
        lastTaker = null;
    }

    /** What was under way is answered: the connection goes on. */
    void completed() {
        underway = false;
        if (!trackedEarly.isEmpty()) {
            List<Bytes> keys = trackedEarly;
            trackedEarly = List.of();
            sessions.tracking().tellOfForgotten(this, keys);
        }
        // Inside the call that submitted it, the caller goes on.
        if (!proceeding) {
            afterAnswer = true;
            proceed();
            afterAnswer = false;
            outlet.flush();
        }
    }

    /** The reply to a request that needs no run. */
    void answer(Reply reply) {
        if (filling == null) {
            emit(reply);
        } else {
            places.add(reply);
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
                answer(reply);
            }
            case LocalCommand.Barrier barrier -> {
                if (filling != null) {
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
                if (filling != null) {
                    return false;
                }
                long from = sessions.nanoTime();
                underway = true;
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

    // What transactions and local commands ask for

    /** The run that takes units now; null when there is none. */
    @Nullable
    Run filling() {
        return filling;
    }

    /** Something that is not a run is under way until {@link #completed}. */
    void begun() {
        underway = true;
    }

    /** Submits the run now; the reply of its last unit goes to {@code taker}, which then calls {@link #completed}. */
    void submitFor(Consumer<Reply> taker) {
        lastTaker = taker;
        submit();
    }

    /** True when the run takes no further unit, or none of {@code moreBytes} in the log. */
    boolean isFullFor(Run run, boolean slow, long moreBytes) {
        return run.size() >= RUN_UNITS_MAX
                || run.writeBytes() > RUN_WRITE_BYTES_MAX
                || run.writeBytes() + moreBytes > RUN_WRITE_BYTES_MAX && moreBytes > 0
                || slow && slowReads >= RUN_SLOW_READS_MAX;
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

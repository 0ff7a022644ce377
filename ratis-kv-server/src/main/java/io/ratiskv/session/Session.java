package io.ratiskv.session;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.Reply;
import io.ratiskv.resp.Conversation;
import io.ratiskv.resp.Outlet;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection: what it has chosen, and the order of its replies. Confined to the event loop.
 *
 * <p>At most one run of a connection is under way. What arrives meanwhile waits undispatched; when the run is answered,
 * and at the end of the turn that read it, everything up to the next barrier becomes the next run. So a request is
 * dispatched when all before it is either answered or in the same run, and order needs no other rule:
 *
 * <pre>
 *   {@link WaitingRequests} ──{@link Dispatcher}──▶ {@link Pipeline}: a reply known at once, or the next unit of the run
 * </pre>
 *
 * A barrier is dispatched only when the pipeline is empty.
 */
public final class Session implements Conversation {
    /** A burst's lists of more places than this are given back when it is over. */
    static final int KEPT_CAPACITY = 64;

    private static final int WORD_OVERHEAD_BYTES = 32;

    private static final Logger LOG = LoggerFactory.getLogger(Session.class);

    private static final Reply ENDING = Reply.error("UNBLOCKED the connection is closing");

    private final Sessions sessions;
    private final Outlet outlet;
    private final ClientState state;
    private final Rights rights;
    private final WaitingRequests waiting;
    private final Pipeline pipeline;
    private final Dispatcher dispatcher;

    /** Messages to itself that what is being answered caused: they follow its reply. Null when nothing of the kind is. */
    private @Nullable List<Reply> following;

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
        this.rights = new Rights(this);
        this.waiting = new WaitingRequests(outlet);
        this.pipeline = new Pipeline(this, sessions);
        this.dispatcher = new Dispatcher(this, sessions, state, pipeline);
    }

    // What arrives

    @Override
    public void request(Bytes[] words) {
        if (finishing || quitting || closed) {
            return;
        }
        if (!pipeline.isUnderway() && waiting.isEmpty() && dispatcher.dispatch(words)) {
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
            if (!dispatcher.dispatch(waiting.first())) {
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

    /** Notes whether the next request waits for the end of CLIENT PAUSE. */
    boolean postponed(boolean waits) {
        postponed = waits;
        return waits;
    }

    /** Whether the client waits: for a key, or for the end of CLIENT PAUSE. */
    boolean isBlocked() {
        return postponed || sessions.blocked().waits(this);
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

    /** Whether what waited goes on because something was answered. */
    boolean isAfterAnswer() {
        return afterAnswer;
    }

    /** The request that is under way found nothing: the client waits for what it may find. */
    void park(Reply.Blocked blocked, boolean takes, boolean tracked) {
        sessions.blocked().park(this, blocked, takes, tracked);
        if (inputEnded) {
            endWaiting();
        }
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

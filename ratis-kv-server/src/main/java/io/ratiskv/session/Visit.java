package io.ratiskv.session;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.CommandException;
import io.ratiskv.api.Reply;
import io.ratiskv.api.Request;
import io.ratiskv.machine.ClientSessions;
import io.ratiskv.resp.Outlet;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A {@link Session} that lasts for one request, or for one atomic batch: what a client sends that has no connection of
 * its own. Confined to the event loop.
 *
 * <p>It is the way back of its session: it collects the replies, and hands over the one that answers it. What makes
 * sense on a connection alone is refused before anything is dispatched.
 */
final class Visit implements Outlet {
    private static final Bytes[] MULTI = {Bytes.of("MULTI")};
    private static final Bytes[] EXEC = {Bytes.of("EXEC")};
    private static final Bytes ONCE = Bytes.of("ONCE");

    private static final Reply NO_REPLY = Reply.error("UNKNOWN The request ended without a reply");

    private final Sessions sessions;
    private final Errand errand;
    private final Consumer<Reply> then;
    private final Session session;
    private final List<Reply> replies = new ArrayList<>(1);
    private final int repliesAwaited;
    private int numbered;
    private boolean answered;

    /** @param errand of someone who has proven who it is */
    Visit(Sessions sessions, Errand errand, Consumer<Reply> then) {
        this.sessions = sessions;
        this.errand = errand;
        this.then = then;
        this.repliesAwaited = errand.atomic() ? errand.requests().size() + 2 : 1;
        this.session = new Session(sessions, way(), state());
    }

    private Outlet way() {
        return this;
    }

    private ClientState state() {
        ClientState state = new ClientState(/* id= */ 0, sessions.nowMillis(), /* authenticated= */ true);
        state.authenticatedAs(errand.user());
        state.protocol(3);
        state.reads(errand.reads());
        state.session(errand.key());
        state.traceparent(errand.traceparent());
        return state;
    }

    /** Dispatches all of it. */
    void begin() {
        Reply refusal = refusal(sessions.bindings());
        if (refusal != null) {
            answer(refusal);
            return;
        }
        if (errand.atomic()) {
            session.request(MULTI);
        }
        errand.requests().forEach(words -> session.request(numbered(words)));
        if (errand.atomic()) {
            session.request(EXEC);
        }
        session.turnEnded();
    }

    /** The request, under its place as a number when it has to be done once: the first opens the session. */
    private Bytes[] numbered(Bytes[] words) {
        if (errand.key().isEmpty()
                || sessions.bindings().resolve(request(words)).local()) {
            return words;
        }
        Bytes[] once = new Bytes[words.length + 2];
        once[0] = ONCE;
        once[1] = Bytes.of(numbered++);
        System.arraycopy(words, 0, once, 2, words.length);
        return once;
    }

    private static Request request(Bytes[] words) {
        return new Request(0, 3, Request.DEFAULT_USER, words);
    }

    /** Something that held it up is over. */
    void drained() {
        session.drained();
    }

    private @Nullable Reply refusal(Bindings bindings) {
        List<Bytes[]> requests = errand.requests();
        if (!errand.key().isEmpty() && requests.size() > ClientSessions.ANSWERS_MAX) {
            return Reply.error("ERR at most " + ClientSessions.ANSWERS_MAX + " commands can have an Idempotency-Key");
        }
        for (int i = 0; i < requests.size(); i++) {
            try {
                Binding binding = bindings.resolve(request(requests.get(i)));
                String instead = binding.insteadOfVisit();
                boolean choosesForTheRest = errand.atomic() && binding.choosesDatabase();
                if (instead != null && !choosesForTheRest) {
                    return place(
                            Reply.error("ERR "
                                    + binding.command().name().replace('|', ' ').toUpperCase(Locale.ROOT)
                                    + " needs a connection: " + instead),
                            i);
                }
            } catch (CommandException refused) {
                return place(refused.reply(), i);
            }
        }
        return null;
    }

    /** The error of one request of a batch, with its place in it. */
    private Reply place(Reply error, int i) {
        if (!errand.atomic() || !(error instanceof Reply.Failure failure)) {
            return error;
        }
        return Reply.error(failure.text() + " (command " + (i + 1) + " of "
                + errand.requests().size() + "; none of them was run)");
    }

    @Override
    public void write(Reply reply, int protocol) {
        replies.add(reply);
        if (replies.size() == repliesAwaited) {
            answer(errand.atomic() ? outcome(reply) : reply);
        }
    }

    /** EXEC's reply; when a request could not be queued, why. */
    private Reply outcome(Reply exec) {
        for (int i = 1; i <= errand.requests().size(); i++) {
            if (replies.get(i) instanceof Reply.Failure) {
                return place(replies.get(i), i - 1);
            }
        }
        return exec;
    }

    private void answer(Reply reply) {
        if (!answered) {
            answered = true;
            sessions.left(this);
            then.accept(reply);
        }
    }

    @Override
    public void closeAfterFlush() {
        close();
    }

    @Override
    public void close() {
        answer(NO_REPLY);
    }

    @Override
    public void flush() {
        // Every reply is handed over at once.
    }

    @Override
    public boolean congested() {
        return false;
    }

    @Override
    public void reading(boolean wanted) {
        // There is nothing more to read.
    }

    @Override
    public long pendingBytes() {
        return 0;
    }

    @Override
    public String remoteAddress() {
        return errand.client();
    }

    @Override
    public String localAddress() {
        return errand.door();
    }
}

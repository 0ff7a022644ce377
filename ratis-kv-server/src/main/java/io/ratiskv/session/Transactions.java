package io.ratiskv.session;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.Reply;
import io.ratiskv.api.Request;
import io.ratiskv.api.Unit;
import io.ratiskv.command.Flag;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * MULTI, EXEC, DISCARD and WATCH of one session. Confined to the event loop.
 *
 * <p>WATCH reads the versions of its keys once everything before it took effect; EXEC sends them with the queue as one
 * unit. What the session itself has to answer in a queue is run when the state's part is answered, so a transaction
 * that a watched key stopped changes nothing of the connection either.
 */
final class Transactions {
    private final Session session;
    private final Pipeline pipeline;
    private final LocalRequests localRequests;

    Transactions(Session session, Pipeline pipeline, LocalRequests localRequests) {
        this.session = session;
        this.pipeline = pipeline;
        this.localRequests = localRequests;
    }

    /** @return false if the request must wait for what was dispatched before it */
    boolean dispatch(Binding binding, Binding.TransactionRole role, Request request) {
        return switch (role) {
            case MULTI -> multi(binding);
            case DISCARD -> discard(binding);
            case EXEC -> exec(binding);
            case WATCH -> watch(binding, request);
            case UNQUEUED -> localRequests.dispatch(binding, request.words());
        };
    }

    private boolean multi(Binding binding) {
        Reply reply = Reply.OK;
        if (session.state().transaction() != null) {
            reply = Reply.error("ERR MULTI calls can not be nested");
        } else {
            session.state().transaction(new OpenTransaction());
        }
        return answer(binding, reply);
    }

    private boolean discard(Binding binding) {
        Reply reply = Reply.OK;
        if (session.state().transaction() == null) {
            reply = Reply.error("ERR DISCARD without MULTI");
        } else {
            session.state().forgetTransaction();
        }
        return answer(binding, reply);
    }

    /** The answer to what needs no look at the state. */
    private boolean answer(Binding binding, Reply reply) {
        localRequests.answered(binding, reply, session.sessions().nanoTime());
        pipeline.answer(reply);
        return true;
    }

    void queue(Binding binding, Request request, OpenTransaction transaction) {
        if (binding.command().has(Flag.NO_MULTI)) {
            session.refuse(binding, Reply.error("ERR Command not allowed inside a transaction"));
            return;
        }
        int bytes = Session.bytes(request.words());
        long bytesMax = session.sessions().settings().transactionBytesMax();
        if (transaction.bytes() + bytes > bytesMax) {
            session.refuse(binding, Reply.error("ERR the transaction is larger than " + bytesMax + " bytes"));
            return;
        }
        transaction.add(binding, request, bytes);
        pipeline.answer(Reply.QUEUED);
    }

    private boolean exec(Binding binding) {
        ClientState state = session.state();
        OpenTransaction open = state.transaction();
        if (open == null) {
            return answer(binding, Reply.error("ERR EXEC without MULTI"));
        }
        if (open.refused()) {
            state.forgetTransaction();
            return answer(binding, Reply.error("EXECABORT Transaction discarded because of previous errors."));
        }
        if (session.postponed(session.sessions().pause().holds(open.changesAnything()))) {
            return false;
        }
        // Without a watched key there is nothing to compare, without a request nothing to run.
        if (open.asksState() || !state.watched().isEmpty()) {
            return execInState(binding, open);
        }
        if (open.hasLocal() && pipeline.isFilling()) {
            return false;
        }
        state.forgetTransaction();
        if (!open.hasLocal()) {
            return answer(binding, Reply.EMPTY_ARRAY);
        }
        localRequests.answered(binding, Reply.EMPTY_ARRAY, session.sessions().nanoTime());
        pipeline.begun();
        splice(open, List.of());
        return true;
    }

    private boolean execInState(Binding binding, OpenTransaction open) {
        boolean writes = open.writes();
        if (pipeline.isFullFor(/* slow= */ false, writes ? open.bytes() : 0)) {
            return false;
        }
        ClientState state = session.state();
        Unit.Transaction unit = open.unit(state.database(), state.watched());
        state.forgetTransaction();
        pipeline.add(unit, writes, binding, open.bytes());
        if (tracks(state.tracking(), open)) {
            pipeline.trackLast();
        }
        if (open.hasLocal()) {
            pipeline.submitFor(reply -> {
                if (reply instanceof Reply.Array array) {
                    splice(open, array.elements());
                } else {
                    finish(reply);
                }
            });
        }
        return true;
    }

    /** Where the queue itself chooses what is tracked, all of it is: that is more than was asked for, never less. */
    private static boolean tracks(@Nullable ClientTracking tracking, OpenTransaction open) {
        return tracking != null && !tracking.broadcasts() && (tracking.remembersNow() || open.choosesCaching());
    }

    /** Runs the session's part of a transaction whose other replies are there. */
    private void splice(OpenTransaction transaction, List<Reply> fromState) {
        session.holdMessages();
        spliceFrom(0, transaction, transaction.locals(), fromState, new ArrayList<>());
    }

    private void spliceFrom(
            int first,
            OpenTransaction transaction,
            List<OpenTransaction.Queued> locals,
            List<Reply> fromState,
            List<Reply> fromSession) {
        for (int i = first; i < locals.size(); i++) {
            Binding binding = locals.get(i).binding();
            Bytes[] words = locals.get(i).request().words();
            Reply denied = session.rights().refusalByNow(locals.get(i));
            if (denied != null) {
                fromSession.add(denied);
                continue;
            }
            LocalCommand body = binding.body();
            if (body instanceof LocalCommand.Deferred deferred) {
                int following = i + 1;
                long from = session.sessions().nanoTime();
                localRequests.run(deferred, words, reply -> {
                    answeredInside(binding, reply, from);
                    fromSession.add(reply);
                    spliceFrom(following, transaction, locals, fromState, fromSession);
                });
                return;
            }
            long from = session.sessions().nanoTime();
            Reply reply = LocalRequests.reply(() -> answer(binding, body, words));
            answeredInside(binding, reply, from);
            fromSession.add(reply);
        }
        finish(transaction.spliced(fromState, fromSession));
    }

    private void answeredInside(Binding binding, Reply reply, long fromNanos) {
        Sessions sessions = session.sessions();
        sessions.statistics().answeredInside(binding, reply, sessions.nanoTime() - fromNanos);
    }

    private Reply answer(Binding binding, @Nullable LocalCommand body, Bytes[] words) {
        if (binding.command().name().equals("monitor")) {
            return Reply.error("ERR MONITOR isn't allowed for DENY BLOCKING client");
        }
        return switch (body) {
            case null -> LocalRequests.noBody(binding);
            case LocalCommand.Immediate immediate -> immediate.answer(session, words);
            case LocalCommand.Barrier barrier -> barrier.answer(session, words);
            case LocalCommand.Deferred deferred -> throw new IllegalStateException(binding.command() + " is deferred");
        };
    }

    private void finish(Reply reply) {
        session.emit(reply);
        session.releaseMessages();
        ClientTracking tracking = session.state().tracking();
        if (tracking != null) {
            tracking.used(/* byClientCommand= */ false, /* inTransaction= */ false);
        }
        session.completed();
    }

    /** A barrier: the versions are read once everything before it took effect. */
    private boolean watch(Binding binding, Request request) {
        ClientState state = session.state();
        if (state.transaction() != null) {
            return answer(binding, Reply.error("ERR WATCH inside MULTI is not allowed"));
        }
        if (pipeline.isFilling()) {
            return false;
        }
        Bytes[] words = request.words().clone();
        words[0] = Sessions.VERSIONS;
        Request versions = new Request(state.database(), state.protocol(), Request.NO_USER, words);
        pipeline.addOwnRead(new Unit.Single(versions), Session.bytes(words));
        long from = session.sessions().nanoTime();
        pipeline.submitFor(read -> {
            Reply reply = watched(versions, read);
            localRequests.answered(binding, reply, from);
            finish(reply);
        });
        return true;
    }

    private Reply watched(Request versions, Reply reply) {
        if (!(reply instanceof Reply.Array array)) {
            return reply;
        }
        for (int i = 0; i < array.elements().size(); i++) {
            if (array.elements().get(i) instanceof Reply.Int version) {
                Bytes key = versions.words()[i + 1].owned();
                session.state().watch(new Unit.Watched(versions.database(), key, version.value()));
            }
        }
        return Reply.OK;
    }
}

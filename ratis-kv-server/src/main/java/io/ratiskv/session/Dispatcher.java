package io.ratiskv.session;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.CommandException;
import io.ratiskv.api.Reply;
import io.ratiskv.api.Request;
import io.ratiskv.api.Unit;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of each request of one session: it is refused, queued behind MULTI, answered here, or made a unit of the
 * run. Confined to the event loop.
 */
final class Dispatcher {
    private static final Reply NOT_WHILE_WATCHING = Reply.error("ERR Replica can't interact with the keyspace");

    private final Session session;
    private final Sessions sessions;
    private final ClientState state;
    private final Pipeline pipeline;
    private final LocalRequests localRequests;
    private final Transactions transactions;

    Dispatcher(Session session, Sessions sessions, ClientState state, Pipeline pipeline) {
        this.session = session;
        this.sessions = sessions;
        this.state = state;
        this.pipeline = pipeline;
        this.localRequests = new LocalRequests(session, sessions, pipeline);
        this.transactions = new Transactions(session, pipeline, localRequests);
    }

    /**
     * Begins a request.
     *
     * @return false if it must wait for what was dispatched before it
     */
    boolean dispatch(Bytes[] words) {
        if (!pipeline.isFilling() && session.outlet().congested()) {
            return false;
        }
        Request request = new Request(state.database(), state.protocol(), state.user(), words);
        Binding binding;
        try {
            binding = sessions.bindings().resolve(request);
        } catch (CommandException refused) {
            session.refuse(sessions.bindings().named(request), refused.reply());
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
        Reply denied = binding.withoutAuthentication() ? null : session.rights().refusal(binding, request);
        if (denied == null && binding.isOnce()) {
            denied = Once.refusal(sessions.bindings(), session.rights(), request);
        }
        if (denied != null) {
            session.refuse(binding, denied);
            return true;
        }
        if (state.protocol() == 2 && !binding.whileListening() && state.listens()) {
            session.refuse(binding, PubSubCommands.notWhileListening(binding));
            return true;
        }
        if (binding.usesState() && sessions.monitors().isWatching(session)) {
            session.refuse(binding, NOT_WHILE_WATCHING);
            return true;
        }
        if (session.postponed(sessions.pause().holds(binding))) {
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
            sessions.monitors().begun(session, binding, request, executes ? transaction : null);
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
        return binding.local() ? localRequests.dispatch(binding, request.words()) : unit(binding, request);
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

    private boolean unit(Binding binding, Request request) {
        int bytes = Session.bytes(request.words());
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
        pipeline.add(new Unit.Single(request), binding.write(), binding, Session.bytes(request.words()));
        pipeline.submitFor(reply -> {
            if (binding.opensSession() && reply instanceof Reply.Int) {
                state.session(request.words()[2].owned());
            }
            session.emit(reply);
            session.completed();
        });
        return true;
    }

    /** A barrier: while the client waits nothing of it goes on. */
    private boolean blocking(Binding binding, Request request) {
        if (pipeline.isFilling()) {
            return false;
        }
        if (session.isAfterAnswer() && !sessions.blocked().isEmpty()) {
            // What was answered before it may have made the key ready, and nobody here has heard of it yet.
            sessions.blocked().wakeFirst(request.database(), binding.command().keys(request));
        }
        pipeline.add(new Unit.Single(request), binding.write(), binding, Session.bytes(request.words()));
        boolean tracks = tracks(binding);
        if (tracks) {
            pipeline.trackLast();
        }
        pipeline.submitFor(reply -> {
            if (reply instanceof Reply.Blocked blocked && !session.gone()) {
                session.park(blocked, binding.write(), tracks);
            } else {
                session.emit(reply);
                session.completed();
            }
        });
        return true;
    }

    private boolean tracks(Binding binding) {
        ClientTracking tracking = state.tracking();
        return tracking != null && tracking.remembers(binding.command());
    }
}

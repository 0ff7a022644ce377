package io.ratiskv.session;

import io.ratiskv.acl.Denial;
import io.ratiskv.acl.User;
import io.ratiskv.api.Bytes;
import io.ratiskv.api.Reply;
import io.ratiskv.api.Request;
import io.ratiskv.api.Unit;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the user of one session may ask for, as this node knows it. Confined to the event loop.
 *
 * <p>The state judges again what reaches it, by the users as they are at that place of the log: so what was revoked takes
 * no effect once that is acknowledged, wherever. What the node judges first spares the log most of what is denied, and is
 * all there is for what never reaches the state.
 */
final class Rights {
    private static final Reply NO_AUTH = Reply.error("NOAUTH Authentication required.");

    private final Session session;

    Rights(Session session) {
        this.session = session;
    }

    /** The error of a request that is not allowed; null if it is. */
    @Nullable
    Reply refusal(Binding binding, Request request) {
        User user = session.authenticated() ? user(request) : null;
        if (user == null) {
            return NO_AUTH;
        }
        Denial denial = user.check(binding.command(), request.words());
        if (denial == null) {
            return null;
        }
        note(denial, binding, request, session.state().transaction() != null);
        return Reply.error("NOPERM " + denial.message(user.name(), binding.command()));
    }

    /** The error of what was queued and is not allowed any more; null if it is. */
    @Nullable
    Reply refusalByNow(OpenTransaction.Queued queued) {
        User user = user(queued.request());
        if (user == null) {
            return NO_AUTH;
        }
        Denial denial = user.check(queued.binding().command(), queued.request().words());
        if (denial == null) {
            return null;
        }
        note(denial, queued.binding(), queued.request(), /* inTransaction= */ true);
        return Reply.error("NOPERM " + denial.insideTransaction());
    }

    /** Notes what the state denied: a moment before it had been allowed here. */
    void answered(Unit unit, Reply reply) {
        switch (unit) {
            case Unit.Single single -> answered(single.request(), reply, /* inTransaction= */ false);
            case Unit.Transaction transaction -> {
                if (reply instanceof Reply.Array replies) {
                    List<Request> requests = transaction.requests();
                    for (int i = 0;
                            i < Math.min(requests.size(), replies.elements().size());
                            i++) {
                        answered(requests.get(i), replies.elements().get(i), /* inTransaction= */ true);
                    }
                }
            }
        }
    }

    private void answered(Request request, Reply reply, boolean inTransaction) {
        if (reply instanceof Reply.Failure failure && failure.code().equals("NOPERM")) {
            Binding binding = session.sessions().bindings().resolve(request);
            User user = user(request);
            Denial denial = user == null ? null : user.check(binding.command(), request.words());
            if (denial != null) {
                note(denial, binding, request, inTransaction);
            }
        }
    }

    /** Null while a user that was removed still has this connection. */
    private @Nullable User user(Request request) {
        return session.sessions().admission().users().find(request.user());
    }

    private void note(Denial denial, Binding binding, Request request, boolean inTransaction) {
        Bytes object = denial.reason() == Denial.Reason.COMMAND
                ? Bytes.of(binding.command().name())
                : request.words()[denial.word()];
        AccessLog.Reason reason = AccessLog.Reason.of(denial);
        session.sessions().accessLog().add(session, reason, object, request.user(), inTransaction);
    }
}

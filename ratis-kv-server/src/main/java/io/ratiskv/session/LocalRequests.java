package io.ratiskv.session;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.CommandException;
import io.ratiskv.api.Reply;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** The requests that one session answers itself, by the bodies of their {@link LocalCommand}s. Confined to the event loop. */
final class LocalRequests {
    private final Session session;
    private final Sessions sessions;
    private final Pipeline pipeline;

    LocalRequests(Session session, Sessions sessions, Pipeline pipeline) {
        this.session = session;
        this.sessions = sessions;
        this.pipeline = pipeline;
    }

    /** @return false if the request must wait for what was dispatched before it */
    boolean dispatch(Binding binding, Bytes[] words) {
        LocalCommand body = binding.body();
        if (body == null) {
            session.refuse(binding, noBody(binding));
            return true;
        }
        switch (body) {
            case LocalCommand.Immediate immediate -> {
                long from = sessions.nanoTime();
                Reply reply = reply(() -> immediate.answer(session, words));
                answered(binding, reply, from);
                pipeline.answer(reply);
            }
            case LocalCommand.Barrier barrier -> {
                if (pipeline.isFilling()) {
                    return false;
                }
                long from = sessions.nanoTime();
                session.holdMessages();
                Reply reply = reply(() -> barrier.answer(session, words));
                answered(binding, reply, from);
                session.emit(reply);
                session.releaseMessages();
            }
            case LocalCommand.Deferred deferred -> {
                if (pipeline.isFilling()) {
                    return false;
                }
                long from = sessions.nanoTime();
                pipeline.begun();
                run(deferred, words, reply -> {
                    answered(binding, reply, from);
                    session.emit(reply);
                    session.completed();
                });
            }
        }
        return true;
    }

    /** Counts what the session answers itself. */
    void answered(Binding binding, Reply reply, long fromNanos) {
        sessions.statistics().answered(binding, reply, sessions.nanoTime() - fromNanos);
    }

    void run(LocalCommand.Deferred body, Bytes[] words, Consumer<Reply> then) {
        try {
            body.answer(session, words, then);
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
}

package io.ratiskv.session;

import io.ratiskv.api.CommandException;
import io.ratiskv.api.Reply;
import io.ratiskv.api.Request;
import io.ratiskv.api.Unit;
import io.ratiskv.replication.ReadLevel;
import io.ratiskv.replication.Run;
import java.util.List;
import java.util.function.Consumer;

/**
 * What a session asks the state for its client while that waits: requests that are answered as one. Confined to the event
 * loop.
 */
final class Question implements Run.Owner {
    private final Session session;
    private final Consumer<Reply> failed;
    private final Consumer<List<Reply>> answered;

    private Question(Session session, Consumer<Reply> failed, Consumer<List<Reply>> answered) {
        this.session = session;
        this.failed = failed;
        this.answered = answered;
    }

    /**
     * @param write whether they must be in the log
     * @param failed gets the error that kept them from being run, or that {@code answered} throws
     * @param answered gets one reply for each request
     */
    static void ask(
            Session session,
            List<Request> requests,
            boolean write,
            Consumer<Reply> failed,
            Consumer<List<Reply>> answered) {
        Run run = new Run(new Question(session, failed, answered), ReadLevel.LINEARIZABLE);
        run.add(new Unit.Transaction(requests, List.of()), write);
        run.submitted(session.sessions().nanoTime());
        session.sessions().intake().submit(run);
    }

    @Override
    public void answered(Run run) {
        if (!(run.reply(0) instanceof Reply.Array array)) {
            failed.accept(run.reply(0));
            return;
        }
        try {
            answered.accept(array.elements());
        } catch (CommandException refused) {
            failed.accept(refused.reply());
        }
    }

    @Override
    public boolean gone() {
        return session.gone();
    }
}

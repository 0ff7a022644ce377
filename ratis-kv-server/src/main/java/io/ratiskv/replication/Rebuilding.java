package io.ratiskv.replication;

import io.ratiskv.api.Reply;
import io.ratiskv.api.Request;
import io.ratiskv.api.Unit;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out when a node that gets its data anew may vote again: once it has answered a linearizable read, it holds every
 * entry that it ever acknowledged and that counted. Event loop.
 */
final class Rebuilding {
    private static final Logger LOG = LoggerFactory.getLogger(Rebuilding.class);

    private final Consensus consensus;
    private final Intake intake;
    private boolean asked;

    Rebuilding(Consensus consensus, Intake intake) {
        this.consensus = consensus;
        this.intake = intake;
    }

    /** Called every few milliseconds. */
    void watch() {
        if (!consensus.rebuilding() || asked) {
            return;
        }
        asked = true;
        Run question = new Run(new Asker(), ReadLevel.LINEARIZABLE);
        question.add(new Unit.Single(Request.of("DBSIZE")), false);
        question.touchNothing();
        intake.submit(question);
    }

    private final class Asker implements Run.Owner {
        @Override
        public void answered(Run question) {
            asked = false;
            if (question.reply(0) instanceof Reply.Failure) {
                return;
            }
            try {
                consensus.rebuilt();
            } catch (IOException e) {
                throw new UncheckedIOException("the end of the rebuilding could not be noted", e);
            }
            LOG.info("{} holds everything again and votes", consensus.self());
        }

        @Override
        public boolean gone() {
            return false;
        }
    }
}

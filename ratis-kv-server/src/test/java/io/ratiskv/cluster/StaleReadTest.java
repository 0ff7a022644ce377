package io.ratiskv.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.ratiskv.raft.RatisRegister;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A leader that was stopped while others elected one of them and committed a newer value answers with that value or an
 * error once it goes on. {@code -Dratiskv.rounds=N} sets how often.
 */
@Tag("alone")
class StaleReadTest {
    @TempDir
    Path directory = Path.of("");

    @Test
    void a_leader_that_was_stopped_answers_nothing_from_its_past() throws Exception {
        int rounds = Integer.getInteger("ratiskv.rounds", 2);
        try (Processes cluster = new Processes(3, directory, "256m", List.of())) {
            cluster.startAll();
            cluster.awaitAllServing();
            StoppedLeader.Answers all = new StoppedLeader.Answers(0, 0);
            for (int round = 0; round < rounds; round++) {
                all = all.plus(StoppedLeader.round(cluster, round));
            }
            System.out.printf("%d rounds: %d reads of a resumed leader answered, none stale%n", rounds, all.fresh());
            assertEquals(0, all.stale(), "stale reads");
            assertTrue(all.fresh() > 0, "no read was answered at all, so nothing was tested");
        }
    }

    /** The control: the same rounds with the reads of Ratis itself, which are stale in some of them. */
    @Test
    @Timeout(value = 20, unit = TimeUnit.MINUTES)
    void the_same_rounds_find_stale_reads_in_a_store_that_has_them() throws Exception {
        assumeTrue(Boolean.getBoolean("ratiskv.control"), "skipped: it runs with -Dratiskv.control=true");
        int rounds = Integer.getInteger("ratiskv.rounds", 20);
        List<Processes.Place> places = Collections.nCopies(3, Processes.Place.LOOPBACK);
        try (Processes cluster = new Processes(places, RatisRegister.class, directory, "256m", List.of())) {
            cluster.startAll();
            cluster.awaitAllServing();
            StoppedLeader.Answers all = new StoppedLeader.Answers(0, 0);
            int staleRounds = 0;
            for (int round = 0; round < rounds; round++) {
                StoppedLeader.Answers answers = StoppedLeader.round(cluster, round);
                System.out.printf("round %d: %s%n", round, answers);
                staleRounds += answers.stale() > 0 ? 1 : 0;
                all = all.plus(answers);
            }
            System.out.printf(
                    "control: %d of %d rounds stale; reads: %d stale, %d fresh%n",
                    staleRounds, rounds, all.stale(), all.fresh());
            assertTrue(staleRounds > 0, "no stale read was seen");
        }
    }
}

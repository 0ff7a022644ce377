package io.ratiskv.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.exceptions.JedisDataException;

/**
 * Three real processes under a steady write load lose their leader, or all of themselves, to {@code kill -9}. {@code
 * -Dratiskv.kills=N} sets how many leaders are killed; the times are printed, never asserted.
 */
@Tag("alone")
class FailoverTest {
    @TempDir
    Path directory = Path.of("");

    @Test
    void killing_the_leader_again_and_again_loses_and_doubles_nothing() throws Exception {
        int kills = Integer.getInteger("ratiskv.kills", 2);
        try (Processes cluster = new Processes(3, directory, "256m", List.of())) {
            cluster.startAll();
            cluster.awaitAllServing();
            List<Long> gaps = new ArrayList<>();
            Writers writers = new Writers(cluster, 6);
            try (writers) {
                awaitWrites(cluster, writers, 200);
                handOverThroughFollower(cluster);
                for (int kill = 0; kill < kills; kill++) {
                    awaitWrites(cluster, writers, 200);
                    int leader = cluster.awaitLeader();
                    long killedAt = System.nanoTime();
                    cluster.kill(leader);
                    awaitWrites(cluster, writers, 200);
                    gaps.add(writers.longestGapMillis(killedAt, System.nanoTime()));
                    cluster.start(leader);
                    cluster.awaitServing(leader);
                }
            }
            System.out.printf(
                    "%d kills of the leader: %d writes acknowledged, longest gaps without one %s ms%n",
                    kills, writers.acknowledged(), gaps.stream().sorted().toList());
            check(cluster, writers);
        }
    }

    @Test
    void killing_all_nodes_at_once_loses_nothing() throws Exception {
        try (Processes cluster = new Processes(3, directory, "256m", List.of())) {
            cluster.startAll();
            cluster.awaitAllServing();
            Writers writers = new Writers(cluster, 6);
            try (writers) {
                awaitWrites(cluster, writers, 500);
                for (int node = 1; node <= cluster.count(); node++) {
                    cluster.kill(node);
                }
                cluster.startAll();
                cluster.awaitAllServing();
                awaitWrites(cluster, writers, 100);
            }
            check(cluster, writers);
        }
    }

    private static void handOverThroughFollower(Processes cluster) {
        int next = cluster.awaitLeader() % cluster.count() + 1;
        int asked = next % cluster.count() + 1;
        cluster.await("node " + asked + " has node " + next + " lead", 60, () -> {
            try (Jedis client = cluster.connect(asked, 20_000)) {
                client.sendCommand(() -> "RAFT.TRANSFER".getBytes(StandardCharsets.US_ASCII), "n" + next);
            } catch (JedisDataException refused) {
                return false;
            }
            return cluster.leader() == next;
        });
    }

    private static void awaitWrites(Processes cluster, Writers writers, int count) {
        int from = writers.acknowledged();
        cluster.await("writes go on", 60, () -> writers.acknowledged() >= from + count);
    }

    private static void check(Processes cluster, Writers writers) {
        List<String> digests = new ArrayList<>();
        for (int node = 1; node <= cluster.count(); node++) {
            assertEquals(List.of(), writers.wrongOn(node), cluster.logs());
            digests.add(cluster.raftStatus(node).get("digest"));
        }
        assertTrue(digests.stream().distinct().count() == 1, () -> "the replicas differ: " + digests + cluster.logs());
    }
}

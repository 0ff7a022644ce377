package io.ratiskv.replication;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.Effect;
import io.ratiskv.api.Entry;
import io.ratiskv.api.Reply;
import io.ratiskv.api.Request;
import io.ratiskv.machine.KeyValueStateMachine;
import io.ratiskv.machine.Statistics;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Three nodes with a limit, whose leaders change while messages are lost: what clients ask for at any node stays. */
class EvictionSimulationTest {
    private static final long MILLI = 1_000_000L;
    private static final int WANTED = 30;
    private static final long LIMIT = 40_000;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void what_is_asked_for_at_any_node_outlives_what_is_not(long seed) {
        SimulatedShard cluster = new SimulatedShard(seed, 3, /* readsThroughLog= */ false);
        cluster.lossRate = seed <= 2 ? 0.02 : 0;
        cluster.raft.elect();
        cluster.time.runFor(200 * MILLI);
        configure(cluster, "maxmemory-policy", seed % 2 == 0 ? "allkeys-lru" : "allkeys-lfu");
        configure(cluster, "maxmemory", Long.toString(LIMIT));
        for (int i = 0; i < WANTED; i++) {
            cluster.request("n1", true, reply -> {}, "SET", "wanted" + i, "v".repeat(100));
        }
        cluster.time.runFor(100 * MILLI);
        List<Reply> refused = new ArrayList<>();
        // A key nobody asks for lives for some twenty seconds, a wanted one is asked for every three: longer than a
        // node may
        // be without a leader.
        for (int i = 0; i < 1_500; i++) {
            // Every wanted key is asked for at one node alone, so that each leader knows of a third at most.
            int wanted = i % WANTED;
            cluster.request(cluster.ids.get(wanted % 3), false, reply -> {}, "GET", "wanted" + wanted);
            cluster.request(cluster.ids.get(i % 3), true, refused::add, "SET", "new" + i, "v".repeat(100));
            cluster.time.runFor(100 * MILLI);
            if (i % 300 == 299) {
                cluster.raft.elect();
            }
        }
        cluster.time.runFor(3_000 * MILLI);
        refused.removeIf(reply -> reply.equals(Reply.OK) || isCluster(reply));
        assertEquals(List.of(), refused, "seed " + seed);
        Statistics figures = cluster.state("n1").ask(KeyValueStateMachine::statistics);
        assertTrue(figures.memoryBytes() <= LIMIT, () -> "seed " + seed + ": " + figures);
        assertTrue(figures.evictedKeys() > 1_200, () -> "seed " + seed + ": " + figures);
        long kept = 0;
        for (int i = 0; i < WANTED; i++) {
            kept += exists(cluster, "wanted" + i) ? 1 : 0;
        }
        assertTrue(kept >= WANTED * 9 / 10, "seed " + seed + ": kept " + kept + " of " + WANTED);
        for (String node : cluster.ids) {
            assertEquals(
                    digest(cluster, "n1"), digest(cluster, node), () -> "seed " + seed + ": " + node + " is another");
        }
    }

    private static boolean isCluster(Reply reply) {
        return reply instanceof Reply.Failure failure && !failure.code().equals("OOM");
    }

    private static Object digest(SimulatedShard cluster, String node) {
        return cluster.state(node).ask(machine -> machine.freeze()).digest();
    }

    private static boolean exists(SimulatedShard cluster, String key) {
        Reply reply = cluster.state("n1")
                .ask(machine -> Objects.requireNonNull(machine.query(Request.of("EXISTS", key), Long.MIN_VALUE)));
        return reply.equals(Reply.of(1));
    }

    private static void configure(SimulatedShard cluster, String name, String value) {
        CompletableFuture<Long> done = cluster.shard("n1")
                .announce(
                        new Entry.Configure(name, Bytes.of(value)),
                        effect -> effect instanceof Effect.Configured setting
                                && setting.name().equals(name),
                        3_000);
        cluster.time.runFor(300 * MILLI);
        assertTrue(done.isDone() && !done.isCompletedExceptionally(), name);
    }
}

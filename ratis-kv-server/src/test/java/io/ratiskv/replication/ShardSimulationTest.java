package io.ratiskv.replication;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ratiskv.api.Reply;
import io.ratiskv.api.Request;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * Seeded histories of a counter on three nodes whose leaders are cut off, replaced and healed while messages are lost:
 * whatever was acknowledged is there, once, on every later read. The seed is in the failure; {@code
 * -Dratiskv.simulation.seed=N} runs it alone, {@code -Dratiskv.simulation.seeds=N} sets how many run.
 */
class ShardSimulationTest {
    private static final long MILLI = 1_000_000L;

    @Test
    void what_was_acknowledged_is_there_once_on_every_later_read() {
        Long alone = Long.getLong("ratiskv.simulation.seed");
        if (alone != null) {
            new History(alone, false).check();
            return;
        }
        int seeds = Integer.getInteger("ratiskv.simulation.seeds", 200);
        long acknowledged = 0;
        for (long seed = 1; seed <= seeds; seed++) {
            acknowledged += new History(seed, seed % 5 == 0).check();
        }
        assertTrue(acknowledged > seeds * 100L, () -> "too little was acknowledged to mean anything");
    }

    /** One run: clients, faults, and what they saw. */
    private static final class History {
        private final long seed;
        private final SimulatedShard cluster;
        private final SplittableRandom random;
        private final Set<Long> increments = new HashSet<>();
        private long seen;
        private int acknowledged;
        private int unknown;
        private int open;
        private int reads;
        private boolean stopped;

        History(long seed, boolean readsThroughLog) {
            this.seed = seed;
            this.random = new SplittableRandom(seed * 31 + 7);
            this.cluster = new SimulatedShard(seed, seed % 3 == 0 ? 5 : 3, readsThroughLog);
            cluster.lossRate = seed % 2 == 0 ? 0.02 : 0;
        }

        int check() {
            cluster.raft.elect();
            cluster.time.runFor(50 * MILLI);
            for (int client = 0; client < 8; client++) {
                String node = cluster.ids.get(client % cluster.ids.size());
                next(node);
            }
            fault();
            cluster.time.runFor(1_500 * MILLI);
            stopped = true;
            cluster.raft.healAll();
            cluster.raft.elect();
            cluster.time.runFor(5_000 * MILLI);
            assertEquals(0, open, () -> "requests without an answer; " + this);
            for (String node : cluster.ids) {
                long value = cluster.state(node)
                        .<Long>ask(machine -> number(
                                Objects.requireNonNull(machine.query(Request.of("GET", "counter"), Long.MIN_VALUE))));
                assertTrue(
                        value >= acknowledged && value <= acknowledged + unknown,
                        () -> node + " counts " + value + "; " + this);
            }
            return acknowledged + reads;
        }

        private void next(String node) {
            if (stopped) {
                return;
            }
            open++;
            if (random.nextInt(3) == 0) {
                cluster.request(node, true, reply -> incremented(node, reply), "INCR", "counter");
            } else {
                long before = seen;
                cluster.request(node, false, reply -> read(node, before, reply), "GET", "counter");
            }
        }

        private void incremented(String node, Reply reply) {
            open--;
            switch (reply) {
                case Reply.Int value -> {
                    assertTrue(increments.add(value.value()), () -> "applied twice or lost: " + value + "; " + this);
                    acknowledged++;
                    seen = Math.max(seen, value.value());
                }
                case Reply.Failure failure -> {
                    if (failure.code().equals("UNKNOWN")) {
                        unknown++;
                    }
                }
                default -> throw new AssertionError(reply + "; " + this);
            }
            cluster.time.after(random.nextLong(4 * MILLI), () -> next(node));
        }

        private void read(String node, long before, Reply reply) {
            open--;
            if (!(reply instanceof Reply.Failure)) {
                long value = number(reply);
                assertTrue(
                        value >= before,
                        () -> "stale read on " + node + ": " + value + " after " + before + " was seen; " + this);
                seen = Math.max(seen, value);
                reads++;
            }
            cluster.time.after(random.nextLong(4 * MILLI), () -> next(node));
        }

        private static long number(Reply reply) {
            return reply instanceof Reply.Bulk bulk
                    ? Long.parseLong(bulk.value().utf8())
                    : 0;
        }

        private void fault() {
            if (stopped) {
                return;
            }
            switch (random.nextInt(4)) {
                case 0 -> cluster.raft.cut(cluster.ids.get(random.nextInt(cluster.ids.size())));
                case 1 -> cluster.raft.healAll();
                default -> cluster.raft.elect();
            }
            cluster.time.after(random.nextLong(5 * MILLI, 200 * MILLI), this::fault);
        }

        @Override
        public String toString() {
            return "seed " + seed + ", acknowledged " + acknowledged + ", unknown " + unknown + ", reads " + reads
                    + ", states "
                    + List.copyOf(cluster.states.keySet());
        }
    }
}

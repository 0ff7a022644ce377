package io.ratiskv.replication;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ratiskv.api.Reply;
import io.ratiskv.machine.KeyValueStateMachine;
import io.ratiskv.machine.Statistics;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/**
 * Seeded histories of keys with deadlines on three nodes whose wall clocks jump by up to an hour either way while
 * leaders are cut off, replaced and healed: a key that anyone saw expired never comes back. The seed is in the failure;
 * {@code -Dratiskv.simulation.seed=N} runs it alone, {@code -Dratiskv.simulation.seeds=N} sets how many run.
 */
class ExpirySimulationTest {
    private static final long MILLI = 1_000_000L;
    private static final long HOUR_MILLIS = TimeUnit.HOURS.toMillis(1);
    private static final List<String> QUESTIONS = List.of("GET", "EXISTS", "PTTL", "STRLEN");

    @Test
    void what_was_seen_expired_never_comes_back() {
        Long alone = Long.getLong("ratiskv.simulation.seed");
        if (alone != null) {
            new History(alone).check();
            return;
        }
        int seeds = Integer.getInteger("ratiskv.simulation.seeds", 100);
        long expired = 0;
        for (long seed = 1; seed <= seeds; seed++) {
            expired += new History(seed).check();
        }
        assertTrue(expired > seeds * 50L, "too little expired to mean anything");
    }

    /** One run: clients, clocks, faults, and what was seen. */
    private static final class History {
        private final long seed;
        private final SimulatedShard cluster;
        private final SplittableRandom random;
        private final Set<String> seenExpired = new HashSet<>();
        private int keys;
        private boolean stopped;

        History(long seed) {
            this.seed = seed;
            this.random = new SplittableRandom(seed * 31 + 11);
            this.cluster = new SimulatedShard(seed, 3, /* readsThroughLog= */ seed % 5 == 0);
            cluster.lossRate = seed % 2 == 0 ? 0.02 : 0;
        }

        int check() {
            cluster.raft.elect();
            cluster.time.runFor(50 * MILLI);
            for (int client = 0; client < 6; client++) {
                write();
            }
            fault();
            cluster.time.runFor(2_000 * MILLI);
            stopped = true;
            cluster.raft.healAll();
            cluster.raft.elect();
            cluster.time.runFor(5_000 * MILLI);
            for (String node : cluster.ids) {
                long kept = cluster.state(node).ask(KeyValueStateMachine::statistics).databases().stream()
                        .mapToLong(Statistics.DatabaseStatistics::keys)
                        .sum();
                assertEquals(0, kept, () -> "kept at " + node + "; " + this);
            }
            return seenExpired.size();
        }

        /** A new key, which one client after the other then asks for at any node until it is gone. */
        private void write() {
            if (stopped) {
                return;
            }
            String key = "k" + keys++;
            String lifeMillis = Integer.toString(random.nextInt(1, 150));
            cluster.request(
                    anyNode(),
                    true,
                    reply -> {
                        if (reply.equals(Reply.OK)) {
                            soon(() -> ask(key, 0));
                            soon(() -> ask(key, 0));
                        }
                        soon(this::write);
                    },
                    "SET",
                    key,
                    "v",
                    "PX",
                    lifeMillis);
        }

        private void ask(String key, int afterwards) {
            if (stopped || afterwards == 20) {
                return;
            }
            boolean gone = seenExpired.contains(key);
            String question = QUESTIONS.get(random.nextInt(QUESTIONS.size()));
            String node = anyNode();
            cluster.request(
                    node,
                    false,
                    reply -> {
                        if (!(reply instanceof Reply.Failure)) {
                            boolean absent = isAbsent(reply);
                            assertFalse(
                                    gone && !absent,
                                    () -> key + " is back: " + question + " at " + node + " says " + reply + "; "
                                            + this);
                            if (absent) {
                                seenExpired.add(key);
                            }
                        }
                        soon(() -> ask(key, gone ? afterwards + 1 : afterwards));
                    },
                    question,
                    key);
        }

        private static boolean isAbsent(Reply reply) {
            return reply.equals(Reply.NULL)
                    || reply instanceof Reply.Int number && (number.value() == 0 || number.value() == -2);
        }

        private String anyNode() {
            return cluster.ids.get(random.nextInt(cluster.ids.size()));
        }

        private void soon(Runnable task) {
            cluster.time.after(random.nextLong(8 * MILLI), task);
        }

        private void fault() {
            if (stopped) {
                return;
            }
            switch (random.nextInt(6)) {
                case 0 -> cluster.raft.cut(anyNode());
                case 1 -> cluster.raft.healAll();
                case 2, 3 -> cluster.raft.elect();
                default -> cluster.aheadMillis.put(anyNode(), jumpMillis());
            }
            cluster.time.after(random.nextLong(5 * MILLI, 100 * MILLI), this::fault);
        }

        /** Small steps are as dangerous as large ones: they hide among the deadlines. */
        private long jumpMillis() {
            long most = random.nextBoolean() ? HOUR_MILLIS : 100;
            return random.nextLong(-most, most + 1);
        }

        @Override
        public String toString() {
            return "seed " + seed + ", " + keys + " keys, " + seenExpired.size() + " seen expired";
        }
    }
}

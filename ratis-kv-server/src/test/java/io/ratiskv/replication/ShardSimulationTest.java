package io.ratiskv.replication;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ratiskv.api.Effect;
import io.ratiskv.api.Entry;
import io.ratiskv.api.Reply;
import io.ratiskv.api.Request;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * Seeded histories of a counter on three or five nodes. Leaders are cut off, replaced and healed, nodes crash and start
 * again, from a snapshot or without, or are sent one, replicas are compared, and messages are lost: whatever was acknowledged is there, once, on every later read. The seed is in the failure; {@code
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
        int seeds = Integer.getInteger("ratiskv.simulation.seeds", 2_000);
        long acknowledged = 0;
        for (long seed = 1; seed <= seeds; seed++) {
            acknowledged += new History(seed, seed % 5 == 0).check();
        }
        assertTrue(acknowledged > seeds * 100L, () -> "too little was acknowledged to mean anything");
    }

    /** Compared by identity: two may be alike. */
    private static final class Question {
        final String node;
        final boolean increments;
        final long seenBefore;

        Question(String node, boolean increments, long seenBefore) {
            this.node = node;
            this.increments = increments;
            this.seenBefore = seenBefore;
        }
    }

    /** One run: clients, faults, and what they saw. */
    private static final class History {
        private final long seed;
        private final SimulatedShard cluster;
        private final SplittableRandom random;
        private final Set<Long> increments = new HashSet<>();
        private final Set<Question> open = new LinkedHashSet<>();
        private long seen;
        private int acknowledged;
        private int unknown;
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
            cluster.ids.stream().filter(cluster.raft::isDown).forEach(cluster::restart);
            cluster.raft.healAll();
            cluster.raft.elect();
            cluster.time.runFor(5_000 * MILLI);
            assertEquals(Set.of(), open, () -> "requests without an answer; " + this);
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
            if (cluster.raft.isDown(node)) {
                later(node);
                return;
            }
            Question question = new Question(node, random.nextInt(3) == 0, seen);
            open.add(question);
            if (question.increments) {
                cluster.request(node, true, reply -> answered(question, reply), "INCR", "counter");
            } else {
                cluster.request(node, false, reply -> answered(question, reply), "GET", "counter");
            }
        }

        private void later(String node) {
            cluster.time.after(random.nextLong(4 * MILLI), () -> next(node));
        }

        private void answered(Question question, Reply reply) {
            assertTrue(open.remove(question), () -> "answered twice on " + question.node + "; " + this);
            if (question.increments) {
                incremented(reply);
            } else {
                read(question, reply);
            }
            later(question.node);
        }

        private void incremented(Reply reply) {
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
        }

        private void read(Question question, Reply reply) {
            if (!(reply instanceof Reply.Failure)) {
                long value = number(reply);
                assertTrue(
                        value >= question.seenBefore,
                        () -> "stale read on " + question.node + ": " + value + " after " + question.seenBefore
                                + " was seen; " + this);
                seen = Math.max(seen, value);
                reads++;
            }
        }

        /** What was asked there is never answered, and may have happened. */
        private void crash(String node) {
            cluster.crash(node);
            for (Question question : List.copyOf(open)) {
                if (question.node.equals(node)) {
                    open.remove(question);
                    unknown += question.increments ? 1 : 0;
                    later(node);
                }
            }
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
            String node = cluster.ids.get(random.nextInt(cluster.ids.size()));
            boolean down = cluster.raft.isDown(node);
            switch (random.nextInt(9)) {
                case 0 -> cluster.raft.cut(node);
                case 1 -> cluster.raft.healAll();
                case 2, 3 -> {
                    if (down) {
                        cluster.restart(node);
                    } else {
                        crash(node);
                    }
                }
                case 4 -> {
                    if (!down) {
                        cluster.snapshot(node);
                    }
                }
                case 5 -> cluster.install(node);
                case 6 -> {
                    if (!down) {
                        var unused = cluster.shard(node)
                                .announce(new Entry.Digest(), Effect.DigestWanted.class::isInstance, 1_000);
                    }
                }
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

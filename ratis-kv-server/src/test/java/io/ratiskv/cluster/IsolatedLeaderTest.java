package io.ratiskv.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;

/**
 * A leader loses the network to its peers, but not to its clients, which go on writing to it and reading from it, while
 * the others elect one of them and commit. Needs namespaces, see {@link Network}, and is skipped without. {@code
 * -Dratiskv.rounds=N} sets how often.
 *
 * <p>Ratis lets a leader that hears of no majority step down when its log stood still for the longest election timeout;
 * a follower stands when it heard of no leader for a time between the shortest and the longest. The two are set far
 * apart here, so that writes keep the old leader in office while a newer one commits. A round in which that did not come
 * about is repeated.
 */
@Tag("alone")
class IsolatedLeaderTest {
    private static final int TRIES_PER_ROUND = 5;
    private static final int CLIENTS = 4;
    private static final int WRITES_MEANWHILE = 500;
    private static final int REFUSALS_MEANWHILE = 8;

    @TempDir
    Path directory = Path.of("");

    @Test
    @Timeout(300)
    void a_leader_that_is_cut_off_while_clients_write_to_it_answers_nothing_from_its_past() throws Exception {
        int rounds = Integer.getInteger("ratiskv.rounds", 1);
        StringBuilder why = new StringBuilder();
        try (Network network = Network.open(3, why)) {
            assumeTrue(network != null, () -> "skipped, no network can be cut here: " + why);
            List<String> arguments = List.of(
                    "--insecure-bind",
                    "--request-timeout-millis",
                    "2000",
                    "--election-timeout-min-millis",
                    "200",
                    "--election-timeout-max-millis",
                    "4000");
            try (Processes cluster =
                    new Processes(network.places(), io.ratiskv.server.Main.class, directory, "256m", arguments)) {
                cluster.startAll();
                cluster.awaitAllServing();
                int overlapping = 0;
                for (int round = 0; overlapping < rounds && round < TRIES_PER_ROUND * rounds; round++) {
                    overlapping += new Round(cluster, network, "round:" + round).play() ? 1 : 0;
                }
                assumeTrue(overlapping > 0, "the old leader always stepped down before a newer one committed");
            }
        }
    }

    /** One leader cut off and taken back. */
    private static final class Round {
        private final Processes cluster;
        private final Network network;
        private final String name;
        private final int cutOff;
        private final Tally before = new Tally();
        private final Tally during = new Tally();
        private final Tally after = new Tally();
        private final List<Thread> threads = new ArrayList<>();
        private final Set<String> acknowledged = ConcurrentHashMap.newKeySet();
        private final Set<String> refused = ConcurrentHashMap.newKeySet();

        /** The highest number of the register whose write was acknowledged. */
        private final AtomicLong register = new AtomicLong();

        /** Numbers whose write may take effect at any time. */
        private final Set<Long> unsettled = ConcurrentHashMap.newKeySet();

        private volatile Tally phase = before;
        private volatile boolean stopped;

        Round(Processes cluster, Network network, String name) {
            this.cluster = cluster;
            this.network = network;
            this.name = name;
            this.cutOff = cluster.awaitLeader();
        }

        /** Whether a newer leader committed while the old one still led. */
        boolean play() throws Exception {
            threads.add(Thread.ofPlatform().start(this::raise));
            for (int i = 0; i < CLIENTS; i++) {
                int number = i;
                threads.add(Thread.ofPlatform().start(this::read));
                threads.add(Thread.ofPlatform().start(() -> write(number)));
            }
            AtomicLong ledMillis = new AtomicLong();
            AtomicLong overtakenBy = new AtomicLong();
            try {
                cluster.await(
                        "the leader serves",
                        60,
                        () -> before.readsAnswered.get() > 200 && before.writesAcknowledged.get() > 200);
                network.cut(cutOff);
                phase = during;
                long cutAt = System.nanoTime();
                long from = register.get();
                cluster.await("the others go on and the one that is cut off refuses", 120, () -> {
                    long newer = register.get() - from;
                    if (cluster.status(cutOff).contains("\"state\":\"LEADER\"")) {
                        overtakenBy.set(newer);
                        ledMillis.set((System.nanoTime() - cutAt) / 1_000_000);
                    }
                    boolean refuses = during.readsRefused.get() >= REFUSALS_MEANWHILE
                            && during.writesRefused.get() + during.writesUnknown.get() >= REFUSALS_MEANWHILE;
                    return newer > WRITES_MEANWHILE && (refuses || during.readsStale.get() > 0);
                });
                phase = after;
                network.mend(cutOff);
                cluster.await(
                        "the one that was cut off serves again",
                        120,
                        () -> after.readsAnswered.get() > 200 && after.writesAcknowledged.get() > 200);
            } finally {
                stopped = true;
                network.mend(cutOff);
                for (Thread thread : threads) {
                    thread.join();
                }
            }
            System.out.printf(
                    "%s: n%d led on for at least %d ms, %d newer writes were acknowledged by others meanwhile%n"
                            + "  before  %s%n  cut off %s%n  after   %s%n",
                    name, cutOff, ledMillis.get(), overtakenBy.get(), before, during, after);
            check();
            return overtakenBy.get() > 1; // one may have been on its way when the leader was cut off
        }

        private void check() {
            assertEquals(0, before.readsStale.get() + during.readsStale.get() + after.readsStale.get(), "stale reads");
            assertEquals(0, during.writesAcknowledged.get(), "writes acknowledged without a majority");
            for (int node = 1; node <= cluster.count(); node++) {
                try (Jedis client = cluster.connect(node, 30_000)) {
                    Set<String> found = client.hkeys(name + ":writes");
                    assertTrue(found.containsAll(acknowledged), "an acknowledged write is lost on node " + node);
                    assertTrue(refused.stream().noneMatch(found::contains), "a refused write took effect");
                }
            }
        }

        /** Counts the register up through the others. */
        private void raise() {
            int node = cutOff;
            long next = 1;
            while (!stopped) {
                node = node % cluster.count() + 1;
                if (node == cutOff) {
                    continue;
                }
                try (Jedis client = cluster.connect(node, 10_000)) {
                    while (!stopped) {
                        unsettled.add(next);
                        client.set(name + ":register", Long.toString(next));
                        unsettled.remove(next);
                        register.set(next);
                        next++;
                    }
                } catch (JedisException unknown) {
                    next++;
                    Processes.pause(5);
                }
            }
        }

        private void read() {
            while (!stopped) {
                try (Jedis client = cluster.connect(cutOff, 10_000)) {
                    while (!stopped) {
                        readOnce(client);
                    }
                } catch (JedisException lost) {
                    Processes.pause(5);
                }
            }
        }

        private void readOnce(Jedis client) {
            Tally tally = phase;
            long floor = register.get();
            String found;
            try {
                found = client.get(name + ":register");
            } catch (JedisDataException error) {
                tally.readsRefused.incrementAndGet();
                return;
            }
            long value = found == null ? 0 : Long.parseLong(found);
            if (value < floor && !unsettled.contains(value)) {
                tally.readsStale.incrementAndGet();
            }
            if (tally == phase) {
                tally.readsAnswered.incrementAndGet();
            }
        }

        private void write(int number) {
            long sequence = 0;
            while (!stopped) {
                try (Jedis client = cluster.connect(cutOff, 10_000)) {
                    while (!stopped) {
                        writeOnce(client, number + "-" + sequence++);
                    }
                } catch (JedisException lost) {
                    Processes.pause(5);
                }
            }
        }

        private void writeOnce(Jedis client, String field) {
            Tally tally = phase;
            try {
                client.hset(name + ":writes", field, "");
            } catch (JedisConnectionException lost) {
                tally.writesUnknown.incrementAndGet();
                throw lost;
            } catch (JedisDataException error) {
                if (String.valueOf(error.getMessage()).startsWith("UNKNOWN")) {
                    tally.writesUnknown.incrementAndGet();
                } else {
                    refused.add(field);
                    tally.writesRefused.incrementAndGet();
                }
                return;
            }
            acknowledged.add(field);
            if (tally == phase) {
                tally.writesAcknowledged.incrementAndGet();
            }
        }
    }
}

package io.ratiskv.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.exceptions.JedisException;

/** A real process without a majority is sent more writes than it holds back for one; then the majority is there. */
@Tag("alone")
class OverloadTest {
    private static final int CLIENTS = 700;
    private static final int PROBES = 50;
    private static final int VALUE_BYTES = 100_000;

    @TempDir
    Path directory = Path.of("");

    private final Set<String> done = ConcurrentHashMap.newKeySet();
    private final Set<String> refused = ConcurrentHashMap.newKeySet();
    private final Set<String> unexpected = ConcurrentHashMap.newKeySet();

    @Test
    @Timeout(300)
    void what_is_too_much_is_refused_while_the_rest_waits_and_is_done_once_there_is_a_majority() throws Exception {
        List<String> patient = List.of("--request-timeout-millis", "240000");
        try (Processes cluster = new Processes(2, directory, "256m", patient)) {
            cluster.start(1);
            cluster.await("node 1 listens", 60, () -> answers(cluster));
            List<Thread> clients = new ArrayList<>();
            for (int client = 0; client < CLIENTS; client++) {
                String key = "client-" + client;
                clients.add(Thread.ofVirtual().start(() -> write(cluster, key)));
            }
            cluster.await("what is too much is refused", 60, () -> !refused.isEmpty());
            List<Long> probeMicros = new ArrayList<>();
            while (probeMicros.size() < PROBES) {
                long sentAt = System.nanoTime();
                write(cluster, "probe-" + probeMicros.size());
                probeMicros.add((System.nanoTime() - sentAt) / 1_000);
            }
            assertEquals(Set.of(), done, "done without a majority");
            assertTrue(refused.size() < CLIENTS / 2, "what came first waits");

            cluster.start(2);
            for (Thread client : clients) {
                client.join();
            }
            probeMicros.sort(null);
            System.out.printf(
                    "%d writes done, %d refused; refusals one after the other took %d us in the median, %d us at most; %d MiB in memory at most%n",
                    done.size(),
                    refused.size(),
                    probeMicros.get(PROBES / 2),
                    probeMicros.getLast(),
                    cluster.peakKibibytes(1) >> 10);
            assertEquals(Set.of(), unexpected, cluster::logs);
            assertEquals(CLIENTS + PROBES, done.size() + refused.size());
            for (int node = 1; node <= cluster.count(); node++) {
                check(cluster, node);
            }
        }
    }

    private static boolean answers(Processes cluster) {
        try (Jedis client = cluster.connect(1, 10_000)) {
            return "PONG".equals(client.ping());
        } catch (JedisException notYet) {
            return false;
        }
    }

    private void write(Processes cluster, String key) {
        try (Jedis client = cluster.connect(1, 280_000)) {
            client.set(key, value(key));
            done.add(key);
        } catch (JedisException error) {
            boolean overloaded = String.valueOf(error.getMessage()).startsWith("OVERLOADED ");
            (overloaded ? refused : unexpected).add(overloaded ? key : key + ": " + error);
        }
    }

    private static String value(String key) {
        return key + "v".repeat(VALUE_BYTES);
    }

    private void check(Processes cluster, int node) {
        try (Jedis client = cluster.connect(node, 60_000)) {
            for (String key : done) {
                assertEquals(value(key), client.get(key));
            }
            for (String key : refused) {
                assertNull(client.get(key), "what was refused took effect on node " + node);
            }
        }
    }
}

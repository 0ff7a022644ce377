package io.ratiskv.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.commands.ProtocolCommand;
import redis.clients.jedis.exceptions.JedisException;

/**
 * Clients that number their requests repeat each until it is answered, through whichever node is there, while they drop
 * connections with a reply on its way and nodes are killed: the n-th INCR answers n, every time.
 */
@Tag("alone")
class OnceFailoverTest {
    private static final int CLIENTS = 6;
    private static final int DROPPED_ONE_IN = 20;

    private static final ProtocolCommand CLIENT = () -> "CLIENT".getBytes(StandardCharsets.US_ASCII);
    private static final ProtocolCommand ONCE = () -> "ONCE".getBytes(StandardCharsets.US_ASCII);

    @TempDir
    Path directory = Path.of("");

    private final AtomicLongArray answered = new AtomicLongArray(CLIENTS);
    private final AtomicInteger repeated = new AtomicInteger();
    private final ConcurrentLinkedQueue<String> wrong = new ConcurrentLinkedQueue<>();
    private volatile boolean stopped;

    @Test
    void what_is_repeated_until_it_is_answered_is_done_once() throws Exception {
        try (Processes cluster = new Processes(3, directory, "256m", List.of())) {
            cluster.startAll();
            cluster.awaitAllServing();
            List<Thread> clients = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                int number = i;
                clients.add(Thread.ofPlatform().name("client-" + i).start(() -> count(cluster, number)));
            }
            awaitProgress(cluster);
            cluster.kill(cluster.awaitLeader());
            awaitProgress(cluster);
            for (int node = 1; node <= cluster.count(); node++) {
                cluster.kill(node);
            }
            cluster.startAll();
            cluster.awaitAllServing();
            awaitProgress(cluster);
            stopped = true;
            for (Thread client : clients) {
                client.join();
            }
            assertEquals(List.of(), List.copyOf(wrong));
            try (Jedis client = cluster.connect(1, 10_000)) {
                for (int i = 0; i < CLIENTS; i++) {
                    assertEquals(Long.toString(answered.get(i)), client.get("once:" + i));
                }
            }
            assertTrue(repeated.get() > CLIENTS, "nothing was repeated");
            System.out.printf("%d requests, %d of them repeated: each was done once%n", all(), repeated.get());
        }
    }

    private void awaitProgress(Processes cluster) {
        long[] from = new long[CLIENTS];
        for (int i = 0; i < CLIENTS; i++) {
            from[i] = answered.get(i);
        }
        cluster.await("every client goes on", 60, () -> {
            for (int i = 0; i < CLIENTS && !stopped; i++) {
                if (answered.get(i) < from[i] + 3 * DROPPED_ONE_IN) {
                    return false;
                }
            }
            return true;
        });
    }

    private long all() {
        long all = 0;
        for (int i = 0; i < CLIENTS; i++) {
            all += answered.get(i);
        }
        return all;
    }

    private void count(Processes cluster, int number) {
        int node = number % cluster.count() + 1;
        while (!stopped) {
            try (Jedis client = cluster.connect(node, 10_000)) {
                Object highest = client.sendCommand(CLIENT, "SESSION", "client-" + number);
                if (!(highest instanceof Long last) || last < answered.get(number) || last > answered.get(number) + 1) {
                    wrong.add("client " + number + " was answered " + answered.get(number) + " and not " + highest);
                }
                while (!stopped) {
                    long next = answered.get(number) + 1;
                    if (next % DROPPED_ONE_IN == 0) {
                        sendAndLeave(cluster, node, number, next);
                    }
                    Object reply = client.sendCommand(ONCE, Long.toString(next), "INCR", "once:" + number);
                    if (!reply.equals(next)) {
                        wrong.add("client " + number + ": the answer to " + next + " is " + reply);
                        stopped = true;
                    }
                    answered.set(number, next);
                }
            } catch (JedisException lost) {
                repeated.incrementAndGet();
                node = node % cluster.count() + 1;
                Processes.pause(5);
            }
        }
    }

    /** A connection that goes away while its request is on its way. */
    private void sendAndLeave(Processes cluster, int node, int number, long next) {
        try (Socket leaving = new Socket(cluster.host(node), cluster.respPort(node))) {
            String requests = words("CLIENT", "SESSION", "client-" + number)
                    + words("ONCE", Long.toString(next), "INCR", "once:" + number);
            leaving.getOutputStream().write(requests.getBytes(StandardCharsets.US_ASCII));
            repeated.incrementAndGet();
        } catch (IOException gone) {
            // The node is; what was to be sent will be.
        }
    }

    private static String words(String... words) {
        StringBuilder request = new StringBuilder("*" + words.length + "\r\n");
        for (String word : words) {
            request.append("$" + word.length() + "\r\n" + word + "\r\n");
        }
        return request.toString();
    }
}

package io.ratiskv.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.exceptions.JedisException;

/**
 * A leader is stopped in its tracks, the others elect one of them and commit a newer value, and the old one goes on: it
 * answers reads that waited in its sockets, and those after, with the newer value or an error. {@code
 * -Dratiskv.rounds=N} sets how often.
 */
class StaleReadTest {
    private static final int CONNECTIONS = 8;
    private static final int READS = 50;

    @TempDir
    Path directory = Path.of("");

    @Test
    void a_leader_that_was_stopped_answers_nothing_from_its_past() throws Exception {
        int rounds = Integer.getInteger("ratiskv.rounds", 2);
        try (Processes cluster = new Processes(3, directory, "256m", List.of())) {
            cluster.startAll();
            cluster.awaitAllServing();
            int answered = 0;
            for (int round = 0; round < rounds; round++) {
                answered += round(cluster, round);
            }
            System.out.printf("%d rounds: %d reads of a resumed leader answered, none stale%n", rounds, answered);
            assertTrue(answered > 0, "no read was answered at all, so nothing was tested");
        }
    }

    private static int round(Processes cluster, int round) throws IOException, InterruptedException {
        String older = "older-" + round;
        String newer = "newer-" + round;
        cluster.await("a leader is known", 60, () -> cluster.leader() != 0);
        int stopped = cluster.leader();
        try (Jedis client = cluster.connect(stopped, 10_000)) {
            assertEquals("OK", client.set("key", older));
            assertEquals(older, client.get("key"));
        }
        List<Socket> waiting = new ArrayList<>();
        try {
            for (int i = 0; i < CONNECTIONS; i++) {
                waiting.add(new Socket(InetAddress.getLoopbackAddress(), cluster.respPort(stopped)));
            }
            cluster.signal(stopped, "STOP");
            int other = stopped % cluster.count() + 1;
            cluster.await("the others commit a newer value", 60, () -> commits(cluster, other, newer));
            for (Socket socket : waiting) {
                socket.getOutputStream().write("GET key\r\n".repeat(READS).getBytes(StandardCharsets.US_ASCII));
            }
            cluster.signal(stopped, "CONT");
            int answered = 0;
            for (Socket socket : waiting) {
                socket.setSoTimeout(20_000);
                answered += countFresh(socket, newer);
            }
            return answered;
        } finally {
            for (Socket socket : waiting) {
                socket.close();
            }
        }
    }

    private static boolean commits(Processes cluster, int node, String value) {
        try (Jedis client = cluster.connect(node, 10_000)) {
            return "OK".equals(client.set("key", value));
        } catch (JedisException refused) {
            return false;
        }
    }

    /** Reads all replies: each is the newer value or an error. */
    private static int countFresh(Socket socket, String newer) throws IOException {
        BufferedReader in =
                new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
        int fresh = 0;
        for (int i = 0; i < READS; i++) {
            String line = in.readLine();
            if (line == null) {
                return fresh; // closed: no answer is no stale answer
            }
            if (!line.startsWith("-")) {
                assertEquals(newer, in.readLine(), "a stale read");
                fresh++;
            }
        }
        return fresh;
    }
}

package io.ratiskv.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.exceptions.JedisException;

/**
 * Stops a leader in its tracks, lets the others elect one of them and commit a newer value, lets the old one go on, and
 * looks at what it answers to the reads that waited in its sockets. Stateless.
 */
final class StoppedLeader {
    private static final int CONNECTIONS = 8;
    private static final int READS = 50;

    /** Reads answered with the newer value, and with another one; refused ones are neither. */
    record Answers(int fresh, int stale) {
        Answers plus(Answers others) {
            return new Answers(fresh + others.fresh, stale + others.stale);
        }
    }

    private StoppedLeader() {}

    static Answers round(Processes cluster, int round) throws IOException, InterruptedException {
        String older = "older-" + round;
        String newer = "newer-" + round;
        int stopped = cluster.awaitLeader();
        try (Jedis client = cluster.connect(stopped, 10_000)) {
            assertEquals("OK", client.set("key", older));
            assertEquals(older, client.get("key"));
        }
        List<Socket> waiting = new ArrayList<>();
        try {
            for (int i = 0; i < CONNECTIONS; i++) {
                waiting.add(new Socket(cluster.host(stopped), cluster.respPort(stopped)));
            }
            cluster.signal(stopped, "STOP");
            int other = stopped % cluster.count() + 1;
            cluster.await("the others commit a newer value", 60, () -> commits(cluster, other, newer));
            for (Socket socket : waiting) {
                socket.getOutputStream().write("GET key\r\n".repeat(READS).getBytes(StandardCharsets.US_ASCII));
            }
            cluster.signal(stopped, "CONT");
            Answers answers = new Answers(0, 0);
            for (Socket socket : waiting) {
                socket.setSoTimeout(20_000);
                answers = answers.plus(answers(socket, newer));
            }
            return answers;
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

    private static Answers answers(Socket socket, String newer) throws IOException {
        BufferedReader in =
                new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
        Answers answers = new Answers(0, 0);
        for (int i = 0; i < READS; i++) {
            String line = in.readLine();
            if (line == null) {
                return answers; // closed: no answer is no stale answer
            }
            if (!line.startsWith("-")) {
                boolean fresh = newer.equals(in.readLine());
                answers = answers.plus(fresh ? new Answers(1, 0) : new Answers(0, 1));
            }
        }
        return answers;
    }
}

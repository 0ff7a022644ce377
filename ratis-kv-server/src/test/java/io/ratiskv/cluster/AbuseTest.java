package io.ratiskv.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;

/**
 * Three real processes of a small heap are abused from all sides while polite clients go on: malformed frames, HTTP,
 * requests that never end, clients that never read, and idle connections, all of them on the leader. {@code
 * -Dratiskv.idle=N} sets how many; the times are printed, never asserted.
 */
@Tag("alone")
class AbuseTest {
    private static final int MAX_CLIENTS = 10_000;

    /** Everything but idle connections that one node has at a time, and then some. */
    private static final int OTHERS_MAX = 100;

    private static final int UNFINISHED = 16;
    private static final int ANNOUNCED_BYTES = 16 << 20;
    private static final int VALUE_BYTES = 2 << 20;

    /** A node refuses each of these and closes the connection; where it answers, with an error. */
    private static final List<String> MALFORMED = List.of(
            "*x\r\n",
            "*\r\n",
            "*01\r\n",
            "*2147483648\r\n",
            "*99999999999999999999\r\n",
            "*1\r\n$-1\r\n",
            "*1\r\n$x\r\n",
            "*1\r\n$9999999999\r\n",
            "*3\r\n$3\r\nSET\r\n$6\r\nabused\r\n$536870913\r\n",
            "*1\r\n:5\r\n",
            "*2\r\n$1\r\na\r\nb\r\n",
            "*1\r\n*1\r\n*1\r\n",
            "set \"a\r\n",
            "set 'a\r\n",
            "1".repeat(70_000),
            "*" + "1".repeat(70_000),
            "*1\r\n$" + "1".repeat(70_000),
            "POST / HTTP/1.1\r\nHost: localhost\r\n\r\nSET abused 1\r\n",
            "Host: localhost\r\nSET abused 1\r\n");

    @TempDir
    Path directory = Path.of("");

    private final List<Socket> open = new ArrayList<>();

    @Test
    void abused_nodes_answer_everybody_else() throws Exception {
        int idle = Integer.getInteger("ratiskv.idle", 2_000);
        try (Processes cluster = new Processes(3, directory, "256m", List.of("--maxclients", "" + MAX_CLIENTS))) {
            cluster.startAll();
            cluster.awaitAllServing();
            try (Jedis client = cluster.connect(1, 30_000)) {
                client.set("large", "v".repeat(VALUE_BYTES));
            }
            int leader = cluster.awaitLeader();
            PoliteClients polite = new PoliteClients(cluster);
            try (polite) {
                awaitAnswers(cluster, polite, 1_000);
                System.out.printf("without abuse: longest wait %d ms%n", polite.longestMillis());

                List<Thread> deaf = new ArrayList<>();
                for (int node = 1; node <= cluster.count(); node++) {
                    int port = cluster.respPort(node);
                    deaf.add(Thread.ofPlatform().start(() -> askWithoutReading(port)));
                    for (int i = 0; i < UNFINISHED; i++) {
                        Thread.ofVirtual().start(() -> beginAndNeverEnd(port));
                    }
                }
                System.out.printf("deaf and endless clients: longest wait %d ms%n", polite.longestMillis());
                List<Socket> crowd = openIdle(cluster.respPort(leader), idle);
                System.out.printf("%d connections opened: longest wait %d ms%n", idle, polite.longestMillis());
                for (int seed = 0; seed < 20; seed++) {
                    for (int node = 1; node <= cluster.count(); node++) {
                        sendMalformed(cluster.respPort(node), seed);
                    }
                }
                System.out.printf("malformed requests: longest wait %d ms%n", polite.longestMillis());
                for (int node = 1; node <= cluster.count(); node++) {
                    awaitDropped(cluster, node);
                }
                for (Thread thread : deaf) {
                    thread.join();
                }
                awaitAnswers(cluster, polite, 1_000);
                System.out.printf("deaf clients dropped: longest wait %d ms%n", polite.longestMillis());
                int served = countServed(crowd);
                System.out.printf(
                        "%d of %d idle connections served, others turned away: longest wait %d ms%n",
                        served, idle, polite.longestMillis());
                assertTrue(served >= Math.min(idle, MAX_CLIENTS - OTHERS_MAX), () -> served + " served");
                assertTrue(served <= MAX_CLIENTS, () -> served + " served");
                assertNull(polite.failure(), cluster.logs());
                for (int node = 1; node <= cluster.count(); node++) {
                    System.out.printf("n%d: %s%n", node, memory(cluster, node));
                }
            } finally {
                closeAll();
            }
            System.out.printf("%d polite requests answered%n", polite.answered());
            check(cluster);
        }
    }

    private static void awaitAnswers(Processes cluster, PoliteClients polite, int count) {
        long from = polite.answered();
        cluster.await(
                "polite requests are answered",
                120,
                () -> polite.failure() != null || polite.answered() >= from + count);
        assertNull(polite.failure(), cluster.logs());
    }

    private static void awaitDropped(Processes cluster, int node) {
        cluster.await("node " + node + " drops its deaf client", 90, () -> {
            try {
                return Files.readString(cluster.log(node)).contains("wait for it and it does not read");
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
    }

    private static void check(Processes cluster) throws IOException {
        for (int node = 1; node <= cluster.count(); node++) {
            try (Jedis client = cluster.connect(node, 30_000)) {
                assertEquals(false, client.exists("abused"), "what was malformed is not executed");
            }
            String log = Files.readString(cluster.log(node));
            assertTrue(!log.contains("OutOfMemoryError"), () -> cluster.logs());
        }
    }

    // The abuse

    private Socket connect(int port) throws IOException {
        Socket socket = new Socket();
        socket.setReceiveBufferSize(4096);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        synchronized (open) {
            open.add(socket);
        }
        return socket;
    }

    private void askWithoutReading(int port) {
        byte[] requests = "GET large\r\n".repeat(100).getBytes(StandardCharsets.US_ASCII);
        try (Socket socket = connect(port)) {
            while (true) {
                socket.getOutputStream().write(requests);
            }
        } catch (IOException dropped) {
            // As it should be.
        }
    }

    private void beginAndNeverEnd(int port) {
        String head = "*3\r\n$3\r\nSET\r\n$6\r\nabused\r\n$" + ANNOUNCED_BYTES + "\r\n";
        try {
            Socket socket = connect(port);
            socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
            socket.getOutputStream().write(new byte[ANNOUNCED_BYTES - 1]);
        } catch (IOException dropped) {
            // The node may read slowly or give it up, as it sees fit.
        }
    }

    private List<Socket> openIdle(int port, int count) throws IOException {
        List<Socket> idle = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            idle.add(connect(port));
        }
        return idle;
    }

    private static void sendMalformed(int port, int seed) throws IOException {
        for (String text : MALFORMED) {
            provoke(port, text.getBytes(StandardCharsets.ISO_8859_1));
        }
        byte[] noise = new byte[1_000];
        new SplittableRandom(seed).nextBytes(noise);
        provoke(port, noise);
    }

    /** Sends and waits for the end, which may come as an error and a close, as a reset, or as nothing but a close. */
    private static void provoke(int port, byte[] bytes) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(30_000);
            try {
                socket.getOutputStream().write(bytes);
                socket.shutdownOutput();
                String reply = new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
                assertTrue(reply.isEmpty() || reply.startsWith("-"), reply);
            } catch (java.net.SocketTimeoutException e) {
                throw new AssertionError("not closed: " + new String(bytes, StandardCharsets.ISO_8859_1), e);
            } catch (IOException reset) {
                // Closed with something unread.
            }
        }
    }

    private static int countServed(List<Socket> idle) throws IOException {
        int served = 0;
        for (Socket socket : idle) {
            socket.setSoTimeout(30_000);
            String reply;
            try {
                socket.getOutputStream().write("PING\r\n".getBytes(StandardCharsets.US_ASCII));
                reply = new String(readSome(socket.getInputStream()), StandardCharsets.US_ASCII);
            } catch (java.net.SocketTimeoutException e) {
                throw new AssertionError("an idle connection is not answered", e);
            } catch (IOException turnedAway) {
                continue;
            }
            if (reply.equals("+PONG\r\n")) {
                served++;
            } else {
                assertEquals("-ERR max number of clients reached\r\n", reply);
            }
        }
        return served;
    }

    private static byte[] readSome(InputStream in) throws IOException {
        java.io.ByteArrayOutputStream line = new java.io.ByteArrayOutputStream();
        for (int b = in.read(); b >= 0; b = in.read()) {
            line.write(b);
            if (b == '\n') {
                break;
            }
        }
        return line.toByteArray();
    }

    private void closeAll() throws IOException {
        synchronized (open) {
            for (Socket socket : open) {
                socket.close();
            }
        }
    }

    // What it costs

    private static String memory(Processes cluster, int node) throws IOException {
        String metrics = cluster.page(node, "/metrics", 10);
        double heap = 0;
        Matcher used = Pattern.compile("(?m)^jvm_memory_used_bytes\\{area=\"heap\".*\\} (\\S+)$")
                .matcher(metrics);
        while (used.find()) {
            heap += Double.parseDouble(used.group(1));
        }
        return "heap used %d MiB, %s".formatted((long) heap >> 20, resident(cluster.pid(node)));
    }

    /** Peak and present resident memory as Linux tells them. */
    private static String resident(long pid) throws IOException {
        Path status = Path.of("/proc/" + pid + "/status");
        if (!Files.exists(status)) {
            return "resident memory unknown";
        }
        return Files.readAllLines(status).stream()
                .filter(line -> line.startsWith("VmHWM") || line.startsWith("VmRSS"))
                .map(line -> line.replaceAll("\\s+", " "))
                .reduce((a, b) -> a + ", " + b)
                .orElse("resident memory unknown");
    }
}

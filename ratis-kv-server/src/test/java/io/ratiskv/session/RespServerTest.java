package io.ratiskv.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.Reply;
import io.ratiskv.resp.RespServer;
import io.ratiskv.resp.RespSettings;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Sockets: limits, bad clients, and the end. */
@Timeout(60)
class RespServerTest {
    private TestServer server = new TestServer();

    RespServerTest() throws IOException {}

    @AfterEach
    void close() {
        server.close();
    }

    private void restart(UnaryOperator<RespSettings> change) throws IOException {
        server.close();
        server = new TestServer(Credentials.NONE, change);
    }

    private TestClient connect() throws IOException {
        return new TestClient(server.port());
    }

    @Test
    void a_pipeline_is_answered_in_order() throws IOException {
        try (TestClient client = connect()) {
            OutputStream out = client.socket().getOutputStream();
            for (int i = 0; i < 10_000; i++) {
                out.write(TestClient.request("INCR", "n"));
                if (i % 100 == 0) {
                    out.write(TestClient.request("ECHO", "e" + i));
                }
            }
            for (int i = 0; i < 10_000; i++) {
                assertEquals(Reply.of(i + 1), client.read());
                if (i % 100 == 0) {
                    assertEquals(Reply.bulk("e" + i), client.read());
                }
            }
        }
    }

    @Test
    void large_values_go_in_and_out() throws IOException {
        byte[] value = new byte[20 << 20];
        new java.util.SplittableRandom(1).nextBytes(value);
        try (TestClient client = connect()) {
            client.raw("*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$" + value.length + "\r\n");
            client.socket().getOutputStream().write(value);
            client.raw("\r\n");
            assertEquals(Reply.OK, client.read());
            for (int i = 0; i < 3; i++) {
                client.send("GET", "k");
            }
            client.send("PING");
            for (int i = 0; i < 3; i++) {
                assertEquals(Reply.bulk(Bytes.wrap(value)), client.read());
            }
            assertEquals(Reply.PONG, client.read());
        }
        assertEquals(0, server.receiveBytes());
    }

    @Test
    void an_oversized_bulk_is_refused_before_it_arrives() throws IOException {
        restart(settings -> new RespSettings(settings.address(), 100, 0, 0, 1 << 20, 4 << 20, 1 << 20));
        try (TestClient client = connect();
                TestClient other = connect()) {
            client.raw("*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$1048577\r\n");
            assertEquals(Reply.error("ERR Protocol error: invalid bulk length"), client.read());
            assertTrue(client.isClosedByServer());
            assertEquals(Reply.PONG, other.ask("PING"));
        }
    }

    @Test
    void malformed_input_is_answered_and_closed() throws IOException {
        try (TestClient client = connect()) {
            client.raw("*1\r\n$4\r\nPING\r\n*1\r\n!\r\n");
            assertEquals(Reply.PONG, client.read());
            assertEquals(Reply.error("ERR Protocol error: expected '$', got '!'"), client.read());
            assertTrue(client.isClosedByServer());
        }
    }

    @Test
    void http_is_closed_with_nothing_executed() throws IOException {
        try (TestClient client = connect();
                TestClient other = connect()) {
            client.raw("POST / HTTP/1.1\r\nHost: localhost\r\n\r\nSET a 1\r\n");
            assertTrue(client.isClosedByServer());
            assertEquals(Reply.NULL, other.ask("GET", "a"));
        }
    }

    @Test
    void more_clients_than_allowed_are_turned_away() throws IOException {
        restart(settings -> new RespSettings(settings.address(), 2, 0, 0, 1 << 20, 4 << 20, 1 << 20));
        try (TestClient one = connect();
                TestClient two = connect()) {
            assertEquals(Reply.PONG, one.ask("PING"));
            assertEquals(Reply.PONG, two.ask("PING"));
            try (TestClient three = connect()) {
                assertEquals(Reply.error("ERR max number of clients reached"), three.read());
                assertTrue(three.isClosedByServer());
            }
            assertEquals(Reply.OK, one.ask("CONFIG", "SET", "maxclients", "3"));
            try (TestClient three = connect()) {
                assertEquals(Reply.PONG, three.ask("PING"));
            }
        }
    }

    @Test
    void an_idle_client_is_closed_but_not_one_that_waits_for_the_node() throws IOException {
        restart(settings -> new RespSettings(settings.address(), 100, 1, 0, 1 << 20, 4 << 20, 1 << 20));
        server.hold(true);
        try (TestClient idle = connect();
                TestClient waiting = connect()) {
            waiting.send("SET", "a", "1");
            assertTrue(idle.isClosedByServer());
            server.hold(false);
            assertEquals(Reply.OK, waiting.read());
        }
    }

    @Test
    void a_client_that_never_reads_is_dropped_while_others_are_served() throws Exception {
        restart(settings -> new RespSettings(settings.address(), 100, 0, 0, 8 << 20, 64 << 20, 1 << 20));
        try (TestClient writer = connect();
                TestClient deaf = connect()) {
            assertEquals(Reply.OK, writer.ask("SET", "k", "v".repeat(2 << 20)));
            deaf.socket().setReceiveBufferSize(4096);
            // Several at once: behind one reply that is not taken, no more is read, and nothing piles up.
            String eight = new String(TestClient.request("GET", "k"), StandardCharsets.ISO_8859_1).repeat(8);
            CompletableFuture<Void> asking = CompletableFuture.runAsync(() -> {
                try {
                    for (int i = 0; i < 1_000_000; i++) {
                        deaf.raw(eight);
                    }
                } catch (IOException dropped) {
                    // As it should be.
                }
            });
            while (!asking.isDone()) {
                long from = System.nanoTime();
                assertEquals(Reply.PONG, writer.ask("PING"));
                assertEquals(Reply.of(1), writer.ask("EXISTS", "k"));
                assertTrue(System.nanoTime() - from < TimeUnit.SECONDS.toNanos(1), "others are served");
            }
            asking.get(1, TimeUnit.SECONDS);
            assertTrue(server.receiveBytes() < 4 << 20);
        }
    }

    @Test
    void large_requests_of_many_clients_are_bounded_together() throws Exception {
        restart(settings -> new RespSettings(settings.address(), 100, 0, 0, 4 << 20, 8 << 20, 1 << 20));
        String value = "v".repeat(4 << 20);
        List<CompletableFuture<Reply>> replies = new ArrayList<>();
        long highest = 0;
        for (int i = 0; i < 12; i++) {
            String key = "k" + i;
            replies.add(CompletableFuture.supplyAsync(
                    () -> {
                        try (TestClient client = connect()) {
                            return client.ask("SET", key, value);
                        } catch (IOException e) {
                            throw new java.io.UncheckedIOException(e);
                        }
                    },
                    task -> Thread.ofVirtual().start(task)));
        }
        CompletableFuture<Void> all = CompletableFuture.allOf(replies.toArray(CompletableFuture[]::new));
        while (!all.isDone()) {
            highest = Math.max(highest, server.receiveBytes());
        }
        for (CompletableFuture<Reply> reply : replies) {
            assertEquals(Reply.OK, reply.get());
        }
        // The limit, the one that reads on above it, and a read of each of the others.
        assertTrue(highest < 8 * (2 << 20) + (4 << 20) + 12 * 512 * 1024, "highest " + highest);
        assertEquals(0, server.receiveBytes());
    }

    @Test
    void what_was_sent_before_the_client_shut_its_side_is_answered() throws IOException {
        try (TestClient client = connect()) {
            client.raw("SET a 1\r\nGET a\r\n");
            client.socket().shutdownOutput();
            assertEquals(Reply.OK, client.read());
            assertEquals(Reply.bulk("1"), client.read());
            assertTrue(client.isClosedByServer());
        }
    }

    @Test
    void a_drain_answers_what_is_in_flight_and_closes() throws Exception {
        server.hold(true);
        try (TestClient busy = connect();
                TestClient idle = connect()) {
            assertEquals(Reply.PONG, idle.ask("PING"));
            busy.send("SET", "a", "1");
            busy.send("PING");
            assertEquals(Reply.OK, idle.ask("CLIENT", "SETNAME", "x"));
            CompletableFuture<Void> drained = server.server().drain(10_000);
            assertTrue(idle.isClosedByServer());
            assertThrows(IOException.class, () -> connect().ask("PING"));
            server.hold(false);
            assertEquals(Reply.OK, busy.read());
            assertEquals(Reply.PONG, busy.read());
            assertTrue(busy.isClosedByServer());
            drained.get(5, TimeUnit.SECONDS);
        }
    }

    @Test
    void a_busy_port_is_told_in_one_line() {
        InetSocketAddress taken = server.server().address();
        IOException refused = assertThrows(
                IOException.class,
                () -> RespServer.bind(server.loop(), RespSettings.defaults(taken), null, outlet -> {
                    throw new IllegalStateException("never");
                }));
        String message = String.valueOf(refused.getMessage());
        assertTrue(message.startsWith("cannot listen for RESP on 127.0.0.1:" + taken.getPort()), message);
        assertEquals(1, message.lines().count(), message);
    }

    @Test
    void a_client_that_is_killed_is_closed() throws IOException {
        try (TestClient one = connect();
                TestClient two = connect()) {
            Reply id = two.ask("CLIENT", "ID");
            assertTrue(id instanceof Reply.Int);
            assertEquals(Reply.of(1), one.ask("CLIENT", "KILL", "ID", Long.toString(((Reply.Int) id).value())));
            assertTrue(two.isClosedByServer());
        }
    }
}

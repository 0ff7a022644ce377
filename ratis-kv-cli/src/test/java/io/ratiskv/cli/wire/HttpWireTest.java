package io.ratiskv.cli.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

final class HttpWireTest {
    @Test
    void a_body_is_as_long_as_the_answer_says_and_the_next_answer_follows_it() throws Exception {
        answered(
                "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}HTTP/1.1 503 x\r\nContent-Length:0\r\nConnection: Close\r\n\r\n",
                http -> {
                    HttpWire.Answer first = http.receive();
                    assertEquals("{}", first.text());
                    assertEquals(200, first.status());
                    assertFalse(first.closes());
                    HttpWire.Answer second = http.receive();
                    assertEquals(503, second.status());
                    assertEquals("", second.text());
                    assertTrue(second.closes());
                });
    }

    @Test
    void a_body_in_chunks_is_put_together() throws Exception {
        String chunks =
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\nA;x=y\r\n0123456789\r\n0\r\nT: t\r\n\r\n";
        String next = "HTTP/1.1 204 None\r\n\r\n";
        answered(chunks + next, http -> {
            assertEquals("abc0123456789", http.receive().text());
            assertEquals(204, http.receive().status());
        });
    }

    @Test
    void a_body_without_a_length_ends_with_the_connection() throws Exception {
        answered("HTTP/1.1 200 OK\r\n\r\nto the end", http -> {
            HttpWire.Answer answer = http.receive();
            assertEquals("to the end", answer.text());
            assertTrue(answer.closes());
        });
    }

    @Test
    void what_comes_before_the_answer_is_not_the_answer() throws Exception {
        answered(
                "HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx",
                http -> assertEquals("x", http.receive().text()));
    }

    @Test
    void half_an_answer_and_what_is_no_http_are_no_answer() throws Exception {
        for (String broken : new String[] {
            "",
            "HTTP/1.1 200 OK\r\n",
            "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nab",
            "HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n",
            "HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nabc\r\n",
            "HTTP/1.1 OK\r\n\r\n",
            "-ERR unknown command 'POST'\r\n"
        }) {
            answered(broken, http -> assertThrows(IOException.class, http::receive, broken));
        }
    }

    private interface Asking {
        void ask(HttpWire http) throws IOException;
    }

    private static void answered(String answer, Asking asking) throws IOException {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                HttpWire http = new HttpWire(new Endpoint("127.0.0.1", server.getLocalPort(), null).connect(60_000));
                Socket socket = server.accept()) {
            socket.getOutputStream().write(answer.getBytes(StandardCharsets.ISO_8859_1));
            socket.shutdownOutput();
            asking.ask(http);
        }
    }
}

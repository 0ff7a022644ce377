package io.ratiskv.rest;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What {@code POST /command} refuses: with the right status, saying what to do, and without running any of it. */
class CommandRefusalTest {
    private static final String SET = "{\"type\":\"SET\",\"key\":\"k\",\"value\":\"v\"}";

    private static CommandServer server = CommandServer.closed();

    @BeforeAll
    static void start() throws IOException {
        server = CommandServer.start(TestSettings.of(0, null, null));
    }

    @AfterAll
    static void close() {
        server.close();
    }

    /**
     * A request that is refused.
     *
     * @param error part of the error
     */
    private record Case(int status, String error, Map<String, String> headers, byte[] body) {
        static Case body(String body, String error) {
            return new Case(400, error, Map.of(), body.getBytes(UTF_8));
        }

        static Case headers(int status, String error, String... headers) {
            Map<String, String> all = new HashMap<>();
            for (int i = 0; i < headers.length; i += 2) all.put(headers[i], headers[i + 1]);
            return new Case(status, error, all, SET.getBytes(UTF_8));
        }
    }

    private static final List<Case> BODIES = List.of(
            Case.body("", "must be an object"),
            Case.body("SET k v", "not JSON"),
            Case.body("{\"type\":\"SET\",\"key\":\"k\",\"value\":\"v\"", "not JSON"),
            Case.body("[\"SET\",\"k\",\"v\"]", "must be an object"),
            Case.body("\"SET\"", "must be an object"),
            Case.body("null", "must be an object"),
            Case.body("{}", "the body must be one of"),
            Case.body("{'type':'SET'}", "not JSON at line 1, column 2; it must be one of"),
            Case.body("/* a comment */" + SET, "not JSON at line 1, column 1"),
            Case.body("\ufeff" + SET, "not JSON at line 1"),
            Case.body("[".repeat(100_000), "must be an object"),
            Case.body("{\"command\":" + "[".repeat(100_000), "word 1 of command"),
            Case.body("{\"" + "x".repeat(100_000) + "\":1}", "a name of more than 64 characters"),
            Case.body(SET.replace("\"v\"", "9".repeat(100_000)), "put quotes around a number"),
            Case.body(SET.replace("\"v\"", "1e999999999"), "put quotes around a number"),
            Case.body(SET.replace("\"v\"", "NaN"), "not JSON"),
            Case.body(SET + SET, "something follows"),
            Case.body(SET + ",", "not JSON"),
            Case.body("{\"type\":\"SET\",\"key\":\"k\",\"value\":\"v\",\"ttl\":1}", "unknown property \"ttl\""),
            Case.body("{\"type\":\"SET\",\"key\":\"k\",\"key\":\"k\",\"value\":\"v\"}", "\"key\" stands twice"),
            Case.body("{\"type\":\"SET\",\"key\":\"k\"}", "\"value\" is missing"),
            Case.body("{\"type\":\"SET\",\"value\":\"v\"}", "\"key\" is missing"),
            Case.body("{\"key\":\"k\",\"value\":\"v\"}", "the body must be one of"),
            Case.body("{\"type\":\"INCR\",\"key\":\"k\"}", "\"type\" must be SET, GET or DELETE"),
            Case.body("{\"type\":1,\"key\":\"k\"}", "\"type\" must be a string"),
            Case.body("{\"type\":\"GET\",\"key\":\"k\",\"value\":\"v\"}", "goes with SET alone"),
            Case.body("{\"type\":\"SET\",\"key\":7,\"value\":\"v\"}", "put quotes around a number"),
            Case.body("{\"type\":\"SET\",\"key\":\"k\",\"value\":null}", "\"value\" must be a string"),
            Case.body("{\"type\":\"SET\",\"key\":\"k\",\"value\":{}}", "\"value\" must be a string"),
            Case.body("{\"type\":\"SET\",\"key\":\"\\ud800\",\"value\":\"v\"}", "half a surrogate pair"),
            Case.body("{\"type\":\"SET\",\"key\":\"k\",\"value\":\"v\",\"command\":[\"PING\"]}", "must be one of"),
            Case.body("{\"command\":[\"SET\",\"k\",\"v\"],\"key\":\"k\"}", "go with \"type\" alone"),
            Case.body("{\"command\":[\"PING\"],\"commands\":[[\"PING\"]]}", "must be one of"),
            Case.body("{\"command\":[]}", "must not be empty"),
            Case.body("{\"command\":\"SET k v\"}", "must be an array of strings"),
            Case.body("{\"command\":[\"SET\",\"k\",1]}", "word 3 of command"),
            Case.body("{\"command\":[\"SET\",[\"k\"],\"v\"]}", "word 2 of command"),
            Case.body("{\"commands\":[]}", "must not be empty"),
            Case.body("{\"commands\":[[\"SET\",\"k\",\"v\"],[]]}", "\"command 2\" must not be empty"),
            Case.body("{\"commands\":[\"SET\",\"k\",\"v\"]}", "\"command 1\" must be an array"),
            Case.body("{\"commands\":[[\"SET\",\"k\",\"v\"],[\"GET\",1]]}", "word 2 of command 2"),
            Case.body("{\"command\":[\"SET\",\"k\",\"v\"],\"encoding\":\"hex\"}", "\"encoding\" must be"),
            Case.body("{\"command\":[\"SET\",\"k\",\"***\"],\"encoding\":\"base64\"}", "word 2 is not base64"),
            Case.body(
                    "{\"type\":\"SET\",\"key\":\"aw==\",\"value\":\"=\",\"encoding\":\"base64\"}", "\"value\" is not"),
            new Case(
                    400,
                    "the body is not UTF-8",
                    Map.of(),
                    "{\"command\":[\"SET\",\"k\",\"\u00ff\"]}".getBytes(ISO_8859_1)),
            new Case(
                    400,
                    "the body is not UTF-8",
                    Map.of(),
                    "{\"command\":[\"SET\",\"k\",\"\u00c0\u0080\"]}".getBytes(ISO_8859_1)),
            new Case(400, "the body is not JSON", Map.of(), SET.getBytes(UTF_16LE)),
            new Case(400, "the body is not JSON", Map.of(), SET.getBytes(UTF_16BE)),
            new Case(
                    413,
                    "the limit of proto-max-bulk-bytes",
                    Map.of(),
                    SET.replace("\"v\"", "\"" + "v".repeat(TestSettings.WORD_BYTES_MAX + 1) + "\"")
                            .getBytes(UTF_8)),
            new Case(
                    413,
                    "the limit of http-max-body-bytes",
                    Map.of(),
                    (SET + " ".repeat(TestSettings.BODY_BYTES_MAX)).getBytes(UTF_8)));

    private static final List<Case> HEADERS = List.of(
            Case.headers(415, "Content-Type: application/json", "Content-Type", ""),
            Case.headers(415, "Content-Type: application/json", "Content-Type", "text/plain"),
            Case.headers(415, "Content-Type: application/json", "Content-Type", "application/x-www-form-urlencoded"),
            Case.headers(415, "Content-Type: application/json", "Content-Type", "multipart/form-data; boundary=x"),
            Case.headers(415, "Content-Type: application/json", "Content-Type", "application/json; charset=utf-16"),
            Case.headers(415, "must not be compressed", "Content-Encoding", "gzip"),
            Case.headers(403, "http-allowed-hosts", "Host", "evil.example.com"),
            Case.headers(403, "http-allowed-hosts", "Host", "127.0.0.1.evil.example.com"),
            Case.headers(403, "http-allowed-hosts", "Host", "10.9.8.7:8080"),
            Case.headers(403, "http-allowed-origins", "Origin", "http://evil.example.com"),
            Case.headers(403, "http-allowed-origins", "Origin", "http://127.0.0.1:1"),
            Case.headers(403, "http-allowed-origins", "Origin", "null"),
            Case.headers(403, "http-allowed-origins", "Origin", "file://"),
            Case.headers(400, "bounded <milliseconds> or stale", "X-Read-Consistency", "bounded"));

    @Test
    void a_body_that_is_not_understood_is_refused_wholly() throws IOException {
        for (Case refused : BODIES) check(refused);
        assertNothingHappened();
    }

    @Test
    void headers_that_do_not_fit_are_refused() throws IOException {
        for (Case refused : HEADERS) check(refused);
        assertNothingHappened();
    }

    @Test
    void what_the_client_and_the_operator_name_is_let_in() throws IOException {
        for (String[] header : new String[][] {
            {"Host", "localhost:1"},
            {"Host", "[::1]"},
            {"Host", "127.3.2.1"},
            {"Host", "KV.example.com:8080"},
            {"Origin", "https://console.example.com"},
            {"Origin", "http://127.0.0.1:" + server.port()},
            {"Content-Type", "application/json;charset=UTF-8"},
            {"Content-Type", "Application/JSON"},
        }) {
            RawHttp.Response response =
                    server.post(Map.of(header[0], header[1]), "{\"command\":[\"PING\"]}".getBytes(UTF_8));
            assertEquals(200, response.status(), header[0] + ": " + header[1] + " " + response.body());
        }
    }

    @Test
    void other_methods_are_refused() throws IOException {
        for (String method : List.of("GET", "PUT", "DELETE", "PATCH", "OPTIONS")) {
            RawHttp.Response response = RawHttp.send(
                    server.port(), method, "/command", Map.of("Content-Type", "application/json"), SET.getBytes(UTF_8));
            assertEquals(405, response.status(), method);
            assertEquals("POST", response.header("allow"), method);
            assertError(response, "takes POST");
        }
        RawHttp.Response response =
                RawHttp.send(server.port(), "POST", "/status", Map.of("Content-Type", "application/json"), new byte[0]);
        assertEquals(405, response.status());
        assertError(response, "other methods");
        assertNothingHappened();
    }

    @Test
    void what_is_not_http_is_told_why() throws IOException {
        String host = "Host: 127.0.0.1\r\n";
        String json = "Content-Type: application/json\r\n";
        String sized = "Content-Length: " + SET.length() + "\r\n";
        for (String[] each : new String[][] {
            {"400", "*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$1\r\nv\r\n"},
            {"400", "POST /command HTTP/1.1\r\n" + json + sized + "\r\n" + SET},
            {"400", "POST /command HTTP/1.1\r\n" + host + host + json + sized + "\r\n" + SET},
            {"400", "POST /command HTTP/1.1\r\nHost: a@127.0.0.1\r\n" + json + sized + "\r\n" + SET},
            {"400", "POST http://evil.example.com/command HTTP/1.1\r\n" + host + json + sized + "\r\n" + SET},
            {"400", "POST /command HTTP/1.1\r\n" + host + json + sized + "Content-Length: 3\r\n\r\n" + SET},
            {"400", "POST /command HTTP/1.1\r\n" + host + json + "Content-Length: -1\r\n\r\n" + SET},
            {"400", "POST /command HTTP/1.1\r\n" + host + json + sized + "Transfer-Encoding: chunked\r\n\r\n" + SET},
            {"400", "POST /command HTTP/1.1\r\n" + host + json + "Transfer-Encoding: chunked\r\n\r\nzz\r\n" + SET},
            {"400", "POST /../command HTTP/1.1\r\n" + host + json + sized + "\r\n" + SET},
            {"400", "POST /%zz HTTP/1.1\r\n" + host + json + sized + "\r\n" + SET},
            {"431", "POST /command HTTP/1.1\r\n" + host + "X: " + "x".repeat(20_000) + "\r\n\r\n"},
            {"414", "POST /" + "x".repeat(20_000) + " HTTP/1.1\r\n" + host + "\r\n"},
            {"505", "POST /command HTTP/3.0\r\n" + host + json + sized + "\r\n" + SET},
        }) {
            String what = each[1].substring(0, Math.min(80, each[1].length()));
            try (RawHttp client = new RawHttp(server.port())) {
                client.write(each[1].getBytes(UTF_8));
                RawHttp.Response response = client.response();
                assertEquals(each[0], Integer.toString(response.status()), what + response.body());
                assertError(response, "ERR ");
                assertTrue(!response.body().contains("ERR bad request\""), what + response.body());
                assertEquals(Long.toString(CommandServer.APPLIED), response.header("x-raft-index"), what);
            }
        }
        assertNothingHappened();
    }

    @Test
    void a_body_without_a_length_is_bounded_as_well() throws IOException {
        String chunk = " ".repeat(64 * 1024);
        StringBuilder body = new StringBuilder();
        while (body.length() < 2 * TestSettings.BODY_BYTES_MAX) {
            body.append(Integer.toHexString(chunk.length()))
                    .append("\r\n")
                    .append(chunk)
                    .append("\r\n");
        }
        try (RawHttp client = new RawHttp(server.port())) {
            Map<String, String> headers = new HashMap<>(Map.of("Content-Type", "application/json"));
            headers.put("Transfer-Encoding", "chunked");
            body.append("0\r\n\r\n");
            client.requestWithoutLength(
                    "POST", "/command", headers, body.toString().getBytes(UTF_8));
            assertEquals(413, client.response().status());
        }
        assertNothingHappened();
    }

    @Test
    void commands_that_need_a_connection_say_what_to_do_instead() throws IOException {
        Map<String, String> instead = Map.ofEntries(
                Map.entry("[\"MULTI\"]", "{\\\"commands\\\":"),
                Map.entry("[\"EXEC\"]", "{\\\"commands\\\":"),
                Map.entry("[\"WATCH\",\"k\"]", "IFEQ"),
                Map.entry("[\"SELECT\",\"1\"]", "SELECT"),
                Map.entry("[\"AUTH\",\"x\"]", "HTTP Basic or Bearer"),
                Map.entry("[\"HELLO\",\"3\"]", "HTTP Basic or Bearer"),
                Map.entry("[\"QUIT\"]", "by itself"),
                Map.entry("[\"RESET\"]", "by itself"),
                Map.entry("[\"READONLY\"]", "X-Read-Consistency"),
                Map.entry("[\"WAIT\",\"1\",\"0\"]", "on the disks of a majority"),
                Map.entry("[\"SHUTDOWN\"]", "SIGTERM"),
                Map.entry("[\"CLIENT\",\"REPLY\",\"OFF\"]", "RESP port"),
                Map.entry("[\"CLIENT\",\"TRACKING\",\"ON\"]", "RESP port"),
                Map.entry("[\"CLIENT\",\"SETNAME\",\"n\"]", "RESP port"));
        for (Map.Entry<String, String> each : instead.entrySet()) {
            RawHttp.Response response = server.post(Map.of(), ("{\"command\":" + each.getKey() + "}").getBytes(UTF_8));
            assertEquals(400, response.status(), each.getKey());
            assertTrue(response.body().contains("needs a connection: "), each.getKey() + response.body());
            assertTrue(response.body().contains(each.getValue()), each.getKey() + response.body());
        }
    }

    @Test
    void a_redis_error_keeps_its_text_and_gets_its_status() throws IOException {
        for (String[] each : new String[][] {
            {"[\"NONE\",\"k\"]", "ERR unknown command 'NONE'"},
            {"[\"GET\"]", "ERR wrong number of arguments for 'get' command"},
            {"[\"SET\",\"k\",\"v\",\"NONE\"]", "ERR syntax error"},
            {"[\"CLIENT\",\"NONE\"]", "ERR unknown subcommand"}
        }) {
            RawHttp.Response response = server.post(Map.of(), ("{\"command\":" + each[0] + "}").getBytes(UTF_8));
            assertEquals(400, response.status(), each[0]);
            assertError(response, each[1]);
        }
        assertNothingHappened();
    }

    @Test
    void the_code_of_an_error_gives_the_status() {
        Map<String, Integer> expected = Map.ofEntries(
                Map.entry("ERR", 400),
                Map.entry("WRONGTYPE", 400),
                Map.entry("EXECABORT", 400),
                Map.entry("NOAUTH", 401),
                Map.entry("WRONGPASS", 401),
                Map.entry("NOPERM", 403),
                Map.entry("CLUSTERDOWN", 503),
                Map.entry("TRYAGAIN", 503),
                Map.entry("LOADING", 503),
                Map.entry("OVERLOADED", 503),
                Map.entry("MISCONF", 503),
                Map.entry("READONLY", 503),
                Map.entry("MOVED", 503),
                Map.entry("UNKNOWN", 504));
        expected.forEach((code, status) -> assertEquals(status, CommandAnswer.statusOf(code), code));
    }

    @Test
    void without_the_password_nothing_is_run() throws IOException {
        RestSettings guarded = TestSettings.of(0, given -> Arrays.equals(given, "secret".getBytes(UTF_8)), null);
        try (CommandServer closed = CommandServer.start(guarded)) {
            RawHttp.Response response = closed.post(Map.of(), SET.getBytes(UTF_8));
            assertEquals(401, response.status());
            assertTrue(response.header("www-authenticate").startsWith("Basic "));
            assertError(response, "NOAUTH Authentication required");
            for (String wrong : List.of("Basic " + base64("default:wrong"), "Bearer wrong", "Basic x", "Digest x")) {
                response = closed.post(Map.of("Authorization", wrong), SET.getBytes(UTF_8));
                assertEquals(401, response.status(), wrong);
                assertError(response, "WRONGPASS");
            }
            assertEquals(0, closed.visits());
            for (String right :
                    List.of("Basic " + base64("default:secret"), "Basic " + base64(":secret"), "Bearer secret")) {
                response = closed.post(Map.of("Authorization", right), SET.getBytes(UTF_8));
                assertEquals(200, response.status(), right);
            }
        }
    }

    @Test
    void more_than_the_rate_is_told_to_come_again() throws IOException {
        try (CommandServer limited = CommandServer.start(TestSettings.limited(3))) {
            int refused = 0;
            // Even a slow machine sends more than three within the second of the first.
            for (int i = 0; i < 1_000 && refused == 0; i++) {
                RawHttp.Response response = limited.post(Map.of(), "{\"command\":[\"PING\"]}".getBytes(UTF_8));
                if (response.status() == 429) {
                    refused++;
                    assertEquals("1", response.header("retry-after"));
                    assertError(response, "OVERLOADED");
                }
            }
            assertEquals(1, refused);
            RawHttp.Response health = RawHttp.send(limited.port(), "GET", "/health", Map.of(), new byte[0]);
            assertEquals(200, health.status());
        }
    }

    private static void check(Case refused) throws IOException {
        String what = refused.headers() + " " + abbreviated(new String(refused.body(), UTF_8));
        RawHttp.Response response = server.post(refused.headers(), refused.body());
        assertEquals(refused.status(), response.status(), what + response.body());
        assertTrue(response.body().replace("\\\"", "\"").contains(refused.error()), what + response.body());
        assertError(response, "");
    }

    private static String abbreviated(String text) {
        return text.length() < 200 ? text : text.substring(0, 200);
    }

    private static void assertError(RawHttp.Response response, String error) {
        assertEquals("application/json", response.header("content-type"));
        assertTrue(
                response.body().startsWith("{\"success\":false,\"result\":null,\"error\":\"")
                        && response.body().contains(error),
                response.body());
    }

    private static void assertNothingHappened() throws IOException {
        RawHttp.Response size = server.post(Map.of(), "{\"command\":[\"DBSIZE\"]}".getBytes(UTF_8));
        assertEquals("{\"success\":true,\"result\":0,\"error\":null}\n", size.body());
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(UTF_8));
    }
}

package io.ratiskv.rest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What {@code POST /command} answers to what it understands. */
class CommandTest {
    private CommandServer server = CommandServer.closed();

    @BeforeEach
    void start() throws IOException {
        server = CommandServer.start(TestSettings.of(0, null, null));
    }

    @AfterEach
    void close() {
        server.close();
    }

    @Test
    void the_plain_form_sets_gets_and_deletes() throws IOException {
        assertResult("\"OK\"", "{\"type\":\"SET\",\"key\":\"k\",\"value\":\"v\"}");
        assertResult("\"v\"", "{\"type\":\"GET\",\"key\":\"k\"}");
        assertResult("1", "{\"type\":\"DELETE\",\"key\":\"k\"}");
        assertResult("0", "{\"key\":\"k\",\"type\":\"delete\"}");
        assertResult("null", "{\"type\":\"get\",\"key\":\"k\",\"encoding\":\"UTF-8\"}");
    }

    @Test
    void any_command_is_answered_in_the_types_of_json() throws IOException {
        assertResult("2", "{\"command\":[\"hset\",\"h\",\"f\",\"v\",\"g\",\"\"]}");
        assertResult("{\"f\":\"v\",\"g\":\"\"}", "{\"command\":[\"HGETALL\",\"h\"]}");
        assertResult("[\"v\",null]", "{\"command\":[\"HMGET\",\"h\",\"f\",\"no\"]}");
        assertResult("null", "{\"command\":[\"GET\",\"no\"]}");
        assertResult("-2", "{\"command\":[\"TTL\",\"no\"]}");
        assertResult("\"PONG\"", "{\"command\":[\"PING\"]}");
        assertResult("\"hash\"", "{\"command\":[\"TYPE\",\"h\"]}");
        assertResult("\"3.5\"", "{\"command\":[\"INCRBYFLOAT\",\"f\",\"3.5\"]}");
        assertResult("[]", "{\"command\":[\"KEYS\",\"none*\"]}");
    }

    @Test
    void words_are_any_text() throws IOException {
        String word = "a \\\"quote\\\", a \\\\, \\u0000, a line\\n, \\u00e9 é, \\ud83d\\ude00 😀";
        assertResult("\"OK\"", "{\"type\":\"SET\",\"key\":\"\",\"value\":\"" + word + "\"}");
        assertResult("\"a \\\"quote\\\", a \\\\, \\u0000, a line\\n, é é, 😀 😀\"", "{\"type\":\"GET\",\"key\":\"\"}");
    }

    @Test
    void binary_words_go_both_ways_in_base64() throws IOException {
        String answer = post("{\"type\":\"SET\",\"key\":\"/wA=\",\"value\":\"AP+A\",\"encoding\":\"base64\"}")
                .body();
        assertEquals("{\"success\":true,\"result\":\"T0s=\",\"error\":null,\"encoding\":\"base64\"}\n", answer);
        answer =
                post("{\"command\":[\"GET\",\"/wA=\"],\"encoding\":\"base64\"}").body();
        assertEquals("{\"success\":true,\"result\":\"AP+A\",\"error\":null,\"encoding\":\"base64\"}\n", answer);
    }

    @Test
    void a_result_that_is_not_utf8_comes_in_base64_and_says_so() throws IOException {
        assertEquals(
                200,
                post("{\"command\":[\"SET\",\"a2V5\",\"wyg=\"],\"encoding\":\"base64\"}")
                        .status());
        assertEquals(
                "{\"success\":true,\"result\":\"wyg=\",\"error\":null,\"encoding\":\"base64\"}\n",
                post("{\"type\":\"GET\",\"key\":\"key\"}").body());
        assertResult("2", "{\"command\":[\"STRLEN\",\"key\"]}");
        assertEquals(
                200,
                post("{\"command\":[\"HSET\",\"aA==\",\"/w==\",\"dg==\"],\"encoding\":\"base64\"}")
                        .status());
        assertEquals(
                "{\"success\":true,\"result\":{\"/w==\":\"dg==\"},\"error\":null,\"encoding\":\"base64\"}\n",
                post("{\"command\":[\"HGETALL\",\"h\"]}").body());
    }

    @Test
    void a_batch_runs_as_one_and_goes_on_behind_an_error() throws IOException {
        assertResult(
                "[{\"success\":true,\"result\":\"OK\",\"error\":null},"
                        + "{\"success\":false,\"result\":null,\"error\":\"ERR value is not an integer or out of range\"},"
                        + "{\"success\":true,\"result\":\"PONG\",\"error\":null},"
                        + "{\"success\":true,\"result\":1,\"error\":null},"
                        + "{\"success\":true,\"result\":{},\"error\":null}]",
                "{\"commands\":[[\"SET\",\"k\",\"text\"],[\"INCR\",\"k\"],[\"PING\"],[\"INCR\",\"n\"],"
                        + "[\"HGETALL\",\"none\"]]}");
        assertResult("\"1\"", "{\"type\":\"GET\",\"key\":\"n\"}");
    }

    @Test
    void a_batch_may_choose_its_database() throws IOException {
        assertEquals(
                200,
                post("{\"commands\":[[\"SELECT\",\"3\"],[\"SET\",\"k\",\"in 3\"]]}")
                        .status());
        assertResult("null", "{\"type\":\"GET\",\"key\":\"k\"}");
        assertResult(
                "[{\"success\":true,\"result\":\"OK\",\"error\":null},"
                        + "{\"success\":true,\"result\":\"in 3\",\"error\":null}]",
                "{\"commands\":[[\"SELECT\",\"3\"],[\"GET\",\"k\"]]}");
    }

    @Test
    void a_batch_with_a_command_that_can_not_be_run_runs_nothing() throws IOException {
        for (String second : new String[] {"[\"NONE\"]", "[\"GET\"]", "[\"WATCH\",\"k\"]", "[\"MULTI\"]"}) {
            RawHttp.Response response = post("{\"commands\":[[\"SET\",\"k\",\"v\"]," + second + "]}");
            assertEquals(400, response.status(), response.body());
            assertTrue(response.body().contains("(command 2 of 2; none of them was run)"), response.body());
            assertResult("null", "{\"type\":\"GET\",\"key\":\"k\"}");
        }
    }

    @Test
    void every_answer_bears_the_index_of_the_log() throws IOException {
        for (String body : new String[] {"{\"command\":[\"PING\"]}", "{\"command\":[\"NONE\"]}", "nonsense"}) {
            assertEquals(Long.toString(CommandServer.APPLIED), post(body).header("x-raft-index"), body);
        }
        for (String path : new String[] {"/status", "/health", "/none", "/command", "/metrics"}) {
            RawHttp.Response response = RawHttp.send(server.port(), "GET", path, Map.of(), new byte[0]);
            assertEquals(Long.toString(CommandServer.APPLIED), response.header("x-raft-index"), path);
        }
    }

    @Test
    void what_a_read_may_see_is_asked_for_by_a_header() throws IOException {
        assertResult("\"OK\"", "{\"type\":\"SET\",\"key\":\"k\",\"value\":\"v\"}");
        for (String consistency : new String[] {"stale", "linearizable", "Stale", "session 0", " bounded  1000 "}) {
            RawHttp.Response response = server.post(
                    Map.of("X-Read-Consistency", consistency), "{\"type\":\"GET\",\"key\":\"k\"}".getBytes(UTF_8));
            assertEquals("{\"success\":true,\"result\":\"v\",\"error\":null}\n", response.body());
        }
    }

    @Test
    void a_request_with_a_key_is_done_once_and_answered_the_same() throws IOException {
        String increment = "{\"command\":[\"INCR\",\"n\"]}";
        for (int i = 0; i < 3; i++) {
            assertEquals(
                    "{\"success\":true,\"result\":1,\"error\":null}\n",
                    post("key-1", increment).body());
        }
        assertEquals(
                "{\"success\":true,\"result\":2,\"error\":null}\n",
                post("key-2", increment).body());
        RawHttp.Response other = post("key-1", "{\"command\":[\"INCR\",\"m\"]}");
        assertEquals(409, other.status());
        assertEquals(
                "{\"success\":false,\"result\":null,\"error\":"
                        + "\"MISMATCH number 0 was another request; nothing was done\"}\n",
                other.body());
        assertEquals(400, post("x".repeat(256), increment).status());
        assertResult("\"2\"", "{\"type\":\"GET\",\"key\":\"n\"}");
    }

    @Test
    void a_batch_with_a_key_is_done_once_and_answered_the_same() throws IOException {
        String batch = "{\"commands\":[[\"SELECT\",\"3\"],[\"INCR\",\"n\"],[\"LPUSH\",\"n\",\"x\"],[\"PING\"],"
                + "[\"INCR\",\"n\"]]}";
        String first = post("batch", batch).body();
        assertEquals(first, post("batch", batch).body());
        assertTrue(first.contains("\"result\":2,"), first);
        String many = "[\"INCR\",\"n\"],".repeat(256) + "[\"INCR\",\"n\"]";
        assertEquals(400, post("many", "{\"commands\":[" + many + "]}").status());
    }

    @Test
    void a_body_arrives_in_pieces_and_answers_are_long() throws IOException {
        String value = "0123456789abcdef".repeat(6_000);
        byte[] set = ("{\"type\":\"SET\",\"key\":\"k\",\"value\":\"" + value + "\"}").getBytes(UTF_8);
        assertEquals(200, server.post(Map.of(), set).status());
        assertResult("\"" + value + "\"", "{\"type\":\"GET\",\"key\":\"k\"}");
        assertResult("[\"" + value + "\",\"" + value + "\"]", "{\"command\":[\"MGET\",\"k\",\"k\"]}");
    }

    @Test
    void a_connection_serves_one_request_after_the_other() throws IOException {
        try (RawHttp client = new RawHttp(server.port())) {
            byte[] increment = "{\"command\":[\"INCR\",\"n\"]}".getBytes(UTF_8);
            for (int i = 1; i <= 100; i++) {
                client.request("POST", "/command", Map.of("Content-Type", "application/json"), increment);
                assertEquals(
                        "{\"success\":true,\"result\":" + i + ",\"error\":null}\n",
                        client.response().body());
            }
        }
    }

    @Test
    void requests_in_one_write_are_answered_in_order() throws IOException {
        try (RawHttp client = new RawHttp(server.port())) {
            byte[] increment = "{\"command\":[\"INCR\",\"n\"]}".getBytes(UTF_8);
            for (int i = 0; i < 20; i++) {
                client.request("POST", "/command", Map.of("Content-Type", "application/json"), increment);
            }
            for (int i = 1; i <= 20; i++) {
                assertEquals(
                        "{\"success\":true,\"result\":" + i + ",\"error\":null}\n",
                        client.response().body());
            }
        }
    }

    @Test
    void a_paused_server_answers_when_the_pause_ends() throws IOException {
        assertResult("\"OK\"", "{\"command\":[\"CLIENT\",\"PAUSE\",\"100000\",\"WRITE\"]}");
        try (RawHttp client = new RawHttp(server.port())) {
            client.request(
                    "POST",
                    "/command",
                    Map.of("Content-Type", "application/json"),
                    "{\"command\":[\"INCR\",\"n\"]}".getBytes(UTF_8));
            assertResult("null", "{\"type\":\"GET\",\"key\":\"n\"}");
            assertResult("\"OK\"", "{\"command\":[\"CLIENT\",\"UNPAUSE\"]}");
            assertEquals(
                    "{\"success\":true,\"result\":1,\"error\":null}\n",
                    client.response().body());
        }
    }

    @Test
    void what_is_under_way_is_answered_while_the_server_drains() throws IOException {
        server.hold(true);
        try (RawHttp client = new RawHttp(server.port())) {
            client.request(
                    "POST",
                    "/command",
                    Map.of("Content-Type", "application/json"),
                    "{\"command\":[\"INCR\",\"n\"]}".getBytes(UTF_8));
            server.awaitUnderWay(1);
            var drained = server.drain();
            RawHttp.Response refused = post("{\"command\":[\"INCR\",\"n\"]}");
            assertEquals(503, refused.status());
            assertTrue(refused.body().contains("CLUSTERDOWN This node is shutting down"), refused.body());
            assertTrue(!drained.isDone());
            server.hold(false);
            assertEquals(
                    "{\"success\":true,\"result\":1,\"error\":null}\n",
                    client.response().body());
            drained.join();
        }
    }

    private RawHttp.Response post(String body) throws IOException {
        return server.post(Map.of(), body.getBytes(UTF_8));
    }

    private RawHttp.Response post(String key, String body) throws IOException {
        return server.post(Map.of("Idempotency-Key", key), body.getBytes(UTF_8));
    }

    private void assertResult(String result, String body) throws IOException {
        RawHttp.Response response = post(body);
        assertEquals("{\"success\":true,\"result\":" + result + ",\"error\":null}\n", response.body(), body);
        assertEquals(200, response.status(), body);
        assertEquals("application/json", response.header("content-type"));
    }
}

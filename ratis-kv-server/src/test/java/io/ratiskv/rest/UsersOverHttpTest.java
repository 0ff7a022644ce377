package io.ratiskv.rest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** HTTP knows the users that RESP knows, and lets them do the same. */
class UsersOverHttpTest {
    private CommandServer server = CommandServer.closed();

    @AfterEach
    void close() {
        server.close();
    }

    @Test
    void a_request_is_judged_by_its_user() throws IOException {
        server = CommandServer.guardedByUsers();
        assertEquals(
                200,
                command("", "ACL", "SETUSER", "alice", "on", ">secret", "+get", "+multi", "+exec", "~a")
                        .status());
        assertEquals(200, command("alice:secret", "GET", "a").status());
        refused(403, "NOPERM No permissions to access a key", command("alice:secret", "GET", "b"));
        refused(
                403,
                "NOPERM User alice has no permissions to run the 'set' command",
                command("alice:secret", "SET", "a", "1"));
        refused(
                403,
                "NOPERM User alice has no permissions to run the 'config|get' command",
                command("alice:secret", "CONFIG", "GET", "x"));
        RawHttp.Response batch = post("alice:secret", "{\"commands\":[[\"GET\",\"a\"],[\"SET\",\"a\",\"1\"]]}");
        refused(403, "command 2 of 2; none of them was run", batch);
        refused(401, "WRONGPASS", command("alice:wrong", "GET", "a"));
        refused(401, "WRONGPASS", command("bob:secret", "GET", "a"));
        assertEquals(200, command("default:anything", "GET", "a").status(), "who has no password has any");

        assertEquals(200, command("", "ACL", "SETUSER", "default", ">locked").status());
        refused(401, "NOAUTH", command("", "GET", "a"));
        assertEquals(200, command(":locked", "ACL", "DELUSER", "alice").status());
        refused(401, "WRONGPASS", command("alice:secret", "GET", "a"));
    }

    @Test
    void what_a_page_tells_needs_the_right_to_ask_for_it() throws IOException {
        server = CommandServer.guardedByUsers();
        assertEquals(
                200,
                command("", "ACL", "SETUSER", "watch", "on", ">secret", "+info", "+slowlog|get")
                        .status());
        Map<String, Integer> expected = Map.of(
                "/metrics",
                200,
                "/slowlog",
                200,
                "/status",
                403,
                "/config",
                403,
                "/backup",
                403,
                "/openapi.json",
                200,
                "/health",
                200,
                "/x",
                404);
        for (Map.Entry<String, Integer> each : expected.entrySet()) {
            RawHttp.Response response = RawHttp.send(
                    server.port(), "GET", each.getKey(), Map.of("Authorization", basic("watch:secret")), new byte[0]);
            assertEquals(each.getValue(), response.status(), each.getKey());
        }
        RawHttp.Response status = RawHttp.send(
                server.port(), "GET", "/status", Map.of("Authorization", basic("watch:secret")), new byte[0]);
        assertTrue(
                status.body().contains("NOPERM User watch has no permissions to run the 'raft.status' command"),
                () -> status.body());
    }

    private static void refused(int status, String error, RawHttp.Response response) {
        String body = response.body();
        assertEquals(status, response.status(), body);
        assertTrue(body.contains(error), body);
    }

    private RawHttp.Response command(String user, String... words) throws IOException {
        String list = Arrays.stream(words).map(word -> "\"" + word + "\"").collect(Collectors.joining(","));
        return post(user, "{\"command\":[" + list + "]}");
    }

    private RawHttp.Response post(String user, String body) throws IOException {
        return server.post(Map.of("Authorization", user.isEmpty() ? "" : basic(user)), body.getBytes(UTF_8));
    }

    private static String basic(String pair) {
        return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(UTF_8));
    }
}

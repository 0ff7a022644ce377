package io.ratiskv.cli;

import static io.ratiskv.cli.Calls.call;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class KeyCommandsTest {
    private final ScriptedNode node;
    private final ScriptedNode other;

    KeyCommandsTest() throws Exception {
        node = new ScriptedNode();
        other = new ScriptedNode();
    }

    @AfterEach
    void close() {
        node.close();
        other.close();
    }

    @Test
    void a_value_that_was_set_is_read_and_deleted() {
        assertEquals("OK\n", at(node, "set", "k", "v w").out());
        assertEquals("v w\n", at(node, "get", "k").out());
        assertEquals("(integer) 1\n", at(node, "delete", "k").out());
        Calls.Ended absent = at(node, "get", "k");
        assertEquals("(nil)\n", absent.out());
        assertEquals(0, absent.code());
    }

    @Test
    void words_of_a_command_may_look_like_options() {
        at(node, "set", "k", "-1");
        at(node, "command", "SET", "k", "--output", "@file", "${x}");
        assertEquals(
                "{\"type\":\"SET\",\"key\":\"k\",\"value\":\"-1\"}",
                node.bodies().get(0));
        assertEquals(
                "{\"command\":[\"SET\",\"k\",\"--output\",\"@file\",\"${x}\"]}",
                node.bodies().get(1));
    }

    @Test
    void json_is_what_the_server_answered() {
        at(node, "set", "k", "v");
        assertEquals(
                "{\"success\":true,\"result\":\"v\",\"error\":null}\n",
                at(node, "get", "k", "--output", "json").out());
        node.nextError(400, "WRONGTYPE no");
        Calls.Ended refused = at(node, "--output=json", "get", "k");
        assertEquals(1, refused.code());
        assertEquals("{\"success\":false,\"result\":null,\"error\":\"WRONGTYPE no\"}\n", refused.out());
    }

    @Test
    void a_value_that_is_not_text_is_printed_as_its_bytes() {
        node.next(200, "{\"success\":true,\"result\":\"AP8K\",\"error\":null,\"encoding\":\"base64\"}");
        assertArrayEquals(new byte[] {0, -1, 10, 10}, at(node, "get", "k").bytes());
        node.next(200, "{\"success\":true,\"result\":[\"AP8K\",\"YQ==\"],\"error\":null,\"encoding\":\"base64\"}");
        assertEquals(
                "1) \"\\x00\\xff\\n\"\n2) \"a\"\n",
                at(node, "command", "MGET", "k", "l").out());
    }

    @Test
    void the_exit_code_says_what_became_of_a_request() {
        for (int status : new int[] {400, 401, 403, 405, 413, 415}) assertEquals(1, codeOf(status, "set", "k", "v"));
        for (int status : new int[] {429, 503}) assertEquals(3, codeOf(status, "set", "k", "v"));
        for (int status : new int[] {500, 502, 504}) assertEquals(4, codeOf(status, "set", "k", "v"));
        for (int status : new int[] {500, 502, 504}) assertEquals(3, codeOf(status, "get", "k"));
        node.next(200, "<html>");
        assertEquals(4, at(node, "set", "k", "v").code());
        node.next(404, "<html>");
        assertEquals(1, at(node, "set", "k", "v").code());
    }

    private int codeOf(int status, String... words) {
        node.nextError(status, "ERR because");
        Calls.Ended ended = at(node, words);
        assertEquals("raft-cli: ERR because\n", ended.err());
        return ended.code();
    }

    @Test
    void what_is_not_an_address_a_command_or_an_option_is_wrong_usage() {
        for (String[] words : new String[][] {
            {},
            {"get"},
            {"get", "k", "l"},
            {"set", "k"},
            {"lick", "k"},
            {"get", "k", "--ouput", "json"},
            {"get", "k", "--output", "xml"},
            {"get", "k", "--timeout", "0"},
            {"get", "k", "--timeout", "soon"},
            {"get", "k", "--address", "ftp://127.0.0.1"},
            {"get", "k", "--address", "http://user@127.0.0.1"},
            {"get", "k", "--address", "http://127.0.0.1/path"},
            {"get", "k", "--tls-cert", "client.crt"},
            {"get", "k", "--address", "https://127.0.0.1:1", "--tls-ca", "no-such-file.crt"}
        }) {
            Calls.Ended ended = call(words);
            assertEquals(2, ended.code(), () -> String.join(" ", words) + "\n" + ended);
            assertFalse(ended.err().isEmpty());
        }
    }

    @Test
    void an_address_that_does_not_answer_or_serve_is_passed_over() throws Exception {
        String addresses = Calls.nobody() + "," + node.address();
        node.nextError(503, "CLUSTERDOWN no leader");
        Calls.Ended ended = call("set", "--address", addresses, "--address", other.address(), "k", "v");
        assertEquals(0, ended.code(), ended.toString());
        assertEquals(1, node.bodies().size());
        assertEquals(1, other.bodies().size());
    }

    @Test
    void no_address_that_serves_is_unavailable_and_every_reason_is_told() throws Exception {
        node.nextError(503, "CLUSTERDOWN no leader");
        String nobody = Calls.nobody();
        Calls.Ended ended = call("set", "--address", nobody + "," + node.address(), "k", "v");
        assertEquals(3, ended.code(), ended.toString());
        assertTrue(ended.err().contains(nobody + ": "), ended.err());
        assertTrue(ended.err().contains(node.address() + ": CLUSTERDOWN no leader"), ended.err());
    }

    @Test
    void a_write_with_a_name_is_asked_of_the_next_under_the_same() {
        node.next(ScriptedNode.BREAK, "");
        Calls.Ended ended = call("set", "-a", node.address() + "," + other.address(), "--once", "order-7", "k", "v");
        assertEquals(0, ended.code(), ended.toString());
        assertEquals(List.of("order-7"), node.idempotencyKeys());
        assertEquals(List.of("order-7"), other.idempotencyKeys());

        node.nextError(504, "UNKNOWN no answer in time");
        other.next(ScriptedNode.BREAK, "");
        ended = call("command", "-a", node.address() + "," + other.address(), "--once", "order-8", "INCR", "k");
        assertEquals(4, ended.code(), ended.toString());
        assertEquals(2, at(node, "delete", "--once", "two words", "k").code());
    }

    @Test
    void a_write_whose_connection_breaks_is_unknown_and_asked_of_nobody_else() {
        node.next(ScriptedNode.BREAK, "");
        Calls.Ended ended = call("set", "-a", node.address() + "," + other.address(), "k", "v");
        assertEquals(4, ended.code(), ended.toString());
        assertTrue(ended.err().startsWith("raft-cli: UNKNOWN "), ended.err());
        assertEquals(1, node.bodies().size());
        assertEquals(List.of(), other.bodies());

        node.next(ScriptedNode.BREAK, "");
        Calls.Ended json = call("command", "-o", "json", "-a", node.address(), "INCR", "k");
        assertEquals(4, json.code(), json.toString());
        assertTrue(json.out().contains("\"outcome\":\"unknown\""), json.out());
    }

    @Test
    void a_read_whose_connection_breaks_goes_to_the_next() {
        at(other, "set", "k", "v");
        node.next(ScriptedNode.BREAK, "");
        assertEquals(
                "v\n",
                call("get", "k", "-a", node.address() + "," + other.address()).out());
        other.nextResult("5");
        node.next(ScriptedNode.BREAK, "");
        assertEquals(
                "(integer) 5\n",
                call("command", "-a", node.address() + "," + other.address(), "STRLEN", "k")
                        .out());
    }

    @Test
    void the_password_is_sent_and_never_printed() {
        Map<String, String> environment =
                Map.of("RAFT_CLI_ADDRESS", node.address(), "RAFT_CLI_PASSWORD", "hunter2canary");
        node.nextError(401, "WRONGPASS invalid username-password pair or user is disabled.");
        Calls.Ended ended = call(environment, "", "get", "k");
        assertEquals(1, ended.code());
        assertFalse(ended.toString().contains("hunter2canary"), ended.toString());
        call(environment, "", "get", "k", "--user", "ann", "--password", "other");
        assertEquals(List.of("Basic Omh1bnRlcjJjYW5hcnk=", "Basic YW5uOm90aGVy"), node.authorizations());
    }

    @Test
    void the_password_may_stand_in_a_file(@TempDir Path directory) throws Exception {
        Path file = Files.writeString(directory.resolve("password"), "from a file\n");
        Path other = Files.writeString(directory.resolve("other"), "of the option");
        Map<String, String> environment =
                Map.of("RAFT_CLI_ADDRESS", node.address(), "RAFT_CLI_PASSWORD_FILE", file.toString());
        call(environment, "", "get", "k");
        call(environment, "", "get", "k", "--password-file", other.toString());
        assertEquals(List.of(basic(":from a file"), basic(":of the option")), node.authorizations());
        Files.writeString(other, "\n");
        for (String unusable :
                List.of(other.toString(), directory.resolve("none").toString())) {
            Calls.Ended ended = call(environment, "", "get", "k", "--password-file", unusable);
            assertEquals(2, ended.code(), ended.toString());
        }
    }

    private static String basic(String pair) {
        return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void help_and_version_ask_no_server() {
        assertTrue(call("--version").out().startsWith("raft-cli "));
        assertTrue(call("--help").out().contains("status"));
        assertTrue(call("set", "--help").out().contains("KEY VALUE"));
    }

    private static Calls.Ended at(ScriptedNode node, String... words) {
        return call(Map.of("RAFT_CLI_ADDRESS", node.address()), "", words);
    }
}

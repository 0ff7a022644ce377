package io.ratiskv.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class ReplTest {
    private final ScriptedNode node;

    ReplTest() throws Exception {
        node = new ScriptedNode();
    }

    @AfterEach
    void close() {
        node.close();
    }

    @Test
    void a_script_runs_line_by_line_and_ends_with_the_worst() {
        node.nextResult("\"OK\"").nextError(400, "ERR no").nextResult("[1,null]");
        Calls.Ended ended = script("SET k \"v w\"\n\nINCR k\r\nMGET a b");
        assertEquals("OK\n1) (integer) 1\n2) (nil)\n", ended.out());
        assertEquals("raft-cli: ERR no\n", ended.err());
        assertEquals(1, ended.code());
        assertEquals(
                List.of(
                        "{\"command\":[\"SET\",\"k\",\"v w\"]}",
                        "{\"command\":[\"INCR\",\"k\"]}",
                        "{\"command\":[\"MGET\",\"a\",\"b\"]}"),
                node.bodies());

        node.next(ScriptedNode.BREAK, "").nextError(400, "ERR no");
        assertEquals(4, script("INCR k\nINCR k\n").code());
    }

    @Test
    void a_quote_may_span_lines_and_hold_bytes_that_are_not_text() {
        node.nextResult("\"OK\"").nextResult("\"T0s=\"");
        script("SET k 'a\nb'\nSET k \"\\xff\"\n");
        assertEquals(
                List.of(
                        "{\"command\":[\"SET\",\"k\",\"a\\nb\"]}",
                        "{\"command\":[\"SET\",\"aw==\",\"/w==\"],\"encoding\":\"base64\"}"),
                node.bodies());
    }

    @Test
    void a_line_that_is_no_command_is_wrong_usage_and_sends_nothing() {
        Calls.Ended ended = script("SET \"k\"v\nSET k 'v");
        assertEquals(2, ended.code());
        assertEquals(List.of(), node.bodies());
    }

    @Test
    void json_is_a_line_for_each_answer() {
        node.nextResult("1").nextError(400, "ERR no");
        Calls.Ended ended =
                Calls.call(Map.of("RAFT_CLI_ADDRESS", node.address()), "INCR k\nINCR h\n", "repl", "-o", "json");
        assertEquals(
                "{\"success\":true,\"result\":1,\"error\":null}\n{\"success\":false,\"result\":null,\"error\":\"ERR no\"}\n",
                ended.out());
    }

    @Test
    void help_is_the_table_of_commands() {
        Calls.Ended ended = script("help set\nHELP config\nhelp nosuch\nhelp\n");
        assertEquals(0, ended.code());
        assertTrue(ended.out().contains("SET key value ["), ended.out());
        assertTrue(ended.out().contains("CONFIG GET"), ended.out());
        assertEquals(List.of(), node.bodies());
    }

    /** Somebody waits for it at a prompt, whose streams are buffered. */
    @Test
    void answers_complaints_and_help_are_seen_at_once() {
        node.nextError(400, "ERR no").nextResult("1");
        ByteArrayOutputStream seen = new ByteArrayOutputStream();
        PrintStream buffered = new PrintStream(new BufferedOutputStream(seen), false, StandardCharsets.UTF_8);
        Access access = new Access(
                List.of(URI.create(node.address())), null, null, new Access.TrustFiles(null, null, null), 60_000);
        try (Nodes nodes = Nodes.of(access)) {
            Dialogue dialogue = new Dialogue(nodes, new Printer(Output.HUMAN, buffered, buffered, "(error) "));
            dialogue.run("INCR k".getBytes(StandardCharsets.UTF_8));
            assertEquals("(error) ERR no\n", seen.toString(StandardCharsets.UTF_8));
            dialogue.run("INCR k".getBytes(StandardCharsets.UTF_8));
            assertTrue(seen.toString(StandardCharsets.UTF_8).endsWith("(integer) 1\n"));
            dialogue.run("help get".getBytes(StandardCharsets.UTF_8));
            assertTrue(seen.toString(StandardCharsets.UTF_8).contains("GET key"));
        } catch (TlsException impossible) {
            throw new AssertionError(impossible);
        }
    }

    @Test
    void hints_are_what_is_left_of_the_usage_line() {
        assertEquals("key", Hints.after("get "));
        assertEquals("", Hints.after("get k "));
        assertEquals("", Hints.after("get k"));
        assertEquals("", Hints.after("nosuch "));
        assertTrue(Hints.after("SET k ").startsWith("value [NX"), Hints.after("SET k "));
        assertTrue(Hints.after("SET k v NX ").startsWith("[NX"), Hints.after("SET k v NX "));
        assertTrue(Hints.after("config ").contains("GET"), Hints.after("config "));
        assertFalse(Hints.after("config get ").isEmpty());
    }

    @Test
    void completion_knows_commands_subcommands_and_options_in_the_case_they_are_begun_in() {
        assertTrue(Hints.completions(List.of(), "GETR").contains("GETRANGE"));
        assertTrue(Hints.completions(List.of(), "getr").contains("getrange"));
        assertTrue(Hints.completions(List.of("config"), "").contains("GET"));
        assertTrue(Hints.completions(List.of("set", "k", "v"), "p").containsAll(List.of("px", "pxat")));
        assertEquals(List.of(), Hints.completions(List.of("nosuch"), ""));
    }

    @Test
    void lines_that_may_hold_a_password_stay_out_of_the_history() {
        for (String line :
                List.of("AUTH secret", " auth default secret", "hello 3 AUTH default x", "CONFIG  SET requirepass x")) {
            assertTrue(Prompt.DiscreetHistory.isSecret(line), line);
        }
        assertFalse(Prompt.DiscreetHistory.isSecret("GET author"));
        assertFalse(Prompt.DiscreetHistory.isSecret("CONFIG GET save"));
    }

    private Calls.Ended script(String text) {
        return Calls.call(Map.of("RAFT_CLI_ADDRESS", node.address()), text, "repl");
    }
}

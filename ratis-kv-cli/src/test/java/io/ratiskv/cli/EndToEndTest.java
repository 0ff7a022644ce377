package io.ratiskv.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ratiskv.snapshot.BackupHeader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The subcommands against a real node. */
final class EndToEndTest {
    @TempDir
    private static Path directory;

    private static RealNode node;

    @BeforeAll
    static void start() throws Exception {
        node = RealNode.alone(directory, "--requirepass=secret");
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    @Test
    void what_is_set_is_read() {
        assertEquals("OK\n", call("set", "greeting", "hello wörld").out());
        assertEquals("hello wörld\n", call("get", "greeting").out());
        assertEquals("(integer) 1\n", call("delete", "greeting").out());
        assertEquals("(nil)\n", call("get", "greeting").out());
    }

    @Test
    void a_command_of_any_kind_is_run_and_its_reply_shown() {
        assertEquals(
                "(integer) 2\n",
                call("command", "HSET", "h", "a", "1", "b", "2").out());
        Calls.Ended wrong = call("command", "INCR", "h");
        assertEquals(1, wrong.code());
        assertTrue(wrong.err().startsWith("raft-cli: WRONGTYPE"), wrong.err());
        assertEquals(1, call("command", "NOSUCH", "h").code());
        String members = call("command", "HGETALL", "h").out();
        assertTrue(members.contains("\"a\"") && members.contains("\"2\""), members);
    }

    @Test
    void an_operator_sees_the_node_and_asks_it() {
        String status = call("status").out();
        assertTrue(status.contains("n1") && status.contains("LEADER"), status);
        String members = call("members").out();
        assertTrue(members.contains(node.resp()), members);
        assertTrue(call("snapshot").out().startsWith("snapshot at index "));
        assertEquals(0, call("health").code());
    }

    @Test
    void a_backup_is_taken_of_a_node_that_serves() throws IOException {
        Path file = directory.resolve("backup.rkv");
        Calls.Ended ended = call("backup", file.toString());
        assertEquals(0, ended.code(), ended.err());
        assertTrue(ended.out().contains("not encrypted"), ended.out());
        try (InputStream in = Files.newInputStream(file)) {
            assertEquals("n1", BackupHeader.read(BackupHeader.Kind.BACKUP, in).node());
        }
        assertEquals(
                0,
                call("backup", directory.resolve("stale.rkv").toString(), "--stale")
                        .code());
    }

    @Test
    void keys_are_exported_for_a_redis() throws IOException {
        call("set", "exported", "value");
        Path rdb = directory.resolve("dump.rdb");
        Calls.Ended ended = call("export", rdb.toString());
        assertEquals(0, ended.code(), ended.err());
        assertTrue(Files.readString(rdb, StandardCharsets.ISO_8859_1).startsWith("REDIS00"));
        Path aof = directory.resolve("commands.aof");
        assertEquals(0, call("export", "--format", "aof", aof.toString()).code());
        String commands = Files.readString(aof);
        assertTrue(commands.contains("$8\r\nexported\r\n$5\r\nvalue\r\n"), commands);
    }

    @Test
    void a_wrong_password_is_refused() {
        Calls.Ended ended = call("get", "k", "--password", "wrong");
        assertEquals(1, ended.code());
        assertTrue(ended.err().contains("WRONGPASS"), ended.err());
    }

    @Test
    void a_benchmark_runs_over_both_protocols() {
        for (String protocol : new String[] {"resp", "http"}) {
            Calls.Ended ended = call(
                    "benchmark", "--protocol", protocol, "--operations", "3000", "--clients", "8", "--pipeline", "4");
            assertEquals(0, ended.code(), ended.toString());
            assertTrue(ended.out().contains("ok 3,000, refused 0, unavailable 0, unknown 0"), ended.out());
        }
        assertEquals(
                1,
                call("benchmark", "--resp", node.resp(), "--password", "wrong").code());
    }

    @Test
    void a_script_is_run_by_the_node() {
        Calls.Ended ended = Calls.call(
                Map.of("RAFT_CLI_ADDRESS", node.http(), "RAFT_CLI_PASSWORD", "secret"),
                "SET bytes \"\\xff\\x00\"\nGET bytes\nSTRLEN bytes\n",
                "repl");
        assertEquals("OK\n\"\\xff\\x00\"\n(integer) 2\n", ended.out(), ended.toString());
    }

    private static Calls.Ended call(String... words) {
        return Calls.call(Map.of("RAFT_CLI_ADDRESS", node.http(), "RAFT_CLI_PASSWORD", "secret"), "", words);
    }
}

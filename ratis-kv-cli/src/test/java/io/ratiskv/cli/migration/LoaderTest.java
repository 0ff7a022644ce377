package io.ratiskv.cli.migration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ratiskv.cli.load.Outcome;
import io.ratiskv.cli.load.ScriptedRedis;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What is sent again to a node of the test's own, which answers as it is told. */
final class LoaderTest {
    private static final String COMMANDS = "*3\r\n$3\r\nSET\r\n$1\r\na\r\n$1\r\n1\r\n*2\r\n$4\r\nINCR\r\n$1\r\nn\r\n";
    private static final String DONE = "*2\r\n+OK\r\n:1\r\n";
    private static final String BREAKS = "";

    /** What CLIENT SESSION and EXEC are answered, in turn; the last again and again. */
    private static ScriptedRedis node(List<String> sessions, List<String> executions) throws IOException {
        Deque<String> doors = new ArrayDeque<>(sessions);
        Deque<String> ends = new ArrayDeque<>(executions);
        return new ScriptedRedis(words -> switch (words.getFirst()) {
            case "CLIENT" -> next(doors);
            case "EXEC" -> next(ends);
            case "ONCE" -> "+QUEUED\r\n";
            default -> ScriptedRedis.OK;
        });
    }

    private static @Nullable String next(Deque<String> answers) {
        String answer = answers.size() == 1 ? answers.getFirst() : answers.removeFirst();
        return answer.equals(BREAKS) ? null : answer;
    }

    private static Tally load(ScriptedRedis node, long timeoutMillis) throws IOException {
        Servers cluster = new Servers(List.of(node.target(null).endpoint()), null, null, timeoutMillis);
        byte[] commands = COMMANDS.getBytes(StandardCharsets.US_ASCII);
        return FileImport.load(
                new ByteArrayInputStream(commands), cluster, new Options(null, false, false), done -> {});
    }

    @Test
    void a_chunk_is_sent_again_under_its_numbers_until_it_is_answered() throws IOException {
        List<String> doors = List.of("-CLUSTERDOWN nobody leads\r\n", ":0\r\n");
        List<String> ends = List.of(BREAKS, "-UNKNOWN it may have been done\r\n", DONE);
        try (ScriptedRedis node = node(doors, ends)) {
            assertEquals(2, load(node, 60_000).commands());
            List<List<String>> numbered = node.requests().stream()
                    .filter(words -> words.getFirst().equals("ONCE"))
                    .toList();
            List<List<String>> chunk =
                    List.of(List.of("ONCE", "1", "SET", "a", "1"), List.of("ONCE", "2", "INCR", "n"));
            assertEquals(6, numbered.size(), numbered.toString());
            for (int i = 0; i < 6; i += 2) assertEquals(chunk, numbered.subList(i, i + 2));
            Set<String> sessions = node.requests().stream()
                    .filter(words -> words.getFirst().equals("CLIENT"))
                    .map(List::getLast)
                    .collect(Collectors.toSet());
            assertEquals(1, sessions.size(), sessions.toString());
        }
    }

    @Test
    void what_the_cluster_says_no_to_is_named() throws IOException {
        try (ScriptedRedis node = node(List.of(":0\r\n"), List.of("*2\r\n+OK\r\n-WRONGTYPE no number\r\n"))) {
            ImportException refusal = assertThrows(ImportException.class, () -> load(node, 60_000));
            assertEquals(Outcome.REFUSED, refusal.outcome());
            assertEquals("INCR \"n\" in database 0: WRONGTYPE no number", refusal.getMessage());
        }
    }

    @Test
    void whether_anything_can_have_happened_is_told_when_nobody_serves() throws IOException {
        try (ScriptedRedis node = node(List.of("-CLUSTERDOWN nobody leads\r\n"), List.of(DONE))) {
            ImportException ended = assertThrows(ImportException.class, () -> load(node, 200));
            assertEquals(Outcome.UNAVAILABLE, ended.outcome());
        }
        try (ScriptedRedis node = node(List.of(":0\r\n"), List.of(BREAKS))) {
            ImportException ended = assertThrows(ImportException.class, () -> load(node, 200));
            assertEquals(Outcome.UNKNOWN, ended.outcome());
            assertTrue(String.valueOf(ended.getMessage()).startsWith("no node of ["), ended.toString());
        }
    }
}

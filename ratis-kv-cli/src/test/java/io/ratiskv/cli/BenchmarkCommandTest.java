package io.ratiskv.cli;

import static io.ratiskv.cli.Calls.call;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ratiskv.cli.load.Load;
import io.ratiskv.cli.load.Measured;
import io.ratiskv.cli.load.Outcome;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class BenchmarkCommandTest {
    private final ScriptedNode node;

    @TempDir
    private Path directory;

    BenchmarkCommandTest() throws Exception {
        node = new ScriptedNode();
    }

    @AfterEach
    void close() {
        node.close();
    }

    @Test
    void http_is_measured_and_told_as_text_json_and_a_page() throws Exception {
        Path page = directory.resolve("report.html");
        String[] words = {
            "benchmark",
            "-a",
            node.address(),
            "--protocol",
            "http",
            "--operations",
            "200",
            "--clients",
            "4",
            "--pipeline",
            "2",
            "--ratio",
            "1:3",
            "--report",
            page.toString()
        };
        Calls.Ended human = call(words);
        assertEquals(0, human.code(), human.toString());
        assertTrue(human.out().contains("ok 200, refused 0, unavailable 0, unknown 0"), human.out());
        assertTrue(human.out().contains("p99.99"), human.out());
        String html = Files.readString(page);
        assertTrue(html.contains("<svg") && html.contains("prefers-color-scheme:dark"), html);
        for (String outside : List.of("src=", "href=", "url(", "@import", "<script")) {
            assertFalse(html.contains(outside), outside);
        }

        words[2] = Calls.nobody() + "," + node.address();
        List<String> json = new ArrayList<>(List.of(words));
        json.addAll(List.of("--output", "json"));
        Calls.Ended ended = call(json.toArray(String[]::new));
        Result.Struct report = assertInstanceOf(Result.Struct.class, Json.parse(ended.out()), ended::toString);
        assertEquals("200", report.get("ok").plain(), ended.toString());
        Result.Struct latencies = assertInstanceOf(Result.Struct.class, report.get("latency_millis"));
        assertTrue(latencies.properties().keySet().containsAll(List.of("set", "get")), ended.toString());
    }

    @Test
    void what_warms_up_is_done_and_not_counted() throws Exception {
        Calls.Ended ended = call(
                "benchmark",
                "-a",
                node.address(),
                "--protocol",
                "http",
                "--operations",
                "20",
                "--warm-up",
                "30",
                "--ratio",
                "1:0");
        assertTrue(ended.out().contains("ok 20, refused 0"), ended.toString());
        assertEquals(50, node.bodies().size());
    }

    @Test
    void no_node_and_wrong_numbers_are_told() throws Exception {
        assertEquals(3, call("benchmark", "-a", Calls.nobody()).code());
        assertEquals(
                3, call("benchmark", "-a", Calls.nobody(), "--protocol", "http").code());
        assertEquals(
                3,
                call("benchmark", "--resp", Calls.nobody().substring("http://".length()))
                        .code());
        for (String[] words : new String[][] {
            {"--ratio", "1"},
            {"--ratio", "0:0"},
            {"--clients", "0"},
            {"--size", "-1"},
            {"--rate", "-5"},
            {"--warm-up", "-1"},
            {"--resp", "nowhere"},
            {"--protocol", "smtp"},
            {"--operations", "many"}
        }) {
            Calls.Ended ended = call("benchmark", words[0], words[1]);
            assertEquals(2, ended.code(), () -> String.join(" ", words) + "\n" + ended);
        }
    }

    @Test
    void the_exit_code_is_the_worst_outcome() {
        assertEquals(Verdict.OK, report(Map.of(Outcome.OK, 5L)).verdict());
        assertEquals(
                Verdict.REFUSED,
                report(Map.of(Outcome.OK, 5L, Outcome.REFUSED, 1L)).verdict());
        assertEquals(
                Verdict.UNAVAILABLE,
                report(Map.of(Outcome.REFUSED, 5L, Outcome.UNAVAILABLE, 1L)).verdict());
        assertEquals(
                Verdict.UNKNOWN,
                report(Map.of(Outcome.UNAVAILABLE, 5L, Outcome.UNKNOWN, 1L)).verdict());
    }

    @Test
    void a_page_of_nothing_and_of_hostile_errors_is_still_a_page() {
        Measured measured = new Measured(
                0, Map.of(), 0, new Histogram(3), new Histogram(3), List.of(0L), Map.of("ERR <script>&", 1L));
        String html = HtmlReport.of(new BenchmarkReport(load(), "resp", List.of("a:1"), measured));
        assertTrue(html.contains("ERR &lt;script&gt;&amp;"), html);
        assertFalse(html.contains("NaN"), html);
    }

    private static BenchmarkReport report(Map<Outcome, Long> outcomes) {
        Measured measured = new Measured(1, outcomes, 0, new Histogram(3), new Histogram(3), List.of(0L, 5L), Map.of());
        return new BenchmarkReport(load(), "resp", List.of("a:1"), measured);
    }

    private static Load load() {
        return new Load(0, 5, 1, 1, 1, 1, 10, 10, 0, 1_000);
    }
}

package io.ratiskv.deploy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.ratiskv.metrics.SampleScrape;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The dashboard and the alert rules read metrics that a node shows, in words that Prometheus understands. */
class MonitoringTest {
    private static final Path PROMETHEUS = Deploy.FOLDER.resolve("prometheus");
    private static final String NO_PROMTOOL = "promtool is not on the path (Debian's package prometheus has it)";

    @TempDir
    private Path directory;

    private final JsonNode dashboard =
            JsonMapper.builder().build().readTree(Deploy.read(Deploy.FOLDER.resolve("grafana/ratis-kv.json")));

    @Test
    void every_metric_of_the_dashboard_and_the_alerts_is_one_that_a_node_shows() {
        Set<String> shown = shown();
        Set<String> used = new TreeSet<>();
        queries().forEach(query -> used.addAll(Promql.metrics(query)));
        alerts().forEach(alert -> used.addAll(Promql.metrics(alert)));
        assertTrue(used.size() > 30, () -> "only " + used);
        used.remove("up"); // Prometheus' own
        used.removeAll(shown);
        assertEquals(Set.of(), used);
    }

    @Test
    void the_metrics_of_an_expression_are_found() {
        assertEquals(
                Set.of("a_total", "b:c", "d"),
                Promql.metrics("sum by (x) (rate(a_total{y=\"z\"}[5m])) / on (x) b:c > 1e3 unless d offset 5"));
        assertTrue(shown().containsAll(Set.of("raft_state", "ratiskv_commit_seconds_bucket", "process_cpu_usage")));
        assertFalse(shown().contains("raft_stat"));
    }

    @Test
    void panels_have_ids_of_their_own_and_do_not_overlap() {
        Set<Integer> ids = new HashSet<>();
        Set<String> cells = new HashSet<>();
        for (JsonNode panel : dashboard.path("panels")) {
            assertTrue(ids.add(panel.path("id").asInt()), panel::toString);
            JsonNode place = panel.path("gridPos");
            for (int x = 0; x < place.path("w").asInt(); x++) {
                for (int y = 0; y < place.path("h").asInt(); y++) {
                    int column = place.path("x").asInt() + x;
                    assertTrue(column < 24, panel::toString);
                    assertTrue(cells.add(column + " " + (place.path("y").asInt() + y)), panel::toString);
                }
            }
        }
    }

    @Test
    void the_handbook_has_a_line_for_every_alert() {
        String handbook = Deploy.read(Deploy.ROOT.resolve("docs/operations.md"));
        for (String name : alertNames()) assertTrue(handbook.contains("`" + name + "`"), name);
    }

    @Test
    void promtool_accepts_the_rules_and_the_configuration() throws Exception {
        assumeTrue(Deploy.onPath("promtool"), NO_PROMTOOL);
        assertGood(Deploy.run(PROMETHEUS, "promtool", "check", "rules", "alerts.yml"));
        assertGood(Deploy.run(PROMETHEUS, "promtool", "check", "config", "prometheus.yml"));
    }

    @Test
    void alerts_fire_and_clear_when_they_should() throws Exception {
        assumeTrue(Deploy.onPath("promtool"), NO_PROMTOOL);
        assertGood(Deploy.run(PROMETHEUS, "promtool", "test", "rules", "alerts_test.yml"));
    }

    @Test
    void promtool_accepts_every_query_of_the_dashboard() throws Exception {
        assumeTrue(Deploy.onPath("promtool"), NO_PROMTOOL);
        StringBuilder rules = new StringBuilder("groups:\n- name: dashboard\n  rules:\n");
        int count = 0;
        for (String query : queries()) {
            // The variables of Grafana, as it would fill them in.
            String filled = query.replace("$job", "ratis-kv")
                    .replace("$instance", ".+")
                    .replace("$__rate_interval", "1m")
                    .replace("$__interval", "1m");
            rules.append("  - record: query_")
                    .append(count++)
                    .append("\n    expr: >-\n      ")
                    .append(filled)
                    .append('\n');
        }
        Files.writeString(directory.resolve("dashboard.yml"), rules);
        assertGood(Deploy.run(directory, "promtool", "check", "rules", "dashboard.yml"));
    }

    private static void assertGood(Deploy.Ended ended) {
        assertEquals(0, ended.code(), ended.text());
    }

    private static Set<String> shown() {
        return SampleScrape.text()
                .lines()
                .filter(line -> !line.startsWith("#"))
                .map(line -> line.split("[{ ]", 2)[0])
                .collect(Collectors.toSet());
    }

    /** Of panels and annotations; those of variables name labels only. */
    private List<String> queries() {
        List<String> queries = new ArrayList<>();
        for (JsonNode panel : dashboard.path("panels")) {
            for (JsonNode target : panel.path("targets"))
                queries.add(target.path("expr").asString());
        }
        for (JsonNode annotation : dashboard.path("annotations").path("list")) {
            queries.add(annotation.path("expr").asString());
        }
        return queries;
    }

    private static List<String> alerts() {
        return fields("expr");
    }

    private static List<String> alertNames() {
        return fields("alert");
    }

    private static List<String> fields(String name) {
        Object file =
                Deploy.documents(Deploy.read(PROMETHEUS.resolve("alerts.yml"))).get(0);
        List<String> found = new ArrayList<>();
        for (Object group : (List<?>) Objects.requireNonNull(Deploy.at(file, "groups"))) {
            for (Object rule : (List<?>) Objects.requireNonNull(Deploy.at(group, "rules"))) {
                found.add(Objects.requireNonNull(Deploy.at(rule, name)).toString());
            }
        }
        assertFalse(found.isEmpty());
        return found;
    }
}

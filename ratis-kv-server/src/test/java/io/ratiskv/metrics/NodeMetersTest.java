package io.ratiskv.metrics;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ratiskv.raft.RatisMeter;
import io.ratiskv.replication.Consensus;
import io.ratiskv.replication.Divergence;
import io.ratiskv.replication.Durations;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class NodeMetersTest {
    private NodeFigures figures = figures("LEADER", 2_400, Map.of("set", 41L, "client|list", 2L, "get", 0L));
    private final NodeMeters meters = new NodeMeters(() -> figures);

    @AfterEach
    void close() {
        meters.close();
    }

    @Test
    void a_scrape_shows_every_meter_of_the_table() {
        String scrape = meters.scrape();
        for (Meter meter : MeterTable.METERS) {
            String type = meter.kind() == Meter.Kind.COUNTER ? " counter" : " gauge";
            assertShows(scrape, "# TYPE " + meter.name() + type);
            assertShows(scrape, "# HELP " + meter.name() + " " + meter.meaning());
        }
    }

    @Test
    void a_scrape_shows_the_figures_of_its_moment() {
        String scrape = meters.scrape();
        assertShows(scrape, "raft_current_term 7.0");
        assertShows(scrape, "raft_log_length 1502.0");
        assertShows(scrape, "raft_state{state=\"LEADER\"} 1.0");
        assertShows(scrape, "raft_state{state=\"FOLLOWER\"} 0.0");
        assertShows(scrape, "raft_peer_lag{peer=\"n2\"} 101.0");
        assertShows(scrape, "ratiskv_keys 12.0");
        assertShows(scrape, "ratiskv_commands_total{command=\"set\"} 41.0");
        assertShows(scrape, "ratiskv_commands_total{command=\"client|list\"} 2.0");
        assertFalse(scrape.contains("command=\"get\""), "a command that was never called is shown");

        figures = figures("FOLLOWER", 2_500, Map.of("set", 42L, "get", 1L));
        scrape = meters.scrape();
        assertShows(scrape, "raft_state{state=\"LEADER\"} 0.0");
        assertShows(scrape, "raft_state{state=\"FOLLOWER\"} 1.0");
        assertShows(scrape, "raft_peer_lag{peer=\"n2\"} NaN");
        assertShows(scrape, "ratiskv_commands_total{command=\"set\"} 42.0");
        assertShows(scrape, "ratiskv_commands_total{command=\"get\"} 1.0");
    }

    @Test
    void a_scrape_shows_times_as_histograms_in_seconds() {
        String scrape = meters.scrape();
        for (TimeMeter meter : MeterTable.TIMES) {
            assertShows(scrape, "# TYPE " + meter.name() + " histogram");
        }
        assertShows(scrape, "ratiskv_apply_seconds_bucket{le=\"2.0E-4\"} 0");
        assertShows(scrape, "ratiskv_apply_seconds_bucket{le=\"5.0E-4\"} 1");
        assertShows(scrape, "ratiskv_apply_seconds_bucket{le=\"0.05\"} 2");
        assertShows(scrape, "ratiskv_apply_seconds_count 2");
        assertShows(scrape, "ratiskv_command_seconds_bucket{family=\"string\",le=\"0.001\"} 1");
    }

    @Test
    void a_scrape_shows_what_ratis_measured() {
        String scrape = meters.scrape();
        assertShows(scrape, "ratis_log_sync_seconds_count 1");
        assertShows(scrape, "ratis_sender_inconsistencies_total{peer=\"n2\"} 3.0");
        assertShows(scrape, "ratis_log_closed_segments 2.0");
    }

    @Test
    void a_scrape_shows_the_memory_and_the_collections_of_the_jvm() {
        String scrape = meters.scrape();
        assertTrue(scrape.contains("jvm_memory_used_bytes{area=\"heap\""), scrape);
        assertTrue(scrape.contains("jvm_gc_"), scrape);
        assertTrue(scrape.contains("process_cpu_usage"), scrape);
    }

    private static void assertShows(String scrape, String line) {
        assertTrue(scrape.lines().anyMatch(line::equals), () -> line + " is not in\n" + scrape);
    }

    private static NodeFigures figures(String role, long matchIndex, Map<String, Long> calls) {
        var log = new Consensus.LogStatus(
                role,
                7,
                2_500,
                7,
                2_490,
                1_000,
                2_501,
                999,
                List.of(new Consensus.Peer("n2", "127.0.0.1:26002", true, matchIndex, 3)));
        return new NodeFigures(
                log,
                new Consensus.Disk(1 << 30, true),
                new Consensus.Archive(48, 2),
                12,
                3_000,
                4,
                3,
                2,
                new Divergence.Figures(6, 1),
                new NodeFigures.Clients(5, 6, 7, 8, 9, calls),
                new NodeFigures.Batches(10, 11, 12, 1, 100),
                new NodeFigures.Reads(13, 12),
                new NodeFigures.LastSnapshot(60, 1.5, 2_000),
                new NodeFigures.Times(
                        NONE, NONE, times(300_000, 40_000_000), NONE, NONE, Map.of("string", times(1_000_000))),
                List.of(
                        new RatisMeter.Figure(ratis("ratis_log_sync_seconds"), "", 0, times(150_000)),
                        new RatisMeter.Figure(ratis("ratis_sender_inconsistencies_total"), "n2", 3, null),
                        new RatisMeter.Figure(ratis("ratis_log_closed_segments"), "", 2, null)));
    }

    private static final Durations.Figures NONE = times();

    private static Durations.Figures times(long... nanos) {
        Durations durations = new Durations();
        for (long one : nanos) {
            durations.record(one);
        }
        return durations.figures();
    }

    private static RatisMeter ratis(String name) {
        return RatisMeter.ALL.stream()
                .filter(meter -> meter.name().equals(name))
                .findFirst()
                .orElseThrow();
    }
}

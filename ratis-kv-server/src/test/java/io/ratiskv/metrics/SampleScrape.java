package io.ratiskv.metrics;

import io.ratiskv.raft.RatisMeter;
import io.ratiskv.replication.Consensus;
import io.ratiskv.replication.Divergence;
import io.ratiskv.replication.Durations;
import java.util.List;
import java.util.Map;

/** A scrape in which every meter that there is shows something. */
public final class SampleScrape {
    private SampleScrape() {}

    /** Of the leader of two nodes after a collection of garbage, which shows meters of its own. */
    public static String text() {
        NodeFigures figures = figures();
        try (NodeMeters meters = new NodeMeters(() -> figures)) {
            String scrape = meters.scrape();
            System.gc();
            // The JVM tells of a collection on a thread of its own.
            while (!scrape.contains("jvm_gc_pause_seconds")) scrape = meters.scrape();
            return scrape;
        }
    }

    /** Of the leader of two nodes. */
    public static NodeFigures figures() {
        Durations.Figures times = new Durations().figures();
        return new NodeFigures(
                new Consensus.LogStatus(
                        "LEADER",
                        7,
                        50,
                        7,
                        50,
                        1,
                        50,
                        40,
                        List.of(new Consensus.Peer("n2", "127.0.0.1:1", true, 49, 3))),
                new Consensus.Disk(1 << 30, false),
                Consensus.Archive.NONE,
                1,
                2,
                3,
                4,
                5,
                new Divergence.Figures(6, 0),
                new NodeFigures.Clients(1, 2, 3, 4, 5, Map.of("set", 1L)),
                new NodeFigures.Batches(1, 2, 3, 4, 5),
                new NodeFigures.Reads(1, 1),
                new NodeFigures.LastSnapshot(1, 2, 3),
                new NodeFigures.Times(times, times, times, times, times, Map.of("string", times)),
                RatisMeter.ALL.stream().map(meter -> figure(meter, times)).toList());
    }

    private static RatisMeter.Figure figure(RatisMeter meter, Durations.Figures times) {
        boolean time = meter.name().endsWith("_seconds");
        String peer = meter.ratisName().contains("*") ? "n2" : "";
        return new RatisMeter.Figure(meter, peer, 1, time ? times : null);
    }
}

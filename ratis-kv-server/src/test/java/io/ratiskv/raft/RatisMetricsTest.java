package io.ratiskv.raft;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("alone") // Ratis counts for all servers of a JVM together
class RatisMetricsTest {
    /** Ratis makes these when they first happen. */
    private static final Set<String> LATER = Set.of("ratis_sender_inconsistencies_total");

    @TempDir
    Path directory;

    @Test
    void every_meter_of_the_table_is_one_of_ratis() throws Exception {
        try (RaftCluster cluster = new RaftCluster(directory, 3, UnaryOperator.identity()).start()) {
            cluster.write("a");
            cluster.awaitEverywhere(List.of("a"));
            List<RatisMeter.Figure> figures =
                    RatisMetrics.figures(cluster.leader().options.node());
            Set<String> missing =
                    RatisMeter.ALL.stream().map(RatisMeter::name).collect(Collectors.toCollection(TreeSet::new));
            missing.removeAll(LATER);
            figures.forEach(figure -> missing.remove(figure.meter().name()));
            assertEquals(Set.of(), missing, "Ratis does not know these");

            for (RatisMeter.Figure figure : figures) {
                assertEquals(figure.meter().isTime(), figure.times() != null, figure::toString);
                if (!figure.meter().label().isEmpty()) {
                    assertTrue(figure.peer().matches("n[123].*"), figure::toString);
                }
            }
            double syncs = figures.stream()
                    .filter(figure -> figure.meter().name().equals("ratis_log_flushes_total"))
                    .mapToDouble(RatisMeter.Figure::number)
                    .sum();
            assertTrue(syncs > 0, "what was written was flushed");
        }
    }
}

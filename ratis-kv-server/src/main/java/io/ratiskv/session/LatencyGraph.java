package io.ratiskv.session;

import java.util.ArrayList;
import java.util.List;

/** LATENCY GRAPH: the times of an event as columns of characters, with how long ago each was below. Stateless. */
final class LatencyGraph {
    private static final int COLUMNS = 80;
    private static final int ROWS = 4;

    private LatencyGraph() {}

    static String of(String name, LatencyMonitor.Event event, long nowSeconds) {
        List<LatencyMonitor.Sample> samples = event.samples();
        long high = 0;
        long low = Long.MAX_VALUE;
        for (LatencyMonitor.Sample sample : samples) {
            high = Math.max(high, sample.millis());
            low = Math.min(low, sample.millis());
        }
        StringBuilder graph = new StringBuilder(
                name + " - high " + high + " ms, low " + low + " ms (all time high " + event.maxMillis() + " ms)\n");
        graph.append("-".repeat(COLUMNS)).append('\n');
        for (int from = 0; from < samples.size(); from += COLUMNS) {
            List<LatencyMonitor.Sample> line = samples.subList(from, Math.min(samples.size(), from + COLUMNS));
            columns(graph, line, high);
            labels(graph, line, nowSeconds);
        }
        return graph.toString();
    }

    private static void columns(StringBuilder graph, List<LatencyMonitor.Sample> line, long high) {
        for (int row = ROWS; row > 0; row--) {
            StringBuilder text = new StringBuilder();
            for (LatencyMonitor.Sample sample : line) {
                // Halves of rows, at least one half.
                long halves = Math.max(1, (sample.millis() * 2 * ROWS + high - 1) / Math.max(1, high));
                text.append(halves >= 2L * row ? '#' : halves == 2L * row - 1 ? '_' : ' ');
            }
            append(graph, text);
        }
    }

    /** Read from top to bottom. */
    private static void labels(StringBuilder graph, List<LatencyMonitor.Sample> line, long nowSeconds) {
        List<String> labels = new ArrayList<>();
        int longest = 0;
        for (LatencyMonitor.Sample sample : line) {
            String label = ago(Math.max(0, nowSeconds - sample.atSeconds()));
            labels.add(label);
            longest = Math.max(longest, label.length());
        }
        graph.append('\n');
        for (int i = 0; i < longest; i++) {
            StringBuilder text = new StringBuilder();
            for (String label : labels) {
                text.append(i < label.length() ? label.charAt(i) : ' ');
            }
            append(graph, text);
        }
    }

    private static void append(StringBuilder graph, StringBuilder text) {
        graph.append(text.toString().stripTrailing()).append('\n');
    }

    private static String ago(long seconds) {
        if (seconds < 60) {
            return seconds + "s";
        }
        if (seconds < 3600) {
            return seconds / 60 + "m";
        }
        return seconds < 86_400 ? seconds / 3600 + "h" : seconds / 86_400 + "d";
    }
}

package io.ratiskv.metrics;

import io.ratiskv.replication.Durations;
import java.util.Map;
import java.util.function.Function;

/**
 * One row of the table of times, each a histogram in seconds. Immutable.
 *
 * @param name as Prometheus shows it, ending in {@code _seconds}
 * @param label the one label that tells its histograms apart; empty when there is one
 * @param meaning one sentence
 * @param values by the label's value; the one histogram of a meter without label is under the empty text
 */
record TimeMeter(
        String name, String label, String meaning, Function<NodeFigures, Map<String, Durations.Figures>> values) {
    TimeMeter {
        if (!name.endsWith("_seconds")) {
            throw new IllegalArgumentException("a time ends in _seconds: " + name);
        }
    }
}

package io.ratiskv.metrics;

import java.util.List;
import java.util.function.Function;

/**
 * One row of the table of meters. Immutable.
 *
 * @param name as Prometheus shows it; a counter's ends in {@code _total}
 * @param label the one label that tells its values apart; empty when there is one value
 * @param meaning one sentence, with the unit
 * @param values what it shows now
 */
record Meter(String name, Kind kind, String label, String meaning, Function<NodeFigures, List<Value>> values) {
    static final String TOTAL = "_total";

    Meter {
        if ((kind == Kind.COUNTER) != name.endsWith(TOTAL)) {
            throw new IllegalArgumentException("a counter ends in " + TOTAL + ", nothing else does: " + name);
        }
    }

    enum Kind {
        GAUGE,
        COUNTER
    }

    /** @param labelled the value of the label; empty where there is none */
    record Value(String labelled, double number) {}
}

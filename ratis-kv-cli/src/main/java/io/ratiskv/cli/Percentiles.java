package io.ratiskv.cli;

import java.util.List;
import java.util.Locale;
import org.HdrHistogram.Histogram;
import tools.jackson.core.JsonGenerator;

/** Which percentiles of a latency are told, and how. Stateless; any thread. */
final class Percentiles {
    static final List<Double> SHOWN = List.of(50.0, 75.0, 90.0, 95.0, 99.0, 99.9, 99.99);

    private static final double NANOS_PER_MILLI = 1e6;

    private Percentiles() {}

    static double millis(long nanos) {
        return nanos / NANOS_PER_MILLI;
    }

    static String name(double percentile) {
        return "p" + (percentile == Math.rint(percentile) ? Integer.toString((int) percentile) : percentile);
    }

    /** Three digits are what is measured. */
    static String text(long nanos) {
        double millis = millis(nanos);
        int digits = millis >= 100 ? 0 : millis >= 10 ? 1 : millis >= 1 ? 2 : 3;
        return String.format(Locale.ROOT, "%." + digits + "f", millis);
    }

    /** An object of milliseconds. */
    static void write(JsonGenerator json, String name, Histogram nanos) {
        json.writeObjectPropertyStart(name);
        json.writeNumberProperty("count", nanos.getTotalCount());
        json.writeNumberProperty("mean", rounded(nanos.getMean() / NANOS_PER_MILLI));
        for (double percentile : SHOWN) {
            json.writeNumberProperty(name(percentile), rounded(millis(nanos.getValueAtPercentile(percentile))));
        }
        json.writeNumberProperty("max", rounded(millis(nanos.getMaxValue())));
        json.writeEndObject();
    }

    private static double rounded(double millis) {
        return Math.round(millis * 1000) / 1000.0;
    }
}

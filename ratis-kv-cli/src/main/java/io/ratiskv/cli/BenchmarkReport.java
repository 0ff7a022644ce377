package io.ratiskv.cli;

import io.ratiskv.cli.load.Load;
import io.ratiskv.cli.load.Measured;
import io.ratiskv.cli.load.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import org.HdrHistogram.Histogram;

/**
 * A benchmark as text and as JSON. Immutable; any thread.
 *
 * @param protocol {@code resp} or {@code http}
 * @param targets {@code host:port} of those that were asked
 */
record BenchmarkReport(Load load, String protocol, List<String> targets, Measured measured) {

    Verdict verdict() {
        if (measured.count(Outcome.UNKNOWN) > 0) return Verdict.UNKNOWN;
        if (measured.count(Outcome.UNAVAILABLE) > 0) return Verdict.UNAVAILABLE;
        return measured.count(Outcome.REFUSED) > 0 ? Verdict.REFUSED : Verdict.OK;
    }

    String summary() {
        return String.format(
                Locale.ROOT,
                "%,d operations in %.2f s: %,.0f per second over %s to %s",
                load.operations(),
                measured.seconds(),
                measured.perSecondMean(),
                protocol,
                String.join(", ", targets));
    }

    /** What it was made of. */
    String setting() {
        String rate = load.operationsPerSecond() == 0
                ? "as fast as answers come"
                : String.format(
                        Locale.ROOT,
                        "%,.0f per second, latency from when each should have begun",
                        load.operationsPerSecond());
        return String.format(
                Locale.ROOT,
                "%,d clients, pipeline %,d, SET:GET %d:%d, values of %,d bytes, %,d keys, %s",
                load.clients(),
                load.pipeline(),
                load.sets(),
                load.gets(),
                load.valueBytes(),
                load.keys(),
                rate);
    }

    String outcomes() {
        return String.format(
                Locale.ROOT,
                "ok %,d, refused %,d, unavailable %,d, unknown %,d; sent again %,d",
                measured.count(Outcome.OK),
                measured.count(Outcome.REFUSED),
                measured.count(Outcome.UNAVAILABLE),
                measured.count(Outcome.UNKNOWN),
                measured.repeats());
    }

    String text() {
        StringBuilder text = new StringBuilder(summary())
                .append('\n')
                .append(setting())
                .append('\n')
                .append(outcomes())
                .append("\n\n")
                .append(Printer.table(rows()));
        new TreeMap<>(measured.errors())
                .forEach((error, count) -> text.append(String.format(Locale.ROOT, "%n%,d × %s", count, error)));
        return text.toString();
    }

    /** Latencies in milliseconds, titles first. */
    List<List<String>> rows() {
        List<List<String>> rows = new ArrayList<>();
        List<String> titles = new ArrayList<>(List.of("ms", "count", "mean"));
        Percentiles.SHOWN.forEach(percentile -> titles.add(Percentiles.name(percentile)));
        titles.add("max");
        rows.add(titles);
        addRow(rows, "SET", measured.setNanos());
        addRow(rows, "GET", measured.getNanos());
        return rows;
    }

    private static void addRow(List<List<String>> rows, String name, Histogram nanos) {
        if (nanos.getTotalCount() == 0) return;
        List<String> row = new ArrayList<>();
        row.add(name);
        row.add(String.format(Locale.ROOT, "%,d", nanos.getTotalCount()));
        row.add(Percentiles.text(Math.round(nanos.getMean())));
        for (double percentile : Percentiles.SHOWN) row.add(Percentiles.text(nanos.getValueAtPercentile(percentile)));
        row.add(Percentiles.text(nanos.getMaxValue()));
        rows.add(row);
    }

    String json() {
        return Json.object(json -> {
            json.writeStringProperty("protocol", protocol);
            json.writeArrayPropertyStart("targets");
            targets.forEach(json::writeString);
            json.writeEndArray();
            json.writeNumberProperty("operations", load.operations());
            json.writeNumberProperty("clients", load.clients());
            json.writeNumberProperty("pipeline", load.pipeline());
            json.writeStringProperty("ratio", load.sets() + ":" + load.gets());
            json.writeNumberProperty("value_bytes", load.valueBytes());
            json.writeNumberProperty("keys", load.keys());
            json.writeNumberProperty("rate_per_second", load.operationsPerSecond());
            json.writeNumberProperty("seconds", Math.round(measured.seconds() * 1000) / 1000.0);
            json.writeNumberProperty("ok_per_second", Math.round(measured.perSecondMean()));
            for (Outcome outcome : Outcome.values()) {
                json.writeNumberProperty(outcome.name().toLowerCase(Locale.ROOT), measured.count(outcome));
            }
            json.writeNumberProperty("sent_again", measured.repeats());
            json.writeObjectPropertyStart("latency_millis");
            Percentiles.write(json, "set", measured.setNanos());
            Percentiles.write(json, "get", measured.getNanos());
            json.writeEndObject();
            json.writeArrayPropertyStart("ok_by_second");
            measured.perSecond().forEach(json::writeNumber);
            json.writeEndArray();
            json.writeObjectPropertyStart("errors");
            new TreeMap<>(measured.errors()).forEach(json::writeNumberProperty);
            json.writeEndObject();
        });
    }
}

package io.ratiskv.metrics;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.ratiskv.metrics.Meter.Value;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The meters of the table and those of the JVM, registered with Micrometer. One thread at a time. */
final class Registered implements AutoCloseable {
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final JvmGcMetrics collections = new JvmGcMetrics();
    private final Histograms histograms = new Histograms();
    /** What each meter shows until the next scrape, by its name and the value of its label. */
    private final Map<Meter, Map<String, Cell>> cells = new HashMap<>();

    /** A number that the registry reads. Written by a scrape. */
    private static final class Cell {
        private volatile double number;

        double number() {
            return number;
        }
    }

    Registered() {
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        new FileDescriptorMetrics().bindTo(registry);
        new UptimeMetrics().bindTo(registry);
        collections.bindTo(registry);
        registry.getPrometheusRegistry().register(histograms);
        for (Meter meter : MeterTable.METERS) cells.put(meter, new HashMap<>());
    }

    /** All meters, those of the table as {@code now} has them. */
    String scrape(NodeFigures now) {
        for (Meter meter : MeterTable.METERS) show(meter, meter.values().apply(now));
        histograms.show(now);
        return registry.scrape();
    }

    @Override
    public void close() {
        collections.close();
        registry.close();
    }

    private void show(Meter meter, List<Value> values) {
        Map<String, Cell> shown = cells.getOrDefault(meter, Map.of());
        // A label that is gone, such as a peer's on a node that leads no more, shows nothing rather than its last
        // number.
        for (Cell cell : shown.values()) cell.number = Double.NaN;
        for (Value value : values) {
            shown.computeIfAbsent(value.labelled(), labelled -> register(meter, labelled)).number = value.number();
        }
    }

    private Cell register(Meter meter, String labelled) {
        Cell cell = new Cell();
        Tags tags = meter.label().isEmpty() ? Tags.empty() : Tags.of(meter.label(), labelled);
        switch (meter.kind()) {
            case GAUGE ->
                Gauge.builder(meter.name(), cell, Cell::number)
                        .description(meter.meaning())
                        .tags(tags)
                        .register(registry);
            case COUNTER ->
                // The registry adds the ending itself.
                FunctionCounter.builder(
                                meter.name().substring(0, meter.name().length() - Meter.TOTAL.length()),
                                cell,
                                Cell::number)
                        .description(meter.meaning())
                        .tags(tags)
                        .register(registry);
        }
        return cell;
    }
}

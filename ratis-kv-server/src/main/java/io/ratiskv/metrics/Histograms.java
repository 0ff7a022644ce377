package io.ratiskv.metrics;

import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.ratiskv.raft.RatisMeter;
import io.ratiskv.replication.Durations;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The table of times and what Ratis measured, for the registry: Micrometer has no meter for a histogram that somebody
 * else keeps. One thread at a time.
 */
final class Histograms implements MultiCollector {
    private static final double[] BOUNDS = boundsWithInfinity();

    private @Nullable NodeFigures now;

    /** What the next scrape shows. */
    void show(NodeFigures figures) {
        now = figures;
    }

    @Override
    public MetricSnapshots collect() {
        NodeFigures figures = now;
        List<MetricSnapshot> snapshots = new ArrayList<>();
        if (figures != null) {
            for (TimeMeter time : MeterTable.TIMES) {
                HistogramSnapshot.Builder shown =
                        HistogramSnapshot.builder().name(time.name()).help(time.meaning());
                time.values()
                        .apply(figures)
                        .forEach((label, times) -> shown.dataPoint(point(time.label(), label, times)));
                snapshots.add(shown.build());
            }
            for (RatisMeter meter : RatisMeter.ALL) {
                snapshots.add(ofRatis(meter, figures.ratis()));
            }
        }
        return new MetricSnapshots(snapshots);
    }

    private static MetricSnapshot ofRatis(RatisMeter meter, List<RatisMeter.Figure> all) {
        List<RatisMeter.Figure> figures =
                all.stream().filter(figure -> figure.meter().equals(meter)).toList();
        if (meter.isTime()) {
            HistogramSnapshot.Builder shown =
                    HistogramSnapshot.builder().name(meter.name()).help(meter.meaning());
            for (RatisMeter.Figure figure : figures) {
                if (figure.times() != null) {
                    shown.dataPoint(point(meter.label(), figure.peer(), figure.times()));
                }
            }
            return shown.build();
        }
        if (meter.isCounter()) {
            CounterSnapshot.Builder shown = CounterSnapshot.builder()
                    .name(meter.name().substring(0, meter.name().length() - Meter.TOTAL.length()))
                    .help(meter.meaning());
            for (RatisMeter.Figure figure : figures) {
                shown.dataPoint(CounterSnapshot.CounterDataPointSnapshot.builder()
                        .labels(labels(meter.label(), figure.peer()))
                        .value(Math.max(0, figure.number()))
                        .build());
            }
            return shown.build();
        }
        GaugeSnapshot.Builder shown = GaugeSnapshot.builder().name(meter.name()).help(meter.meaning());
        for (RatisMeter.Figure figure : figures) {
            shown.dataPoint(GaugeSnapshot.GaugeDataPointSnapshot.builder()
                    .labels(labels(meter.label(), figure.peer()))
                    .value(figure.number())
                    .build());
        }
        return shown.build();
    }

    private static HistogramSnapshot.HistogramDataPointSnapshot point(
            String label, String labelled, Durations.Figures times) {
        return HistogramSnapshot.HistogramDataPointSnapshot.builder()
                .labels(labels(label, labelled))
                .classicHistogramBuckets(ClassicHistogramBuckets.of(BOUNDS, times.counts()))
                .sum(times.sumSeconds())
                .build();
    }

    private static Labels labels(String label, String labelled) {
        return label.isEmpty() ? Labels.EMPTY : Labels.of(label, labelled);
    }

    private static double[] boundsWithInfinity() {
        double[] finite = Durations.boundsSeconds();
        double[] all = Arrays.copyOf(finite, finite.length + 1);
        all[finite.length] = Double.POSITIVE_INFINITY;
        return all;
    }
}

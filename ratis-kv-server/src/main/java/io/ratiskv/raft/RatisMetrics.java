package io.ratiskv.raft;

import io.ratiskv.replication.Durations;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.ratis.metrics.LongCounter;
import org.apache.ratis.metrics.MetricRegistries;
import org.apache.ratis.metrics.MetricRegistryInfo;
import org.apache.ratis.metrics.RatisMetricRegistry;
import org.apache.ratis.metrics.Timekeeper;
import org.apache.ratis.util.TimeDuration;
import org.jspecify.annotations.Nullable;

/**
 * Those of Ratis' own metrics that {@link RatisMeter} lists; the others, of which there are several per entry, are not
 * taken. Found by Ratis as a service, hence public; one for all nodes of a process. Any thread.
 */
public final class RatisMetrics extends MetricRegistries {
    private static final Timekeeper.Context NO_TIME = () -> 0;
    private static final Timekeeper NO_TIMER = () -> NO_TIME;
    private static final LongCounter NO_COUNTER = new Counter();

    private final Map<MetricRegistryInfo, Registry> registries = new ConcurrentHashMap<>();

    private static final class Counter implements LongCounter {
        private final LongAdder count = new LongAdder();

        @Override
        public void inc(long n) {
            count.add(n);
        }

        @Override
        public void dec(long n) {
            count.add(-n);
        }

        @Override
        public long getCount() {
            return count.sum();
        }
    }

    /** A metric that is kept, and where it is kept; {@code source} makes its figure. */
    private record Kept(Object metric, Supplier<RatisMeter.Figure> source) {}

    private static final class Registry implements RatisMetricRegistry {
        private final MetricRegistryInfo info;
        private final Map<String, Kept> kept = new ConcurrentHashMap<>();

        Registry(MetricRegistryInfo info) {
            this.info = info;
        }

        @Override
        public Timekeeper timer(String name) {
            Kept known = keep(name, (meter, peer) -> {
                Durations durations = new Durations();
                Timekeeper timer = () -> {
                    long beganAtNanos = System.nanoTime();
                    return () -> {
                        long nanos = System.nanoTime() - beganAtNanos;
                        durations.record(nanos);
                        return nanos;
                    };
                };
                return new Kept(timer, () -> new RatisMeter.Figure(meter, peer, 0, durations.figures()));
            });
            return known != null && known.metric() instanceof Timekeeper timer ? timer : NO_TIMER;
        }

        @Override
        public LongCounter counter(String name) {
            Kept known = keep(name, (meter, peer) -> {
                Counter counter = new Counter();
                return new Kept(counter, () -> new RatisMeter.Figure(meter, peer, counter.getCount(), null));
            });
            return known != null && known.metric() instanceof LongCounter counter ? counter : NO_COUNTER;
        }

        @Override
        public <T> void gauge(String name, Supplier<Supplier<T>> gaugeSupplier) {
            Supplier<T> gauge = gaugeSupplier.get();
            Kept unused = keep(
                    name,
                    (meter, peer) -> new Kept(
                            gauge,
                            () -> new RatisMeter.Figure(
                                    meter, peer, gauge.get() instanceof Number n ? n.doubleValue() : 0, null)));
        }

        @Override
        public boolean remove(String name) {
            return kept.remove(name) != null;
        }

        @Override
        public MetricRegistryInfo getMetricRegistryInfo() {
            return info;
        }

        /** How a metric is made that is kept. */
        private interface Making {
            Kept make(RatisMeter meter, String peer);
        }

        private @Nullable Kept keep(String name, Making making) {
            for (RatisMeter meter : RatisMeter.ALL) {
                String peer = meter.peerIn(info.getMetricsComponentName(), name);
                if (peer != null) {
                    return kept.computeIfAbsent(name, absent -> making.make(meter, peer));
                }
            }
            return null;
        }
    }

    /** What Ratis measured of {@code node} in this process, in the order of the table. */
    public static List<RatisMeter.Figure> figures(String node) {
        List<RatisMeter.Figure> figures = new ArrayList<>();
        if (MetricRegistries.global() instanceof RatisMetrics ours) {
            ours.registries.forEach((info, registry) -> {
                String prefix = info.getPrefix();
                if (prefix.equals(node) || prefix.startsWith(node + "@")) {
                    registry.kept
                            .values()
                            .forEach(kept -> figures.add(kept.source().get()));
                }
            });
        }
        figures.sort(Comparator.comparingInt((RatisMeter.Figure figure) -> RatisMeter.ALL.indexOf(figure.meter()))
                .thenComparing(RatisMeter.Figure::peer));
        return figures;
    }

    @Override
    public RatisMetricRegistry create(MetricRegistryInfo info) {
        return registries.computeIfAbsent(info, Registry::new);
    }

    @Override
    public Optional<RatisMetricRegistry> get(MetricRegistryInfo info) {
        return Optional.ofNullable(registries.get(info));
    }

    @Override
    public boolean remove(MetricRegistryInfo info) {
        return registries.remove(info) != null;
    }

    @Override
    public Set<MetricRegistryInfo> getMetricRegistryInfos() {
        return Set.copyOf(registries.keySet());
    }

    @Override
    public Collection<RatisMetricRegistry> getMetricRegistries() {
        return List.copyOf(registries.values());
    }

    @Override
    public void clear() {
        registries.clear();
    }

    @Override
    public void addReporterRegistration(
            Consumer<RatisMetricRegistry> reporterRegistration, Consumer<RatisMetricRegistry> stopReporter) {}

    @Override
    public void enableJmxReporter() {}

    @Override
    public void enableConsoleReporter(TimeDuration consoleReportRate) {}
}

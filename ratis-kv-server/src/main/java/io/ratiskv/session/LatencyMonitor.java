package io.ratiskv.session;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What made clients wait for longer than {@code latency-monitor-threshold}, by kind of event: LATENCY. Confined to the
 * event loop.
 */
final class LatencyMonitor {
    /** Of an event so many seconds are remembered in which it happened. */
    static final int SAMPLES_MAX = 160;

    /** Events of this node; what requests are made of is an event of its own. */
    static final String COMMAND = "command";

    static final String FAST_COMMAND = "fast-command";
    static final String QUEUE = "log-queue";
    static final String COMMIT = "log-commit";
    static final String APPLY = "apply";

    /** The longest time of a second. */
    record Sample(long atSeconds, long millis) {}

    /** What is known of one event. */
    static final class Event {
        private final Deque<Sample> samples = new ArrayDeque<>();
        private long maxMillis;

        private void add(Sample sample) {
            maxMillis = Math.max(maxMillis, sample.millis());
            Sample last = samples.peekLast();
            if (last != null && last.atSeconds() == sample.atSeconds()) {
                if (last.millis() >= sample.millis()) {
                    return;
                }
                samples.removeLast();
            } else if (samples.size() == SAMPLES_MAX) {
                samples.removeFirst();
            }
            samples.add(sample);
        }

        /** Oldest first; never empty. */
        List<Sample> samples() {
            return new ArrayList<>(samples);
        }

        /** Of all there ever were. */
        long maxMillis() {
            return maxMillis;
        }
    }

    private final Map<String, Event> events = new TreeMap<>();
    private long thresholdMillis;

    /** 0 while nothing is recorded. */
    long thresholdMillis() {
        return thresholdMillis;
    }

    void thresholdMillis(long millis) {
        thresholdMillis = millis;
    }

    boolean isOn() {
        return thresholdMillis > 0;
    }

    /** Takes a time if it is long enough. */
    void took(String event, long nanos, long nowMillis) {
        long millis = nanos / 1_000_000;
        if (isOn() && millis >= thresholdMillis) {
            events.computeIfAbsent(event, unused -> new Event()).add(new Sample(nowMillis / 1000, millis));
        }
    }

    /** By name. */
    Map<String, Event> events() {
        return events;
    }

    @Nullable
    Event event(String name) {
        return events.get(name);
    }

    void clear() {
        events.clear();
    }

    /** False if there is no such event. */
    boolean clear(String name) {
        return events.keySet().removeIf(event -> event.equalsIgnoreCase(name));
    }
}

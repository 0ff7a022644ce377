package io.ratiskv.cli.load;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;
import org.HdrHistogram.Histogram;

/** What the clients of one loop saw. Confined to that until they have ended. */
final class Recorder {
    private static final int DIGITS = 3;
    private static final int ERRORS_MAX = 20;
    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    private final Schedule schedule;
    final Histogram setNanos = new Histogram(DIGITS);
    final Histogram getNanos = new Histogram(DIGITS);
    final Map<Outcome, Long> outcomes = new EnumMap<>(Outcome.class);
    final Map<String, Long> errors = new TreeMap<>();
    long repeats;

    /** Operations that were done, by the second of their end. */
    long[] perSecond = new long[64];

    Recorder(Schedule schedule) {
        this.schedule = schedule;
    }

    void done(Operation operation, long nowNanos) {
        outcomes.merge(Outcome.OK, 1L, Long::sum);
        (operation.sets() ? setNanos : getNanos).recordValue(Math.max(1, nowNanos - operation.beginNanos()));
        int second = (int) (Math.max(0, nowNanos - schedule.startNanos()) / NANOS_PER_SECOND);
        if (second >= perSecond.length) perSecond = Arrays.copyOf(perSecond, 2 * second);
        perSecond[second]++;
    }

    void failed(Outcome outcome, String error) {
        outcomes.merge(outcome, 1L, Long::sum);
        if (errors.size() < ERRORS_MAX || errors.containsKey(error)) errors.merge(error, 1L, Long::sum);
    }

    /** An operation that did not happen, or a read whose connection broke, is sent again. */
    void repeated() {
        repeats++;
    }

    void add(Recorder other) {
        setNanos.add(other.setNanos);
        getNanos.add(other.getNanos);
        other.outcomes.forEach((outcome, count) -> outcomes.merge(outcome, count, Long::sum));
        other.errors.forEach((error, count) -> errors.merge(error, count, Long::sum));
        repeats += other.repeats;
        if (other.perSecond.length > perSecond.length) perSecond = Arrays.copyOf(perSecond, other.perSecond.length);
        for (int i = 0; i < other.perSecond.length; i++) perSecond[i] += other.perSecond[i];
    }
}

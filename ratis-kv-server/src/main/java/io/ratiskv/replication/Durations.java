package io.ratiskv.replication;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAdder;

/**
 * How long something took, each time: a histogram with fixed bounds, 1-2-5 per decade from 50 µs to 10 s. Any thread; a
 * record costs a few nanoseconds.
 */
public final class Durations {
    private static final long[] BOUNDS_MICROS = {
        50,
        100,
        200,
        500,
        1_000,
        2_000,
        5_000,
        10_000,
        20_000,
        50_000,
        100_000,
        200_000,
        500_000,
        1_000_000,
        2_000_000,
        5_000_000,
        10_000_000
    };
    private static final int FINITE = BOUNDS_MICROS.length;

    private final AtomicLongArray counts = new AtomicLongArray(FINITE + 1);
    private final LongAdder sumNanos = new LongAdder();

    /**
     * What was recorded so far.
     *
     * @param counts per bound of {@link #boundsSeconds}, what took at most that long and longer than the bound before;
     *     then what took longer than all
     * @param sumSeconds of all
     */
    public record Figures(long[] counts, double sumSeconds) {}

    public void record(long nanos) {
        counts.incrementAndGet(bucket(nanos));
        sumNanos.add(nanos);
    }

    public Figures figures() {
        long[] now = new long[FINITE + 1];
        for (int i = 0; i <= FINITE; i++) {
            now[i] = counts.get(i);
        }
        return new Figures(now, sumNanos.sum() / 1e9);
    }

    /** The upper bounds, ascending, without the infinite last one. */
    public static double[] boundsSeconds() {
        double[] bounds = new double[FINITE];
        for (int i = 0; i < FINITE; i++) {
            bounds[i] = BOUNDS_MICROS[i] / 1e6;
        }
        return bounds;
    }

    private static int bucket(long nanos) {
        long micros = TimeUnit.NANOSECONDS.toMicros(nanos + 999); // a bound belongs to its bucket
        int low = 0;
        int high = FINITE;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (micros <= BOUNDS_MICROS[middle]) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return low;
    }
}

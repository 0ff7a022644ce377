package io.ratiskv.session;

import java.util.ArrayList;
import java.util.List;

/**
 * How long requests of one command took. Confined to the event loop.
 *
 * <p>Counts in steps of at most 1/128 of the time, up to a second: the two digits that Redis keeps, with the same steps, so
 * that the same times give the same figures (Gil Tene's HdrHistogram).
 */
final class LatencyHistogram {
    private static final int STEP_BITS = 7;
    private static final long NANOS_MAX = 1_000_000_000;

    /** Powers of two nanoseconds that {@link #distribution} tells, the first and the last. */
    private static final int FIRST_POWER = 10;

    private static final int LAST_POWER = 30;

    private final long[] counts = new long[index(NANOS_MAX) + 1];
    private long total;

    /** So many took at most so long. */
    record Upto(long micros, long count) {}

    void record(long nanos) {
        counts[index(Math.clamp(nanos, 0, NANOS_MAX))]++;
        total++;
    }

    long total() {
        return total;
    }

    /** The time in nanoseconds that {@code percent} of all took at most. */
    long percentile(double percent) {
        long wanted = Math.max(1, (long) (Math.min(percent, 100) / 100 * total + 0.5));
        long seen = 0;
        for (int i = 0; i < counts.length; i++) {
            seen += counts[i];
            if (seen >= wanted) {
                return highest(i);
            }
        }
        return 0;
    }

    /** How many took at most a microsecond, two, four and so on; without those that add nothing. */
    List<Upto> distribution() {
        List<Upto> all = new ArrayList<>();
        long seen = 0;
        long told = 0;
        int next = 0;
        for (int power = FIRST_POWER; power <= LAST_POWER && told < total; power++) {
            int last = Math.min(index(1L << power), counts.length - 1);
            for (; next <= last; next++) {
                seen += counts[next];
            }
            if (seen > told) {
                all.add(new Upto(highest(index(1L << power)) / 1000, seen));
                told = seen;
            }
        }
        return all;
    }

    private static int index(long nanos) {
        int shift = Math.max(0, 63 - Long.numberOfLeadingZeros(nanos | 1) - STEP_BITS);
        return (shift << STEP_BITS) + (int) (nanos >>> shift);
    }

    private static long highest(int index) {
        int shift = Math.max(0, (index >> STEP_BITS) - 1);
        return ((long) (index - (shift << STEP_BITS) + 1) << shift) - 1;
    }
}

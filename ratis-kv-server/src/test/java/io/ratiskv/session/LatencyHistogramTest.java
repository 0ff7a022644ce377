package io.ratiskv.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class LatencyHistogramTest {
    /** The figures of the documentation of LATENCY HISTOGRAM. */
    private static final List<Long> BOUNDS_OF_REDIS = List.of(
            1L, 2L, 4L, 8L, 16L, 33L, 66L, 132L, 264L, 528L, 1056L, 2113L, 4227L, 8454L, 16908L, 33816L, 67633L,
            135266L, 270532L, 541065L, 1082130L);

    @Test
    void a_distribution_has_the_bounds_of_redis() {
        LatencyHistogram histogram = new LatencyHistogram();
        for (int power = 9; power < 30; power++) {
            histogram.record((1L << power) + (1L << power) / 2);
        }
        assertEquals(
                BOUNDS_OF_REDIS,
                histogram.distribution().stream()
                        .map(LatencyHistogram.Upto::micros)
                        .toList());
        assertEquals(21, histogram.distribution().getLast().count());
    }

    @Test
    void what_adds_nothing_is_left_out_and_what_is_too_long_is_a_second() {
        LatencyHistogram histogram = new LatencyHistogram();
        assertEquals(List.of(), histogram.distribution());
        assertEquals(0, histogram.percentile(50));
        histogram.record(0);
        histogram.record(Long.MAX_VALUE);
        assertEquals(
                List.of(new LatencyHistogram.Upto(1, 1), new LatencyHistogram.Upto(1_082_130, 2)),
                histogram.distribution());
        assertEquals(2, histogram.total());
    }

    @Test
    void a_percentile_is_at_most_a_hundredth_off() {
        for (long seed = 1; seed <= 20; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            long[] times = new long[1 + random.nextInt(2_000)];
            LatencyHistogram histogram = new LatencyHistogram();
            for (int i = 0; i < times.length; i++) {
                times[i] = random.nextLong(1L << (1 + random.nextInt(29)));
                histogram.record(times[i]);
            }
            Arrays.sort(times);
            for (double percent : new double[] {0, 0.1, 1, 50, 90, 99, 99.9, 100}) {
                int rank = (int) Math.max(1, (long) (percent / 100 * times.length + 0.5));
                long exact = times[rank - 1];
                long told = histogram.percentile(percent);
                assertTrue(
                        told >= exact && told <= exact + exact / 100,
                        "seed " + seed + ", p" + percent + ": " + told + " for " + exact);
            }
        }
    }
}

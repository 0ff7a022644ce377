package io.ratiskv.script;

/**
 * The numbers of {@code lrand48}: 48 bits, next = 0x5DEECE66D · last + 11, of which the highest 31 are handed out. So a
 * script that seeds itself draws what it draws in Redis. Confined to one run.
 */
final class Random48 {
    private static final long MULTIPLIER = 0x5deece66dL;
    private static final long INCREMENT = 0xb;
    private static final long MASK = (1L << 48) - 1;
    private static final int LOWEST_OF_SEED = 0x330e;

    private long state;

    Random48(int seed) {
        seed(seed);
    }

    void seed(int seed) {
        state = (seed & 0xffffffffL) << 16 | LOWEST_OF_SEED;
    }

    /** From 0 to 2^31 - 1. */
    int next() {
        state = state * MULTIPLIER + INCREMENT & MASK;
        return (int) (state >>> 17);
    }
}

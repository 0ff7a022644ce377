package io.ratiskv.keyspace;

/** Evenly distributed bits from numbers of the log. Stateless; any thread. */
final class Luck {
    private static final long STEP = 0x9e3779b97f4a7c15L;

    private Luck() {}

    /** The {@code n}-th draw of what {@code seed} seeds: SplitMix64 (Steele, Lea, Flood 2014). */
    static long draw(long seed, long n) {
        return mix(mix(seed) + n * STEP);
    }

    static long mix(long value) {
        long mixed = (value ^ (value >>> 30)) * 0xbf58476d1ce4e5b9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94d049bb133111ebL;
        return mixed ^ (mixed >>> 31);
    }
}

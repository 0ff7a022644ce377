package io.ratiskv.replication;

import io.ratiskv.keyspace.Accesses;
import java.util.Arrays;

/**
 * When keys were asked for last, and how often: four bytes for a key, found by a part of its name's hash. Confined to
 * whoever holds the state's lock.
 *
 * <p>Keys that meet at one place share it: one of them seems as busy as the other and is kept longer than it should be,
 * which costs nothing but another key in its stead. There are at least two places for a key, up to a bound; nothing is
 * kept until the first key is asked for.
 *
 * <p>A place holds seconds since this process started (24 bits) and a counter (8), which is raised and fades as Redis
 * does it: raised by one in ten times as many accesses as it lies above what a new key has, lowered by one for every
 * minute without any.
 */
final class AccessTable implements Accesses {
    private static final int PLACES_MIN = 1 << 16;
    private static final int PLACES_MAX = 1 << 25;

    private static final int SECONDS_MASK = 0xff_ffff;
    private static final int COUNTER_MAX = 255;
    private static final int COUNTER_OF_NEW = 5;
    private static final int LOG_FACTOR = 10;
    private static final int FADING_SECONDS = 60;

    private int[] places = {0};
    private int seconds;
    private long luck;

    AccessTable(long seed) {
        luck = seed | 1;
    }

    /** Time went on, and there are so many keys now. */
    void adapt(int nowSeconds, long keys) {
        seconds = nowSeconds & SECONDS_MASK;
        if (places.length > 1) {
            while (places.length < 2 * keys && places.length < PLACES_MAX) {
                int old = places.length;
                // The lowest bits of a hash name its place: each place becomes two that know the same.
                places = Arrays.copyOf(places, 2 * old);
                System.arraycopy(places, 0, places, old, old);
            }
        }
    }

    @Override
    public void touched(long key) {
        int at = place(key);
        int counter = faded(places[at]);
        places[at] = seconds << 8 | raised(counter);
    }

    @Override
    public void created(long key) {
        int at = place(key);
        places[at] = seconds << 8 | COUNTER_OF_NEW;
    }

    @Override
    public int idleSeconds(long key) {
        return idle(places[(int) key & places.length - 1]);
    }

    @Override
    public int frequency(long key) {
        return faded(places[(int) key & places.length - 1]);
    }

    /** What is known of each of these keys: for how many seconds nobody asked for it (24 bits), its counter (8). */
    int[] records(long[] keys) {
        int[] records = new int[keys.length];
        for (int i = 0; i < keys.length; i++) {
            records[i] = idleSeconds(keys[i]) << 8 | frequency(keys[i]);
        }
        return records;
    }

    /** What two nodes know of a key, as one: the last access of both, the higher count. */
    static int joined(int record, int other) {
        int idle = Math.min(record >>> 8, other >>> 8);
        return idle << 8 | Math.max(record & COUNTER_MAX, other & COUNTER_MAX);
    }

    /** What is to go first comes first: seconds without access, many, before few; then few accesses before many. */
    static long byRecency(int record) {
        return (long) (SECONDS_MASK - (record >>> 8)) << 8 | record & COUNTER_MAX;
    }

    /** Few accesses before many; then seconds without any, many, before few. */
    static long byFrequency(int record) {
        return (long) (record & COUNTER_MAX) << 24 | SECONDS_MASK - (record >>> 8);
    }

    private int place(long key) {
        if (places.length == 1) {
            places = new int[PLACES_MIN];
        }
        return (int) key & places.length - 1;
    }

    private int idle(int place) {
        return seconds - (place >>> 8) & SECONDS_MASK;
    }

    private int faded(int place) {
        int minutes = idle(place) / FADING_SECONDS;
        return Math.max((place & COUNTER_MAX) - minutes, 0);
    }

    private int raised(int counter) {
        int above = Math.max(counter - COUNTER_OF_NEW, 0);
        boolean raises = counter < COUNTER_MAX && Math.unsignedMultiplyHigh(draw(), above * LOG_FACTOR + 1) == 0;
        return raises ? counter + 1 : counter;
    }

    /** 64 bits from a generator with a state of 64 (Marsaglia, "Xorshift RNGs", 2003). */
    private long draw() {
        luck ^= luck << 13;
        luck ^= luck >>> 7;
        luck ^= luck << 17;
        return luck;
    }
}

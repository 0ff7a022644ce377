package io.ratiskv.machine;

import java.util.Arrays;

/**
 * The ids of an epoch that took effect: all below a floor are dead, of the others it is remembered which were applied.
 * Confined to whoever holds the state's lock.
 *
 * <p>The ids above the floor are as many as a gateway has in flight, one or two, and come nearly in order.
 */
final class AppliedIds {
    private long floor;
    /** At or above the floor, ascending. */
    private long[] ids = new long[4];

    private int count;

    static AppliedIds of(long floor, long[] ascending) {
        AppliedIds applied = new AppliedIds();
        applied.floor = floor;
        applied.ids = Arrays.copyOf(ascending, Math.max(4, ascending.length));
        applied.count = ascending.length;
        return applied;
    }

    long floor() {
        return floor;
    }

    long[] toArray() {
        return Arrays.copyOf(ids, count);
    }

    /** True if the id can no more take effect. */
    boolean isDead(long id) {
        return id < floor || Arrays.binarySearch(ids, 0, count, id) >= 0;
    }

    /** Remembers an id that was not {@linkplain #isDead dead}. */
    void add(long id) {
        if (count == ids.length) {
            ids = Arrays.copyOf(ids, count * 2);
        }
        int at = count;
        while (at > 0 && ids[at - 1] > id) {
            ids[at] = ids[at - 1];
            at--;
        }
        ids[at] = id;
        count++;
    }

    /** Ids below {@code newFloor} are dead from now on. */
    void raiseFloor(long newFloor) {
        if (newFloor <= floor) {
            return;
        }
        floor = newFloor;
        int dead = 0;
        while (dead < count && ids[dead] < newFloor) {
            dead++;
        }
        System.arraycopy(ids, dead, ids, 0, count - dead);
        count -= dead;
    }
}

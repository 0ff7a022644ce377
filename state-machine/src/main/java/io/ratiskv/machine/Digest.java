package io.ratiskv.machine;

import io.ratiskv.collect.Slots;
import java.util.Arrays;

/**
 * What a state says, as 64 bits for each slot: equal for replicas that hold the same keys with the same values and
 * deadlines, and the same scripts, users and sessions of clients, whatever their versions, hash key and shapes. Immutable; any thread.
 *
 * <p>It finds replicas that diverged; it does not withstand someone who looks for collisions.
 */
public final class Digest {
    private final long[] sums;
    private final long scripts;
    private final long users;
    private final long sessions;

    /**
     * @param sums one for each slot; the caller does not write it any more
     * @param scripts scripts and libraries
     * @param users all of them, with their rules
     * @param sessions of clients, with what they were answered
     */
    Digest(long[] sums, long scripts, long users, long sessions) {
        if (sums.length != Slots.COUNT) {
            throw new IllegalArgumentException(sums.length + " sums for " + Slots.COUNT + " slots");
        }
        this.sums = sums;
        this.scripts = scripts;
        this.users = users;
        this.sessions = sessions;
    }

    /** The part of one slot, 0 to 16383; 0 if the slot holds nothing. */
    public long ofSlot(int slot) {
        return sums[slot];
    }

    /** All slots and what there is beside them in one. */
    public long total() {
        long total = scripts + DigestFold.mix(users) + (sessions == 0 ? 0 : DigestFold.mix(~sessions));
        for (int slot = 0; slot < sums.length; slot++) {
            if (sums[slot] != 0) {
                total += DigestFold.mix(sums[slot] + DigestFold.mix(slot + 1));
            }
        }
        return total;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Digest that
                && scripts == that.scripts
                && users == that.users
                && sessions == that.sessions
                && Arrays.equals(sums, that.sums);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(sums);
    }

    /** {@link #total} as 16 hexadecimal digits. */
    @Override
    public String toString() {
        return String.format("%016x", total());
    }
}

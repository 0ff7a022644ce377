package io.ratiskv.machine;

import io.ratiskv.collect.Slots;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What a state says, as 64 bits for each slot: equal for replicas that hold the same keys with the same values and
 * deadlines, and the same scripts, users and sessions of clients, whatever their versions, hash key and shapes. Immutable; any thread.
 *
 * <p>It finds replicas that diverged; it does not withstand someone who looks for collisions.
 */
public final class Digest {
    /** Rises with every change of what counts, or how: digests of different versions cannot be compared. */
    public static final int VERSION = 1;

    private static final int RANGES_NAMED = 20;
    private static final int BYTES = (Slots.COUNT + 3) * Long.BYTES;

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

    /** For {@link #decode}. */
    public byte[] encode() {
        ByteBuffer bytes = ByteBuffer.allocate(BYTES);
        bytes.putLong(scripts).putLong(users).putLong(sessions).asLongBuffer().put(sums);
        return bytes.array();
    }

    /** @throws IllegalArgumentException if these are not the bytes of a digest of this version */
    public static Digest decode(byte[] encoded) {
        if (encoded.length != BYTES) {
            throw new IllegalArgumentException(encoded.length + " bytes are no digest, which has " + BYTES);
        }
        ByteBuffer bytes = ByteBuffer.wrap(encoded);
        long scripts = bytes.getLong();
        long users = bytes.getLong();
        long sessions = bytes.getLong();
        long[] sums = new long[Slots.COUNT];
        bytes.asLongBuffer().get(sums);
        return new Digest(sums, scripts, users, sessions);
    }

    /** What differs between the two, for a person: {@code slots 7, 90-93; users}. Empty if they are equal. */
    public String differenceFrom(Digest other) {
        List<String> parts = new ArrayList<>();
        String slots = slotsThatDiffer(other);
        if (!slots.isEmpty()) {
            parts.add("slots " + slots);
        }
        if (scripts != other.scripts) {
            parts.add("scripts");
        }
        if (users != other.users) {
            parts.add("users");
        }
        if (sessions != other.sessions) {
            parts.add("sessions of clients");
        }
        return String.join("; ", parts);
    }

    private String slotsThatDiffer(Digest other) {
        StringBuilder text = new StringBuilder();
        int ranges = 0;
        for (int first = 0; first < sums.length; first++) {
            if (sums[first] == other.sums[first]) {
                continue;
            }
            int last = first;
            while (last + 1 < sums.length && sums[last + 1] != other.sums[last + 1]) {
                last++;
            }
            if (++ranges > RANGES_NAMED) {
                return text.append(" and more").toString();
            }
            text.append(text.isEmpty() ? "" : ", ").append(first).append(last > first ? "-" + last : "");
            first = last;
        }
        return text.toString();
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

package io.ratiskv.keyspace;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What of one database expires: keys, by the time they are gone, and hashes, by the time they lose a field. Confined to
 * whoever holds the state's lock.
 */
final class Expiries {
    /** Invariant: holds exactly the entries that are gone some time by themselves. */
    private final DeadlineIndex keys = new DeadlineIndex(Entries::livesUntil);

    /** Invariant: holds exactly the hashes some of whose fields expire. */
    private final DeadlineIndex hashes = new DeadlineIndex(Entries::soonestField);

    /** Follows a change of one key: {@code before} is no more, {@code after} is there; null for nothing. */
    void follow(@Nullable Object before, @Nullable Object after) {
        keys.follow(before, after);
        hashes.follow(before, after);
    }

    /** Begins anew with what expires of {@code all}. */
    void refill(Iterable<Object> all) {
        List<Object> expiringKeys = new ArrayList<>();
        List<Object> expiringHashes = new ArrayList<>();
        for (Object entry : all) {
            if (Entries.livesUntil(entry) != Deadline.NONE) {
                expiringKeys.add(entry);
            }
            if (Entries.soonestField(entry) != Deadline.NONE) {
                expiringHashes.add(entry);
            }
        }
        keys.refill(expiringKeys);
        hashes.refill(expiringHashes);
    }

    void clear() {
        keys.clear();
        hashes.clear();
    }

    /** How many keys are gone at {@code nowMillis} and not yet deleted. */
    int dueKeys(long nowMillis) {
        return keys.due(nowMillis);
    }

    /** How many keys are gone some time by themselves. */
    int keys() {
        return keys.size();
    }

    /** How far behind {@code nowMillis} the ends of keys after it lie on average, judged by some of them. */
    long averageFrom(long nowMillis) {
        return keys.averageFrom(nowMillis);
    }

    /** The key of a rank, 0 for the one that is gone first. */
    Object keyAt(int rank) {
        return keys.byRank(rank);
    }

    /** When the first key is gone, {@link Deadline#NONE} if none is. */
    long soonestKeyMillis() {
        return keys.soonestMillis();
    }

    /** How many hashes have fields that expire. */
    int hashes() {
        return hashes.size();
    }

    /** When something expires next, {@link Deadline#NONE} if nothing does. */
    long soonestMillis() {
        return Math.min(keys.soonestMillis(), hashes.soonestMillis());
    }

    /** A key that is gone at {@code nowMillis}, null if there is none. */
    @Nullable
    Object dueKey(long nowMillis) {
        return keys.soonestMillis() <= nowMillis ? keys.soonest() : null;
    }

    /** A hash that has lost a field at {@code nowMillis}, null if there is none. */
    @Nullable
    Object dueHash(long nowMillis) {
        return hashes.soonestMillis() <= nowMillis ? hashes.soonest() : null;
    }
}

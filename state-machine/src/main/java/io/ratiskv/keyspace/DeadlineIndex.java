package io.ratiskv.keyspace;

import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The entries of one database that can expire, soonest first, those of one deadline by key. Confined to whoever holds
 * the state's lock.
 *
 * <p>It holds references alone, and no frozen view needs it: it is a function of the entries, filled again when they
 * are restored.
 */
final class DeadlineIndex {
    private final TreeSet<Object> entries = new TreeSet<>(DeadlineIndex::compare);

    private static int compare(Object left, Object right) {
        int order = Long.compare(Entries.deadline(left), Entries.deadline(right));
        return order != 0 ? order : Entries.compareKeys(left, right);
    }

    int size() {
        return entries.size();
    }

    /** Follows a change of one key: {@code before} is no more, {@code after} is there; null for nothing. */
    void follow(@Nullable Object before, @Nullable Object after) {
        if (before != null && Entries.deadline(before) != Deadline.NONE) {
            entries.remove(before);
        }
        if (after != null && Entries.deadline(after) != Deadline.NONE) {
            entries.add(after);
        }
    }

    /** The entry that expires next, null if none ever does. */
    @Nullable
    Object soonest() {
        return entries.isEmpty() ? null : entries.first();
    }

    /** How many entries have a deadline at or before {@code nowMillis}. */
    int due(long nowMillis) {
        int due = 0;
        for (Object entry : entries) {
            if (Entries.deadline(entry) > nowMillis) {
                break;
            }
            due++;
        }
        return due;
    }

    void clear() {
        entries.clear();
    }
}

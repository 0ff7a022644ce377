package io.ratiskv.keyspace;

import io.ratiskv.collect.CountedTree;
import io.ratiskv.collect.Epoch;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The entries of one database that can expire, soonest first, those of one deadline by key. Confined to whoever holds
 * the state's lock.
 *
 * <p>It holds references alone, and no frozen view needs it: it is a function of the entries, filled again when they
 * are restored.
 */
final class DeadlineIndex {
    /** So many deadlines, at even distances in their order, speak for all. */
    private static final int SAMPLES = 64;

    /** Of an epoch that is never raised: nothing of it is ever copied. */
    private CountedTree<Object> entries = new CountedTree<>(DeadlineIndex::compare, new Epoch());

    private static int compare(Object left, Object right) {
        int order = Long.compare(Entries.deadline(left), Entries.deadline(right));
        return order != 0 ? order : Entries.compareKeys(left, right);
    }

    int size() {
        return entries.size();
    }

    /** Follows a change of one key: {@code before} is no more, {@code after} is there; null for nothing. */
    void follow(@Nullable Object before, @Nullable Object after) {
        long was = before == null ? Deadline.NONE : Entries.deadline(before);
        long is = after == null ? Deadline.NONE : Entries.deadline(after);
        if (before != null && was != Deadline.NONE && was != is) {
            entries.remove(before);
        }
        if (after != null && is != Deadline.NONE) {
            entries.put(after);
        }
    }

    /** Begins anew with these: much faster than one by one. */
    void refill(List<Object> expiring) {
        expiring.sort(DeadlineIndex::compare);
        entries = CountedTree.fromSorted(DeadlineIndex::compare, new Epoch(), expiring);
    }

    /** The entry that expires next, null if none ever does. */
    @Nullable
    Object soonest() {
        return entries.first();
    }

    /** How many entries have a deadline at or before {@code nowMillis}. */
    int due(long nowMillis) {
        Object soonest = entries.first();
        if (soonest == null || Entries.deadline(soonest) > nowMillis) {
            return 0;
        }
        return entries.countWhile(entry -> Entries.deadline(entry) <= nowMillis);
    }

    /** How far behind {@code nowMillis} the deadlines after it lie on average, judged by some of them. */
    long averageFrom(long nowMillis) {
        int first = due(nowMillis);
        int count = entries.size() - first;
        int samples = Math.min(count, SAMPLES);
        double sum = 0;
        for (int i = 0; i < samples; i++) {
            int rank = first + (int) (count * (2L * i + 1) / (2L * samples));
            sum += Entries.deadline(entries.byIndex(rank)) - nowMillis;
        }
        return samples == 0 ? 0 : (long) (sum / samples);
    }

    void clear() {
        entries.clear();
    }
}

package io.ratiskv.keyspace;

import io.ratiskv.collect.CountedTree;
import io.ratiskv.collect.Epoch;
import io.ratiskv.collect.PrefixOrder;
import java.util.List;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * The entries of one database that have a deadline of some kind, soonest first, those of one deadline by key. Confined to
 * whoever holds the state's lock.
 *
 * <p>It holds references alone, and no frozen view needs it: it is a function of the entries, filled again when they
 * are restored.
 */
final class DeadlineIndex {
    /** So many deadlines, at even distances in their order, speak for all. */
    private static final int SAMPLES = 64;

    private final ToLongFunction<Object> deadline;
    private final Order order;
    /** Of an epoch that is never raised: nothing of it is ever copied. */
    private CountedTree<Object> entries;

    /** By deadline, then by key. */
    private record Order(ToLongFunction<Object> deadline) implements PrefixOrder<Object> {
        @Override
        public int compare(Object left, Object right) {
            int sooner = Long.compare(prefix(left), prefix(right));
            return sooner != 0 ? sooner : Entries.compareKeys(left, right);
        }

        @Override
        public long prefix(Object entry) {
            return deadline.applyAsLong(entry);
        }
    }

    /** @param deadline of an entry, {@link Deadline#NONE} if it has none of this kind */
    DeadlineIndex(ToLongFunction<Object> deadline) {
        this.deadline = deadline;
        this.order = new Order(deadline);
        this.entries = new CountedTree<>(order, new Epoch());
    }

    int size() {
        return entries.size();
    }

    /** Follows a change of one key: {@code before} is no more, {@code after} is there; null for nothing. */
    void follow(@Nullable Object before, @Nullable Object after) {
        long was = before == null ? Deadline.NONE : deadline.applyAsLong(before);
        long is = after == null ? Deadline.NONE : deadline.applyAsLong(after);
        if (before != null && was != Deadline.NONE && was != is) {
            entries.remove(before);
        }
        if (after != null && is != Deadline.NONE) {
            entries.put(after);
        }
    }

    /** Begins anew with these, all of which have a deadline: much faster than one by one. */
    void refill(List<Object> expiring) {
        expiring.sort(order);
        entries = CountedTree.fromSorted(order, new Epoch(), expiring);
    }

    /** The entry whose deadline comes next, null if none ever does. */
    @Nullable
    Object soonest() {
        return entries.first();
    }

    /** That deadline, {@link Deadline#NONE} if there is none. */
    long soonestMillis() {
        Object soonest = entries.first();
        return soonest == null ? Deadline.NONE : deadline.applyAsLong(soonest);
    }

    /** The entry of a rank, 0 for the one whose deadline comes next. */
    Object byRank(int rank) {
        return entries.byIndex(rank);
    }

    /** How many entries have a deadline at or before {@code nowMillis}. */
    int due(long nowMillis) {
        return soonestMillis() > nowMillis ? 0 : entries.countWhile(entry -> deadline.applyAsLong(entry) <= nowMillis);
    }

    /** How far behind {@code nowMillis} the deadlines after it lie on average, judged by some of them. */
    long averageFrom(long nowMillis) {
        int first = due(nowMillis);
        int count = entries.size() - first;
        int samples = Math.min(count, SAMPLES);
        double sum = 0;
        for (int i = 0; i < samples; i++) {
            int rank = first + (int) (count * (2L * i + 1) / (2L * samples));
            sum += deadline.applyAsLong(entries.byIndex(rank)) - nowMillis;
        }
        return samples == 0 ? 0 : (long) (sum / samples);
    }

    void clear() {
        entries.clear();
    }
}

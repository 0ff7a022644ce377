package io.ratiskv.collect;

import java.util.Comparator;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The reading side of a {@link CountedTree}: a sequence in the order of a comparator, where an index is a rank.
 * By itself it is a frozen view, which never changes: any thread that received it safely. As the tree it is
 * confined to the owner.
 *
 * @param <E> the elements; not {@code Object[]}
 */
public sealed class CountedTreeView<E> extends CountedView<E> permits CountedTree {
    final Comparator<? super E> order;

    CountedTreeView(Comparator<? super E> order, @Nullable Object root, int size) {
        super(root, size);
        this.order = order;
    }

    /** Returns the element equal to the probe or null. */
    public final @Nullable E get(E probe) {
        int rank = search(probe);
        return rank < 0 ? null : byIndex(rank);
    }

    /** Returns the rank, from 0, of the element equal to the probe, or -1. */
    public final int rankOf(E probe) {
        return Math.max(search(probe), -1);
    }

    /** Returns how many elements are less than the probe: the rank of the first that is not. */
    public final int lowerBound(E probe) {
        int rank = search(probe);
        return rank < 0 ? -1 - rank : rank;
    }

    /** Returns how many elements are less than the probe or equal: the rank of the first that is greater. */
    public final int upperBound(E probe) {
        int rank = search(probe);
        return rank < 0 ? -1 - rank : rank + 1;
    }

    /**
     * Returns how many elements stand before the first for which the predicate does not hold, in O(log n): a bound
     * that needs no element to compare with.
     *
     * @param holds must not hold for any element behind one for which it does not
     */
    public final int countWhile(Predicate<? super E> holds) {
        return CountedNodes.countWhile(root, size, holds);
    }

    /** Returns the rank of the element equal to the probe, or {@code -1 - rank} where it would be inserted. */
    final int search(E probe) {
        return CountedNodes.search(root, size, order, probe);
    }
}

package io.ratiskv.collect;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * An inner node of a counted tree: up to {@link CountedNodes#FANOUT} children of equal height, how many
 * elements each holds and the first element of each, by which a search chooses without visiting them; where elements
 * have a {@link PrefixOrder}, their prefixes, too. The arrays have equal length; what is behind {@code size} is spare.
 */
final class CountedBranch {
    private static final long[] NO_PREFIXES = {};

    final Epoch.Token owner;
    int size;
    int[] counts;

    @Nullable
    Object[] children;

    @Nullable
    Object[] firsts;

    /** Empty without an order of prefixes. */
    long[] prefixes;

    private final @Nullable PrefixOrder<Object> order;

    CountedBranch(Epoch.Token owner, int capacity, @Nullable PrefixOrder<Object> order) {
        this.owner = owner;
        this.counts = new int[capacity];
        this.children = new @Nullable Object[capacity];
        this.firsts = new @Nullable Object[capacity];
        this.prefixes = order == null ? NO_PREFIXES : new long[capacity];
        this.order = order;
    }

    /** Returns this branch if it belongs to the epoch, else a copy that does. */
    CountedBranch ownedBy(Epoch.Token epoch) {
        return owner == epoch ? this : slice(0, size, epoch);
    }

    /** Returns a new branch of the children {@code [from, to)}. */
    CountedBranch slice(int from, int to, Epoch.Token epoch) {
        CountedBranch slice = new CountedBranch(epoch, capacity(to - from), order);
        slice.append(this, from, to);
        return slice;
    }

    /** Returns how many elements there are below. */
    int total() {
        return countBefore(size);
    }

    /** Returns how many elements there are below the children {@code [0, child)}. */
    int countBefore(int child) {
        int count = 0;
        for (int i = 0; i < child; i++) count += counts[i];
        return count;
    }

    /** Puts the node at {@code child}, less than the size, in place of the one there. */
    @SuppressWarnings("ReferenceEquality") // a reference written into an old array costs the collector, changed or not
    void set(int child, Object node, int count) {
        if (children[child] != node) children[child] = node;
        counts[child] = count;
        setFirst(child, CountedNodes.first(node));
    }

    @SuppressWarnings("ReferenceEquality") // only the element itself has its prefix there already
    private void setFirst(int child, @Nullable Object first) {
        if (first == firsts[child]) return;
        firsts[child] = first;
        if (order != null && first != null) prefixes[child] = order.prefix(first);
    }

    /** Inserts the node at {@code child}, at most the size, which is less than the fanout. */
    void insert(int child, Object node, int count) {
        reserve(size + 1);
        move(child, child + 1);
        size++;
        set(child, node, count);
    }

    /** Removes the children {@code [from, to)}. */
    void remove(int from, int to) {
        move(to, from);
        truncate(size - (to - from));
    }

    /** Forgets the children from {@code newSize} on. */
    void truncate(int newSize) {
        for (int i = newSize; i < size; i++) {
            children[i] = null;
            firsts[i] = null;
        }
        size = newSize;
    }

    /** Appends the children {@code [from, to)} of another branch. */
    void append(CountedBranch other, int from, int to) {
        int more = to - from;
        reserve(size + more);
        System.arraycopy(other.counts, from, counts, size, more);
        System.arraycopy(other.children, from, children, size, more);
        System.arraycopy(other.firsts, from, firsts, size, more);
        if (order != null) System.arraycopy(other.prefixes, from, prefixes, size, more);
        size += more;
    }

    /**
     * The last child whose first element has no greater prefix, or the first child; without a jump that depends on the
     * prefixes, which no processor could foresee.
     */
    int childByPrefix(long prefix) {
        int child = 0;
        for (int rest = size; rest > 1; ) {
            int half = rest >>> 1;
            child = prefixes[child + half] <= prefix ? child + half : child;
            rest -= half;
        }
        return child;
    }

    private void move(int from, int to) {
        int length = size - from;
        System.arraycopy(counts, from, counts, to, length);
        System.arraycopy(children, from, children, to, length);
        System.arraycopy(firsts, from, firsts, to, length);
        if (order != null) System.arraycopy(prefixes, from, prefixes, to, length);
    }

    private void reserve(int needed) {
        if (needed <= counts.length) return;
        int capacity = capacity(needed);
        counts = Arrays.copyOf(counts, capacity);
        children = Arrays.copyOf(children, capacity);
        firsts = Arrays.copyOf(firsts, capacity);
        if (order != null) prefixes = Arrays.copyOf(prefixes, capacity);
    }

    /** Returns for how many children to make room: an eighth more, and with a 12-byte array header whole words. */
    private static int capacity(int size) {
        return size + (size >> 3) | 1;
    }
}

package io.ratiskv.collect;

import org.jspecify.annotations.Nullable;

/**
 * An inner node of a counted tree: up to {@link CountedNodes#FANOUT} children of equal height, how many
 * elements each holds and the first element of each, by which a search chooses without visiting them. The three
 * arrays have equal length; what is behind {@code size} is spare.
 */
final class CountedBranch {
    final Epoch.Token owner;
    int size;
    int[] counts;

    @Nullable
    Object[] children;

    @Nullable
    Object[] firsts;

    CountedBranch(Epoch.Token owner, int capacity) {
        this.owner = owner;
        this.counts = new int[capacity];
        this.children = new @Nullable Object[capacity];
        this.firsts = new @Nullable Object[capacity];
    }

    /** Returns this branch if it belongs to the epoch, else a copy that does. */
    CountedBranch ownedBy(Epoch.Token epoch) {
        return owner == epoch ? this : slice(0, size, epoch);
    }

    /** Returns a new branch of the children {@code [from, to)}. */
    CountedBranch slice(int from, int to, Epoch.Token epoch) {
        CountedBranch slice = new CountedBranch(epoch, capacity(to - from));
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
    void set(int child, Object node, int count) {
        children[child] = node;
        counts[child] = count;
        firsts[child] = CountedNodes.first(node);
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
        size += more;
    }

    private void move(int from, int to) {
        int length = size - from;
        System.arraycopy(counts, from, counts, to, length);
        System.arraycopy(children, from, children, to, length);
        System.arraycopy(firsts, from, firsts, to, length);
    }

    private void reserve(int needed) {
        if (needed <= counts.length) return;
        int capacity = capacity(needed);
        int[] newCounts = new int[capacity];
        @Nullable Object[] newChildren = new @Nullable Object[capacity];
        @Nullable Object[] newFirsts = new @Nullable Object[capacity];
        System.arraycopy(counts, 0, newCounts, 0, size);
        System.arraycopy(children, 0, newChildren, 0, size);
        System.arraycopy(firsts, 0, newFirsts, 0, size);
        counts = newCounts;
        children = newChildren;
        firsts = newFirsts;
    }

    /** Returns for how many children to make room: an eighth more, and with a 12-byte array header whole words. */
    private static int capacity(int size) {
        return size + (size >> 3) | 1;
    }
}

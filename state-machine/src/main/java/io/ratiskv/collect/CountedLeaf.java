package io.ratiskv.collect;

import org.jspecify.annotations.Nullable;

/**
 * A leaf of a counted tree as a bare array: its owner's epoch, then its elements in order. How many there are,
 * stands in the parent; spare room behind them is null.
 */
final class CountedLeaf {
    private static final int OWNER = 0;
    private static final int FIRST = 1;

    private CountedLeaf() {}

    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // only the caller's elements are ever put here
    static <E> E element(@Nullable Object[] leaf, int index) {
        return (E) leaf[FIRST + index];
    }

    /** Returns where this very element stands, or -1. */
    @SuppressWarnings("ReferenceEquality")
    static int indexOf(@Nullable Object[] leaf, int count, Object element) {
        for (int i = 0; i < count; i++) {
            if (leaf[FIRST + i] == element) return i;
        }
        return -1;
    }

    static @Nullable Object[] empty(int count, Epoch.Token owner) {
        @Nullable Object[] leaf = new @Nullable Object[FIRST + capacity(count)];
        leaf[OWNER] = owner;
        return leaf;
    }

    static @Nullable Object[] of(Object element, Epoch.Token owner) {
        @Nullable Object[] leaf = empty(1, owner);
        leaf[FIRST] = element;
        return leaf;
    }

    /** Sets an element of a leaf that belongs to the epoch. */
    static void set(@Nullable Object[] leaf, int index, Object element) {
        leaf[FIRST + index] = element;
    }

    /** Returns the leaf if it belongs to the epoch, else a copy that does. */
    static @Nullable Object[] ownedBy(@Nullable Object[] leaf, Epoch.Token owner) {
        if (leaf[OWNER] == owner) return leaf;
        @Nullable Object[] copy = leaf.clone();
        copy[OWNER] = owner;
        return copy;
    }

    /** Returns the leaf with one more element at {@code index}: itself, if it belongs to the epoch and has room. */
    static @Nullable Object[] insert(@Nullable Object[] leaf, int count, int index, Object element, Epoch.Token owner) {
        @Nullable Object[] changed = leaf;
        if (leaf[OWNER] != owner || leaf.length < FIRST + count + 1) {
            changed = empty(count + 1, owner);
            System.arraycopy(leaf, FIRST, changed, FIRST, index);
        }
        System.arraycopy(leaf, FIRST + index, changed, FIRST + index + 1, count - index);
        changed[FIRST + index] = element;
        return changed;
    }

    /**
     * Returns the leaf without the elements {@code [from, to)}, which are not all: itself, if it belongs to the
     * epoch.
     */
    static @Nullable Object[] remove(@Nullable Object[] leaf, int count, int from, int to, Epoch.Token owner) {
        int left = count - (to - from);
        @Nullable Object[] changed = leaf;
        boolean inPlace = leaf[OWNER] == owner && leaf.length - FIRST <= left + 4 + (left >> 1);
        if (!inPlace) {
            changed = empty(left, owner);
            System.arraycopy(leaf, FIRST, changed, FIRST, from);
        }
        System.arraycopy(leaf, FIRST + to, changed, FIRST + from, count - to);
        if (inPlace) {
            for (int i = left; i < count; i++) changed[FIRST + i] = null;
        }
        return changed;
    }

    /** Returns a new leaf of the elements {@code [from, to)}. */
    static @Nullable Object[] slice(@Nullable Object[] leaf, int from, int to, Epoch.Token owner) {
        @Nullable Object[] slice = empty(to - from, owner);
        System.arraycopy(leaf, FIRST + from, slice, FIRST, to - from);
        return slice;
    }

    /** Returns a new leaf of the elements of both. */
    static @Nullable Object[] concat(
            @Nullable Object[] left, int leftCount, @Nullable Object[] right, int rightCount, Epoch.Token owner) {
        @Nullable Object[] leaf = empty(leftCount + rightCount, owner);
        System.arraycopy(left, FIRST, leaf, FIRST, leftCount);
        System.arraycopy(right, FIRST, leaf, FIRST + leftCount, rightCount);
        return leaf;
    }

    /** Returns for how many elements to make room: exactly enough while a leaf is small, then an eighth more. */
    private static int capacity(int count) {
        // With 12 bytes of array header and the owner, an even number fills whole words.
        int roomy = count + (count < 16 ? 0 : count >> 3) + 1 & ~1;
        return Math.max(count, Math.min(roomy, CountedNodes.FANOUT));
    }
}

package io.ratiskv.collect;

import java.util.Arrays;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A leaf of a hash trie as a bare array: its owner's epoch, its marks, then its elements in hash order.
 *
 * <p>No object wraps the array and none wraps an element: at 60 elements a leaf costs less than 4 bytes per
 * element beside the reference. A mark is 16 bits of the element's hash, those behind the {@code depth} bits
 * that lead to the leaf, so a lookup finds its element among the sorted marks by interpolation and touches, as
 * a rule, no other element. {@code marks[0]} is the number of elements; spare room behind the elements is null.
 */
final class HashLeaf {
    /**
     * A leaf that grows beyond this many elements is split, as long as its hashes can tell them apart.
     * Measured: to find an element costs the same in a large leaf as in a small one, and a level less; to shift
     * or copy this many is cheap.
     */
    static final int SPLIT_ABOVE = 128;
    /** Two neighbouring leaves that together hold at most this many elements become one. */
    static final int MERGE_UP_TO = SPLIT_ABOVE / 2;
    /** The width of a mark in bits. */
    static final int MARK_BITS = 16;

    private static final int OWNER = 0;
    private static final int MARKS = 1;
    private static final int FIRST = 2;
    private static final int ELEMENTS_MAX = Character.MAX_VALUE - 1;

    private HashLeaf() {}

    static int count(@Nullable Object[] leaf) {
        return marks(leaf)[0];
    }

    /** Returns the element at {@code index}, which is less than the count. */
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // only the caller's elements are ever put here
    static <E> E element(@Nullable Object[] leaf, int index) {
        return (E) leaf[FIRST + index];
    }

    /**
     * Returns the mark of {@code hash} in a leaf below {@code depth} bits; where the hash ends it is filled
     * with zeros.
     */
    static int mark(long hash, int depth) {
        return (int) (hash << depth >>> (64 - MARK_BITS));
    }

    /**
     * Returns the index of the first element whose mark is not less than {@code mark}.
     *
     * @param low the least mark that leads to this leaf
     * @param widthLog marks from {@code low} to below {@code low + (1 << widthLog)} lead to it
     */
    static int lowerBound(@Nullable Object[] leaf, int mark, int low, int widthLog) {
        return lowerBound(leaf, mark, guess(leaf, mark, low, widthLog));
    }

    /** As {@link #lowerBound(Object[], int, int, int)}, beginning at the {@link #guess}. */
    static int lowerBound(@Nullable Object[] leaf, int mark, int guess) {
        char[] marks = marks(leaf);
        int count = marks[0];
        return lowerBound(marks, count, Math.min(guess, count), mark);
    }

    /**
     * About where the mark is. The room is taken for the count, which stands in another cache line: so the lines of the
     * count, of the mark and of the element are fetched at once, not in turn.
     */
    static int guess(@Nullable Object[] leaf, int mark, int low, int widthLog) {
        return (mark - low) * estimate(leaf.length - FIRST) >>> widthLog;
    }

    /** Hashes are uniform, so an element stands about where its mark says. */
    private static int lowerBound(char[] marks, int count, int guess, int mark) {
        int index = guess;
        while (index < count && marks[index + 1] < mark) index++;
        while (index > 0 && marks[index] >= mark) index--;
        return index;
    }

    /** Returns whether there is an element at {@code index} and it has this mark. */
    static boolean hasMark(@Nullable Object[] leaf, int index, int mark) {
        char[] marks = marks(leaf);
        return index < marks[0] && marks[index + 1] == mark;
    }

    /** Returns the index of the element with this key or -1. */
    static <E> int find(
            @Nullable Object[] leaf,
            int mark,
            int low,
            int widthLog,
            ElementKeys<E> keys,
            byte[] key,
            int offset,
            int length) {
        char[] marks = marks(leaf);
        for (int i = lowerBound(leaf, mark, low, widthLog); i < marks[0] && marks[i + 1] == mark; i++) {
            if (keys.matches(element(leaf, i), key, offset, length)) return i;
        }
        return -1;
    }

    /**
     * Returns the element with this key of a leaf that is a whole trie, or null.
     *
     * @param marks the leaf's
     * @param count how many elements it has
     */
    static <E> @Nullable E find(
            @Nullable Object[] leaf,
            char[] marks,
            int count,
            long hash,
            ElementKeys<E> keys,
            byte[] key,
            int offset,
            int length) {
        int mark = mark(hash, 0);
        int index = lowerBound(marks, count, mark * count >>> MARK_BITS, mark);
        for (; index < count && marks[index + 1] == mark; index++) {
            E element = element(leaf, index);
            if (keys.matches(element, key, offset, length)) return element;
        }
        return null;
    }

    static @Nullable Object[] of(Object element, int mark, Epoch.Token owner) {
        @Nullable Object[] leaf = new @Nullable Object[FIRST + 1];
        leaf[OWNER] = owner;
        leaf[MARKS] = new char[] {1, (char) mark};
        leaf[FIRST] = element;
        return leaf;
    }

    /** Returns the leaf with another element at {@code index}: itself, if it belongs to the epoch. */
    static @Nullable Object[] replace(@Nullable Object[] leaf, int index, Object element, Epoch.Token owner) {
        @Nullable Object[] owned = leaf;
        if (leaf[OWNER] != owner) {
            owned = leaf.clone();
            owned[OWNER] = owner;
            owned[MARKS] = marks(leaf).clone();
        }
        owned[FIRST + index] = element;
        return owned;
    }

    /** Returns the leaf with one more element at {@code index}: itself, if it belongs to the epoch and has room. */
    static @Nullable Object[] insert(@Nullable Object[] leaf, int index, Object element, int mark, Epoch.Token owner) {
        char[] marks = marks(leaf);
        int count = marks[0];
        if (count == ELEMENTS_MAX) throw new IllegalStateException(count + " elements share one hash");
        boolean owned = leaf[OWNER] == owner;

        char[] newMarks = marks;
        if (!owned || marks.length < 2 + count) {
            newMarks = new char[1 + marksCapacity(count + 1)];
            System.arraycopy(marks, 1, newMarks, 1, index);
        }
        System.arraycopy(marks, 1 + index, newMarks, 2 + index, count - index);
        newMarks[1 + index] = (char) mark;
        newMarks[0] = (char) (count + 1);

        @Nullable Object[] newLeaf = leaf;
        if (!owned || leaf.length < FIRST + count + 1) {
            newLeaf = new @Nullable Object[FIRST + capacity(count + 1)];
            System.arraycopy(leaf, FIRST, newLeaf, FIRST, index);
        }
        System.arraycopy(leaf, FIRST + index, newLeaf, FIRST + 1 + index, count - index);
        newLeaf[FIRST + index] = element;
        newLeaf[OWNER] = owner;
        newLeaf[MARKS] = newMarks;
        return newLeaf;
    }

    /** Returns the leaf without the element at {@code index}, or null if that was its last. */
    static @Nullable Object @Nullable [] remove(@Nullable Object[] leaf, int index, Epoch.Token owner) {
        char[] marks = marks(leaf);
        int count = marks[0] - 1;
        if (count == 0) return null;

        boolean inPlace = leaf[OWNER] == owner && leaf.length - FIRST <= count + 4 + (count >> 1);
        char[] newMarks = inPlace ? marks : new char[1 + marksCapacity(count)];
        @Nullable Object[] newLeaf = inPlace ? leaf : new @Nullable Object[FIRST + capacity(count)];
        if (!inPlace) {
            System.arraycopy(marks, 1, newMarks, 1, index);
            System.arraycopy(leaf, FIRST, newLeaf, FIRST, index);
        }
        System.arraycopy(marks, 2 + index, newMarks, 1 + index, count - index);
        System.arraycopy(leaf, FIRST + 1 + index, newLeaf, FIRST + index, count - index);
        if (inPlace) newLeaf[FIRST + count] = null;
        newMarks[0] = (char) count;
        newLeaf[OWNER] = owner;
        newLeaf[MARKS] = newMarks;
        return newLeaf;
    }

    /** Returns the leaf without the elements for which the predicate holds: itself if there are none, null if all are. */
    static <E> @Nullable Object @Nullable [] removeIf(
            @Nullable Object[] leaf, Predicate<? super E> predicate, Epoch.Token owner) {
        char[] marks = marks(leaf);
        int count = marks[0];
        @Nullable Object[] left = new @Nullable Object[FIRST + capacity(count)];
        char[] leftMarks = new char[1 + marksCapacity(count)];
        int kept = 0;
        for (int i = 0; i < count; i++) {
            E element = element(leaf, i);
            if (!predicate.test(element)) {
                left[FIRST + kept] = element;
                leftMarks[1 + kept++] = marks[1 + i];
            }
        }
        if (kept == count) return leaf;
        leftMarks[0] = (char) kept;
        left[OWNER] = owner;
        left[MARKS] = leftMarks;
        return slice(left, 0, kept, owner);
    }

    /** Returns a new leaf of the elements {@code [from, to)}, or null if there are none. */
    static @Nullable Object @Nullable [] slice(@Nullable Object[] leaf, int from, int to, Epoch.Token owner) {
        int count = to - from;
        if (count == 0) return null;
        char[] marks = new char[1 + marksCapacity(count)];
        @Nullable Object[] slice = new @Nullable Object[FIRST + capacity(count)];
        System.arraycopy(marks(leaf), 1 + from, marks, 1, count);
        System.arraycopy(leaf, FIRST + from, slice, FIRST, count);
        marks[0] = (char) count;
        slice[OWNER] = owner;
        slice[MARKS] = marks;
        return slice;
    }

    /** Returns a new leaf of the elements of both, the left ones first; the marks of both count from the same depth. */
    static @Nullable Object[] concat(@Nullable Object[] left, @Nullable Object[] right, Epoch.Token owner) {
        int leftCount = count(left);
        int rightCount = count(right);
        int count = leftCount + rightCount;
        char[] marks = new char[1 + marksCapacity(count)];
        @Nullable Object[] leaf = new @Nullable Object[FIRST + capacity(count)];
        System.arraycopy(marks(left), 1, marks, 1, leftCount);
        System.arraycopy(marks(right), 1, marks, 1 + leftCount, rightCount);
        System.arraycopy(left, FIRST, leaf, FIRST, leftCount);
        System.arraycopy(right, FIRST, leaf, FIRST + leftCount, rightCount);
        marks[0] = (char) count;
        leaf[OWNER] = owner;
        leaf[MARKS] = marks;
        return leaf;
    }

    /** Returns a new leaf of the same elements whose marks count from {@code depth}. */
    static <E> @Nullable Object[] remark(@Nullable Object[] leaf, int depth, ElementKeys<E> keys, Epoch.Token owner) {
        char[] marks = marks(leaf).clone();
        for (int i = 0; i < marks[0]; i++) {
            marks[1 + i] = (char) mark(keys.hash(HashLeaf.<E>element(leaf, i)), depth);
        }
        @Nullable Object[] remarked = Arrays.copyOf(leaf, leaf.length);
        remarked[OWNER] = owner;
        remarked[MARKS] = marks;
        return remarked;
    }

    static char[] marks(@Nullable Object[] leaf) {
        return (char[]) leaf[MARKS];
    }

    /** Returns for how many elements to make room: exactly enough while a leaf is small, then an eighth more. */
    private static int capacity(int count) {
        // With 12 bytes of array header and two slots of our own, an odd number fills whole words.
        return count + (count < 16 ? 0 : count >> 3) | 1;
    }

    /** Returns about how many elements a leaf with this room has. */
    private static int estimate(int capacity) {
        return capacity - (capacity >> 4);
    }

    private static int marksCapacity(int count) {
        // With 12 bytes of array header and the count, 1 modulo 4 marks fill whole words.
        return (count + (count < 16 ? 0 : count >> 3) + 2 & ~3) + 1;
    }
}

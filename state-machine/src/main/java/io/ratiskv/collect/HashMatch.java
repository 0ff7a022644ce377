package io.ratiskv.collect;

import java.util.Iterator;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/**
 * The elements of one hash trie whose keys are, or are not, in another, in order: a merge of two walks. Confined to the
 * thread that walks; valid until either trie is next changed.
 *
 * <p>The marks in the leaves, and the way to the leaf, tell enough of each hash that an element whose key one trie alone
 * has is hardly ever touched: it costs a step of a walk, where to search for it would cost its hash and two misses.
 */
final class HashMatch<E> implements Iterator<E> {
    private final ElementKeys<E> keys;
    private final boolean wanted;
    private final Walk<E> left;
    private final Walk<E> right;
    private @Nullable E next;

    /** @param wanted whether to find what is in both, or what is in {@code left} alone */
    HashMatch(ElementKeys<E> keys, @Nullable Object left, @Nullable Object right, boolean wanted) {
        this.keys = keys;
        this.wanted = wanted;
        this.left = new Walk<>(left);
        this.right = new Walk<>(right);
        find();
    }

    @Override
    public boolean hasNext() {
        return next != null;
    }

    @Override
    public E next() {
        E found = next;
        if (found == null) throw new NoSuchElementException();
        find();
        return found;
    }

    private void find() {
        next = null;
        while (next == null && left.hasElement()) {
            int order = right.hasElement() ? compare() : -1;
            if (order <= 0 && (order == 0) == wanted) next = left.element();
            if (order <= 0) left.advance();
            if (order >= 0) right.advance();
        }
    }

    private int compare() {
        int unknownBits = 64 - Math.min(left.knownBits, right.knownBits);
        int order = Long.compareUnsigned(left.hash() >>> unknownBits, right.hash() >>> unknownBits);
        if (order != 0) return order;
        E one = left.element();
        E other = right.element();
        int keyOrder = keys.compare(one, other);
        int hashOrder = keyOrder == 0 ? 0 : Long.compareUnsigned(keys.hash(one), keys.hash(other));
        return hashOrder != 0 ? hashOrder : keyOrder;
    }

    /** Goes through one trie and knows the first bits of the hash of where it is. */
    private static final class Walk<E> {
        private static final char[] NO_MARKS = {0};
        private static final int LEVELS = HashBranch.DEPTH_MAX / HashBranch.BITS + 1;

        private final @Nullable HashBranch[] branches = new @Nullable HashBranch[LEVELS];
        private final int[] children = new int[LEVELS];
        /** The bits that lead to the branch, at the top of a word. */
        private final long[] paths = new long[LEVELS];

        private int height;
        private @Nullable Object[] leaf = {};
        private char[] marks = NO_MARKS;
        private int index;
        int knownBits;

        Walk(@Nullable Object root) {
            enter(root, 0);
            settle();
        }

        boolean hasElement() {
            return index < marks[0];
        }

        E element() {
            return HashLeaf.element(leaf, index);
        }

        /** The first {@link #knownBits} bits of the hash of the element, at the top of a word. */
        long hash() {
            long mark = marks[index + 1];
            int below = 64 - HashLeaf.MARK_BITS - depth();
            return path() | (below >= 0 ? mark << below : mark >>> -below);
        }

        void advance() {
            index++;
            settle();
        }

        /** Goes on to the next leaf with an element where there is none left in this one. */
        private void settle() {
            while (index >= marks[0] && height > 0) {
                HashBranch branch = branches[height - 1];
                int child = ++children[height - 1];
                if (child == branch.children.length) {
                    branches[--height] = null;
                } else {
                    enter(branch.children[child], child);
                }
            }
        }

        /** Goes to the first leaf below the node, which is its parent's child of that number; there may be none. */
        private void enter(@Nullable Object entered, int child) {
            Object node = entered;
            int number = child;
            while (node instanceof HashBranch branch) {
                if (height > 0) paths[height] = path() | position(branches[height - 1], number) << 59 - depth();
                branches[height] = branch;
                children[height++] = 0;
                number = 0;
                node = branch.children[0];
            }
            index = 0;
            knownBits = Math.min(64, depth() + HashLeaf.MARK_BITS);
            if (node != null) {
                leaf = (@Nullable Object[]) node;
                marks = HashLeaf.marks(leaf);
            } else {
                marks = NO_MARKS;
            }
        }

        /** The position of a branch's child of that number that is a branch itself. */
        private static long position(HashBranch branch, int child) {
            int bits = branch.bitmap;
            for (int i = 0; i < child; i++) bits &= bits - 1;
            return Integer.numberOfTrailingZeros(bits);
        }

        private int depth() {
            return height == 0 ? 0 : (height - 1) * HashBranch.BITS;
        }

        private long path() {
            return height == 0 ? 0 : paths[height - 1];
        }
    }
}

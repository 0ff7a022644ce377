package io.ratiskv.collect;

import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The reading side of a sequence of elements, {@link CountedList} or {@link CountedTree}. By itself it is a
 * frozen view, which never changes: any thread that received it safely. As the list or tree it is confined to
 * the owner.
 *
 * @param <E> the elements; not {@code Object[]}
 */
public sealed class CountedView<E> implements Iterable<E> permits CountedList, CountedTreeView {
    @Nullable
    Object root;

    int size;

    CountedView(@Nullable Object root, int size) {
        this.root = root;
        this.size = size;
    }

    /** Returns how many elements there are. */
    public final int size() {
        return size;
    }

    /** Returns whether there is no element. */
    public final boolean isEmpty() {
        return size == 0;
    }

    /**
     * Returns the element at an index, in O(log n).
     *
     * @throws IndexOutOfBoundsException unless {@code 0 <= index < size()}
     */
    public final E byIndex(int index) {
        return CountedNodes.byIndex(root, Objects.checkIndex(index, size));
    }

    /** Returns the first element or null. */
    public final @Nullable E first() {
        return size == 0 ? null : byIndex(0);
    }

    /** Returns the last element or null. */
    public final @Nullable E last() {
        return size == 0 ? null : byIndex(size - 1);
    }

    /** Iterates over all elements in order; as {@link #ascending}. */
    @Override
    public final Iterator<E> iterator() {
        return ascending(0);
    }

    /**
     * Iterates over the elements from an index to the last. Not to be used after a change; over a frozen view
     * it always may.
     *
     * @throws IndexOutOfBoundsException unless {@code 0 <= fromIndex <= size()}
     */
    public final Iterator<E> ascending(int fromIndex) {
        return new Walk<>(root, size, Objects.checkIndex(fromIndex, size + 1), 1);
    }

    /**
     * Iterates over the elements from an index back to the first. Not to be used after a change; over a frozen
     * view it always may.
     *
     * @throws IndexOutOfBoundsException unless {@code -1 <= fromIndex < size()}
     */
    public final Iterator<E> descending(int fromIndex) {
        return new Walk<>(root, size, Objects.checkIndex(fromIndex + 1, size + 1) - 1, -1);
    }

    /**
     * Walks leaf by leaf; each leaf is found from the root, which costs next to nothing per element and needs
     * no stack.
     */
    private static final class Walk<E> implements Iterator<E> {
        private final @Nullable Object root;
        private final int size;
        private final int step;
        private int next;
        /** The leaf visited, what index its first element has, and how many it has. */
        private @Nullable Object[] leaf = {};

        private int leafStart;
        private int leafCount;

        Walk(@Nullable Object root, int size, int next, int step) {
            this.root = root;
            this.size = size;
            this.next = next;
            this.step = step;
        }

        @Override
        public boolean hasNext() {
            return next >= 0 && next < size;
        }

        @Override
        public E next() {
            if (!hasNext()) throw new NoSuchElementException();
            if (next < leafStart || next >= leafStart + leafCount) find();
            E element = CountedLeaf.element(leaf, next - leafStart);
            next += step;
            return element;
        }

        private void find() {
            Object node = root;
            int rest = next;
            leafCount = size;
            while (node instanceof CountedBranch branch) {
                int child = 0;
                while (rest >= branch.counts[child]) rest -= branch.counts[child++];
                leafCount = branch.counts[child];
                node = branch.children[child];
            }
            if (node != null) leaf = (@Nullable Object[]) node;
            leafStart = next - rest;
        }
    }
}

package io.ratiskv.collect;

import java.util.Comparator;
import java.util.Iterator;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A sorted set of elements found by comparison or by rank: a B+ tree with subtree counts and epoch
 * copy-on-write. Confined to the owner of its epoch.
 *
 * <p>It holds references only: about 5 bytes per element. Held as a field of something that is itself copied
 * when it is older than the epoch, it is made {@link #writable} with it; held at the top of a state, it is
 * {@link #freeze frozen}.
 *
 * @param <E> the elements; not {@code Object[]}
 */
public final class CountedTree<E> extends CountedTreeView<E> {
    private final CountedNodes<E> nodes;
    private Epoch.Token owner;

    /**
     * Creates an empty tree.
     *
     * @param order total; two elements that compare as equal are the same to the tree; a {@link PrefixOrder} makes a
     *     search several times as fast
     * @param epoch what is older than it is copied before it is changed
     */
    public CountedTree(Comparator<? super E> order, Epoch epoch) {
        this(order, new CountedNodes<>(epoch, order), null, 0);
    }

    private CountedTree(Comparator<? super E> order, CountedNodes<E> nodes, @Nullable Object root, int size) {
        super(order, root, size);
        this.nodes = nodes;
        this.owner = nodes.epoch().current();
    }

    /**
     * Returns a tree of these elements, in O(n).
     *
     * @throws IllegalArgumentException unless each element is greater than the one before it
     */
    public static <E> CountedTree<E> fromSorted(
            Comparator<? super E> order, Epoch epoch, Iterable<? extends E> elements) {
        CountedNodes<E> nodes = new CountedNodes<>(epoch, order);
        CountedBranch packed = nodes.pack(new Ascending<>(order, elements.iterator()));
        return new CountedTree<>(order, nodes, CountedNodes.withoutNeedlessLevels(packed), packed.total());
    }

    /** Puts the element in place of the equal one, which is returned; null if there was none. */
    public @Nullable E put(E element) {
        Object old = root;
        if (old != null && nodes.find(old, size, element)) {
            become(nodes.set(old, element));
            return nodes.takeDisplaced();
        }
        become(nodes.insert(old, size, element));
        size++;
        return null;
    }

    /** Removes and returns the element equal to the probe; null if there is none. Quicker if it is the probe itself. */
    public @Nullable E remove(E probe) {
        return root != null && nodes.findHeld(root, size, probe) ? removeFound() : null;
    }

    /**
     * Removes and returns the element of a rank.
     *
     * @throws IndexOutOfBoundsException unless {@code 0 <= rank < size()}
     */
    public E removeAt(int rank) {
        nodes.seek(root, Objects.checkIndex(rank, size));
        return removeFound();
    }

    private E removeFound() {
        become(nodes.remove(root, size));
        size--;
        return nodes.takeDisplaced();
    }

    @SuppressWarnings("ReferenceEquality") // as in CountedBranch
    private void become(@Nullable Object changed) {
        if (changed != root) root = changed;
    }

    /** Removes and returns the least element; null if there is none. */
    public @Nullable E pollFirst() {
        return size == 0 ? null : removeAt(0);
    }

    /** Removes and returns the greatest element; null if there is none. */
    public @Nullable E pollLast() {
        return size == 0 ? null : removeAt(size - 1);
    }

    /**
     * Removes the elements of the ranks {@code [from, to)}, in O(log n): what lies within is dropped, not visited.
     *
     * @throws IndexOutOfBoundsException unless {@code 0 <= from <= to <= size()}
     */
    public void removeRange(int from, int to) {
        Objects.checkFromToIndex(from, to, size);
        become(nodes.removeRange(root, size, from, to));
        size -= to - from;
    }

    /** Removes all elements, in O(1). */
    public void clear() {
        root = null;
        size = 0;
    }

    /** Returns a view of the present content that never changes, and raises the epoch; O(1). */
    public CountedTreeView<E> freeze() {
        nodes.epoch().raise();
        owner = nodes.epoch().current();
        return new CountedTreeView<>(order, root, size);
    }

    /**
     * Returns this tree if it was created in the current epoch, else a new one with the same content, O(1), to
     * be written in its stead: this one then stays as it is for those who hold it as part of something frozen.
     */
    public CountedTree<E> writable() {
        return nodes.epoch().owns(owner) ? this : new CountedTree<>(order, nodes, root, size);
    }

    /** Hands elements through as long as they ascend. */
    private static final class Ascending<E> implements Iterator<E> {
        private final Comparator<? super E> order;
        private final Iterator<? extends E> elements;
        private @Nullable E previous;

        Ascending(Comparator<? super E> order, Iterator<? extends E> elements) {
            this.order = order;
            this.elements = elements;
        }

        @Override
        public boolean hasNext() {
            return elements.hasNext();
        }

        @Override
        public E next() {
            E element = elements.next();
            E before = previous;
            if (before != null && order.compare(before, element) >= 0) {
                throw new IllegalArgumentException(element + " is not greater than " + before);
            }
            previous = element;
            return element;
        }
    }
}

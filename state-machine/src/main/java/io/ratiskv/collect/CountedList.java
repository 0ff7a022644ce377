package io.ratiskv.collect;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A list with O(log n) access, insertion and removal at any index: a B+ tree with subtree counts and epoch
 * copy-on-write, packed where it grows at an end. Confined to the owner of its epoch.
 *
 * <p>Held as a field of something that is itself copied when it is older than the epoch, it is made {@link
 * #writable} with it; held at the top of a state, it is {@link #freeze frozen}.
 *
 * @param <E> the elements; not {@code Object[]}
 */
public final class CountedList<E> extends CountedView<E> {
    private final CountedNodes<E> nodes;
    private Epoch.Token owner;

    /** Creates an empty list whose changes copy what is older than {@code epoch}. */
    public CountedList(Epoch epoch) {
        this(new CountedNodes<>(epoch, null), null, 0);
    }

    private CountedList(CountedNodes<E> nodes, @Nullable Object root, int size) {
        super(root, size);
        this.nodes = nodes;
        this.owner = nodes.epoch().current();
    }

    /** Returns a list of these elements, in O(n). */
    public static <E> CountedList<E> fromAll(Epoch epoch, Iterable<? extends E> elements) {
        CountedNodes<E> nodes = new CountedNodes<>(epoch, null);
        CountedBranch packed = nodes.pack(elements.iterator());
        return new CountedList<>(nodes, CountedNodes.withoutNeedlessLevels(packed), packed.total());
    }

    /**
     * Replaces the element at an index and returns it.
     *
     * @throws IndexOutOfBoundsException unless {@code 0 <= index < size()}
     */
    public E set(int index, E element) {
        nodes.seek(root, Objects.checkIndex(index, size));
        root = nodes.set(root, element);
        return nodes.takeDisplaced();
    }

    /**
     * Inserts an element before the one at an index, or at the end.
     *
     * @throws IndexOutOfBoundsException unless {@code 0 <= index <= size()}
     */
    public void insert(int index, E element) {
        nodes.seekGap(root, size, Objects.checkIndex(index, size + 1));
        root = nodes.insert(root, size, element);
        size++;
    }

    /** Inserts an element before all others. */
    public void addFirst(E element) {
        insert(0, element);
    }

    /** Inserts an element behind all others. */
    public void addLast(E element) {
        insert(size, element);
    }

    /**
     * Removes and returns the element at an index.
     *
     * @throws IndexOutOfBoundsException unless {@code 0 <= index < size()}
     */
    public E removeAt(int index) {
        nodes.seek(root, Objects.checkIndex(index, size));
        root = nodes.remove(root, size);
        size--;
        return nodes.takeDisplaced();
    }

    /** Removes and returns the first element; null if there is none. */
    public @Nullable E pollFirst() {
        return size == 0 ? null : removeAt(0);
    }

    /** Removes and returns the last element; null if there is none. */
    public @Nullable E pollLast() {
        return size == 0 ? null : removeAt(size - 1);
    }

    /**
     * Removes the elements at {@code [from, to)}, in O(log n): what lies within is dropped, not visited.
     *
     * @throws IndexOutOfBoundsException unless {@code 0 <= from <= to <= size()}
     */
    public void removeRange(int from, int to) {
        Objects.checkFromToIndex(from, to, size);
        root = nodes.removeRange(root, size, from, to);
        size -= to - from;
    }

    /** Removes all elements, in O(1). */
    public void clear() {
        root = null;
        size = 0;
    }

    /** Returns a view of the present content that never changes, and raises the epoch; O(1). */
    public CountedView<E> freeze() {
        nodes.epoch().raise();
        owner = nodes.epoch().current();
        return new CountedView<>(root, size);
    }

    /**
     * Returns this list if it was created in the current epoch, else a new one with the same content, O(1), to
     * be written in its stead: this one then stays as it is for those who hold it as part of something frozen.
     */
    public CountedList<E> writable() {
        return nodes.epoch().owns(owner) ? this : new CountedList<>(nodes, root, size);
    }
}

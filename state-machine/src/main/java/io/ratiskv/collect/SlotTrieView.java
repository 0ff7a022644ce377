package io.ratiskv.collect;

import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The reading side of a {@link SlotTrie}. By itself it is a frozen view, which never changes: any thread that
 * received it safely. As the trie it is confined to the owner.
 *
 * <p>Order: by slot, then as in a {@link HashTrieView}.
 *
 * @param <E> the elements
 */
public sealed class SlotTrieView<E> implements Iterable<E> permits SlotTrie {
    final ElementKeys<E> keys;

    @Nullable
    SlotDirectory root;

    long size;

    SlotTrieView(ElementKeys<E> keys, @Nullable SlotDirectory root, long size) {
        this.keys = keys;
        this.root = root;
        this.size = size;
    }

    /** Returns how many elements there are. */
    public final long size() {
        return size;
    }

    /** Returns whether there is no element. */
    public final boolean isEmpty() {
        return size == 0;
    }

    /** Returns how many elements the slot holds. */
    public final int size(int slot) {
        Objects.checkIndex(slot, Slots.COUNT);
        SlotChunk chunk = chunk(slot);
        return chunk == null ? 0 : chunk.counts[inChunk(slot)];
    }

    /**
     * Returns the element of the slot with the key {@code key[offset, offset + length)} or null.
     *
     * @param slot 0 to 16383
     * @param hash the hash of the key, as {@link ElementKeys#hash} gives it for an element with this key
     */
    public final @Nullable E get(int slot, long hash, byte[] key, int offset, int length) {
        SlotChunk chunk = chunk(slot);
        return chunk == null ? null : chunk.get(inChunk(slot), keys, hash, key, offset, length);
    }

    /**
     * Returns the element at an index of the iteration order, in O(log n): a uniform index gives a uniform element.
     *
     * @throws IndexOutOfBoundsException unless {@code 0 <= index < size()}
     */
    public final E byIndex(long index) {
        Objects.checkIndex(index, size);
        SlotDirectory directory = root;
        if (directory == null) throw new IllegalStateException("the size of the trie is not that of its content");
        long rest = index;
        int chunkNumber = 0;
        while (rest >= directory.counts[chunkNumber]) rest -= directory.counts[chunkNumber++];
        SlotChunk chunk = directory.chunks[chunkNumber];
        int slot = 0;
        while (rest >= chunk.counts[slot]) rest -= chunk.counts[slot++];
        return HashNodes.byIndex(chunk.trie(slot), (int) rest);
    }

    /**
     * Iterates over all slots in order. Not to be used after the trie has been changed; over a frozen view it
     * always may.
     */
    @Override
    public final Iterator<E> iterator() {
        return new SlotIterator<>(this);
    }

    /** Iterates over one slot in order; as {@link #iterator()}. */
    public final Iterator<E> iterator(int slot) {
        return new HashCursor<>(keys).start(trie(slot));
    }

    /**
     * Does one step of a walk that outlives changes of the trie: an element that is there from the first step to the
     * last is handed over at least once, here even exactly once. Elements come in order.
     *
     * @param cursor 0 to begin, else what the previous step returned: the slot (14 bits) above a prefix of the hash
     *     (39 bits), less than 2^53, which even clients that take numbers for doubles can hand back
     * @param atLeastCount how many elements to hand over if there are as many, at least 1; a few more come where
     *     hashes of a slot agree in their first 39 bits
     * @param consumer takes the elements; must not change the trie
     * @return the cursor of the next step, or 0 at the end
     * @throws IllegalArgumentException if the cursor is none that a step returns
     */
    public final long scan(long cursor, int atLeastCount, Consumer<? super E> consumer) {
        long firstSlot = cursor >>> HashCursor.PREFIX_BITS;
        if (firstSlot >= Slots.COUNT) throw new IllegalArgumentException("no cursor: " + cursor);
        if (atLeastCount < 1) throw new IllegalArgumentException("a step hands over at least 1, not " + atLeastCount);

        HashCursor<E> walk = new HashCursor<>(keys);
        int slot = (int) firstSlot;
        walk.seek(trie(slot), cursor & ((1L << HashCursor.PREFIX_BITS) - 1));
        int missing = atLeastCount;
        while (true) {
            if (missing > 0) missing -= walk.emit(missing, consumer);
            if (walk.hasNext()) return (long) slot << HashCursor.PREFIX_BITS | walk.peekPrefix();
            slot = nextUsedSlot(slot + 1);
            if (slot == Slots.COUNT) return 0;
            if (missing <= 0) return (long) slot << HashCursor.PREFIX_BITS;
            walk.start(trie(slot));
        }
    }

    /** Returns the first slot from {@code from} on that holds an element, or 16384. */
    final int nextUsedSlot(int from) {
        int slot = from;
        while (slot < Slots.COUNT) {
            SlotChunk chunk = chunk(slot);
            if (chunk == null) {
                slot = (slot | SlotChunk.WIDTH - 1) + 1;
            } else if (chunk.trie(inChunk(slot)) == null) {
                slot++;
            } else {
                return slot;
            }
        }
        return Slots.COUNT;
    }

    /** Returns the root of the slot's trie or null. */
    final @Nullable Object trie(int slot) {
        SlotChunk chunk = chunk(slot);
        return chunk == null ? null : chunk.trie(inChunk(slot));
    }

    /** Returns the chunk of the slot or null. */
    final @Nullable SlotChunk chunk(int slot) {
        SlotDirectory directory = root;
        return directory == null ? null : directory.chunks[slot >>> SlotChunk.BITS];
    }

    static int inChunk(int slot) {
        return slot & (SlotChunk.WIDTH - 1);
    }

    /** Iterates over the slots one after the other. */
    private static final class SlotIterator<E> implements Iterator<E> {
        private final SlotTrieView<E> view;
        private final HashCursor<E> inSlot;
        private int nextSlot;

        SlotIterator(SlotTrieView<E> view) {
            this.view = view;
            this.inSlot = new HashCursor<>(view.keys);
        }

        @Override
        public boolean hasNext() {
            while (!inSlot.hasNext()) {
                int slot = view.nextUsedSlot(nextSlot);
                if (slot == Slots.COUNT) return false;
                inSlot.start(view.trie(slot));
                nextSlot = slot + 1;
            }
            return true;
        }

        @Override
        public E next() {
            if (!hasNext()) throw new NoSuchElementException();
            return inSlot.next();
        }
    }
}

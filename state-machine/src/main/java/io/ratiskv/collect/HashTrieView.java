package io.ratiskv.collect;

import java.util.Iterator;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The reading side of a {@link HashTrie}. By itself it is a frozen view, which never changes: any thread that
 * received it safely. As the trie it is confined to the owner.
 *
 * <p>Order: by the unsigned hash, then by {@link ElementKeys#compare}; a function of the content alone, so a
 * trie refilled in any order iterates like the one it was copied from.
 *
 * @param <E> the elements
 */
public sealed class HashTrieView<E> implements Iterable<E> permits HashTrie {
    /** Cursors of {@link #scan} are less than this. */
    public static final long CURSOR_LIMIT = 1L << HashCursor.PREFIX_BITS;

    final ElementKeys<E> keys;

    @Nullable
    Object root;

    HashTrieView(ElementKeys<E> keys, @Nullable Object root) {
        this.keys = keys;
        this.root = root;
    }

    /** Returns how many elements there are. */
    public final int size() {
        return HashNodes.count(root);
    }

    /** Returns whether there is no element. */
    public final boolean isEmpty() {
        return root == null;
    }

    /**
     * Returns the element with the key {@code key[offset, offset + length)} or null.
     *
     * @param hash the hash of the key, as {@link ElementKeys#hash} gives it for an element with this key
     */
    public final @Nullable E get(long hash, byte[] key, int offset, int length) {
        return HashNodes.get(root, keys, hash, key, offset, length);
    }

    /**
     * Returns the element at an index of the iteration order, in O(log n): a uniform index gives a uniform element.
     *
     * @throws IndexOutOfBoundsException unless {@code 0 <= index < size()}
     */
    public final E byIndex(int index) {
        return HashNodes.byIndex(root, Objects.checkIndex(index, size()));
    }

    /** Iterates in order. Not to be used after the trie has been changed; over a frozen view it always may. */
    @Override
    public final Iterator<E> iterator() {
        return new HashCursor<>(keys).start(root);
    }

    /** Iterates in order over the elements whose keys {@code other}, hashed alike, has too; as {@link #iterator}. */
    public final Iterator<E> alsoIn(HashTrieView<E> other) {
        return new HashMatch<>(keys, root, other.root, /* wanted= */ true);
    }

    /** Iterates in order over the elements whose keys {@code other}, hashed alike, does not have; as {@link #iterator}. */
    public final Iterator<E> missingIn(HashTrieView<E> other) {
        return new HashMatch<>(keys, root, other.root, /* wanted= */ false);
    }

    /**
     * Does one step of a walk that outlives changes of the trie: an element that is there from the first step to the
     * last is handed over at least once, here even exactly once. Elements come in order.
     *
     * @param cursor 0 to begin, else what the previous step returned
     * @param atLeastCount how many elements to hand over if there are as many, at least 1; a few more come where
     *     hashes agree in their first 39 bits
     * @param consumer takes the elements; must not change the trie
     * @return the cursor of the next step, or 0 at the end
     * @throws IllegalArgumentException if the cursor is none that a step returns
     */
    public final long scan(long cursor, int atLeastCount, Consumer<? super E> consumer) {
        if (cursor < 0 || cursor >= CURSOR_LIMIT) throw new IllegalArgumentException("no cursor: " + cursor);
        if (atLeastCount < 1) throw new IllegalArgumentException("a step hands over at least 1, not " + atLeastCount);
        HashCursor<E> walk = new HashCursor<>(keys).seek(root, cursor);
        walk.emit(atLeastCount, consumer);
        return walk.hasNext() ? walk.peekPrefix() : 0;
    }
}

package io.ratiskv.collect;

import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A set of elements found by the hash of their keys: a 32-way hash trie with epoch copy-on-write and counts,
 * for the members of a collection. Confined to the owner of its epoch.
 *
 * <p>Held as a field of something that is itself copied when it is older than the epoch, it is made {@link
 * #writable} with it; held at the top of a state, it is {@link #freeze frozen}.
 *
 * @param <E> the elements; not {@code Object[]}
 */
public final class HashTrie<E> extends HashTrieView<E> {
    private final Epoch epoch;
    private final HashNodes<E> nodes;
    private Epoch.Token owner;

    /** Creates an empty trie whose changes copy what is older than {@code epoch}. */
    public HashTrie(ElementKeys<E> keys, Epoch epoch) {
        this(keys, null, epoch, new HashNodes<>(keys, epoch));
    }

    private HashTrie(ElementKeys<E> keys, @Nullable Object root, Epoch epoch, HashNodes<E> nodes) {
        super(keys, root);
        this.epoch = epoch;
        this.nodes = nodes;
        this.owner = epoch.current();
    }

    /**
     * Puts the element in place of the one with the same key.
     *
     * @param hash {@link ElementKeys#hash} of the element
     * @return the element displaced or null
     */
    public @Nullable E put(long hash, E element) {
        root = nodes.put(root, hash, element);
        return nodes.takeDisplaced();
    }

    /** Removes and returns the element with the key {@code key[offset, offset + length)}; null if there is none. */
    public @Nullable E remove(long hash, byte[] key, int offset, int length) {
        root = nodes.remove(root, hash, key, offset, length);
        return nodes.takeDisplaced();
    }

    /** Removes all elements for which the predicate holds, in O(n): each is visited once, none is searched for. */
    public void removeIf(Predicate<? super E> predicate) {
        root = nodes.removeIf(root, predicate);
    }

    /** Removes all elements, in O(1). */
    public void clear() {
        root = null;
    }

    /** Returns a view of the present content that never changes, and raises the epoch; O(1). */
    public HashTrieView<E> freeze() {
        epoch.raise();
        owner = epoch.current();
        return new HashTrieView<>(keys, root);
    }

    /**
     * Returns this trie if it was created in the current epoch, else a new one with the same content, O(1), to
     * be written in its stead: this one then stays as it is for those who hold it as part of something frozen.
     */
    public HashTrie<E> writable() {
        return epoch.owns(owner) ? this : new HashTrie<>(keys, root, epoch, nodes);
    }
}

package io.ratiskv.collect;

/**
 * How a hash trie reads the key inside an element, which is opaque to it: one byte array or an object.
 * Called by whoever calls the trie, and from the readers of frozen views: implementations hold no state that changes.
 *
 * @param <E> the elements; not {@code Object[]}
 */
public interface ElementKeys<E> {
    /** Returns the hash of the element's key, equal to what the caller passes when it looks the key up. */
    long hash(E element);

    /** Returns whether the element's key is exactly {@code key[offset, offset + length)}. */
    boolean matches(E element, byte[] key, int offset, int length);

    /**
     * Orders elements by their keys alone, totally: zero means the same key. It decides the order of keys whose
     * 64 hash bits are all equal.
     */
    int compare(E left, E right);
}

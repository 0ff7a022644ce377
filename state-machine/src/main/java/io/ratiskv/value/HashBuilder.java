package io.ratiskv.value;

import io.ratiskv.api.Bytes;

/** A hash while its fields are read from a snapshot, in the shape it had. Confined to the thread that reads. */
public final class HashBuilder {
    private final Shapes shapes;
    private final boolean compact;
    private TrieHash trie;
    private final PackedStrings.Builder pairs = new PackedStrings.Builder();
    private int size;

    public HashBuilder(boolean compact, Shapes shapes) {
        this.compact = compact;
        this.shapes = shapes;
        this.trie = TrieHash.empty(shapes);
    }

    /** The next field, in the order {@link HashValue#forEach} told them. */
    public void add(Bytes field, Bytes value) {
        size++;
        if (compact) {
            pairs.add(field);
            pairs.add(value);
        } else {
            trie = trie.put(field, value, shapes);
        }
    }

    /** @throws IllegalArgumentException if there is no field, or one was there twice */
    public HashValue build() {
        HashValue hash = compact ? CompactHash.of(pairs.build()) : trie;
        if (size == 0 || hash.size() != size) {
            throw new IllegalArgumentException("a hash of " + size + " fields has " + hash.size());
        }
        return hash;
    }
}

package io.ratiskv.value;

import io.ratiskv.api.Bytes;
import java.util.Arrays;

/** A hash while its fields are read from a snapshot, in the shape it had. Confined to the thread that reads. */
public final class HashBuilder {
    private final Shapes shapes;
    private final boolean compact;
    private TrieHash trie;
    private byte[] pairs = new byte[64];
    private int length;
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
            append(field);
            append(value);
        } else {
            trie = trie.put(field, value, shapes);
        }
    }

    /** @throws IllegalArgumentException if there is no field, or one was there twice */
    public HashValue build() {
        HashValue hash = compact ? CompactHash.of(Arrays.copyOf(pairs, length)) : trie;
        if (size == 0 || hash.size() != size) {
            throw new IllegalArgumentException("a hash of " + size + " fields has " + hash.size());
        }
        return hash;
    }

    private void append(Bytes string) {
        int end = Math.addExact(length, CompactHash.sizeOf(string));
        if (end > pairs.length) {
            pairs = Arrays.copyOf(pairs, (int) Math.min(Integer.MAX_VALUE - 64, Math.max(end, 2L * pairs.length)));
        }
        length = CompactHash.write(pairs, length, string);
    }
}

package io.ratiskv.value;

import io.ratiskv.api.Bytes;
import org.jspecify.annotations.Nullable;

/**
 * A small hash as {@link PackedStrings}: a field, its value, the next field, in the order the fields came. Immutable; any
 * thread.
 */
final class CompactHash implements HashValue {
    static final CompactHash EMPTY = new CompactHash(PackedStrings.NONE, 0, 0);

    private final byte[] pairs;
    private final int size;
    private final int contentBytes;

    private CompactHash(byte[] pairs, int size, int contentBytes) {
        this.pairs = pairs;
        this.size = size;
        this.contentBytes = contentBytes;
    }

    /** The pairs of a snapshot. */
    static CompactHash of(byte[] pairs) {
        int size = 0;
        int contentBytes = 0;
        for (int at = 0; at < pairs.length; ) {
            int valueAt = PackedStrings.end(pairs, at);
            size++;
            contentBytes += Varint.read(pairs, at) + Varint.read(pairs, valueAt);
            at = PackedStrings.end(pairs, valueAt);
        }
        return new CompactHash(pairs, size, contentBytes);
    }

    @Override
    public boolean isCompact() {
        return true;
    }

    @Override
    public String encoding() {
        return "listpack";
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public long contentBytes() {
        return contentBytes;
    }

    @Override
    public @Nullable Bytes get(Bytes field) {
        int at = find(field);
        return at < 0 ? null : stringAt(end(at));
    }

    @Override
    public HashValue roomFor(int fields, Shapes shapes) {
        return fields > shapes.limits().of(Limit.HASH_ENTRIES) ? toTrie(shapes) : this;
    }

    @Override
    public HashValue put(Bytes field, Bytes value, Shapes shapes) {
        int at = find(field);
        Limits limits = shapes.limits();
        if (value.length() > limits.of(Limit.HASH_VALUE_BYTES)
                || field.length() > limits.of(Limit.HASH_VALUE_BYTES)
                || at < 0 && size >= limits.of(Limit.HASH_ENTRIES)) {
            return toTrie(shapes).put(field, value, shapes);
        }
        if (at < 0) {
            byte[] grown = PackedStrings.splice(pairs, pairs.length, pairs.length, field, value);
            return new CompactHash(grown, size + 1, contentBytes + field.length() + value.length());
        }
        int valueAt = end(at);
        byte[] changed = PackedStrings.splice(pairs, valueAt, end(valueAt), value);
        return new CompactHash(changed, size, contentBytes - Varint.read(pairs, valueAt) + value.length());
    }

    @Override
    public HashValue remove(Bytes field, Shapes shapes) {
        int at = find(field);
        if (at < 0) {
            return this;
        }
        int valueAt = end(at);
        byte[] shrunk = PackedStrings.splice(pairs, at, end(valueAt));
        return new CompactHash(shrunk, size - 1, contentBytes - field.length() - Varint.read(pairs, valueAt));
    }

    @Override
    public void forEach(FieldVisitor visitor) {
        for (int at = 0; at < pairs.length; at = end(end(at))) {
            visitor.visit(stringAt(at), stringAt(end(at)));
        }
    }

    @Override
    public long scan(long cursor, int count, FieldVisitor visitor) {
        // All at once, as Redis does: there is no order that a cursor could keep across changes.
        if (cursor == 0) {
            forEach(visitor);
        }
        return 0;
    }

    @Override
    public void at(int rank, FieldVisitor visitor) {
        int at = PackedStrings.seek(pairs, 2 * rank);
        visitor.visit(stringAt(at), stringAt(end(at)));
    }

    private TrieHash toTrie(Shapes shapes) {
        TrieHash trie = TrieHash.empty(shapes);
        for (int at = 0; at < pairs.length; at = end(end(at))) {
            trie = trie.put(stringAt(at), stringAt(end(at)), shapes);
        }
        return trie;
    }

    /** Where the field begins, -1 if there is none. */
    private int find(Bytes field) {
        return PackedStrings.find(pairs, field, 2);
    }

    private int end(int at) {
        return PackedStrings.end(pairs, at);
    }

    private Bytes stringAt(int at) {
        return PackedStrings.string(pairs, at);
    }
}

package io.ratiskv.value;

import io.ratiskv.api.Bytes;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A small hash as one array: length (varint) and bytes of a field, length and bytes of its value, and so on, in the
 * order the fields came. Immutable; any thread.
 *
 * <p>Every change makes a new array, which costs no more than the search that precedes it, and lets replies and frozen
 * views point into the old one.
 */
final class CompactHash implements HashValue {
    static final CompactHash EMPTY = new CompactHash(new byte[0], 0, 0);

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
        for (int at = 0; at < pairs.length; at = end(pairs, end(pairs, at))) {
            size++;
            contentBytes += Varint.read(pairs, at) + Varint.read(pairs, end(pairs, at));
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
    public HashValue put(Bytes field, Bytes value, Shapes shapes) {
        int at = find(field);
        Shapes.Limits limits = shapes.limits();
        if (value.length() > limits.hashValueBytesMax()
                || field.length() > limits.hashValueBytesMax()
                || at < 0 && size >= limits.hashEntriesMax()) {
            return toTrie(shapes).put(field, value, shapes);
        }
        if (at < 0) {
            byte[] grown = Arrays.copyOf(pairs, pairs.length + sizeOf(field) + sizeOf(value));
            write(grown, write(grown, pairs.length, field), value);
            return new CompactHash(grown, size + 1, contentBytes + field.length() + value.length());
        }
        int valueAt = end(at);
        int behind = end(valueAt);
        byte[] changed = new byte[pairs.length - (behind - valueAt) + sizeOf(value)];
        System.arraycopy(pairs, 0, changed, 0, valueAt);
        int tail = write(changed, valueAt, value);
        System.arraycopy(pairs, behind, changed, tail, pairs.length - behind);
        return new CompactHash(changed, size, contentBytes - Varint.read(pairs, valueAt) + value.length());
    }

    @Override
    public HashValue remove(Bytes field, Shapes shapes) {
        int at = find(field);
        if (at < 0) {
            return this;
        }
        int valueAt = end(at);
        int behind = end(valueAt);
        byte[] shrunk = new byte[pairs.length - (behind - at)];
        System.arraycopy(pairs, 0, shrunk, 0, at);
        System.arraycopy(pairs, behind, shrunk, at, pairs.length - behind);
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
        int at = 0;
        for (int i = 0; i < rank; i++) {
            at = end(end(at));
        }
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
        byte[] wanted = field.array();
        int from = field.offset();
        int length = field.length();
        int at = 0;
        while (at < pairs.length) {
            int fieldLength = Varint.read(pairs, at);
            int start = at + Varint.size(fieldLength);
            if (fieldLength == length && Arrays.equals(pairs, start, start + length, wanted, from, from + length)) {
                return at;
            }
            at = end(start + fieldLength);
        }
        return -1;
    }

    /** Where the string that begins at {@code at} ends. */
    private int end(int at) {
        return end(pairs, at);
    }

    private static int end(byte[] pairs, int at) {
        int length = Varint.read(pairs, at);
        return at + Varint.size(length) + length;
    }

    private Bytes stringAt(int at) {
        int length = Varint.read(pairs, at);
        return Bytes.wrap(pairs, at + Varint.size(length), length);
    }

    static int sizeOf(Bytes string) {
        return Varint.size(string.length()) + string.length();
    }

    static int write(byte[] target, int at, Bytes string) {
        int from = Varint.write(target, at, string.length());
        string.copyTo(target, from);
        return from + string.length();
    }
}

package io.ratiskv.value;

import io.ratiskv.collect.ElementKeys;
import io.ratiskv.collect.KeyedHash;
import java.util.Arrays;

/** How a hash trie reads the field in a {@link FieldEntry}. Immutable; any thread. */
record FieldKeys(KeyedHash hash) implements ElementKeys<byte[]> {
    @Override
    public long hash(byte[] entry) {
        return hash.hash(entry, FieldEntry.fieldOffset(entry), FieldEntry.fieldLength(entry));
    }

    @Override
    public boolean matches(byte[] entry, byte[] key, int offset, int length) {
        int fieldLength = FieldEntry.fieldLength(entry);
        int from = Varint.size(fieldLength);
        return fieldLength == length && Arrays.equals(entry, from, from + length, key, offset, offset + length);
    }

    @Override
    public int compare(byte[] left, byte[] right) {
        int leftFrom = FieldEntry.fieldOffset(left);
        int rightFrom = FieldEntry.fieldOffset(right);
        return Arrays.compareUnsigned(
                left,
                leftFrom,
                leftFrom + FieldEntry.fieldLength(left),
                right,
                rightFrom,
                rightFrom + FieldEntry.fieldLength(right));
    }
}

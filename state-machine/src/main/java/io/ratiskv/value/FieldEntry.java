package io.ratiskv.value;

import io.ratiskv.api.Bytes;

/**
 * A field of a large hash as one array, never written again: length of the field (varint), field, value. Stateless;
 * any thread.
 */
final class FieldEntry {
    private FieldEntry() {}

    static byte[] of(Bytes field, Bytes value) {
        int fieldAt = Varint.size(field.length());
        byte[] entry = new byte[Math.addExact(fieldAt + field.length(), value.length())];
        Varint.write(entry, 0, field.length());
        field.copyTo(entry, fieldAt);
        value.copyTo(entry, fieldAt + field.length());
        return entry;
    }

    static int fieldOffset(byte[] entry) {
        return Varint.size(fieldLength(entry));
    }

    static int fieldLength(byte[] entry) {
        return Varint.read(entry, 0);
    }

    static Bytes field(byte[] entry) {
        return Bytes.wrap(entry, fieldOffset(entry), fieldLength(entry));
    }

    static Bytes value(byte[] entry) {
        int from = fieldOffset(entry) + fieldLength(entry);
        return Bytes.wrap(entry, from, entry.length - from);
    }
}

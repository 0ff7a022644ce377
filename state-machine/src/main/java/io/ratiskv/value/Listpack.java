package io.ratiskv.value;

import io.ratiskv.api.Bytes;

/**
 * What things take in Redis' listpack, by whose size Redis decides where one shape or node ends. Nothing is kept in one
 * here. Stateless; any thread.
 */
final class Listpack {
    /** The head and the end. */
    static final int FRAME_BYTES = 7;

    private Listpack() {}

    /** The bytes of an element: its encoding, and its length once more for walks backwards. */
    static int bytes(Bytes element) {
        return LongText.isLong(element.array(), element.offset(), element.length())
                ? bytes(LongText.parse(element.array(), element.offset(), element.length()))
                : withLength((element.length() < 64 ? 1 : element.length() < 4096 ? 2 : 5) + element.length());
    }

    /** As {@link #bytes(Bytes)}, of an integer. */
    static int bytes(long value) {
        if (value >= 0 && value < 128) {
            return withLength(1);
        }
        int bits = 65 - Long.numberOfLeadingZeros(value ^ (value >> 63));
        return withLength(bits <= 13 ? 2 : bits <= 16 ? 3 : bits <= 24 ? 4 : bits <= 32 ? 5 : 9);
    }

    private static int withLength(int encoded) {
        return encoded + Varint.size(encoded);
    }
}

package io.ratiskv.value;

import io.ratiskv.api.Bytes;
import java.util.Iterator;

/**
 * What the elements of a list take: for the memory account, and in Redis' listpack, by whose size Redis decides what
 * OBJECT ENCODING says. Immutable.
 *
 * @param contentBytes length of all elements together
 * @param packedBytes of a listpack of them without its head and end
 */
record ListSize(long contentBytes, long packedBytes) {
    static final ListSize NONE = new ListSize(0, 0);

    /** The head and the end of a listpack. */
    private static final int PACK_BYTES = 7;

    private static final int COUNTED_PACK_BYTES_MAX = 8192;
    private static final long[] PACK_BYTES_MAX = {4096, 8192, 16384, 32768, 65536};

    ListSize plus(Bytes element) {
        return new ListSize(contentBytes + element.length(), packedBytes + packed(element));
    }

    ListSize minus(Bytes element) {
        return new ListSize(contentBytes - element.length(), packedBytes - packed(element));
    }

    ListSize plus(ListSize other) {
        return new ListSize(contentBytes + other.contentBytes, packedBytes + other.packedBytes);
    }

    ListSize minus(ListSize other) {
        return new ListSize(contentBytes - other.contentBytes, packedBytes - other.packedBytes);
    }

    /** Of the next {@code count} elements. */
    static ListSize of(Iterator<Bytes> elements, int count) {
        long contentBytes = 0;
        long packedBytes = 0;
        for (int i = 0; i < count; i++) {
            Bytes element = elements.next();
            contentBytes += element.length();
            packedBytes += packed(element);
        }
        return new ListSize(contentBytes, packedBytes);
    }

    /**
     * Whether it is too large for a listpack.
     *
     * @param limit {@link Limit#LIST_PACK}: how many elements, or, below 0, which of five sizes
     */
    static boolean exceeds(long limit, long packedBytes, long elements) {
        long bytes = PACK_BYTES + packedBytes;
        if (limit < 0) {
            return bytes > bytesMax(limit);
        }
        return bytes > COUNTED_PACK_BYTES_MAX || elements > Math.max(limit, 1);
    }

    /** Whether a list that was too large has become small enough again: half of what it may grow to. */
    boolean fitsAgain(long limit, long elements) {
        return limit < 0 ? PACK_BYTES + packedBytes <= bytesMax(limit) / 2 : elements <= Math.max(limit, 1) / 2;
    }

    private static long bytesMax(long limit) {
        return PACK_BYTES_MAX[(int) Math.min(-limit, PACK_BYTES_MAX.length) - 1];
    }

    /** The bytes of an element in a listpack: its encoding, and its length once more for walks backwards. */
    private static int packed(Bytes element) {
        int encoded = LongText.isLong(element.array(), element.offset(), element.length())
                ? packedInteger(LongText.parse(element.array(), element.offset(), element.length()))
                : packedString(element.length());
        return encoded + Varint.size(encoded);
    }

    private static int packedString(int length) {
        return (length < 64 ? 1 : length < 4096 ? 2 : 5) + length;
    }

    private static int packedInteger(long value) {
        if (value >= 0 && value < 128) {
            return 1;
        }
        int bits = 65 - Long.numberOfLeadingZeros(value ^ (value >> 63));
        return bits <= 13 ? 2 : bits <= 16 ? 3 : bits <= 24 ? 4 : bits <= 32 ? 5 : 9;
    }
}

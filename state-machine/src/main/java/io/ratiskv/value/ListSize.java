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

    private static final int COUNTED_PACK_BYTES_MAX = 8192;
    private static final long[] PACK_BYTES_MAX = {4096, 8192, 16384, 32768, 65536};

    ListSize plus(Bytes element) {
        return new ListSize(contentBytes + element.length(), packedBytes + Listpack.bytes(element));
    }

    ListSize minus(Bytes element) {
        return new ListSize(contentBytes - element.length(), packedBytes - Listpack.bytes(element));
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
            packedBytes += Listpack.bytes(element);
        }
        return new ListSize(contentBytes, packedBytes);
    }

    /**
     * Whether it is too large for a listpack.
     *
     * @param limit {@link Limit#LIST_PACK}: how many elements, or, below 0, which of five sizes
     */
    static boolean exceeds(long limit, long packedBytes, long elements) {
        long bytes = Listpack.FRAME_BYTES + packedBytes;
        if (limit < 0) {
            return bytes > bytesMax(limit);
        }
        return bytes > COUNTED_PACK_BYTES_MAX || elements > Math.max(limit, 1);
    }

    /** Whether a list that was too large has become small enough again: half of what it may grow to. */
    boolean fitsAgain(long limit, long elements) {
        return limit < 0
                ? Listpack.FRAME_BYTES + packedBytes <= bytesMax(limit) / 2
                : elements <= Math.max(limit, 1) / 2;
    }

    private static long bytesMax(long limit) {
        return PACK_BYTES_MAX[(int) Math.min(-limit, PACK_BYTES_MAX.length) - 1];
    }
}

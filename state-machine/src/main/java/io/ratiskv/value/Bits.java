package io.ratiskv.value;

import io.ratiskv.api.Bytes;
import io.ratiskv.collect.Pages;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * A string as bits: bit 0 is the highest of byte 0. Beyond the string all bits are zero. Stateless; confined to who may
 * read the string.
 */
public final class Bits {
    /** So many bytes hold a field of 64 bits wherever it begins. */
    private static final int FIELD_BYTES_MAX = 9;

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private Bits() {}

    public static boolean at(Pages string, long offset) {
        return (string.at((int) (offset >>> 3)) >> (7 - (offset & 7)) & 1) != 0;
    }

    // --- fields -------------------------------------------------------------------------------------------------

    /** The {@code width} bits from {@code offset} as an unsigned number, 1 to 64 of them. */
    public static long field(Pages string, long offset, int width) {
        long value = 0;
        int from = (int) (offset >>> 3);
        int to = (int) (offset + width - 1 >>> 3);
        for (int i = from; i < to; i++) {
            value = value << 8 | string.at(i) & 0xff;
        }
        // Of the last byte only what is wanted: nine bytes do not fit.
        int behind = 7 - (int) (offset + width - 1 & 7);
        value = value << (8 - behind) | (string.at(to) & 0xff) >>> behind;
        return width == 64 ? value : value & (1L << width) - 1;
    }

    /** The bytes from that of {@code offset} on, with {@code width} bits replaced by the lowest ones of {@code value}. */
    public static Bytes withField(Pages string, long offset, int width, long value) {
        int from = (int) (offset >>> 3);
        int to = (int) (offset + width - 1 >>> 3);
        byte[] bytes = new byte[Math.min(to - from + 1, FIELD_BYTES_MAX)];
        for (int i = from; i <= to; i++) {
            bytes[i - from] = string.at(i);
        }
        int bit = (int) (offset & 7);
        for (int left = width; left > 0; ) {
            int inByte = bit & 7;
            int step = Math.min(8 - inByte, left);
            int shift = 8 - inByte - step;
            int mask = (1 << step) - 1;
            int part = (int) (value >>> (left - step)) & mask;
            int index = bit >>> 3;
            bytes[index] = (byte) (bytes[index] & ~(mask << shift) | part << shift);
            bit += step;
            left -= step;
        }
        return Bytes.wrap(bytes);
    }

    // --- counting -----------------------------------------------------------------------------------------------

    /** How many of the bits {@code [from, to)}, all of them bits of the string, are set. */
    public static long count(Pages string, long from, long to) {
        if (from >= to) {
            return 0;
        }
        int first = (int) (from >>> 3);
        int last = (int) (to - 1 >>> 3);
        int before = string.at(first) & ~(0xff >>> (from & 7)) & 0xff;
        int behind = string.at(last) & 0x7f >>> (to - 1 & 7);
        return countBytes(string, first, last + 1) - Integer.bitCount(before) - Integer.bitCount(behind);
    }

    private static long countBytes(Pages string, int from, int to) {
        long count = 0;
        for (int i = from / Pages.PAGE_BYTES; i < string.pageCount(); i++) {
            int start = i * Pages.PAGE_BYTES;
            if (start >= to) {
                break;
            }
            Bytes page = string.page(i);
            int inPage = Math.max(from - start, 0);
            int end = Math.min(to - start, page.length());
            if (inPage < end) {
                count += count(page.array(), page.offset() + inPage, page.offset() + end);
            }
        }
        return count;
    }

    private static long count(byte[] bytes, int from, int to) {
        long count = 0;
        int at = from;
        for (; at <= to - 8; at += 8) {
            count += Long.bitCount((long) LONGS.get(bytes, at));
        }
        for (; at < to; at++) {
            count += Integer.bitCount(bytes[at] & 0xff);
        }
        return count;
    }

    // --- finding ------------------------------------------------------------------------------------------------

    /** The first of the bits {@code [from, to)}, all of them bits of the string, that is {@code bit}; -1 if none is. */
    public static long find(Pages string, boolean bit, long from, long to) {
        long at = from;
        for (; at < to && (at & 7) != 0; at++) {
            if (at(string, at) == bit) {
                return at;
            }
        }
        if (at < to) {
            at = (long) findOtherByte(string, (byte) (bit ? 0 : -1), (int) (at >>> 3), (int) (to >>> 3)) << 3;
        }
        for (; at < to; at++) {
            if (at(string, at) == bit) {
                return at;
            }
        }
        return -1;
    }

    /** The first of the bytes {@code [from, to)} that is another than {@code same}; {@code to} if none is. */
    private static int findOtherByte(Pages string, byte same, int from, int to) {
        for (int at = from; at < to; ) {
            int start = at - at % Pages.PAGE_BYTES;
            Bytes page = string.page(at / Pages.PAGE_BYTES);
            int end = Math.min(start + Pages.PAGE_BYTES, to);
            int filled = Math.min(start + page.length(), end);
            if (at < filled) {
                int base = page.offset() - start;
                int found = findOtherByte(page.array(), same, base + at, base + filled) - base;
                if (found < filled) {
                    return found;
                }
                at = filled;
            }
            if (at < end && same != 0) {
                return at;
            }
            at = end;
        }
        return to;
    }

    private static int findOtherByte(byte[] bytes, byte same, int from, int to) {
        int at = from;
        // The eight bytes of zero or of minus one are the long of the same value.
        while (at <= to - 8 && (long) LONGS.get(bytes, at) == same) {
            at += 8;
        }
        while (at < to && bytes[at] == same) {
            at++;
        }
        return at;
    }
}

package io.ratiskv.collect;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Objects;

/**
 * Which of the 16384 slots a key belongs to. Any thread.
 *
 * <p>CRC-16/XMODEM (polynomial 0x1021, initial value 0, not reflected) of the key, or of its hash tag alone,
 * modulo 16384: Redis Cluster specification, "Key distribution model" and "Hash tags". The tag is what stands
 * between the first '{' and the first '}' behind it, if that is not empty.
 */
public final class Slots {
    /** How many slots there are. */
    public static final int COUNT = 16384;

    /**
     * Remainders, 256 per lane: {@code TABLE[lane << 8 | b]} is that of byte b followed by {@code lane} zero
     * bytes. Lane 0 is the usual table; eight lanes take eight bytes in one step.
     */
    private static final char[] TABLE = table();

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long ONES = 0x0101010101010101L;
    private static final long HIGHS = 0x8080808080808080L;

    private Slots() {}

    /** Returns the slot, 0 to 16383, of the key {@code bytes[offset, offset + length)}. */
    public static int of(byte[] bytes, int offset, int length) {
        Objects.checkFromIndexSize(offset, length, bytes.length);
        int end = offset + length;
        int open = indexOf(bytes, offset, end, '{');
        if (open < end) {
            int close = indexOf(bytes, open + 1, end, '}');
            if (close < end && close > open + 1) return crc16(bytes, open + 1, close) & (COUNT - 1);
        }
        return crc16(bytes, offset, end) & (COUNT - 1);
    }

    /**
     * Returns the first index of {@code wanted} in {@code [from, end)}, or {@code end}. Eight bytes at once: Henry S.
     * Warren, "Hacker's Delight", section 6-1, finding the first 0-byte.
     */
    private static int indexOf(byte[] bytes, int from, int end, char wanted) {
        int at = from;
        long each = wanted * ONES;
        for (; at <= end - Long.BYTES; at += Long.BYTES) {
            long differences = (long) LONGS.get(bytes, at) ^ each;
            long zeros = differences - ONES & ~differences & HIGHS;
            if (zeros != 0) return at + (Long.numberOfTrailingZeros(zeros) >>> 3);
        }
        while (at < end && bytes[at] != wanted) at++;
        return at;
    }

    /** Returns the CRC-16/XMODEM of {@code bytes[from, end)}. */
    static int crc16(byte[] bytes, int from, int end) {
        int crc = 0;
        int at = from;
        for (; at <= end - 8; at += 8) {
            crc = TABLE[7 << 8 | (crc >>> 8 ^ bytes[at]) & 0xff]
                    ^ TABLE[6 << 8 | (crc ^ bytes[at + 1]) & 0xff]
                    ^ TABLE[5 << 8 | bytes[at + 2] & 0xff]
                    ^ TABLE[4 << 8 | bytes[at + 3] & 0xff]
                    ^ TABLE[3 << 8 | bytes[at + 4] & 0xff]
                    ^ TABLE[2 << 8 | bytes[at + 5] & 0xff]
                    ^ TABLE[1 << 8 | bytes[at + 6] & 0xff]
                    ^ TABLE[bytes[at + 7] & 0xff];
        }
        for (; at < end; at++) crc = crc << 8 & 0xffff ^ TABLE[(crc >>> 8 ^ bytes[at]) & 0xff];
        return crc;
    }

    private static char[] table() {
        char[] table = new char[8 << 8];
        for (int b = 0; b < 256; b++) {
            int crc = b << 8;
            for (int bit = 0; bit < 8; bit++) crc = (crc & 0x8000) != 0 ? crc << 1 ^ 0x1021 : crc << 1;
            table[b] = (char) crc;
        }
        for (int i = 256; i < table.length; i++) {
            int shorter = table[i - 256];
            table[i] = (char) (shorter << 8 ^ table[shorter >>> 8]);
        }
        return table;
    }
}

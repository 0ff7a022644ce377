package io.ratiskv.value;

/** Lengths below 2^31, and unsigned longs, in seven bits a byte, lowest first (LEB128). Stateless; any thread. */
public final class Varint {
    private Varint() {}

    /** How many bytes {@code length} takes. */
    public static int size(int length) {
        // 7 bits per byte: ceil(bits / 7), and one byte for zero.
        return (38 - Integer.numberOfLeadingZeros(length | 1)) / 7;
    }

    /** Returns where the next byte goes. */
    public static int write(byte[] target, int offset, int length) {
        int at = offset;
        int rest = length;
        while (rest > 0x7f) {
            target[at++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        target[at++] = (byte) rest;
        return at;
    }

    public static int read(byte[] source, int offset) {
        int first = source[offset];
        if (first >= 0) {
            return first;
        }
        int length = first & 0x7f;
        int at = offset + 1;
        for (int shift = 7; ; shift += 7) {
            int next = source[at++];
            length |= (next & 0x7f) << shift;
            if (next >= 0) {
                return length;
            }
        }
    }

    /** How many bytes an unsigned {@code value} takes. */
    public static int sizeOfLong(long value) {
        return (70 - Long.numberOfLeadingZeros(value | 1)) / 7;
    }

    /** Writes an unsigned long; returns where the next byte goes. */
    public static int writeLong(byte[] target, int offset, long value) {
        int at = offset;
        long rest = value;
        while ((rest & ~0x7fL) != 0) {
            target[at++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        target[at++] = (byte) rest;
        return at;
    }

    public static long readLong(byte[] source, int offset) {
        long value = 0;
        int at = offset;
        for (int shift = 0; ; shift += 7) {
            int next = source[at++];
            value |= (long) (next & 0x7f) << shift;
            if (next >= 0) {
                return value;
            }
        }
    }
}

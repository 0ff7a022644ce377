package io.ratiskv.api;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;

/**
 * An immutable run of bytes inside an array that nobody writes any more. Any thread.
 *
 * <p>A slice, not a copy: the words of a request point into the buffer they were received in, so whoever keeps one
 * longer than the request {@linkplain #owned() owns} it first, or it holds the whole buffer alive.
 */
public final class Bytes implements Comparable<Bytes> {
    public static final Bytes EMPTY = new Bytes(new byte[0], 0, 0);

    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

    private final byte[] array;
    private final int offset;
    private final int length;

    private Bytes(byte[] array, int offset, int length) {
        this.array = array;
        this.offset = offset;
        this.length = length;
    }

    /** The whole array, not copied: the caller promises not to write it again. */
    public static Bytes wrap(byte[] array) {
        return new Bytes(array, 0, array.length);
    }

    /** {@code length} bytes from {@code offset}, not copied: the caller promises not to write them again. */
    public static Bytes wrap(byte[] array, int offset, int length) {
        Objects.checkFromIndexSize(offset, length, array.length);
        return new Bytes(array, offset, length);
    }

    /** The UTF-8 bytes of {@code text}. */
    public static Bytes of(String text) {
        return wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    /** The decimal digits of {@code value}. */
    public static Bytes of(long value) {
        return wrap(Long.toString(value).getBytes(StandardCharsets.ISO_8859_1));
    }

    public int length() {
        return length;
    }

    public boolean isEmpty() {
        return length == 0;
    }

    public byte at(int index) {
        return array[offset + Objects.checkIndex(index, length)];
    }

    /** The array this is a slice of; read only. */
    public byte[] array() {
        return array;
    }

    /** Where in {@link #array()} this begins. */
    public int offset() {
        return offset;
    }

    /** {@code count} bytes from {@code from}, sharing the array. */
    public Bytes slice(int from, int count) {
        Objects.checkFromIndexSize(from, count, length);
        return count == length ? this : new Bytes(array, offset + from, count);
    }

    /** These bytes in an array of exactly their length: this itself if it is one already, else a copy. */
    public Bytes owned() {
        return length == array.length ? this : wrap(toByteArray());
    }

    /** A fresh array with these bytes. */
    public byte[] toByteArray() {
        return Arrays.copyOfRange(array, offset, offset + length);
    }

    public void copyTo(byte[] target, int targetOffset) {
        System.arraycopy(array, offset, target, targetOffset, length);
    }

    /** Equal to {@code word}, an upper-case ASCII word, when letters are compared without case. */
    public boolean equalsIgnoreCase(String word) {
        if (word.length() != length) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if (upper(array[offset + i]) != word.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private static int upper(byte b) {
        return b >= 'a' && b <= 'z' ? b - 32 : b;
    }

    /** Unsigned, byte by byte, the shorter first: the order of {@code memcmp}, as Redis orders members. */
    @Override
    public int compareTo(Bytes other) {
        return Arrays.compareUnsigned(
                array, offset, offset + length, other.array, other.offset, other.offset + other.length);
    }

    @Override
    public boolean equals(Object other) {
        return this == other
                || other instanceof Bytes that
                        && length == that.length
                        && Arrays.equals(
                                array, offset, offset + length, that.array, that.offset, that.offset + that.length);
    }

    @Override
    public int hashCode() {
        int hash = 1;
        for (int i = offset, end = offset + length; i < end; i++) {
            hash = 31 * hash + array[i];
        }
        return hash;
    }

    /** The text these bytes are in UTF-8; malformed input becomes the replacement character. */
    public String utf8() {
        return new String(array, offset, length, StandardCharsets.UTF_8);
    }

    /** One character per byte, so nothing is lost. */
    public String latin1() {
        return new String(array, offset, length, StandardCharsets.ISO_8859_1);
    }

    /** Printable ASCII as it is, the rest as {@code \xNN}: for logs and messages, safe against line breaks. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(length + 2);
        for (int i = 0; i < length; i++) {
            byte b = array[offset + i];
            if (b >= 32 && b < 127 && b != '\\') {
                text.append((char) b);
            } else {
                text.append("\\x").append((char) HEX[(b >> 4) & 15]).append((char) HEX[b & 15]);
            }
        }
        return text.toString();
    }
}

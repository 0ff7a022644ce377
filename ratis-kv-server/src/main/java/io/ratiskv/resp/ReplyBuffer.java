package io.ratiskv.resp;

import io.ratiskv.api.Bytes;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Encoded replies on their way to one connection at a time: an array that is filled and drained again and again.
 * Confined to the event loop, which has one for all its connections.
 */
final class ReplyBuffer {
    /** Who takes what was encoded. */
    interface Drain {
        /** {@code length} bytes from the start of {@code array}, which is overwritten afterwards. */
        void copied(byte[] array, int length);

        /** Bytes that nobody writes any more: they may be kept. */
        void shared(Bytes bytes);
    }

    /** A bulk from this length on is not copied into the array. */
    static final int SHARED_BYTES_MIN = 16 * 1024;

    /** When this much waits in the array it is drained. */
    private static final int DRAIN_BYTES = 64 * 1024;

    private static final byte[] DIGITS = "0123456789".getBytes(StandardCharsets.US_ASCII);

    private byte[] array = new byte[DRAIN_BYTES + SHARED_BYTES_MIN];
    private int size;
    private Drain drain;

    /** @param drain for whom it is filled first */
    ReplyBuffer(Drain drain) {
        this.drain = drain;
    }

    /** Drops what is in it for {@code gone}. */
    @SuppressWarnings("ReferenceEquality") // the same connection is meant, not an equal one
    void forget(Drain gone) {
        if (gone == drain) {
            size = 0;
        }
    }

    /** From now on it is filled for {@code next}; what is in it for someone else is drained first. */
    @SuppressWarnings("ReferenceEquality") // the same connection is meant, not an equal one
    void fillFor(Drain next) {
        if (next != drain) {
            drainAll();
            drain = next;
        }
    }

    /** Hands all that is in it to whom it is for. */
    void drainAll() {
        if (size > 0) {
            int length = size;
            size = 0;
            drain.copied(array, length);
        }
    }

    void put(byte[] bytes) {
        put(bytes, 0, bytes.length);
    }

    private void put(byte[] bytes, int from, int length) {
        reserve(length);
        System.arraycopy(bytes, from, array, size, length);
        size += length;
    }

    /** One byte per character. */
    void put(String text) {
        reserve(text.length());
        for (int i = 0; i < text.length(); i++) {
            array[size++] = (byte) text.charAt(i);
        }
    }

    /** {@code type}, the decimal and the end of the line: {@code :5\r\n}. */
    void header(char type, long value) {
        reserve(24);
        array[size++] = (byte) type;
        if (value >= 0 && value < 10) {
            array[size++] = DIGITS[(int) value];
        } else {
            decimal(value);
        }
        array[size++] = '\r';
        array[size++] = '\n';
    }

    /** {@code type}, the text and the end of the line, breaks of lines inside it turned to blanks. */
    void line(char type, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        reserve(bytes.length + 3);
        array[size++] = (byte) type;
        for (byte b : bytes) {
            array[size++] = b == '\r' || b == '\n' ? (byte) ' ' : b;
        }
        array[size++] = '\r';
        array[size++] = '\n';
    }

    /** The bytes and the end of the line; long ones are handed on as they are. */
    void body(Bytes bytes) {
        int length = bytes.length();
        if (length < SHARED_BYTES_MIN) {
            reserve(length + 2);
            System.arraycopy(bytes.array(), bytes.offset(), array, size, length);
            size += length;
        } else {
            drainAll();
            drain.shared(bytes);
            reserve(2);
        }
        array[size++] = '\r';
        array[size++] = '\n';
    }

    private void decimal(long value) {
        if (value == Long.MIN_VALUE) {
            put(Long.toString(value));
            return;
        }
        long rest = value;
        if (rest < 0) {
            array[size++] = '-';
            rest = -rest;
        }
        int digits = 1;
        for (long bound = 10; digits < 19 && rest >= bound; bound *= 10) {
            digits++;
        }
        for (int i = size + digits - 1; i >= size; i--) {
            array[i] = DIGITS[(int) (rest % 10)];
            rest /= 10;
        }
        size += digits;
    }

    private void reserve(int bytes) {
        if (size >= DRAIN_BYTES) {
            drainAll();
        }
        if (bytes > array.length - size) {
            drainAll();
            if (bytes > array.length) {
                array = Arrays.copyOf(array, bytes);
            }
        }
    }
}

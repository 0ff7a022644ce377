package io.ratiskv.rdb;

import io.ratiskv.api.Bytes;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Bytes of a payload, or of a part of one, written from the beginning on; kept, or handed on when there is no more room.
 * Confined to one thread.
 */
final class RdbOutput {
    private final @Nullable Consumer<Bytes> next;
    private byte[] bytes;
    private int length;

    RdbOutput(int room) {
        this(room, null);
    }

    /** @param next takes what was written, piece by piece, and keeps nothing of it */
    RdbOutput(int room, @Nullable Consumer<Bytes> next) {
        this.bytes = new byte[room];
        this.next = next;
    }

    /** Hands on to a stream; what that throws comes out unchecked. */
    static Consumer<Bytes> into(OutputStream stream) {
        return bytes -> {
            try {
                stream.write(bytes.array(), bytes.offset(), bytes.length());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        };
    }

    /** Hands on what was not handed on. */
    void handOn() {
        if (next != null) {
            next.accept(written());
            length = 0;
        }
    }

    int length() {
        return length;
    }

    /** What was written; not to be written on. */
    Bytes written() {
        return Bytes.wrap(bytes, 0, length);
    }

    void string(Bytes string) {
        number(string.length());
        raw(string);
    }

    /** Without its length. */
    void raw(Bytes string) {
        if (next != null && string.length() > bytes.length) {
            handOn();
            next.accept(string);
            return;
        }
        requireRoom(string.length());
        string.copyTo(bytes, length);
        length += string.length();
    }

    /** Unsigned. */
    void number(long value) {
        if (Long.compareUnsigned(value, 1 << 6) < 0) {
            oneByte((int) value);
        } else if (Long.compareUnsigned(value, 1 << 14) < 0) {
            oneByte((int) value >> 8 | 0x40);
            oneByte((int) value);
        } else if (Long.compareUnsigned(value, 1L << 32) < 0) {
            oneByte(0x80);
            littleEndian(Long.reverseBytes(value) >>> 32, 4);
        } else {
            oneByte(0x81);
            bigEndian(value);
        }
    }

    void littleEndian(long value, int count) {
        for (int i = 0; i < count; i++) {
            oneByte((int) (value >>> 8 * i));
        }
    }

    /** Eight bytes. */
    void bigEndian(long value) {
        littleEndian(Long.reverseBytes(value), Long.BYTES);
    }

    void oneByte(int value) {
        requireRoom(1);
        bytes[length++] = (byte) value;
    }

    private void requireRoom(int more) {
        if (more > bytes.length - length) {
            handOn();
        }
        if (more > bytes.length - length) {
            long room = Math.max(2L * bytes.length, (long) length + more);
            bytes = Arrays.copyOf(bytes, (int) Math.min(room, Integer.MAX_VALUE - 64));
        }
    }
}

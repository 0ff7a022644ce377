package io.ratiskv.lua;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Bytes that a string will be made of. Its growth is pinned at a meter, if it has one. */
final class Buffer {
    private static final int BYTES_MAX = Integer.MAX_VALUE - 64;

    private final @Nullable Meter meter;
    private byte[] bytes = new byte[64];
    private int length;

    /** One that counts for nobody: what bounds it is bounded elsewhere. */
    Buffer() {
        this.meter = null;
    }

    Buffer(Meter meter) {
        this.meter = meter;
        meter.pin(bytes.length);
    }

    int length() {
        return length;
    }

    void clear() {
        length = 0;
    }

    /** Makes it as short as it was. */
    void truncate(int to) {
        length = to;
    }

    Buffer put(int b) {
        if (length == bytes.length) {
            grow(1);
        }
        bytes[length++] = (byte) b;
        return this;
    }

    Buffer put(byte[] source, int from, int count) {
        if (count > bytes.length - length) {
            grow(count);
        }
        System.arraycopy(source, from, bytes, length, count);
        length += count;
        return this;
    }

    Buffer put(LuaString string) {
        return put(string.bytes(), 0, string.length());
    }

    Buffer put(String text) {
        byte[] encoded = text.getBytes(StandardCharsets.UTF_8);
        return put(encoded, 0, encoded.length);
    }

    Buffer fill(int b, int count) {
        if (count > bytes.length - length) {
            grow(count);
        }
        Arrays.fill(bytes, length, length + count, (byte) b);
        length += count;
        return this;
    }

    /** The string, and the end of the buffer. */
    LuaString toLuaString() {
        if (meter != null) {
            meter.allocate(Sizes.string(length));
            meter.unpin(bytes.length);
        }
        return LuaString.wrap(Arrays.copyOf(bytes, length));
    }

    private void grow(int more) {
        long wanted = Math.max((long) length + more, 2L * bytes.length);
        if ((long) length + more > BYTES_MAX) {
            throw new LuaError("resulting string too large");
        }
        int capacity = (int) Math.min(wanted, BYTES_MAX);
        if (meter != null) {
            meter.pin(capacity - bytes.length);
        }
        bytes = Arrays.copyOf(bytes, capacity);
    }
}

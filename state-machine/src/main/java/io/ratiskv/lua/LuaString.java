package io.ratiskv.lua;

import io.ratiskv.api.Bytes;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A string of bytes. Nobody writes the array any more.
 *
 * <p>What it says is immutable; {@link #seen} belongs to the {@link Census} of the one interpreter that made it.
 */
public final class LuaString implements Comparable<LuaString> {
    static final LuaString EMPTY = constant("");

    /** The value of {@link #seen} of strings that belong to no interpreter. */
    private static final int FOREVER = -1;

    private static final int LONG_BYTES = 64;
    private static final long MULTIPLIER = 0x9e3779b97f4a7c15L;

    private final byte[] bytes;
    private int hash;
    /** The number of the last census that met it. */
    int seen;

    private LuaString(byte[] bytes) {
        this.bytes = bytes;
    }

    /** The array itself: the caller promises not to write it again. */
    static LuaString wrap(byte[] bytes) {
        return new LuaString(bytes);
    }

    /** The bytes of what is a constant of ours, shared by all interpreters and counted by none. */
    public static LuaString constant(String text) {
        LuaString constant = new LuaString(text.getBytes(StandardCharsets.UTF_8));
        constant.seen = FOREVER;
        return constant;
    }

    public int length() {
        return bytes.length;
    }

    /** 0 to 255. */
    int at(int index) {
        return bytes[index] & 0xff;
    }

    /** Read only. */
    public byte[] bytes() {
        return bytes;
    }

    public Bytes toBytes() {
        return Bytes.wrap(bytes);
    }

    /** Whether its hash is still to be computed and takes time. */
    boolean needsLongHash() {
        return hash == 0 && bytes.length > LONG_BYTES;
    }

    /** Whether comparing it with one of the same hash takes time. */
    boolean isLong() {
        return bytes.length > LONG_BYTES;
    }

    /** Whether a census need not count it any more; marks it as met. */
    boolean isSeenBy(int census) {
        if (seen == FOREVER || seen == census) {
            return true;
        }
        seen = census;
        return false;
    }

    @Override
    public boolean equals(Object other) {
        return this == other
                || other instanceof LuaString that && hashCode() == that.hashCode() && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        if (hash == 0) {
            long mixed = bytes.length;
            for (byte b : bytes) {
                mixed = (mixed ^ b) * MULTIPLIER;
                mixed ^= mixed >>> 29;
            }
            int folded = (int) (mixed ^ (mixed >>> 32));
            hash = folded == 0 ? 1 : folded;
        }
        return hash;
    }

    /** Byte by byte, unsigned, the shorter first: the order of the locale C. */
    @Override
    public int compareTo(LuaString other) {
        return Arrays.compareUnsigned(bytes, other.bytes);
    }

    /** As UTF-8, with the replacement character for what is none: for error texts. */
    @Override
    public String toString() {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}

package io.ratiskv.benchmarks;

import io.ratiskv.collect.ElementKeys;
import io.ratiskv.collect.KeyedHash;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Keys and plain string entries as the keyspace packs them: one byte array of format (1 byte), version (6), key
 * length (1), key, value. Any thread.
 */
final class PlainKeys implements ElementKeys<byte[]> {
    static final KeyedHash HASH = new KeyedHash(0x0123456789abcdefL, 0xfedcba9876543210L);
    static final int KEY_LENGTH = 16;
    static final int VALUE_LENGTH = 16;
    static final int KEY_OFFSET = 1 + 6 + 1;

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    /** Writes the 16 bytes of key number {@code number}: distinct for distinct numbers, in no order. */
    static void write(long number, byte[] target, int offset) {
        LONGS.set(target, offset, number * 0x9e3779b97f4a7c15L);
        LONGS.set(target, offset + 8, number);
    }

    static byte[] key(long number) {
        byte[] key = new byte[KEY_LENGTH];
        write(number, key, 0);
        return key;
    }

    static byte[] entry(long number) {
        byte[] entry = new byte[KEY_OFFSET + KEY_LENGTH + VALUE_LENGTH];
        entry[KEY_OFFSET - 1] = KEY_LENGTH;
        write(number, entry, KEY_OFFSET);
        return entry;
    }

    @Override
    public long hash(byte[] element) {
        return HASH.hash(element, KEY_OFFSET, element[KEY_OFFSET - 1]);
    }

    @Override
    public boolean matches(byte[] element, byte[] key, int offset, int length) {
        return element[KEY_OFFSET - 1] == length
                && Arrays.equals(element, KEY_OFFSET, KEY_OFFSET + length, key, offset, offset + length);
    }

    @Override
    public int compare(byte[] left, byte[] right) {
        return Arrays.compareUnsigned(
                left,
                KEY_OFFSET,
                KEY_OFFSET + left[KEY_OFFSET - 1],
                right,
                KEY_OFFSET,
                KEY_OFFSET + right[KEY_OFFSET - 1]);
    }
}

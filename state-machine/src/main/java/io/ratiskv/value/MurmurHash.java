package io.ratiskv.value;

import io.ratiskv.api.Bytes;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * MurmurHash64A, the 64-bit variant of MurmurHash2 by Austin Appleby, which Redis' counters are made with. Stateless; any
 * thread.
 */
final class MurmurHash {
    private static final long MULTIPLIER = 0xc6a4a7935bd1e995L;
    private static final int SHIFT = 47;

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private MurmurHash() {}

    static long of(Bytes bytes, long seed) {
        byte[] array = bytes.array();
        int from = bytes.offset();
        int whole = bytes.length() & ~7;
        long hash = seed ^ bytes.length() * MULTIPLIER;
        for (int at = 0; at < whole; at += 8) {
            long word = (long) LONGS.get(array, from + at) * MULTIPLIER;
            word ^= word >>> SHIFT;
            hash = (hash ^ word * MULTIPLIER) * MULTIPLIER;
        }
        if (whole < bytes.length()) {
            for (int at = whole; at < bytes.length(); at++) {
                hash ^= (array[from + at] & 0xffL) << ((at - whole) << 3);
            }
            hash *= MULTIPLIER;
        }
        hash ^= hash >>> SHIFT;
        hash *= MULTIPLIER;
        return hash ^ hash >>> SHIFT;
    }
}

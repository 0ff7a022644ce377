package io.ratiskv.collect;

import io.ratiskv.api.Bytes;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Objects;

/**
 * SipHash-1-3 under a 128-bit key: 64 bits that nobody without the key can steer into collisions. Any thread.
 *
 * <p>Jean-Philippe Aumasson, Daniel J. Bernstein: "SipHash: a fast short-input PRF", INDOCRYPT 2012, with one
 * compression round per word and three final rounds instead of 2 and 4: the variant that hash tables use,
 * where the hash itself is never shown to the attacker.
 *
 * @param key0 the first half of the key, its bytes read little-endian
 * @param key1 the second half
 */
public record KeyedHash(long key0, long key1) {
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    /** Returns the hash of {@code bytes[offset, offset + length)}. */
    public long hash(byte[] bytes, int offset, int length) {
        Objects.checkFromIndexSize(offset, length, bytes.length);
        long v0 = key0 ^ 0x736f6d6570736575L;
        long v1 = key1 ^ 0x646f72616e646f6dL;
        long v2 = key0 ^ 0x6c7967656e657261L;
        long v3 = key1 ^ 0x7465646279746573L;

        int tail = offset + (length & ~7);
        for (int at = offset; at < tail; at += 8) {
            long word = (long) LONGS.get(bytes, at);
            v3 ^= word;
            // One SipRound, written out: the four words must stay in registers.
            v0 += v1;
            v2 += v3;
            v1 = Long.rotateLeft(v1, 13) ^ v0;
            v3 = Long.rotateLeft(v3, 16) ^ v2;
            v0 = Long.rotateLeft(v0, 32);
            v2 += v1;
            v0 += v3;
            v1 = Long.rotateLeft(v1, 17) ^ v2;
            v3 = Long.rotateLeft(v3, 21) ^ v0;
            v2 = Long.rotateLeft(v2, 32);
            v0 ^= word;
        }

        long last = (long) length << 56;
        for (int at = offset + length - 1; at >= tail; at--) {
            last |= (bytes[at] & 0xffL) << ((at - tail) << 3);
        }
        v3 ^= last;
        for (int round = 0; round < 4; round++) {
            if (round == 1) {
                v0 ^= last;
                v2 ^= 0xff;
            }
            v0 += v1;
            v2 += v3;
            v1 = Long.rotateLeft(v1, 13) ^ v0;
            v3 = Long.rotateLeft(v3, 16) ^ v2;
            v0 = Long.rotateLeft(v0, 32);
            v2 += v1;
            v0 += v3;
            v1 = Long.rotateLeft(v1, 17) ^ v2;
            v3 = Long.rotateLeft(v3, 21) ^ v0;
            v2 = Long.rotateLeft(v2, 32);
        }
        return v0 ^ v1 ^ v2 ^ v3;
    }

    /** The hash of the same bytes in one array, without making one. */
    public long hash(Pages bytes) {
        Fold fold = new Fold(this);
        for (int i = 0; i < bytes.pageCount(); i++) {
            fold.add(bytes.page(i), bytes.pageLength(i));
        }
        return fold.end(bytes.length());
    }

    /** SipHash on the way, page after page. Confined to one thread. */
    private static final class Fold {
        private long v0;
        private long v1;
        private long v2;
        private long v3;
        /** What is left of the last page behind its last whole word. */
        private long rest;

        Fold(KeyedHash key) {
            v0 = key.key0 ^ 0x736f6d6570736575L;
            v1 = key.key1 ^ 0x646f72616e646f6dL;
            v2 = key.key0 ^ 0x6c7967656e657261L;
            v3 = key.key1 ^ 0x7465646279746573L;
        }

        /** A page of {@code length} bytes; those that are missing are zero. Only the last may end within a word. */
        void add(Bytes page, int length) {
            byte[] array = page.array();
            int from = page.offset();
            int whole = page.length() & ~7;
            for (int at = 0; at < whole; at += 8) {
                add((long) LONGS.get(array, from + at));
            }
            long last = 0;
            for (int at = page.length() - 1; at >= whole; at--) {
                last |= (array[from + at] & 0xffL) << ((at - whole) << 3);
            }
            for (int at = whole; at < (length & ~7); at += 8) {
                add(last);
                last = 0;
            }
            rest = last;
        }

        private void add(long word) {
            v3 ^= word;
            round();
            v0 ^= word;
        }

        private void round() {
            v0 += v1;
            v2 += v3;
            v1 = Long.rotateLeft(v1, 13) ^ v0;
            v3 = Long.rotateLeft(v3, 16) ^ v2;
            v0 = Long.rotateLeft(v0, 32);
            v2 += v1;
            v0 += v3;
            v1 = Long.rotateLeft(v1, 17) ^ v2;
            v3 = Long.rotateLeft(v3, 21) ^ v0;
            v2 = Long.rotateLeft(v2, 32);
        }

        long end(int length) {
            add((long) length << 56 | rest);
            v2 ^= 0xff;
            round();
            round();
            round();
            return v0 ^ v1 ^ v2 ^ v3;
        }
    }
}

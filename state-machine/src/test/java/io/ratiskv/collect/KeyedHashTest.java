package io.ratiskv.collect;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class KeyedHashTest {
    private static final long KEY0 = 0x0706050403020100L;
    private static final long KEY1 = 0x0f0e0d0c0b0a0908L;

    @Test
    void the_plain_reading_of_the_paper_gives_the_example_of_its_appendix() {
        byte[] message = new byte[15];
        for (int i = 0; i < message.length; i++) message[i] = (byte) i;
        assertEquals(0xa129ca6149be45e5L, sipHash(2, 4, KEY0, KEY1, message, 0, message.length));
    }

    @Test
    void it_equals_the_plain_reading_of_the_paper_with_one_and_three_rounds() {
        long seed = 11;
        SplittableRandom random = new SplittableRandom(seed);
        for (int round = 0; round < 2_000; round++) {
            byte[] bytes = new byte[random.nextInt(70)];
            random.nextBytes(bytes);
            int offset = random.nextInt(bytes.length + 1);
            int length = random.nextInt(bytes.length - offset + 1);
            long key0 = random.nextLong();
            long key1 = random.nextLong();
            assertEquals(
                    sipHash(1, 3, key0, key1, bytes, offset, length),
                    new KeyedHash(key0, key1).hash(bytes, offset, length),
                    "seed " + seed + ", round " + round);
        }
    }

    @Test
    void a_range_outside_the_array_is_refused() {
        KeyedHash hash = new KeyedHash(KEY0, KEY1);
        assertThrows(IndexOutOfBoundsException.class, () -> hash.hash(new byte[4], 2, 3));
    }

    /** SipHash-c-d word by word, section 2.1 to 2.4 of the paper. */
    private static long sipHash(int c, int d, long key0, long key1, byte[] bytes, int offset, int length) {
        long[] v = {
            key0 ^ 0x736f6d6570736575L,
            key1 ^ 0x646f72616e646f6dL,
            key0 ^ 0x6c7967656e657261L,
            key1 ^ 0x7465646279746573L
        };
        for (int word = 0; word <= length / 8; word++) {
            long m = word == length / 8 ? (long) length << 56 : 0;
            for (int i = 0; i < 8 && word * 8 + i < length; i++) {
                m |= (bytes[offset + word * 8 + i] & 0xffL) << (8 * i);
            }
            v[3] ^= m;
            for (int i = 0; i < c; i++) sipRound(v);
            v[0] ^= m;
        }
        v[2] ^= 0xff;
        for (int i = 0; i < d; i++) sipRound(v);
        return v[0] ^ v[1] ^ v[2] ^ v[3];
    }

    private static void sipRound(long[] v) {
        v[0] += v[1];
        v[1] = Long.rotateLeft(v[1], 13);
        v[1] ^= v[0];
        v[0] = Long.rotateLeft(v[0], 32);
        v[2] += v[3];
        v[3] = Long.rotateLeft(v[3], 16);
        v[3] ^= v[2];
        v[0] += v[3];
        v[3] = Long.rotateLeft(v[3], 21);
        v[3] ^= v[0];
        v[2] += v[1];
        v[1] = Long.rotateLeft(v[1], 17);
        v[1] ^= v[2];
        v[2] = Long.rotateLeft(v[2], 32);
    }
}

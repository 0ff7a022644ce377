package io.ratiskv.value;

import io.ratiskv.api.Bytes;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.HexFormat;

/**
 * XXH3, the 64-bit hash of Yann Collet's xxHash, without a seed: the digest by which Redis compares strings. Stateless;
 * any thread.
 *
 * <p>Written by <a href="https://github.com/Cyan4973/xxHash/blob/dev/doc/xxhash_spec.md">its specification</a>.
 */
public final class Xxh3 {
    private static final long PRIME32_1 = 0x9E3779B1L;
    private static final long PRIME32_2 = 0x85EBCA77L;
    private static final long PRIME32_3 = 0xC2B2AE3DL;
    private static final long PRIME64_1 = 0x9E3779B185EBCA87L;
    private static final long PRIME64_2 = 0xC2B2AE3D27D4EB4FL;
    private static final long PRIME64_3 = 0x165667B19E3779F9L;
    private static final long PRIME64_4 = 0x85EBCA77C2B2AE63L;
    private static final long PRIME64_5 = 0x27D4EB2F165667C5L;
    private static final long MIX_1 = 0x165667919E3779F9L;
    private static final long MIX_2 = 0x9FB21C651E98DF25L;

    private static final int STRIPE_BYTES = 64;
    private static final int STRIPES_OF_BLOCK = 16;
    private static final int BLOCK_BYTES = STRIPE_BYTES * STRIPES_OF_BLOCK;
    private static final int LANES = 8;

    private static final byte[] SECRET = HexFormat.of()
            .parseHex("b8fe6c3923a44bbe7c01812cf721ad1cded46de9839097db7240a4a4b7b3671f"
                    + "cb79e64eccc0e578825ad07dccff7221b8084674f743248ee03590e6813a264c"
                    + "3c2852bb91c300cb88d0658b1b532ea371644897a20df94e3819ef46a9deacd8"
                    + "a8fa763fe39c343ff9dcbbc7c70b4f1d8a51e04bcdb45931c89f7ec9d9787364"
                    + "eac5ac8334d3ebc3c581a0fffa1363eb170ddd51b7f0da49d316552629d4689e"
                    + "2b16be587d47a1fc8ff8b8d17ad031ce45cb3a8f95160428afd7fbcabb4b407e");

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INTS = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

    private final byte[] array;
    private final int from;
    private final int length;

    private Xxh3(Bytes bytes) {
        this.array = bytes.array();
        this.from = bytes.offset();
        this.length = bytes.length();
    }

    public static long of(Bytes bytes) {
        Xxh3 input = new Xxh3(bytes);
        if (input.length <= 16) {
            return input.ofFewBytes();
        }
        if (input.length <= 128) {
            return input.ofUpTo128Bytes();
        }
        return input.length <= 240 ? input.ofUpTo240Bytes() : input.ofManyBytes();
    }

    // --- up to 16 bytes -----------------------------------------------------------------------------------------

    private long ofFewBytes() {
        if (length > 8) {
            return ofUpTo16Bytes();
        }
        if (length >= 4) {
            return ofUpTo8Bytes();
        }
        return length > 0 ? ofUpTo3Bytes() : avalancheOfXxh64(secret(56) ^ secret(64));
    }

    private long ofUpTo3Bytes() {
        int first = array[from] & 0xff;
        int middle = array[from + (length >> 1)] & 0xff;
        int last = array[from + length - 1] & 0xff;
        long combined = (first << 16 | middle << 24 | last | length << 8) & 0xffffffffL;
        long flip = ((int) INTS.get(SECRET, 0) ^ (int) INTS.get(SECRET, 4)) & 0xffffffffL;
        return avalancheOfXxh64(combined ^ flip);
    }

    private long ofUpTo8Bytes() {
        long first = (int) INTS.get(array, from) & 0xffffffffL;
        long last = (int) INTS.get(array, from + length - 4) & 0xffffffffL;
        long mixed = last + (first << 32) ^ secret(8) ^ secret(16);
        mixed ^= Long.rotateLeft(mixed, 49) ^ Long.rotateLeft(mixed, 24);
        mixed *= MIX_2;
        mixed ^= (mixed >>> 35) + length;
        mixed *= MIX_2;
        return mixed ^ mixed >>> 28;
    }

    private long ofUpTo16Bytes() {
        long first = input(0) ^ secret(24) ^ secret(32);
        long last = input(length - 8) ^ secret(40) ^ secret(48);
        return avalanche(length + Long.reverseBytes(first) + last + folded(first, last));
    }

    // --- up to 240 bytes ----------------------------------------------------------------------------------------

    private long ofUpTo128Bytes() {
        long sum = length * PRIME64_1;
        for (int i = length - 1 >> 5; i >= 0; i--) {
            sum += mixed(16 * i, 32 * i) + mixed(length - 16 * (i + 1), 32 * i + 16);
        }
        return avalanche(sum);
    }

    private long ofUpTo240Bytes() {
        long sum = length * PRIME64_1;
        for (int i = 0; i < 8; i++) {
            sum += mixed(16 * i, 16 * i);
        }
        sum = avalanche(sum);
        for (int i = 8; i < length / 16; i++) {
            sum += mixed(16 * i, 16 * (i - 8) + 3);
        }
        return avalanche(sum + mixed(length - 16, 119));
    }

    private long mixed(int at, int secretAt) {
        return folded(input(at) ^ secret(secretAt), input(at + 8) ^ secret(secretAt + 8));
    }

    // --- more ---------------------------------------------------------------------------------------------------

    private long ofManyBytes() {
        long[] lanes = {PRIME32_3, PRIME64_1, PRIME64_2, PRIME64_3, PRIME64_4, PRIME32_2, PRIME64_5, PRIME32_1};
        int blocks = (length - 1) / BLOCK_BYTES;
        for (int block = 0; block < blocks; block++) {
            accumulate(lanes, block * BLOCK_BYTES, STRIPES_OF_BLOCK);
            scramble(lanes);
        }
        int rest = blocks * BLOCK_BYTES;
        accumulate(lanes, rest, (length - 1 - rest) / STRIPE_BYTES);
        accumulateStripe(lanes, length - STRIPE_BYTES, SECRET.length - STRIPE_BYTES - 7);

        long sum = length * PRIME64_1;
        for (int i = 0; i < LANES / 2; i++) {
            sum += folded(lanes[2 * i] ^ secret(11 + 16 * i), lanes[2 * i + 1] ^ secret(19 + 16 * i));
        }
        return avalanche(sum);
    }

    private void accumulate(long[] lanes, int at, int stripes) {
        for (int i = 0; i < stripes; i++) {
            accumulateStripe(lanes, at + i * STRIPE_BYTES, 8 * i);
        }
    }

    private void accumulateStripe(long[] lanes, int at, int secretAt) {
        for (int i = 0; i < LANES; i++) {
            long word = input(at + 8 * i);
            long keyed = word ^ secret(secretAt + 8 * i);
            lanes[i ^ 1] += word;
            lanes[i] += (keyed & 0xffffffffL) * (keyed >>> 32);
        }
    }

    private static void scramble(long[] lanes) {
        for (int i = 0; i < LANES; i++) {
            long keyed = lanes[i] ^ lanes[i] >>> 47 ^ secret(SECRET.length - STRIPE_BYTES + 8 * i);
            lanes[i] = keyed * PRIME32_1;
        }
    }

    // --- words --------------------------------------------------------------------------------------------------

    private long input(int at) {
        return (long) LONGS.get(array, from + at);
    }

    private static long secret(int at) {
        return (long) LONGS.get(SECRET, at);
    }

    /** The halves of the product of 128 bits, one upon the other. */
    private static long folded(long left, long right) {
        return left * right ^ Math.unsignedMultiplyHigh(left, right);
    }

    private static long avalanche(long hash) {
        long mixed = (hash ^ hash >>> 37) * MIX_1;
        return mixed ^ mixed >>> 32;
    }

    private static long avalancheOfXxh64(long hash) {
        long mixed = (hash ^ hash >>> 33) * PRIME64_2;
        mixed = (mixed ^ mixed >>> 29) * PRIME64_3;
        return mixed ^ mixed >>> 32;
    }
}

package io.ratiskv.script;

import io.ratiskv.api.Bytes;

/** SHA-1 (FIPS 180-4, section 6.1), by which scripts are named; it protects nothing. Stateless. */
final class Sha1 {
    private static final int BLOCK_BYTES = 64;

    private Sha1() {}

    /** The digest in 40 hexadecimal digits, lower case. */
    static String hex(Bytes message) {
        int[] state = {0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0};
        int[] schedule = new int[80];
        int whole = message.length() / BLOCK_BYTES * BLOCK_BYTES;
        for (int at = 0; at < whole; at += BLOCK_BYTES) {
            block(message.array(), message.offset() + at, schedule, state);
        }

        int rest = message.length() - whole;
        byte[] tail = new byte[rest < BLOCK_BYTES - 8 ? BLOCK_BYTES : 2 * BLOCK_BYTES];
        System.arraycopy(message.array(), message.offset() + whole, tail, 0, rest);
        tail[rest] = (byte) 0x80;
        long bits = 8L * message.length();
        for (int i = 0; i < 8; i++) {
            tail[tail.length - 1 - i] = (byte) (bits >>> (8 * i));
        }
        for (int at = 0; at < tail.length; at += BLOCK_BYTES) {
            block(tail, at, schedule, state);
        }
        return hex(state);
    }

    private static void block(byte[] bytes, int from, int[] w, int[] state) {
        for (int t = 0; t < 16; t++) {
            int at = from + 4 * t;
            w[t] = bytes[at] << 24
                    | (bytes[at + 1] & 0xff) << 16
                    | (bytes[at + 2] & 0xff) << 8
                    | (bytes[at + 3] & 0xff);
        }
        for (int t = 16; t < 80; t++) {
            w[t] = Integer.rotateLeft(w[t - 3] ^ w[t - 8] ^ w[t - 14] ^ w[t - 16], 1);
        }
        int a = state[0];
        int b = state[1];
        int c = state[2];
        int d = state[3];
        int e = state[4];
        for (int t = 0; t < 80; t++) {
            int mixed = Integer.rotateLeft(a, 5) + round(t, b, c, d) + e + w[t];
            e = d;
            d = c;
            c = Integer.rotateLeft(b, 30);
            b = a;
            a = mixed;
        }
        state[0] += a;
        state[1] += b;
        state[2] += c;
        state[3] += d;
        state[4] += e;
    }

    private static int round(int t, int b, int c, int d) {
        if (t < 20) {
            return (b & c | ~b & d) + 0x5a827999;
        }
        if (t < 40) {
            return (b ^ c ^ d) + 0x6ed9eba1;
        }
        return t < 60 ? (b & c | b & d | c & d) + 0x8f1bbcdc : (b ^ c ^ d) + 0xca62c1d6;
    }

    private static String hex(int[] state) {
        StringBuilder digits = new StringBuilder(40);
        for (int word : state) {
            for (int shift = 28; shift >= 0; shift -= 4) {
                digits.append(Character.forDigit(word >>> shift & 15, 16));
            }
        }
        return digits.toString();
    }
}

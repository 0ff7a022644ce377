package io.ratiskv.rdb;

import io.ratiskv.api.Bytes;

/**
 * Bytes that LibLZF of Marc Lehmann compressed, as Redis does with longer strings. Stateless; any thread.
 *
 * <pre>
 *   000lllll  so many bytes and one as they are
 *   lllddddd dddddddd            two bytes more than l, from d and one bytes before
 *   111ddddd llllllll dddddddd   nine bytes more than l, from d and one bytes before
 * </pre>
 */
final class Lzf {
    /** So many bytes at most come of one: three stand for 264. */
    private static final int EXPANSION_MAX = 88;

    private Lzf() {}

    static Bytes decompress(Bytes compressed, long length) throws PayloadException {
        // A length that is not true must not take memory.
        if (length > (long) compressed.length() * EXPANSION_MAX) {
            throw new PayloadException(length + " bytes cannot come of " + compressed.length());
        }
        byte[] out = new byte[(int) length];
        int written = 0;
        RdbInput in = new RdbInput(compressed);
        while (in.hasMore()) {
            int control = in.oneByte();
            int count = control >> 5;
            if (count == 0) {
                Bytes literal = in.take(control + 1);
                requireRoom(out, written, literal.length());
                literal.copyTo(out, written);
                written += literal.length();
                continue;
            }
            if (count == 7) {
                count += in.oneByte();
            }
            int distance = ((control & 0x1f) << 8 | in.oneByte()) + 1;
            requireRoom(out, written, count + 2);
            if (distance > written) {
                throw new PayloadException("a reference before the beginning");
            }
            // Byte by byte: what is copied may reach into what is being written.
            for (int end = written + count + 2; written < end; written++) {
                out[written] = out[written - distance];
            }
        }
        if (written != length) {
            throw new PayloadException(written + " bytes came instead of " + length);
        }
        return Bytes.wrap(out);
    }

    private static void requireRoom(byte[] out, int written, int count) throws PayloadException {
        if (count > out.length - written) {
            throw new PayloadException("more than " + out.length + " bytes");
        }
    }
}

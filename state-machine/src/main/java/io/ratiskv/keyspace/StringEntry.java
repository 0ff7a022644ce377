package io.ratiskv.keyspace;

import io.ratiskv.api.Bytes;
import io.ratiskv.value.Numeral;
import io.ratiskv.value.Varint;

/**
 * A key that holds a plain string, with all that belongs to it, as one array that is never written again once it is
 * stored. Stateless; any thread.
 *
 * <pre>
 *   0  format     1 byte: bit 0 there is a deadline, bit 1 the string was put together piece by piece
 *   1  version    6 bytes, big-endian
 *   7  deadline   8 bytes, big-endian, only if there is one
 *      key        its length (varint), its bytes
 *      value      the rest
 * </pre>
 */
final class StringEntry {
    /** The longest string that OBJECT ENCODING calls {@code embstr}. */
    private static final int EMBEDDED_BYTES_MAX = 44;

    private static final int HAS_DEADLINE = 1;
    private static final int PIECED = 2;

    private static final int VERSION_AT = 1;
    private static final int DEADLINE_AT = 7;
    private static final int DEADLINE_BYTES = 8;

    private StringEntry() {}

    /**
     * An entry whose value is all zero, to be filled before it is stored.
     *
     * @param pieced whether the value was written in place, as by APPEND or SETBIT, which Redis names {@code raw} ever after
     */
    static byte[] blank(Bytes key, int valueLength, long version, long expireAtMillis, boolean pieced) {
        boolean expires = expireAtMillis != Deadline.NONE;
        int keyAt = DEADLINE_AT + (expires ? DEADLINE_BYTES : 0);
        int head = keyAt + Varint.size(key.length()) + key.length();
        byte[] entry = new byte[Math.addExact(head, valueLength)];
        entry[0] = (byte) ((expires ? HAS_DEADLINE : 0) | (pieced ? PIECED : 0));
        for (int i = 0; i < 6; i++) {
            entry[VERSION_AT + i] = (byte) (version >>> (40 - 8 * i));
        }
        if (expires) {
            for (int i = 0; i < DEADLINE_BYTES; i++) {
                entry[DEADLINE_AT + i] = (byte) (expireAtMillis >>> (56 - 8 * i));
            }
        }
        key.copyTo(entry, Varint.write(entry, keyAt, key.length()));
        return entry;
    }

    static byte[] of(Bytes key, Bytes value, long version, long expireAtMillis, boolean pieced) {
        byte[] entry = blank(key, value.length(), version, expireAtMillis, pieced);
        value.copyTo(entry, entry.length - value.length());
        return entry;
    }

    static long version(byte[] entry) {
        long version = 0;
        for (int i = 0; i < 6; i++) {
            version = version << 8 | entry[VERSION_AT + i] & 0xff;
        }
        return version;
    }

    static long deadline(byte[] entry) {
        if ((entry[0] & HAS_DEADLINE) == 0) {
            return Deadline.NONE;
        }
        long deadline = 0;
        for (int i = 0; i < DEADLINE_BYTES; i++) {
            deadline = deadline << 8 | entry[DEADLINE_AT + i] & 0xff;
        }
        return deadline;
    }

    static boolean isPieced(byte[] entry) {
        return (entry[0] & PIECED) != 0;
    }

    static int keyLength(byte[] entry) {
        return Varint.read(entry, keyLengthAt(entry));
    }

    static int keyOffset(byte[] entry) {
        int at = keyLengthAt(entry);
        return at + Varint.size(Varint.read(entry, at));
    }

    static int valueOffset(byte[] entry) {
        int at = keyLengthAt(entry);
        int length = Varint.read(entry, at);
        return at + Varint.size(length) + length;
    }

    static int valueLength(byte[] entry) {
        return entry.length - valueOffset(entry);
    }

    static Bytes value(byte[] entry) {
        int from = valueOffset(entry);
        return Bytes.wrap(entry, from, entry.length - from);
    }

    static String encoding(byte[] entry) {
        if (isPieced(entry)) {
            return "raw";
        }
        if (Numeral.parseLong(value(entry)).isPresent()) {
            return "int";
        }
        return valueLength(entry) <= EMBEDDED_BYTES_MAX ? "embstr" : "raw";
    }

    private static int keyLengthAt(byte[] entry) {
        return DEADLINE_AT + ((entry[0] & HAS_DEADLINE) == 0 ? 0 : DEADLINE_BYTES);
    }
}

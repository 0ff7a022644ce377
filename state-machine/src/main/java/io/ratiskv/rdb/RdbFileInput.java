package io.ratiskv.rdb;

import io.ratiskv.api.Bytes;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/**
 * The bytes of an RDB file, read one element after the other; the bytes of the element under way are kept, as they came.
 * No length is believed further than bytes come. Confined to one thread.
 */
final class RdbFileInput {
    private static final int STEP_BYTES = 64 * 1024;
    private static final int ELEMENT_BYTES_MAX = Integer.MAX_VALUE - 1_024;

    private final InputStream in;
    private byte[] element = new byte[1_024];
    private int length;
    /** Bytes at the beginning of the element that the file does not have. */
    private int ahead;

    private long offset;
    private long crc;
    private boolean checks = true;

    RdbFileInput(InputStream in) {
        this.in = in;
    }

    /** How many bytes came. */
    long offset() {
        return offset;
    }

    /** Of all bytes up to the element under way. */
    long crc() {
        return crc;
    }

    /** From here on bytes do not count for the checksum. */
    void checksNoMore() {
        endElement();
        checks = false;
    }

    /** Forgets the element that was under way; the next begins. */
    void beginElement() {
        endElement();
    }

    /** The next begins with a byte that stands elsewhere in the file, and has room for more behind its end. */
    void beginElement(int first) {
        endElement();
        element[0] = (byte) first;
        length = 1;
        ahead = 1;
    }

    private void endElement() {
        if (checks) {
            crc = Crc64.update(crc, Bytes.wrap(element, ahead, length - ahead));
        }
        if (element.length > STEP_BYTES) {
            element = new byte[STEP_BYTES];
        }
        length = 0;
        ahead = 0;
    }

    /** The element as far as it came, in an array of its own with room for {@code more} bytes behind it. */
    byte[] element(int more) {
        return Arrays.copyOf(element, length + more);
    }

    /** Unsigned. */
    int oneByte() throws IOException {
        int next = in.read();
        if (next < 0) {
            throw tooShort();
        }
        requireRoom(1);
        element[length++] = (byte) next;
        offset++;
        return next;
    }

    private RdbFileException tooShort() {
        return refused(offset, "the bytes end too soon");
    }

    static RdbFileException refused(long offset, String what) {
        return new RdbFileException(offset, what, null);
    }

    /** Where in the element the next bytes are, which are all there then. */
    int take(long count) throws IOException {
        if (count < 0 || count > ELEMENT_BYTES_MAX - length) {
            throw refused(offset, "an element of more than 2 GiB");
        }
        int from = length;
        for (int left = (int) count; left > 0; ) {
            int step = Math.min(left, STEP_BYTES);
            requireRoom(step);
            int came = in.read(element, length, step);
            if (came < 0) {
                throw tooShort();
            }
            length += came;
            offset += came;
            left -= came;
        }
        return from;
    }

    private void requireRoom(int more) {
        if (more > element.length - length) {
            long room = Math.max(2L * element.length, (long) length + more);
            element = Arrays.copyOf(element, (int) Math.min(room, ELEMENT_BYTES_MAX));
        }
    }

    long littleEndian(int count) throws IOException {
        int from = take(count);
        long value = 0;
        for (int i = count - 1; i >= 0; i--) {
            value = value << 8 | element[from + i] & 0xff;
        }
        return value;
    }

    private long bigEndian(int count) throws IOException {
        int from = take(count);
        long value = 0;
        for (int i = 0; i < count; i++) {
            value = value << 8 | element[from + i] & 0xff;
        }
        return value;
    }

    /** A length or number as Redis packs it; negative if it needs 64 bits. */
    long length() throws IOException {
        long at = offset;
        int first = oneByte();
        return switch (first >> 6) {
            case 0 -> first & 0x3f;
            case 1 -> (first & 0x3f) << 8 | oneByte();
            default ->
                switch (first) {
                    case 0x80 -> bigEndian(4);
                    case 0x81 -> bigEndian(8);
                    default -> throw refused(at, "no length begins with " + first);
                };
        };
    }

    /** A string in any of its forms. */
    Bytes string() throws IOException {
        long at = offset;
        int from = length;
        skipString();
        try {
            return new RdbInput(Bytes.wrap(Arrays.copyOfRange(element, from, length))).string();
        } catch (PayloadException e) {
            throw new RdbFileException(at, "a string that cannot be read: " + e.getMessage(), e);
        }
    }

    void skipString() throws IOException {
        long at = offset;
        int first = oneByte();
        switch (first) {
            case 0xc0 -> take(1);
            case 0xc1 -> take(2);
            case 0xc2 -> take(4);
            case 0xc3 -> {
                long compressed = length();
                length();
                take(compressed);
            }
            default -> {
                if (first >> 6 == 3) {
                    throw refused(at, "no string begins with " + first);
                }
                long count = first & 0x3f;
                if (first >> 6 == 1) {
                    count = count << 8 | oneByte();
                } else if (first == 0x80) {
                    count = bigEndian(4);
                } else if (first == 0x81) {
                    count = bigEndian(8);
                } else if (first >> 6 == 2) {
                    throw refused(at, "no length begins with " + first);
                }
                take(count);
            }
        }
    }
}

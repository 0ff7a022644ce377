package io.ratiskv.rdb;

import io.ratiskv.api.Bytes;

/**
 * Bytes of a payload, read from the beginning on; nothing is read beyond the end, and no length is believed further than
 * bytes come. Confined to one thread.
 */
final class RdbInput {
    private static final int INTEGER_OF_ONE_BYTE = 0;
    private static final int INTEGER_OF_TWO_BYTES = 1;
    private static final int INTEGER_OF_FOUR_BYTES = 2;
    private static final int COMPRESSED = 3;

    /** More than that does not come of the compressed strings of one payload. */
    private static final long DECOMPRESSED_BYTES_MAX = 512L << 20;

    private final Bytes bytes;
    private int position;
    private long decompressed;

    RdbInput(Bytes bytes) {
        this.bytes = bytes;
    }

    boolean hasMore() {
        return position < bytes.length();
    }

    int remaining() {
        return bytes.length() - position;
    }

    /** Unsigned. */
    int oneByte() throws PayloadException {
        return take(1).at(0) & 0xff;
    }

    /** The next bytes, sharing the array of the payload. */
    Bytes take(long count) throws PayloadException {
        if (count < 0 || count > remaining()) {
            throw new PayloadException("the bytes end too soon");
        }
        Bytes taken = bytes.slice(position, (int) count);
        position += (int) count;
        return taken;
    }

    /** A signed number of so many bytes, one to eight. */
    long littleEndian(int count) throws PayloadException {
        Bytes digits = take(count);
        long value = digits.at(count - 1);
        for (int i = count - 2; i >= 0; i--) {
            value = value << 8 | digits.at(i) & 0xff;
        }
        return value;
    }

    /** An unsigned number of so many bytes, one to seven, or one of eight. */
    long bigEndian(int count) throws PayloadException {
        Bytes digits = take(count);
        long value = 0;
        for (int i = 0; i < count; i++) {
            value = value << 8 | digits.at(i) & 0xff;
        }
        return value;
    }

    double binaryDouble() throws PayloadException {
        return Double.longBitsToDouble(littleEndian(Double.BYTES));
    }

    /**
     * A length or number as Redis packs it.
     *
     * @throws PayloadException also for the forms that only a string may have
     */
    long length() throws PayloadException {
        int first = oneByte();
        return switch (first >> 6) {
            case 0 -> first & 0x3f;
            case 1 -> (first & 0x3f) << 8 | oneByte();
            case 2 ->
                switch (first) {
                    case 0x80 -> bigEndian(4);
                    case 0x81 -> bigEndian(8);
                    default -> throw new PayloadException("no length begins with " + first);
                };
            default -> throw new PayloadException("a string instead of a length");
        };
    }

    /** How many elements follow, of which each takes {@code bytesMin} at least. */
    int count(int bytesMin) throws PayloadException {
        long count = length();
        if (count <= 0 || count > remaining() / bytesMin) {
            throw new PayloadException(count + " elements cannot follow");
        }
        return (int) count;
    }

    /** A string in any of its forms. */
    Bytes string() throws PayloadException {
        int first = bytes.length() > position ? bytes.at(position) & 0xff : 0;
        if (first >> 6 != 3) {
            return take(length());
        }
        position++;
        return switch (first & 0x3f) {
            case INTEGER_OF_ONE_BYTE -> Bytes.of(littleEndian(1));
            case INTEGER_OF_TWO_BYTES -> Bytes.of(littleEndian(2));
            case INTEGER_OF_FOUR_BYTES -> Bytes.of(littleEndian(4));
            case COMPRESSED -> {
                long compressedLength = length();
                long length = length();
                decompressed += length;
                if (length < 0 || decompressed > DECOMPRESSED_BYTES_MAX) {
                    throw new PayloadException("more than " + DECOMPRESSED_BYTES_MAX + " bytes");
                }
                yield Lzf.decompress(take(compressedLength), length);
            }
            default -> throw new PayloadException("no string begins with " + first);
        };
    }
}

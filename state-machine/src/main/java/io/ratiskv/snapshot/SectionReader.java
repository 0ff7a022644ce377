package io.ratiskv.snapshot;

import io.ratiskv.api.Bytes;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * What {@link SectionWriter} wrote, whatever the bytes are: nothing is believed before its checksum, and no length makes
 * it hold more than twice of what has really come. Confined to one thread.
 */
final class SectionReader {
    /** Longer strings grow as they come. */
    private static final int TRUSTED_BYTES = 1 << 20;

    private static final int STRING_BYTES_MAX = Integer.MAX_VALUE - 64;

    private final InputStream in;
    private final byte[] header = new byte[Section.HEADER_BYTES];
    private final byte[] payload = new byte[Section.CHUNK_BYTES_MAX];
    private long offset;
    private int length;
    private int position;
    private boolean last;
    private String section = "HEAD";

    SectionReader(InputStream in) {
        this.in = in;
    }

    void expectMagic() throws IOException {
        byte[] magic = new byte[Section.MAGIC.length];
        fill(magic, magic.length);
        if (!Arrays.equals(magic, Section.MAGIC)) {
            throw broken("these bytes are no snapshot");
        }
    }

    /** Begins the next section and says which it is. */
    Section begin() throws IOException {
        if (position != length) {
            throw broken(length - position + " bytes were not expected");
        }
        section = "HEAD";
        readHeader();
        Section begun = Section.of(header[0]);
        section = begun.name();
        readPayload();
        return begun;
    }

    /** @throws SnapshotException unless the section was read to its end */
    void end() throws SnapshotException {
        if (position != length || !last) {
            throw broken("the section goes on");
        }
    }

    /** @throws SnapshotException if the stream goes on */
    void expectEnd() throws IOException {
        if (in.read() >= 0) {
            throw broken("bytes follow the end");
        }
    }

    int oneByte() throws IOException {
        if (position == length) {
            next();
        }
        return payload[position++] & 0xff;
    }

    long fixedLong() throws IOException {
        long value = 0;
        for (int i = 0; i < 8; i++) {
            value = value << 8 | oneByte();
        }
        return value;
    }

    long varint() throws IOException {
        long value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            int next = oneByte();
            value |= (long) (next & 0x7f) << shift;
            if (next < 0x80) {
                return value;
            }
        }
        throw broken("a number has more than ten bytes");
    }

    /** A number from 0 to {@code max}. */
    int varint(int max) throws IOException {
        long value = varint();
        if (value < 0 || value > max) {
            throw broken(Long.toUnsignedString(value) + " is more than " + max);
        }
        return (int) value;
    }

    Bytes string() throws IOException {
        return bytes(stringLength());
    }

    int stringLength() throws IOException {
        return varint(STRING_BYTES_MAX);
    }

    /** The bytes of a string whose length was read, all or those of a page. */
    Bytes bytes(int whole) throws IOException {
        byte[] bytes = new byte[Math.min(whole, TRUSTED_BYTES)];
        int read = 0;
        while (read < whole) {
            if (position == length) {
                next();
            }
            if (read == bytes.length) {
                bytes = Arrays.copyOf(bytes, (int) Math.min(whole, 2L * bytes.length));
            }
            int step = Math.min(bytes.length - read, length - position);
            System.arraycopy(payload, position, bytes, read, step);
            position += step;
            read += step;
        }
        return Bytes.wrap(bytes);
    }

    String text() throws IOException {
        return string().utf8();
    }

    SnapshotException broken(String what) {
        return broken(what, null);
    }

    SnapshotException broken(String what, @Nullable Throwable cause) {
        return new SnapshotException(what, section, offset - length + position, cause);
    }

    /** The next chunk of the same section that is not empty. */
    private void next() throws IOException {
        int same = header[0];
        while (position == length) {
            if (last) {
                throw broken("the section ends too soon");
            }
            readHeader();
            if (header[0] != same) {
                throw broken("section " + same + " breaks off");
            }
            readPayload();
        }
    }

    private void readHeader() throws IOException {
        length = 0;
        position = 0;
        fill(header, header.length);
    }

    private void readPayload() throws IOException {
        ByteBuffer fields = ByteBuffer.wrap(header);
        int lastMark = fields.get(1);
        int size = fields.getInt(2);
        int expected = fields.getInt(6);
        if (size < 0 || size > payload.length) {
            throw broken("a chunk of " + size + " bytes cannot be");
        }
        fill(payload, size);
        CRC32C sum = new CRC32C();
        sum.update(header, 0, 6);
        sum.update(payload, 0, size);
        if ((int) sum.getValue() != expected) {
            throw broken("the checksum of a chunk of " + size + " bytes is wrong");
        }
        length = size;
        last = lastMark != 0;
    }

    private void fill(byte[] target, int size) throws IOException {
        int read = in.readNBytes(target, 0, size);
        offset += read;
        if (read < size) {
            throw broken("the stream ends too soon");
        }
    }
}

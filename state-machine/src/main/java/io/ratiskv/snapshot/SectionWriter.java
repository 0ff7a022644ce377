package io.ratiskv.snapshot;

import io.ratiskv.api.Bytes;
import io.ratiskv.collect.Pages;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;

/** Numbers and strings into chunks with checksums. Confined to one thread. */
final class SectionWriter {
    private static final Bytes ZEROS = Bytes.wrap(new byte[Pages.PAGE_BYTES]);

    private final OutputStream out;
    private final byte[] payload = new byte[Section.CHUNK_BYTES_MAX];
    private int length;
    private Section section = Section.STATE;

    SectionWriter(OutputStream out) {
        this.out = out;
    }

    void begin(Section next) {
        section = next;
    }

    void end() throws IOException {
        writeChunk(true);
    }

    void oneByte(int value) throws IOException {
        if (length == payload.length) {
            writeChunk(false);
        }
        payload[length++] = (byte) value;
    }

    void fixedLong(long value) throws IOException {
        for (int shift = 56; shift >= 0; shift -= 8) {
            oneByte((int) (value >>> shift));
        }
    }

    /** Unsigned, seven bits a byte, lowest first. */
    void varint(long value) throws IOException {
        long rest = value;
        while ((rest & ~0x7fL) != 0) {
            oneByte((int) rest & 0x7f | 0x80);
            rest >>>= 7;
        }
        oneByte((int) rest);
    }

    void string(Bytes string) throws IOException {
        varint(string.length());
        bytes(string);
    }

    void string(Pages string) throws IOException {
        varint(string.length());
        for (int i = 0; i < string.pageCount(); i++) {
            Bytes page = string.page(i);
            bytes(page);
            bytes(ZEROS.slice(0, string.pageLength(i) - page.length()));
        }
    }

    private void bytes(Bytes string) throws IOException {
        byte[] array = string.array();
        int from = string.offset();
        int left = string.length();
        while (left > 0) {
            if (length == payload.length) {
                writeChunk(false);
            }
            int step = Math.min(left, payload.length - length);
            System.arraycopy(array, from, payload, length, step);
            length += step;
            from += step;
            left -= step;
        }
    }

    void text(String text) throws IOException {
        string(Bytes.wrap(text.getBytes(StandardCharsets.UTF_8)));
    }

    private void writeChunk(boolean last) throws IOException {
        ByteBuffer header = ByteBuffer.allocate(Section.HEADER_BYTES);
        header.put((byte) section.code()).put((byte) (last ? 1 : 0)).putInt(length);
        CRC32C sum = new CRC32C();
        sum.update(header.array(), 0, header.position());
        sum.update(payload, 0, length);
        header.putInt((int) sum.getValue());
        out.write(header.array());
        out.write(payload, 0, length);
        length = 0;
    }
}

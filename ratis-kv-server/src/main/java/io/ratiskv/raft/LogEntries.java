package io.ratiskv.raft;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32C;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.thirdparty.com.google.protobuf.InvalidProtocolBufferException;
import org.jspecify.annotations.Nullable;

/**
 * Entries as Ratis has them in a file of the log, read one after the other. Confined to one thread.
 *
 * <p>A file begins with {@link #HEADER}. An entry is its length as a varint, a {@code LogEntryProto}, and the CRC-32C of
 * both in four bytes; behind the last one there are zeros, or nothing.
 */
final class LogEntries {
    static final byte[] HEADER = "RaftLog1".getBytes(StandardCharsets.US_ASCII);

    private static final int CRC_BYTES = 4;

    /** An entry is not as it should be. */
    static final class DamagedException extends IOException {
        private static final long serialVersionUID = 1L;

        DamagedException(String what) {
            super(what);
        }
    }

    private final InputStream in;
    private long index;
    private long offset;
    private byte[] framed = {};

    /** @param first index of the first entry */
    LogEntries(InputStream in, long first) {
        this.in = in;
        this.index = first;
    }

    /** @param offset of the entry that comes first, in bytes from the beginning of the file */
    LogEntries(InputStream in, long first, long offset) {
        this(in, first);
        this.offset = offset;
    }

    /** Reads what is before the first entry. */
    void begin() throws IOException {
        byte[] begin = in.readNBytes(HEADER.length);
        if (!Arrays.equals(begin, HEADER)) {
            throw new DamagedException("it does not begin as a log does");
        }
        offset = HEADER.length;
    }

    /** Index of the entry that comes next. */
    long index() {
        return index;
    }

    /** Where the entry that comes next begins, in bytes from the beginning of the file. */
    long offset() {
        return offset;
    }

    /** The bytes of the entry that came last, with length and checksum. */
    byte[] framed() {
        return framed;
    }

    /**
     * The next entry; null behind the last.
     *
     * @throws DamagedException if it is not as it should be; nothing has moved then
     */
    @Nullable
    LogEntryProto next() throws IOException {
        int first = in.read();
        if (first <= 0) {
            return null;
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        long length = length(first, bytes);
        byte[] content;
        byte[] checksum;
        try {
            content = in.readNBytes((int) length);
            checksum = in.readNBytes(CRC_BYTES);
        } catch (EOFException e) {
            throw new DamagedException("the entry is cut off");
        }
        if (content.length < length || checksum.length < CRC_BYTES) {
            throw new DamagedException("the entry is cut off");
        }
        bytes.writeBytes(content);
        CRC32C crc = new CRC32C();
        crc.update(bytes.toByteArray());
        if ((int) crc.getValue() != ByteBuffer.wrap(checksum).getInt()) {
            throw new DamagedException("the checksum is wrong");
        }
        bytes.writeBytes(checksum);
        LogEntryProto entry;
        try {
            entry = LogEntryProto.parseFrom(content);
        } catch (InvalidProtocolBufferException e) {
            throw new DamagedException("it is no entry of a log");
        }
        if (entry.getIndex() != index) {
            throw new DamagedException("there is entry " + entry.getIndex());
        }
        framed = bytes.toByteArray();
        index++;
        offset += framed.length;
        return entry;
    }

    /** Reads to the end of the file. */
    void expectNothingMore() throws IOException {
        long behind = offset + 1; // next() took a zero, or found the end
        for (int next = in.read(); next >= 0; next = in.read()) {
            if (next != 0) {
                throw new DamagedException("there are bytes behind the end, at offset " + behind);
            }
            behind++;
        }
    }

    private long length(int first, ByteArrayOutputStream bytes) throws IOException {
        long length = 0;
        int next = first;
        for (int shift = 0; shift < 35; shift += 7) {
            if (next < 0) {
                break;
            }
            bytes.write(next);
            length |= (long) (next & 0x7f) << shift;
            if (next < 0x80) {
                if (length > Integer.MAX_VALUE - CRC_BYTES) {
                    break;
                }
                return length;
            }
            next = in.read();
        }
        throw new DamagedException("the entry is cut off");
    }
}

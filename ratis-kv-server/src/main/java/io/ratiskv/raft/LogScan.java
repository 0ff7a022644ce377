package io.ratiskv.raft;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.thirdparty.com.google.protobuf.InvalidProtocolBufferException;
import org.jspecify.annotations.Nullable;

/**
 * Reads the files of a log that Ratis refused, to say what is wrong where: Ratis names neither file nor place. Stateless;
 * any thread.
 *
 * <p>A file begins with {@code RaftLog1}. An entry is its length as a varint, a {@code LogEntryProto}, and the CRC-32C of
 * both in four bytes; behind the last one there are zeros.
 */
final class LogScan {
    /** {@code log_FIRST-LAST}, or {@code log_inprogress_FIRST} for the one that is written to. */
    static final Pattern SEGMENT = Pattern.compile("log(?:_inprogress)?_(\\d+)(?:-(\\d+))?");

    private static final byte[] HEADER = "RaftLog1".getBytes(StandardCharsets.US_ASCII);
    private static final int CRC_BYTES = 4;

    /**
     * The first thing that is wrong.
     *
     * @param offset in the file, where an entry should begin
     * @param index of that entry
     * @param last true in the newest file of the log
     */
    record Damage(Path file, long offset, long index, String what, boolean last) {
        @Override
        public String toString() {
            return file + " is damaged at offset " + offset + ", entry " + index + ": " + what;
        }
    }

    private record Segment(Path file, long first, long lastOrOpen) {}

    private LogScan() {}

    /** @return null if there is nothing wrong with the files themselves */
    static @Nullable Damage firstDamage(Path directory) throws IOException {
        List<Segment> segments = segments(directory);
        long expected = segments.isEmpty() ? 0 : segments.getFirst().first();
        for (Segment segment : segments) {
            boolean last = segment.equals(segments.getLast());
            if (segment.first() != expected) {
                return new Damage(segment.file(), 0, expected, "the file begins with entry " + segment.first(), last);
            }
            Reader reader = new Reader(segment.file(), segment.first());
            String problem = reader.read();
            if (problem == null && segment.lastOrOpen() >= reader.index) {
                problem = "it ends before entry " + segment.lastOrOpen() + ", its last";
            }
            if (problem != null) {
                return new Damage(segment.file(), reader.offset, reader.index, problem, last);
            }
            expected = reader.index;
        }
        return null;
    }

    private static List<Segment> segments(Path directory) throws IOException {
        List<Segment> segments = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
            for (Path file : files) {
                Matcher name = SEGMENT.matcher(
                        Objects.requireNonNull(file.getFileName()).toString());
                if (name.matches() && Files.size(file) > 0) {
                    String last = name.group(2);
                    segments.add(
                            new Segment(file, Long.parseLong(name.group(1)), last == null ? -1 : Long.parseLong(last)));
                }
            }
        }
        segments.sort(Comparator.comparingLong(Segment::first));
        return segments;
    }

    /** Goes through one file; stops where an entry is not as it should be. */
    private static final class Reader {
        final Path file;
        final CRC32C crc = new CRC32C();

        /** Of the next entry. */
        long index;

        int offset;

        Reader(Path file, long first) {
            this.file = file;
            this.index = first;
        }

        @Nullable
        String read() throws IOException {
            ByteBuffer bytes;
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
                bytes = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size());
            }
            if (bytes.limit() < HEADER.length || !bytes.slice(0, HEADER.length).equals(ByteBuffer.wrap(HEADER))) {
                return "it does not begin as a log does";
            }
            offset = HEADER.length;
            while (offset < bytes.limit() && bytes.get(offset) != 0) {
                String problem = readEntry(bytes);
                if (problem != null) {
                    return problem;
                }
            }
            for (int behind = offset; behind < bytes.limit(); behind++) {
                if (bytes.get(behind) != 0) {
                    return "there are bytes behind the end, at offset " + behind;
                }
            }
            return null;
        }

        private @Nullable String readEntry(ByteBuffer bytes) {
            ByteBuffer at = bytes.duplicate().position(offset);
            long length = varint(at);
            if (length < 0 || length > at.remaining() - CRC_BYTES) {
                return "the entry is cut off";
            }
            ByteBuffer content = at.slice(at.position(), (int) length);
            int end = at.position() + (int) length;
            crc.reset();
            crc.update(bytes.slice(offset, end - offset));
            if ((int) crc.getValue() != bytes.getInt(end)) {
                return "the checksum is wrong";
            }
            try {
                long found = LogEntryProto.parseFrom(content).getIndex();
                if (found != index) {
                    return "there is entry " + found;
                }
            } catch (InvalidProtocolBufferException e) {
                return "it is no entry of a log";
            }
            index++;
            offset = end + CRC_BYTES;
            return null;
        }

        /** -1 if it is none. */
        private static long varint(ByteBuffer at) {
            long value = 0;
            for (int shift = 0; shift < 32 && at.hasRemaining(); shift += 7) {
                byte next = at.get();
                value |= (long) (next & 0x7f) << shift;
                if (next >= 0) {
                    return value;
                }
            }
            return -1;
        }
    }
}

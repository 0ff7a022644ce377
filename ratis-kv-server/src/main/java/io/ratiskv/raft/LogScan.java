package io.ratiskv.raft;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.jspecify.annotations.Nullable;

/**
 * Reads the files of a log that Ratis refused, to say what is wrong where: Ratis names neither file nor place. Stateless;
 * any thread.
 */
final class LogScan {
    /** {@code log_FIRST-LAST}, or {@code log_inprogress_FIRST} for the one that is written to. */
    static final Pattern SEGMENT = Pattern.compile("log(?:_inprogress)?_(\\d+)(?:-(\\d+))?");

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

    /**
     * A file of the log.
     *
     * @param first index of its first entry
     * @param lastOrOpen index of its last entry; -1 while it is written to
     */
    record Segment(Path file, long first, long lastOrOpen) {}

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
            try (InputStream in = new BufferedInputStream(Files.newInputStream(segment.file()))) {
                LogEntries entries = new LogEntries(in, segment.first());
                String problem = problem(entries);
                if (problem == null && segment.lastOrOpen() >= entries.index()) {
                    problem = "it ends before entry " + segment.lastOrOpen() + ", its last";
                }
                if (problem != null) {
                    return new Damage(segment.file(), entries.offset(), entries.index(), problem, last);
                }
                expected = entries.index();
            }
        }
        return null;
    }

    private static @Nullable String problem(LogEntries entries) throws IOException {
        try {
            entries.begin();
            LogEntryProto entry = entries.next();
            while (entry != null) {
                entry = entries.next();
            }
            entries.expectNothingMore();
            return null;
        } catch (LogEntries.DamagedException e) {
            return e.getMessage();
        }
    }

    /** The files that are not empty, in the order of their entries. */
    static List<Segment> segments(Path directory) throws IOException {
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
}

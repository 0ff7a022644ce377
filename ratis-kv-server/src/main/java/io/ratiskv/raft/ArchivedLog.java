package io.ratiskv.raft;

import com.github.luben.zstd.ZstdInputStream;
import io.ratiskv.api.EntryCodec;
import io.ratiskv.backup.BackupKey;
import io.ratiskv.replication.Replica;
import io.ratiskv.snapshot.BackupHeader;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.stream.Stream;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.jspecify.annotations.Nullable;

/**
 * What {@link LogArchive} of any nodes of a cluster has written, applied to a replica once more. Confined to one thread.
 */
final class ArchivedLog {
    private final Path directory;
    private final @Nullable BackupKey key;
    /** In the order of their first entries. */
    private final List<Part> parts;

    private record Part(Path file, long first, long last) {}

    private ArchivedLog(Path directory, @Nullable BackupKey key, List<Part> parts) {
        this.directory = directory;
        this.key = key;
        this.parts = parts;
    }

    /**
     * Finds the files of all nodes.
     *
     * @param archive the directory that the nodes were given
     * @param cluster the Raft group
     * @throws IOException with a message for the operator
     */
    static ArchivedLog open(Path archive, String cluster, @Nullable BackupKey key) throws IOException {
        Path directory = archive.resolve(cluster);
        if (!Files.isDirectory(directory)) {
            throw new IOException(
                    "archive " + archive + " has nothing of the cluster that the backup was taken of, " + cluster);
        }
        List<Part> parts = new ArrayList<>();
        try (Stream<Path> files = Files.walk(directory, 2)) {
            for (Path file : files.toList()) {
                Matcher name = LogArchive.FILE.matcher(
                        Objects.requireNonNull(file.getFileName()).toString());
                if (name.matches()) {
                    parts.add(new Part(file, Long.parseLong(name.group(1)), Long.parseLong(name.group(2))));
                }
            }
        }
        parts.sort(Comparator.comparingLong(Part::first));
        return new ArchivedLog(directory, key, parts);
    }

    /**
     * Applies entries up to the target.
     *
     * @param after index of the last entry that the replica has
     * @return the index of the last entry that was applied
     * @throws IOException with a message for the operator, if the target is not reached
     */
    long replay(long after, RestoreTarget target, Replica replica) throws IOException {
        Search search = new Search(parts);
        Progress at = new Progress(after, 0, target.index() == after);
        while (!at.reached()) {
            Part part = search.partWith(at.index() + 1);
            if (part == null) {
                checkEnd(at, target);
                break;
            }
            at = replay(part, at, target, replica);
        }
        return at.index();
    }

    /**
     * How far the replica is.
     *
     * @param timeMillis the latest time that an entry which was applied was stamped with; 0 if none was
     */
    private record Progress(long index, long timeMillis, boolean reached) {}

    private Progress replay(Part part, Progress from, RestoreTarget target, Replica replica) throws IOException {
        long last = from.index();
        long lastMillis = from.timeMillis();
        try (InputStream file = new BufferedInputStream(Files.newInputStream(part.file()))) {
            BackupHeader header = BackupHeader.read(BackupHeader.Kind.ARCHIVE, file);
            LogEntries entries = new LogEntries(
                    new BufferedInputStream(new ZstdInputStream(BackupKey.plain(file, header, key))), part.first());
            entries.begin();
            while (entries.index() <= part.last()) {
                LogEntryProto entry = entries.next();
                if (entry == null) {
                    throw new IOException("it ends before entry " + entries.index());
                }
                if (entry.getIndex() <= last) {
                    continue;
                }
                if (entry.hasStateMachineLogEntry()) {
                    byte[] bytes = EntryBytes.of(entry.getStateMachineLogEntry().getLogData());
                    long stampMillis = EntryCodec.stampMillis(bytes);
                    if (stampMillis > target.timeMillis()) {
                        return new Progress(last, lastMillis, true);
                    }
                    lastMillis = Math.max(lastMillis, stampMillis);
                    replica.apply(entry.getTerm(), entry.getIndex(), bytes);
                } else {
                    replica.skip(entry.getTerm(), entry.getIndex());
                }
                last = entry.getIndex();
                if (last == target.index()) {
                    return new Progress(last, lastMillis, true);
                }
            }
            return new Progress(last, lastMillis, false);
        } catch (IOException e) {
            throw new IOException("archived " + part.file() + ": " + e.getMessage(), e);
        }
    }

    private void checkEnd(Progress at, RestoreTarget target) throws IOException {
        long last = at.index();
        long next = parts.stream()
                .mapToLong(Part::first)
                .filter(first -> first > last)
                .min()
                .orElse(-1);
        if (next >= 0) {
            throw new IOException("archive " + directory + " lacks the entries " + (last + 1) + " to " + (next - 1)
                    + "; --restore-to " + last + " restores what is before them");
        }
        if (!target.equals(RestoreTarget.LATEST)) {
            throw new IOException("archive " + directory + " ends with entry " + last + ", written "
                    + (at.timeMillis() == 0
                            ? "before the backup was taken"
                            : "at " + Instant.ofEpochMilli(at.timeMillis()))
                    + ", before what --restore-to says; without it everything is restored");
        }
    }

    /** Goes through the files, each once: asked for entries in their order it finds the file that reaches furthest. */
    private static final class Search {
        private final List<Part> parts;
        private int next;
        private @Nullable Part furthest;

        Search(List<Part> parts) {
            this.parts = parts;
        }

        @Nullable
        Part partWith(long index) {
            while (next < parts.size() && parts.get(next).first() <= index) {
                Part part = parts.get(next++);
                if (furthest == null || part.last() > furthest.last()) {
                    furthest = part;
                }
            }
            return furthest != null && furthest.last() >= index ? furthest : null;
        }
    }
}

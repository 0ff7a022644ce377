package io.ratiskv.raft;

import com.github.luben.zstd.ZstdOutputStream;
import io.ratiskv.backup.BackupKey;
import io.ratiskv.snapshot.BackupHeader;
import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Copies what is committed out of the log, into files {@code CLUSTER/NODE/entries.FIRST-LAST} of another directory. On a
 * thread of its own, since that may be on a slow disk or over a network; getters any thread.
 *
 * <p>A file is a {@link BackupHeader} and entries as {@link LogEntries} has them, compressed, and encrypted if there is a
 * key. Only committed entries are copied, so the files of all nodes agree, and each can stand in for another's.
 */
public final class LogArchive implements AutoCloseable {
    /**
     * Where to, and how.
     *
     * @param directory of all clusters and nodes
     * @param key null: the entries are not encrypted
     * @param version of the server
     */
    public record Settings(
            Path directory, long intervalMillis, @Nullable BackupKey key, String version) {}

    static final Pattern FILE = Pattern.compile("entries\\.(\\d+)-(\\d+)");

    private static final Logger LOG = LoggerFactory.getLogger(LogArchive.class);
    private static final int FILE_BYTES_MAX = 16 << 20;
    private static final int ZSTD_LEVEL = 3;
    private static final long END_MILLIS = 5_000;

    /** How far a file of the log was read. */
    private record Place(long firstOfFile, long offset, long index) {}

    private final Settings settings;
    private final String cluster;
    private final String node;
    private final Path directory;
    private final Path log;
    private final LongSupplier durable;
    private final DirectorySync directorySync;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(
            task -> Thread.ofPlatform().name("log-archive").daemon().unstarted(task));

    private volatile long index;
    private final LongAdder failures = new LongAdder();
    /** The last pass failed. */
    private boolean failing;

    private Place place = new Place(-1, 0, 0);

    /**
     * @param log Ratis' directory of the log's files
     * @param durable up to which entry the log is committed and stored here
     */
    LogArchive(Settings settings, RaftOptions options, Path log, LongSupplier durable, DirectorySync directorySync)
            throws IOException {
        this.settings = settings;
        this.cluster = options.groupUuid().toString();
        this.node = options.node();
        this.log = log;
        this.durable = durable;
        this.directorySync = directorySync;
        this.directory = settings.directory().resolve(cluster).resolve(node);
        Files.createDirectories(directory);
        this.index = newest();
    }

    void start() {
        var unused = thread.scheduleWithFixedDelay(
                this::pass, settings.intervalMillis(), settings.intervalMillis(), TimeUnit.MILLISECONDS);
    }

    /** What is committed up to here is archived; -1: nothing. */
    long index() {
        return index;
    }

    /** How often since the start what was to be archived could not be. */
    long failures() {
        return failures.sum();
    }

    private long newest() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> FILE.matcher(
                            Objects.requireNonNull(file.getFileName()).toString()))
                    .filter(Matcher::matches)
                    .mapToLong(name -> Long.parseLong(name.group(2)))
                    .max()
                    .orElse(-1);
        }
    }

    private void pass() {
        try {
            long limit = durable.getAsLong();
            boolean more = index < limit;
            while (more) {
                more = archiveNext(limit) && index < limit;
            }
            if (failing) {
                LOG.info("entries are archived in {} again", directory);
            }
            failing = false;
        } catch (NoSuchFileException e) {
            LOG.debug("a file of the log was closed meanwhile", e);
        } catch (IOException | RuntimeException e) {
            failures.increment();
            if (!failing) {
                LOG.error("entries behind {} are not archived in {}; the log keeps them", index, directory, e);
            }
            failing = true;
        }
    }

    /** @return false if there was none to be read */
    private boolean archiveNext(long limit) throws IOException {
        LogScan.Segment segment = segmentOf(index + 1);
        if (segment == null) {
            return false;
        }
        if (segment.first() > index + 1) {
            if (index >= 0) {
                LOG.warn(
                        "entries {} to {} went by this node in a snapshot: the archive of another node has them, or a new"
                                + " backup is to be taken",
                        index + 1,
                        segment.first() - 1);
            }
            index = segment.first() - 1;
        }
        long first = index + 1;
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        long last = copy(segment, limit, body);
        if (last < first) {
            return false;
        }
        store(first, last, body.toByteArray());
        index = last;
        return true;
    }

    /** The file with that entry, or the first behind it. */
    private LogScan.@Nullable Segment segmentOf(long entry) throws IOException {
        List<LogScan.Segment> segments = LogScan.segments(log);
        for (LogScan.Segment segment : segments) {
            if (segment.lastOrOpen() < 0 || segment.lastOrOpen() >= entry) {
                return segment;
            }
        }
        return null;
    }

    /** @return the index of the last entry that was copied */
    private long copy(LogScan.Segment segment, long limit, OutputStream to) throws IOException {
        long next = index + 1;
        try (FileChannel file = FileChannel.open(segment.file(), StandardOpenOption.READ);
                InputStream in = new BufferedInputStream(Channels.newInputStream(file), 1 << 16);
                OutputStream body = new ZstdOutputStream(to, ZSTD_LEVEL).setChecksum(true)) {
            body.write(LogEntries.HEADER);
            LogEntries entries;
            if (place.firstOfFile() == segment.first() && place.index() == next) {
                file.position(place.offset());
                entries = new LogEntries(in, next, place.offset());
            } else {
                entries = new LogEntries(in, segment.first());
                entries.begin();
            }
            long bytes = 0;
            while (entries.index() <= limit && bytes < FILE_BYTES_MAX) {
                LogEntryProto entry = entries.next();
                if (entry == null) {
                    break;
                }
                if (entry.getIndex() >= next) {
                    body.write(entries.framed());
                    bytes += entries.framed().length;
                }
            }
            place = new Place(segment.first(), entries.offset(), entries.index());
            return entries.index() - 1;
        }
    }

    private void store(long first, long last, byte[] compressed) throws IOException {
        BackupKey key = settings.key();
        byte[] header = new BackupHeader(
                        BackupHeader.Kind.ARCHIVE,
                        cluster,
                        node,
                        first,
                        System.currentTimeMillis(),
                        settings.version(),
                        key == null ? "" : BackupKey.randomSalt())
                .encode();
        Path writing = directory.resolve("writing");
        try (OutputStream out = Files.newOutputStream(writing);
                InputStream body = new ByteArrayInputStream(compressed)) {
            out.write(header);
            (key == null ? body : key.encrypting(body, header)).transferTo(out);
        }
        DirectorySync.syncFile(writing);
        Files.move(writing, directory.resolve("entries." + first + "-" + last), StandardCopyOption.ATOMIC_MOVE);
        directorySync.sync(directory);
    }

    /** Archives what is committed until now, then ends. */
    @Override
    public void close() {
        thread.execute(this::pass);
        thread.shutdown();
        try {
            if (!thread.awaitTermination(END_MILLIS, TimeUnit.MILLISECONDS)) {
                LOG.warn("the archive is still busy; the next start goes on from entry {}", index);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

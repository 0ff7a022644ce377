package io.ratiskv.backup;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.Effect;
import io.ratiskv.api.Entry;
import io.ratiskv.keyspace.FrozenDatabases;
import io.ratiskv.machine.Frozen;
import io.ratiskv.rdb.AofWriter;
import io.ratiskv.rdb.RdbFileWriter;
import io.ratiskv.replication.ApplyLoop;
import io.ratiskv.replication.OpenSnapshot;
import io.ratiskv.replication.Shard;
import io.ratiskv.replication.Snapshots;
import io.ratiskv.script.Library;
import io.ratiskv.snapshot.BackupHeader;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Copies of a node's state, taken while it serves. Any thread.
 *
 * <p>A copy is taken when it is asked for: an entry that went through the log first makes it hold every write that was
 * acknowledged before. It is in a file before it is given, so that a client which reads slowly holds up nothing.
 */
public final class Backups {
    private static final long LOG_TIMEOUT_MILLIS = 5_000;

    /**
     * Whose backups they are.
     *
     * @param cluster the Raft group
     */
    public record Origin(String cluster, String node, String version) {}

    /** Opens the newest durable snapshot. */
    @FunctionalInterface
    public interface SnapshotFile {
        OpenSnapshot open() throws IOException;
    }

    /** What a copy is written as. */
    public enum Format {
        /** A {@link BackupHeader} and a snapshot as the node keeps them for itself: everything, to be restored. */
        SNAPSHOT("rkv"),
        /** The keys and functions, as a Redis saves them in its dump.rdb. */
        RDB("rdb"),
        /** The keys and functions, as commands in the protocol of Redis. */
        AOF("aof");

        private final String extension;

        Format(String extension) {
            this.extension = extension;
        }

        /** That of a file's name. */
        public String extension() {
            return extension;
        }
    }

    /**
     * A copy, to be read once and closed.
     *
     * @param bytes how many it has
     */
    public record Backup(long index, long bytes, InputStream in) {}

    private static final int BUFFER_BYTES = 1 << 16;

    private final Origin origin;
    private final Shard shard;
    private final ApplyLoop state;
    private final Path directory;
    private final Snapshots snapshots;
    private final SnapshotFile newest;
    private final @Nullable BackupKey key;

    /**
     * @param directory where copies are written to that are no snapshots
     * @param key null: backups are not encrypted
     */
    public Backups(
            Origin origin,
            Shard shard,
            ApplyLoop state,
            Path directory,
            Snapshots snapshots,
            SnapshotFile newest,
            @Nullable BackupKey key) {
        this.origin = origin;
        this.shard = shard;
        this.state = state;
        this.directory = directory;
        this.snapshots = snapshots;
        this.newest = newest;
        this.key = key;
    }

    /**
     * Takes one.
     *
     * @param stale of what this node holds, be there a leader or not
     * @return fails if there is no leader, or the disk
     */
    public CompletableFuture<Backup> take(Format format, boolean stale) {
        CompletableFuture<Long> acknowledged = stale
                ? CompletableFuture.completedFuture(0L)
                : shard.announce(new Entry.Digest(), Effect.DigestWanted.class::isInstance, LOG_TIMEOUT_MILLIS);
        return switch (format) {
            case SNAPSHOT -> acknowledged.thenCompose(snapshots::covering).thenApply(covered -> given(this::snapshot));
            case RDB -> acknowledged.thenApplyAsync(applied -> given(() -> written(RdbFileWriter::write)));
            case AOF -> acknowledged.thenApplyAsync(applied -> given(() -> written(AofWriter::write)));
        };
    }

    private interface Giving {
        Backup give() throws IOException;
    }

    private static Backup given(Giving giving) {
        try {
            return giving.give();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private interface Writing {
        void write(FrozenDatabases databases, List<Bytes> functions, long nowMillis, OutputStream out)
                throws IOException;
    }

    /** The file has no name any more when this returns: it is gone when it is closed. */
    private Backup written(Writing writing) throws IOException {
        ApplyLoop.FrozenState frozen = state.freeze();
        Frozen now = frozen.state();
        List<Bytes> functions =
                now.state().scripts().libraries().stream().map(Library::code).toList();
        Path path = Files.createTempFile(directory, "export", null);
        FileChannel file = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
        try {
            Files.delete(path);
            OutputStream out = new BufferedOutputStream(Channels.newOutputStream(file), BUFFER_BYTES);
            writing.write(now.databases(), functions, now.logTimeMillis(), out);
            out.flush();
            file.position(0);
            return new Backup(
                    frozen.index(), file.size(), new BufferedInputStream(Channels.newInputStream(file), BUFFER_BYTES));
        } catch (IOException | RuntimeException e) {
            file.close();
            throw e;
        }
    }

    private Backup snapshot() throws IOException {
        OpenSnapshot snapshot = newest.open();
        FileChannel file = snapshot.file();
        try {
            byte[] header = new BackupHeader(
                            BackupHeader.Kind.BACKUP,
                            origin.cluster(),
                            origin.node(),
                            snapshot.index(),
                            System.currentTimeMillis(),
                            origin.version(),
                            key == null ? "" : BackupKey.randomSalt())
                    .encode();
            InputStream plain = new BufferedInputStream(Channels.newInputStream(file), BUFFER_BYTES);
            long bytes = key == null ? file.size() : BackupKey.encryptedBytes(file.size());
            InputStream body = key == null ? plain : key.encrypting(plain, header);
            return new Backup(
                    snapshot.index(),
                    header.length + bytes,
                    new SequenceInputStream(new ByteArrayInputStream(header), body));
        } catch (IOException e) {
            file.close();
            throw e;
        }
    }
}

package io.ratiskv.backup;

import io.ratiskv.api.Effect;
import io.ratiskv.api.Entry;
import io.ratiskv.replication.OpenSnapshot;
import io.ratiskv.replication.Shard;
import io.ratiskv.replication.Snapshots;
import io.ratiskv.snapshot.BackupHeader;
import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Copies of a node's state, taken while it serves. Any thread.
 *
 * <p>A backup is a {@link BackupHeader} and a snapshot as the node keeps them for itself, taken when it was asked for: an
 * entry that went through the log first makes it hold every write that was acknowledged before.
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

    /**
     * A backup, to be read once and closed.
     *
     * @param bytes how many it has
     */
    public record Backup(long index, long bytes, InputStream in) {}

    private final Origin origin;
    private final Shard shard;
    private final Snapshots snapshots;
    private final SnapshotFile newest;
    private final @Nullable BackupKey key;

    /** @param key null: they are not encrypted */
    public Backups(Origin origin, Shard shard, Snapshots snapshots, SnapshotFile newest, @Nullable BackupKey key) {
        this.origin = origin;
        this.shard = shard;
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
    public CompletableFuture<Backup> take(boolean stale) {
        CompletableFuture<Long> acknowledged = stale
                ? CompletableFuture.completedFuture(0L)
                : shard.announce(new Entry.Digest(), Effect.DigestWanted.class::isInstance, LOG_TIMEOUT_MILLIS);
        return acknowledged.thenCompose(snapshots::covering).thenApply(covered -> {
            try {
                return open();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    private Backup open() throws IOException {
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
            InputStream plain = new BufferedInputStream(Channels.newInputStream(file), 1 << 16);
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

package io.ratiskv.replication;

import com.github.luben.zstd.ZstdInputStream;
import com.github.luben.zstd.ZstdOutputStream;
import io.ratiskv.machine.Frozen;
import io.ratiskv.machine.KeyValueStateMachine;
import io.ratiskv.snapshot.SnapshotReader;
import io.ratiskv.snapshot.SnapshotWriter;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes snapshots of the state in the background and tells the log when one is durable. Any thread; one snapshot is
 * written at a time, on a thread of its own, while applies go on.
 */
public final class Snapshots implements AutoCloseable {
    /**
     * When a snapshot is due. A restart reads what was logged since, so one is taken early as long as writing them takes
     * little of the time; beyond {@code logBytes} or {@code entries} one is taken whatever it takes.
     */
    public record Settings(long logBytes, long entries) {
        private static final long EARLY_LOG_BYTES = 16L << 20;
        private static final int EARLY_SHARE = 20;

        /**
         * @param caughtUp false while committed entries wait to be applied: a node that starts has better things to do
         * @param bytes of the log since the last snapshot
         * @param count entries since then
         * @param sinceLastNanos since the last snapshot was finished
         * @param lastTookNanos how long it took
         */
        boolean due(boolean caughtUp, long bytes, long count, long sinceLastNanos, long lastTookNanos) {
            boolean early = caughtUp && bytes >= EARLY_LOG_BYTES && sinceLastNanos >= EARLY_SHARE * lastTookNanos;
            return early || bytes >= logBytes || count >= entries;
        }
    }

    /**
     * The newest durable snapshot of this node.
     *
     * @param atMillis when it was written or received; 0 when there is none
     * @param durationMillis how long it took to write; -1 when this process did not
     */
    public record Last(long index, long atMillis, long durationMillis, long fileBytes) {}

    private static final Logger LOG = LoggerFactory.getLogger(Snapshots.class);
    private static final int BUFFER_BYTES = 1 << 18;
    private static final long LAG_ENTRIES_MAX = 16;
    private static final int ZSTD_LEVEL = 1; // a snapshot of a million keys is bound by the CPU, not the disk

    private final Settings settings;
    private final ApplyLoop state;
    private final Consensus consensus;
    private final ExecutorService writer = Executors.newSingleThreadExecutor(
            task -> Thread.ofPlatform().name("snapshot").daemon().unstarted(task));

    /** Guarded by this. */
    private @Nullable CompletableFuture<Last> underWay;

    /** Guarded by this. */
    private Last last = new Last(0, 0, -1, 0);

    private volatile long bytesAtLast;
    private volatile long indexAtLast = -1;
    private volatile long lastEndedAtNanos = System.nanoTime();
    private volatile long lastTookNanos;
    private volatile boolean lastFailed;

    public Snapshots(Settings settings, ApplyLoop state, Consensus consensus) {
        this.settings = settings;
        this.state = state;
        this.consensus = consensus;
    }

    /** Takes one if enough was written since the last. Called every now and then. */
    public void watch() {
        if (indexAtLast < 0) {
            indexAtLast = Math.max(0, consensus.status().snapshotIndex());
        }
        long bytes = state.appliedLogBytes() - bytesAtLast;
        long entries = state.appliedIndex() - indexAtLast;
        boolean caughtUp = consensus.status().commitIndex() - state.appliedIndex() <= LAG_ENTRIES_MAX;
        if (settings.due(caughtUp, bytes, entries, System.nanoTime() - lastEndedAtNanos, lastTookNanos)) {
            CompletableFuture<Last> unused = take(); // it reports its own failure
        }
    }

    /** Takes one now, or joins the one that is under way. */
    public synchronized CompletableFuture<Last> take() {
        CompletableFuture<Last> current = underWay;
        if (current != null && !current.isDone()) {
            return current;
        }
        bytesAtLast = state.appliedLogBytes();
        long beganAtNanos = System.nanoTime();
        CompletableFuture<Last> started = CompletableFuture.supplyAsync(this::write, writer)
                .thenCompose(this::publish)
                .whenComplete((done, failure) -> {
                    lastFailed = failure != null;
                    lastEndedAtNanos = System.nanoTime();
                    lastTookNanos = lastEndedAtNanos - beganAtNanos;
                    if (failure != null) {
                        LOG.error("a snapshot failed; the log keeps what it would have replaced", failure);
                    }
                });
        underWay = started;
        return started;
    }

    /** Takes one that covers an entry which is applied on this node, if need be after the one that is under way. */
    public CompletableFuture<Last> covering(long index) {
        return take().thenCompose(
                        taken -> taken.index() >= index ? CompletableFuture.completedFuture(taken) : covering(index));
    }

    public synchronized boolean running() {
        return underWay != null && !underWay.isDone();
    }

    public synchronized Last last() {
        ApplyLoop.Restored restored = state.lastRestored();
        if (restored != null && restored.index() > last.index()) {
            try {
                BasicFileAttributes file = Files.readAttributes(restored.file(), BasicFileAttributes.class);
                last = new Last(restored.index(), file.lastModifiedTime().toMillis(), -1, file.size());
            } catch (IOException replaced) {
                LOG.debug("snapshot {} made room for another", restored.file(), replaced);
            }
        }
        return last;
    }

    public boolean lastFailed() {
        return lastFailed;
    }

    /**
     * Reads a snapshot into a new machine.
     *
     * @throws IOException naming what is damaged, and where
     */
    public static KeyValueStateMachine read(Path file) throws IOException {
        try (InputStream compressed = new BufferedInputStream(Files.newInputStream(file), BUFFER_BYTES)) {
            return read(compressed);
        } catch (IOException damaged) {
            throw new IOException("snapshot " + file + ": " + damaged.getMessage(), damaged);
        }
    }

    /**
     * Reads a snapshot to the end of the stream.
     *
     * @throws IOException saying what is damaged, and where
     */
    public static KeyValueStateMachine read(InputStream compressed) throws IOException {
        return SnapshotReader.read(new BufferedInputStream(new ZstdInputStream(compressed), BUFFER_BYTES));
    }

    /** Writes a state as a snapshot, synced. */
    public static void write(Frozen state, Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(
                file, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            ZstdOutputStream compressed = new ZstdOutputStream(
                    new BufferedOutputStream(Channels.newOutputStream(channel), BUFFER_BYTES), ZSTD_LEVEL);
            compressed.setChecksum(true);
            compressed.setCloseFrameOnFlush(true); // the channel must stay open to be forced
            OutputStream plain = new BufferedOutputStream(compressed, BUFFER_BYTES);
            SnapshotWriter.write(state, plain);
            plain.flush();
            channel.force(true);
        }
    }

    @Override
    public void close() {
        writer.shutdown();
    }

    private record Written(Path file, long term, Last facts) {}

    private Written write() {
        long startedAtNanos = System.nanoTime();
        ApplyLoop.FrozenState frozen = state.freeze();
        Path file = consensus.snapshotDirectory().resolve("writing." + frozen.term() + "_" + frozen.index());
        try {
            Files.createDirectories(file.getParent());
            write(frozen.state(), file);
            long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startedAtNanos);
            Last facts = new Last(frozen.index(), System.currentTimeMillis(), millis, Files.size(file));
            return new Written(file, frozen.term(), facts);
        } catch (IOException failure) {
            throw new java.io.UncheckedIOException("writing " + file, failure);
        }
    }

    private CompletableFuture<Last> publish(Written written) {
        return consensus
                .publishSnapshot(written.file(), written.term(), written.facts().index())
                .thenApply(published -> taken(written.facts()));
    }

    private synchronized Last taken(Last facts) {
        last = facts;
        indexAtLast = facts.index();
        LOG.info(
                "snapshot of index {} written in {} ms, {} bytes",
                facts.index(),
                facts.durationMillis(),
                facts.fileBytes());
        return facts;
    }
}

package io.ratiskv.raft;

import io.ratiskv.replication.OpenSnapshot;
import io.ratiskv.replication.Replica;
import java.io.File;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.function.LongSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.ratis.io.MD5Hash;
import org.apache.ratis.server.protocol.TermIndex;
import org.apache.ratis.server.raftlog.RaftLog;
import org.apache.ratis.server.storage.FileInfo;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.server.storage.RaftStorageDirectory;
import org.apache.ratis.statemachine.SnapshotRetentionPolicy;
import org.apache.ratis.statemachine.StateMachineStorage;
import org.apache.ratis.statemachine.impl.SingleFileSnapshotInfo;
import org.apache.ratis.util.MD5FileUtil;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The snapshots on this node's disk: files {@code snapshot.TERM_INDEX} in Ratis' {@code sm} directory, each with the MD5
 * that Ratis' transfer asks for beside it. Any thread; what must exclude each other is synchronized here.
 *
 * <p>The two newest are kept, and the log only up to the <em>older</em> of them: should the newest turn out to be
 * damaged, the older one and the log lead to the same state, without hands. Whether a file is damaged its reader
 * decides ({@link Replica#restore}); the MD5 only guards the transfer.
 *
 * <p>Ratis installs a snapshot by replacing the directory as a whole: it moves {@code sm} to {@code sm.tmpDATE}, moves
 * what it received to {@code sm}, then deletes the first. {@link #recover} repairs what a stop in between leaves.
 */
final class SnapshotStore implements StateMachineStorage {
    static final int KEPT = 2;

    private static final Logger LOG = LoggerFactory.getLogger(SnapshotStore.class);
    private static final Pattern SNAPSHOT = Pattern.compile("snapshot\\.(\\d+)_(\\d+)");

    /** Where Ratis keeps what it displaced. */
    private static final String DISPLACED = RaftStorageDirectory.STATE_MACHINE_DIR_NAME + ".tmp*";

    private final Path root;
    private final DirectorySync directorySync;

    /** What Ratis sends to others. Written under the lock, read without: a restore under way must not stop Ratis. */
    private volatile @Nullable SingleFileSnapshotInfo latest;

    /** Durable, and not told to Ratis yet. */
    private @Nullable SingleFileSnapshotInfo published;

    /** Up to which entry the log may go, for all that others need of it. */
    private volatile LongSupplier purgeable = () -> Long.MAX_VALUE;

    /** From {@link #beforeInstall} to {@link #installed}: the directory is Ratis' to replace. */
    private boolean installing;

    /** @param root Ratis' directory of the group */
    SnapshotStore(Path root, DirectorySync directorySync) {
        this.root = root;
        this.directorySync = directorySync;
    }

    /** Where unfinished snapshots are written; beside {@code sm}, which Ratis may replace at any time. */
    Path writingDirectory() {
        return root.resolve("snapshots-in-progress");
    }

    private Path directory() {
        return root.resolve(RaftStorageDirectory.STATE_MACHINE_DIR_NAME);
    }

    private Path receivingDirectory() {
        return root.resolve(RaftStorageDirectory.TMP_DIR_NAME);
    }

    /**
     * At start: restores the newest snapshot that is sound and that the log goes on from.
     *
     * @return what the state covers now; {@link TermIndex#INITIAL_VALUE} if it is empty and the log is whole
     * @throws RefusedStartException if state and log cannot be brought together
     */
    synchronized TermIndex recover(Replica replica) throws IOException {
        repairInterruptedInstall();
        deleteTree(receivingDirectory());
        deleteTree(writingDirectory());
        Files.createDirectories(writingDirectory());
        directorySync.sync(root);
        directorySync.sync(directory());

        long logStart = logStart();
        IOException damage = null;
        for (SingleFileSnapshotInfo snapshot : snapshots()) {
            if (logStart > snapshot.getIndex() + 1) {
                throw new RefusedStartException(
                        "snapshot " + path(snapshot) + " ends at index " + snapshot.getIndex()
                                + " but the log begins at "
                                + logStart + ": what is between is lost on this node" + becauseOf(damage)
                                + "; " + Rebuild.ADVICE,
                        damage);
            }
            try {
                replica.restore(path(snapshot), snapshot.getTerm(), snapshot.getIndex());
                latest = withMd5(snapshot);
                return snapshot.getTermIndex();
            } catch (IOException e) {
                LOG.error("snapshot {} cannot be restored; trying what is older", path(snapshot), e);
                if (damage == null) {
                    damage = new IOException("snapshot " + path(snapshot) + " is damaged: " + e.getMessage(), e);
                }
                setAside(snapshot);
            }
        }
        if (logStart > RaftLog.LEAST_VALID_LOG_INDEX || (logStart < 0 && damage != null)) {
            throw new RefusedStartException(
                    "no snapshot in " + directory() + " covers what is before "
                            + (logStart < 0 ? "the empty log" : "index " + logStart + " of the log") + becauseOf(damage)
                            + "; " + Rebuild.ADVICE,
                    damage);
        }
        return TermIndex.INITIAL_VALUE;
    }

    private static String becauseOf(@Nullable IOException damage) {
        return damage == null ? "" : " (" + damage.getMessage() + ")";
    }

    /**
     * Takes a finished file in, so that the next {@link #takeSnapshot} tells Ratis of it. Reads the file once.
     *
     * @return false if the state has moved past it by an install: the file is gone then
     */
    boolean publish(Path file, long term, long index) throws IOException {
        MD5Hash md5 = MD5FileUtil.computeMd5ForFile(file.toFile());
        Path named = file.resolveSibling("snapshot." + term + "_" + index);
        Files.move(file, named, StandardCopyOption.ATOMIC_MOVE);
        MD5FileUtil.saveMD5File(named.toFile(), md5);
        synchronized (this) {
            SingleFileSnapshotInfo newest = published != null ? published : latest;
            if (installing || (newest != null && newest.getIndex() >= index)) {
                Files.delete(named);
                Files.deleteIfExists(md5File(named));
                return false;
            }
            Path target = directory().resolve(Objects.requireNonNull(named.getFileName()));
            // A snapshot is looked for by its own name, so its sum goes first.
            Files.move(md5File(named), md5File(target), StandardCopyOption.REPLACE_EXISTING);
            Files.move(named, target, StandardCopyOption.ATOMIC_MOVE);
            directorySync.sync(directory());
            published = new SingleFileSnapshotInfo(new FileInfo(target, md5), term, index);
            return true;
        }
    }

    /** The published snapshot becomes the one that is sent to others. Ratis' updater thread. */
    synchronized long takeSnapshot() throws IOException {
        if (published != null) {
            latest = published;
            published = null;
        }
        List<SingleFileSnapshotInfo> kept = snapshots();
        return kept.size() < KEPT
                ? RaftLog.INVALID_LOG_INDEX
                : Math.min(kept.get(KEPT - 1).getIndex(), purgeable.getAsLong());
    }

    /** From now on the log is kept behind what this says, too. */
    void keepLogBehind(LongSupplier index) {
        purgeable = index;
    }

    /**
     * Ratis has received a snapshot whole and verified its sum: it must be durable before Ratis moves it into place and
     * drops the log before it. Nothing is published until {@link #installed}.
     */
    synchronized void beforeInstall() throws IOException {
        installing = true;
        published = null;
        directorySync.syncTree(receivingDirectory());
    }

    /** Restores what was installed. Ratis' updater thread; not locked while the state is read. */
    TermIndex installed(Replica replica) throws IOException {
        directorySync.sync(root);
        directorySync.sync(directory());
        List<SingleFileSnapshotInfo> snapshots = snapshots();
        if (snapshots.isEmpty()) {
            throw new IOException("no snapshot in " + directory() + " after one was installed");
        }
        SingleFileSnapshotInfo newest = snapshots.get(0);
        replica.restore(path(newest), newest.getTerm(), newest.getIndex());
        synchronized (this) {
            latest = withMd5(newest);
            installing = false;
        }
        return newest.getTermIndex();
    }

    /**
     * Opens the newest durable snapshot.
     *
     * @throws IOException if there is none, or it is being replaced by one that was installed
     */
    synchronized OpenSnapshot openNewest() throws IOException {
        SingleFileSnapshotInfo newest = published != null ? published : latest;
        if (newest == null || installing) {
            throw new IOException("there is no snapshot to be read now");
        }
        return new OpenSnapshot(FileChannel.open(path(newest), StandardOpenOption.READ), newest.getIndex());
    }

    @Override
    public @Nullable SingleFileSnapshotInfo getLatestSnapshot() {
        return latest;
    }

    @Override
    public synchronized void cleanupOldSnapshots(SnapshotRetentionPolicy policy) throws IOException {
        if (installing) {
            return;
        }
        List<SingleFileSnapshotInfo> snapshots = snapshots();
        for (SingleFileSnapshotInfo old : snapshots.subList(Math.min(KEPT, snapshots.size()), snapshots.size())) {
            Files.deleteIfExists(path(old));
            Files.deleteIfExists(md5File(path(old)));
        }
    }

    @Override
    public void init(RaftStorage storage) {}

    @Override
    public void format() {}

    /** Newest first; without their sums. */
    private List<SingleFileSnapshotInfo> snapshots() throws IOException {
        List<SingleFileSnapshotInfo> found = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory())) {
            for (Path file : files) {
                Matcher name = SNAPSHOT.matcher(
                        Objects.requireNonNull(file.getFileName()).toString());
                if (name.matches()) {
                    found.add(new SingleFileSnapshotInfo(
                            new FileInfo(file, null), Long.parseLong(name.group(1)), Long.parseLong(name.group(2))));
                }
            }
        }
        found.sort(Comparator.comparingLong(SingleFileSnapshotInfo::getIndex).reversed());
        return found;
    }

    private static SingleFileSnapshotInfo withMd5(SingleFileSnapshotInfo snapshot) throws IOException {
        File file = path(snapshot).toFile();
        MD5Hash md5 = null;
        try {
            md5 = MD5FileUtil.readStoredMd5ForFile(file);
        } catch (IOException e) {
            LOG.warn("the MD5 of snapshot {} is unreadable; computing it anew", file, e);
        }
        if (md5 == null) {
            md5 = MD5FileUtil.computeMd5ForFile(file);
            MD5FileUtil.saveMD5File(file, md5);
        }
        return new SingleFileSnapshotInfo(new FileInfo(file.toPath(), md5), snapshot.getTermIndex());
    }

    /** The index of the first entry in the log's files; -1 if there is no file. */
    private long logStart() throws IOException {
        long start = -1;
        try (DirectoryStream<Path> files =
                Files.newDirectoryStream(root.resolve(RaftStorageDirectory.CURRENT_DIR_NAME))) {
            for (Path file : files) {
                Matcher name = LogScan.SEGMENT.matcher(
                        Objects.requireNonNull(file.getFileName()).toString());
                // Ratis deletes empty ones.
                if (name.matches() && Files.size(file) > 0) {
                    long first = Long.parseLong(name.group(1));
                    start = start < 0 ? first : Math.min(start, first);
                }
            }
        }
        return start;
    }

    private void repairInterruptedInstall() throws IOException {
        List<Path> displaced = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(root, DISPLACED)) {
            files.forEach(displaced::add);
        }
        if (!Files.isDirectory(directory())) {
            if (displaced.isEmpty()) {
                Files.createDirectories(directory());
                return;
            }
            Path newest = displaced.stream().max(Comparator.naturalOrder()).orElseThrow();
            LOG.warn("an install of a snapshot was interrupted: taking {} back", newest);
            Files.move(newest, directory(), StandardCopyOption.ATOMIC_MOVE);
            displaced.remove(newest);
        }
        for (Path old : displaced) {
            deleteTree(old);
        }
    }

    private void setAside(SingleFileSnapshotInfo snapshot) throws IOException {
        Path file = path(snapshot);
        Files.move(
                file,
                file.resolveSibling("damaged." + Objects.requireNonNull(file.getFileName())),
                StandardCopyOption.REPLACE_EXISTING);
        Files.deleteIfExists(md5File(file));
        directorySync.sync(directory());
    }

    private static Path path(SingleFileSnapshotInfo snapshot) {
        return snapshot.getFile().getPath();
    }

    private static Path md5File(Path file) {
        return MD5FileUtil.getDigestFileForFile(file.toFile()).toPath();
    }

    static void deleteTree(Path tree) throws IOException {
        if (!Files.isDirectory(tree)) {
            return;
        }
        List<Path> deepestFirst;
        try (Stream<Path> walk = Files.walk(tree)) {
            deepestFirst = walk.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path path : deepestFirst) {
            Files.delete(path);
        }
    }
}

package io.ratiskv.raft;

import io.ratiskv.replication.Replica;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.proto.RaftProtos.RaftConfigurationProto;
import org.apache.ratis.proto.RaftProtos.RoleInfoProto;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftClientRequest;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftGroupMemberId;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.protocol.exceptions.RaftException;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.protocol.TermIndex;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.statemachine.SnapshotInfo;
import org.apache.ratis.statemachine.StateMachine;
import org.apache.ratis.statemachine.TransactionContext;
import org.apache.ratis.util.LifeCycle;
import org.jspecify.annotations.Nullable;

/**
 * What Ratis drives: hands every committed entry to the {@link Replica}, in order, on Ratis' updater thread, and ends the
 * process where Ratis would log an error and go on. Called by Ratis' threads only, except for the getters.
 *
 * <p>The applied term and index are raised after the replica is done with an entry, and before Ratis raises its own. They
 * include entries without content, so that their term is the new leader's as soon as its first entry is applied.
 */
final class RatisStateMachine
        implements StateMachine, StateMachine.DataApi, StateMachine.EventApi, StateMachine.LeaderEventApi {
    private static final CompletableFuture<Message> DONE = CompletableFuture.completedFuture(Message.EMPTY);

    private final Replica replica;
    private final LongSupplier stampMillis;
    private final SnapshotStore snapshots;
    private final SegmentDurability segments;
    private final Path metadataDirectory;
    private final MetadataFile configurationFile;
    private final DirectorySync directorySync;
    private final Leadership leadership;
    private final FailStop failStop;
    private final Initialization initialization;

    private volatile LifeCycle.State state = LifeCycle.State.NEW;
    private volatile TermIndex applied = TermIndex.INITIAL_VALUE;

    /** Runs once Ratis has made or found its directories, before the log is opened. */
    @FunctionalInterface
    interface Initialization {
        void storageReady() throws IOException;
    }

    RatisStateMachine(
            Replica replica,
            LongSupplier stampMillis,
            SnapshotStore snapshots,
            SegmentDurability segments,
            Path metadataDirectory,
            DirectorySync directorySync,
            Leadership leadership,
            FailStop failStop,
            Initialization initialization) {
        this.replica = replica;
        this.stampMillis = stampMillis;
        this.snapshots = snapshots;
        this.segments = segments;
        this.metadataDirectory = metadataDirectory;
        this.configurationFile = MetadataFile.configuration(metadataDirectory);
        this.directorySync = directorySync;
        this.leadership = leadership;
        this.failStop = failStop;
        this.initialization = initialization;
    }

    @Override
    public void initialize(RaftServer server, RaftGroupId group, RaftStorage storage) throws IOException {
        initialization.storageReady();
        applied = snapshots.recover(replica);
        state = LifeCycle.State.RUNNING;
    }

    // ---- appending, on the leader

    @Override
    public TransactionContext startTransaction(RaftClientRequest request) {
        Message message = request.getMessage();
        TransactionContext context = TransactionContext.newBuilder()
                .setStateMachine(this)
                .setClientRequest(request)
                .setStateMachineContext(message)
                .build();
        if (!(message instanceof Submission)) {
            context.setException(new RaftException("refused: not submitted by this node's gateway"));
        }
        return context;
    }

    /** In the order of the log, so that stamps are too. */
    @Override
    public TransactionContext preAppendTransaction(TransactionContext transaction) {
        ((Submission) transaction.getStateMachineContext()).append(stampMillis.getAsLong());
        return transaction;
    }

    @Override
    public TransactionContext cancelTransaction(TransactionContext transaction) {
        return transaction;
    }

    // ---- applying

    @Override
    public TransactionContext applyTransactionSerial(TransactionContext transaction) {
        return transaction;
    }

    @Override
    public CompletableFuture<Message> applyTransaction(TransactionContext transaction) {
        LogEntryProto entry = transaction.getLogEntry();
        long term = entry.getTerm();
        long index = entry.getIndex();
        try {
            replica.apply(
                    term, index, EntryBytes.of(entry.getStateMachineLogEntry().getLogData()));
        } catch (Throwable e) {
            throw stopped("entry " + index + " of term " + term + " could not be applied", e);
        }
        applied = TermIndex.valueOf(term, index);
        return DONE;
    }

    @Override
    public void notifyTermIndexUpdated(long term, long index) {
        try {
            replica.skip(term, index);
        } catch (Throwable e) {
            throw stopped("entry " + index + " of term " + term + " could not be applied", e);
        }
        applied = TermIndex.valueOf(term, index);
    }

    @Override
    public TermIndex getLastAppliedTermIndex() {
        return applied;
    }

    /**
     * Ratis has written who the members are, and if that failed, logged it and gone on: a snapshot would then drop the
     * entry that says so, and the node would go by its former members.
     */
    @Override
    public void notifyConfigurationChanged(long term, long index, RaftConfigurationProto configuration) {
        try {
            configurationFile.keepIf(stored -> stored == index);
            directorySync.sync(metadataDirectory);
        } catch (IOException e) {
            throw stopped("who the members are, entry " + index + ", could not be stored in " + metadataDirectory, e);
        }
    }

    // ---- snapshots

    @Override
    public long takeSnapshot() throws IOException {
        return snapshots.takeSnapshot();
    }

    /** A snapshot was received whole; Ratis moves it into place when this returns. */
    @Override
    public void pause() {
        state = LifeCycle.State.PAUSED;
        try {
            snapshots.beforeInstall();
        } catch (IOException e) {
            throw stopped("a received snapshot could not be made durable", e);
        }
    }

    /** The snapshot is in place; Ratis' updater thread goes on from it when this returns. */
    @Override
    public void reinitialize() {
        try {
            applied = snapshots.installed(replica);
        } catch (Throwable e) {
            throw stopped("the installed snapshot could not be restored", e);
        }
        state = LifeCycle.State.RUNNING;
    }

    @Override
    public SnapshotStore getStateMachineStorage() {
        return snapshots;
    }

    @Override
    public @Nullable SnapshotInfo getLatestSnapshot() {
        return snapshots.getLatestSnapshot();
    }

    // ---- the log's writer thread

    /** Before the log is flushed up to {@code index}; Ratis waits. */
    @Override
    public CompletableFuture<Void> flush(long index) {
        try {
            segments.beforeFlush();
            return CompletableFuture.completedFuture(null);
        } catch (IOException e) {
            return CompletableFuture.failedFuture(stopped("the log's directory could not be synced", e));
        }
    }

    @Override
    public void notifyLogFailed(Throwable cause, @Nullable LogEntryProto failedEntry) {
        failStop.stop(
                "the log could not be written"
                        + (failedEntry == null
                                ? ""
                                : " at index " + failedEntry.getIndex() + ", term " + failedEntry.getTerm()),
                cause);
    }

    // ---- who leads

    @Override
    public void notifyLeaderChanged(RaftGroupMemberId self, RaftPeerId leader) {
        leadership.refresh();
    }

    @Override
    public void notifyNotLeader(Collection<TransactionContext> pending) {
        leadership.refresh();
    }

    // ---- the end

    @Override
    public void notifyServerShutdown(RoleInfoProto role, boolean allServers) {
        leadership.closed();
    }

    @Override
    public void close() throws IOException {
        state = LifeCycle.State.CLOSED;
        leadership.closed();
    }

    @Override
    public LifeCycle.State getLifeCycleState() {
        return state;
    }

    // ---- what is never used

    @Override
    public CompletableFuture<Message> query(Message request) {
        return CompletableFuture.failedFuture(new RaftException("refused: nothing is read through Ratis"));
    }

    @Override
    public CompletableFuture<Message> queryStale(Message request, long minIndex) {
        return query(request);
    }

    private IllegalStateException stopped(String reason, Throwable cause) {
        failStop.stop(reason, cause);
        return new IllegalStateException(reason, cause);
    }
}

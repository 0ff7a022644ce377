package io.ratiskv.raft;

import io.ratiskv.api.EntryCodec;
import io.ratiskv.backup.BackupKey;
import io.ratiskv.replication.Consensus;
import io.ratiskv.replication.MemberChange;
import io.ratiskv.replication.OpenSnapshot;
import io.ratiskv.replication.PeerMessage;
import io.ratiskv.replication.Peers;
import io.ratiskv.replication.Refusal;
import io.ratiskv.replication.Replica;
import io.ratiskv.replication.Roster;
import io.ratiskv.tls.Tls;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.apache.ratis.conf.Parameters;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.grpc.GrpcConfigKeys;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.RaftClientAsynchronousProtocol;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftClientRequest;
import org.apache.ratis.protocol.RaftGroup;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.protocol.SetConfigurationRequest;
import org.apache.ratis.protocol.SnapshotManagementRequest;
import org.apache.ratis.protocol.TransferLeadershipRequest;
import org.apache.ratis.protocol.exceptions.NotLeaderException;
import org.apache.ratis.protocol.exceptions.ResourceUnavailableException;
import org.apache.ratis.server.DivisionInfo;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.leader.FollowerInfo;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.server.storage.RaftStorageDirectory;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One shard's replicated log on Apache Ratis. Any thread.
 *
 * <p>Entries are submitted to the division itself, not to Ratis' server, which would hop through an executor per call;
 * the caller therefore does what Ratis does to append, and may wait briefly for Ratis' locks.
 *
 * <p>What a submitter may conclude: Ratis answers {@code NotLeaderException} also to entries that are in the log already
 * and may still commit. So "nothing was appended" is said only of a {@link Submission} that never came as far as the
 * step right before its record is built; everything else is {@link Refusal.Indeterminate}.
 */
public final class RatisConsensus implements Consensus {
    private static final Logger LOG = LoggerFactory.getLogger(RatisConsensus.class);
    private static final long HAND_OVER_MILLIS = 1_500;
    private static final long SNAPSHOT_TIMEOUT_MILLIS = 60_000;

    private final RaftOptions options;
    private final NodeIdentity identity;
    private final Rebuild rebuild;
    private final DiskSpace disk;
    private final RaftServer server;
    private final RaftServer.Division division;
    private final RaftClientAsynchronousProtocol submissions;
    private final RatisStateMachine stateMachine;
    private final SnapshotStore snapshots;
    private final SegmentDurability segments;
    private final Appenders appenders;
    private final Reconnection reconnection;
    private final Leadership leadership;
    private final @Nullable CommitMark mark;
    private final MemberChanges members;
    private final Belonging belonging;
    private final Watch watch;
    private final ExecutorService snapshotPublisher;

    private final RaftGroupId groupId;
    private final GroupView group;
    private final RaftPeerId self;
    private final ClientId clientId = ClientId.randomId();
    private final AtomicLong callId = new AtomicLong();

    /** Null until there are links. */
    private volatile @Nullable LinkReplication replication;

    /** Null: nothing is archived. */
    private volatile @Nullable LogArchive archive;

    private RatisConsensus(
            RaftOptions options,
            Replica replica,
            LongSupplier stampMillis,
            FailStop failStop,
            DirectorySync directorySync,
            RaftProperties properties,
            NodeIdentity identity)
            throws IOException {
        this.options = options;
        this.identity = identity;
        this.groupId = RaftGroupId.valueOf(options.groupUuid());
        this.self = RaftPeerId.valueOf(options.node());
        Path root = options.groupDirectory();
        Path current = root.resolve("current");
        this.leadership = new Leadership(options.node(), replica, failStop);
        FailStop unlessClosing = (reason, cause) -> {
            if (!leadership.mayEnd()) {
                failStop.stop(reason, cause);
            }
        };
        this.snapshots = new SnapshotStore(root, directorySync);
        this.segments = new SegmentDurability(current, directorySync);
        this.appenders = new Appenders();
        this.stateMachine = new RatisStateMachine(
                replica, stampMillis, snapshots, segments, current, directorySync, leadership, unlessClosing, () -> {
                    directorySync.sync(current);
                    directorySync.sync(root);
                    directorySync.sync(options.storage());
                    directorySync.sync(options.directory());
                    identity.formatted(options);
                });

        Parameters parameters = new Parameters();
        this.rebuild = new Rebuild(identity);
        this.disk = new DiskSpace(options.directory(), options.diskReserveBytes());
        disk.look();
        DurableFactory.put(
                parameters, new VoteDurability(current, directorySync, unlessClosing), appenders, rebuild, disk);
        Tls tls = options.tls();
        if (tls != null) {
            GrpcConfigKeys.TLS.setConf(parameters, RaftSettings.tls(tls));
        }
        List<RaftPeer> peers = options.members().stream()
                .map(member -> MemberChanges.first(member, options.joining()))
                .toList();
        this.server = RaftServer.newBuilder()
                .setServerId(self)
                .setGroup(RaftGroup.valueOf(groupId, peers))
                .setOption(Files.exists(root) ? RaftStorage.StartupOption.RECOVER : RaftStorage.StartupOption.FORMAT)
                .setStateMachineRegistry(id -> {
                    if (!id.equals(groupId)) {
                        throw new IllegalStateException("a group that is not ours: " + id);
                    }
                    return stateMachine;
                })
                .setProperties(properties)
                .setParameters(parameters)
                .setThreadGroup(new RaftThreads(options.node(), unlessClosing))
                .build();
        this.division = server.getDivision(groupId);
        this.submissions = (RaftClientAsynchronousProtocol) division;
        this.group = new GroupView(division, stateMachine, snapshots, appenders);
        this.reconnection = new Reconnection(server);
        leadership.readFrom(division.getInfo());
        this.mark = options.fsync() == Fsync.ALWAYS ? CommitMark.open(CommitMark.file(options)) : null;
        this.members = new MemberChanges(options, division, this::submit);
        this.belonging = new Belonging(options.node(), identity);
        this.watch =
                new Watch(server, division, leadership, this::handOver, this::lookAtMembers, unlessClosing, disk, mark);
        this.snapshotPublisher = Executors.newSingleThreadExecutor(
                Thread.ofPlatform().name("raft-snapshots").daemon().factory());
    }

    /**
     * Joins the consensus. Blocks while the state is restored; entries after it are applied as soon as they are known to
     * be committed, possibly before this returns. Those that this node knew to be committed in its former life need no
     * leader for that: they are applied while one is being elected.
     *
     * @param stampMillis the leader's clock
     * @param failStop ends the process
     * @throws IOException with a message for the operator, if this node cannot or must not start on this directory
     */
    public static RatisConsensus start(
            RaftOptions options, Replica replica, LongSupplier stampMillis, FailStop failStop) throws IOException {
        return start(options, replica, stampMillis, failStop, DirectorySync.POSIX, RaftSettings.properties(options));
    }

    static RatisConsensus start(
            RaftOptions options,
            Replica replica,
            LongSupplier stampMillis,
            FailStop failStop,
            DirectorySync directorySync,
            RaftProperties properties)
            throws IOException {
        return Opening.open(options, directorySync, identity -> {
            RatisConsensus consensus =
                    new RatisConsensus(options, replica, stampMillis, failStop, directorySync, properties, identity);
            try {
                consensus.begin();
                return consensus;
            } catch (IOException | RuntimeException e) {
                consensus.closeServer();
                throw e;
            }
        });
    }

    private void begin() throws IOException {
        server.start();
        checkConfiguration();
        checkEndOfLog();
        if (mark != null) {
            division.getRaftLog()
                    .updateCommitIndex(mark.index(), division.getInfo().getCurrentTerm(), /* isLeader= */ false);
        }
        watch.start();
    }

    /** Until this is done the node gives no vote. */
    private void checkEndOfLog() throws RefusedStartException {
        long last = division.getRaftLog().getNextIndex() - 1;
        if (mark != null && last < mark.index()) {
            throw new RefusedStartException(
                    "the log in " + options.groupDirectory() + " ends with entry " + last + ", but entry "
                            + mark.index() + " was stored and committed: its end is lost; " + Rebuild.ADVICE,
                    null);
        }
        rebuild.checked();
    }

    /** Without it Ratis would go by the members that the cluster began with, some of whom may be gone since. */
    private void checkConfiguration() throws IOException {
        if (division.getRaftConf().getLogEntryIndex() < 0 && snapshots.getLatestSnapshot() != null) {
            throw new RefusedStartException(
                    "data directory " + options.directory()
                            + " has lost raft-meta.conf, which says who the members are:"
                            + " remove the node from the cluster, empty the directory and add it again",
                    null);
        }
    }

    RaftServer server() {
        return server;
    }

    long abstentions() {
        return rebuild.abstentions();
    }

    long flushedIndex() {
        return division.getRaftLog().getFlushIndex();
    }

    /** Up to where the log is known to be committed and stored; -1 when nothing is known. */
    long markedIndex() {
        return mark == null ? -1 : mark.index();
    }

    /** The cluster that a data directory belongs to; null when it belongs to none yet. */
    public static @Nullable String clusterOf(Path directory) throws IOException {
        return NodeIdentity.clusterOf(directory);
    }

    @Override
    public String self() {
        return options.node();
    }

    /**
     * Empties the log and the snapshots of a node that does not run, so that its next start gets everything from the
     * others; see {@link Rebuild}.
     *
     * @return where what was there has been moved
     * @throws IOException with a message for the operator, if it must not or cannot be
     */
    public static Path rebuild(RaftOptions options) throws IOException {
        return Rebuild.begin(options, DirectorySync.POSIX);
    }

    /**
     * Makes the data directory of a node of a new cluster; see {@link Restore}.
     *
     * @throws IOException with a message for the operator
     */
    public static void restore(RaftOptions options, long index, Restore.StateFile state) throws IOException {
        Restore.into(options, index, state, DirectorySync.POSIX);
    }

    /** This node must not start again on what it holds; durable when this returns. */
    public void condemn(String reason) throws IOException {
        identity.condemn(reason);
    }

    @Override
    public Disk disk() {
        return new Disk(disk.freeBytes(), disk.full());
    }

    @Override
    public boolean rebuilding() {
        return rebuild.underWay();
    }

    @Override
    public void rebuilt() throws IOException {
        rebuild.end();
    }

    // ---- submitting

    @Override
    public void submit(byte[] entry, Consumer<Refusal> refused) {
        if (entry.length > RaftSettings.ENTRY_BYTES_MAX) {
            throw new IllegalArgumentException(
                    "an entry of " + entry.length + " bytes; at most " + RaftSettings.ENTRY_BYTES_MAX);
        }
        if (disk.full() && EntryCodec.carriesWrites(entry)) {
            refused.accept(division.getInfo().isLeader() ? new Refusal.NoSpace() : new Refusal.NotLeader(leader()));
            return;
        }
        Submission submission = new Submission(entry);
        RaftClientRequest request = RaftClientRequest.newBuilder()
                .setClientId(clientId)
                .setServerId(self)
                .setGroupId(groupId)
                .setCallId(callId.incrementAndGet())
                .setMessage(submission)
                .setType(RaftClientRequest.writeRequestType())
                .build();
        CompletableFuture<RaftClientReply> reply;
        try {
            reply = submissions.submitClientRequestAsync(request);
        } catch (IOException | RuntimeException e) {
            refused.accept(refusal(submission, e));
            return;
        }
        var unused = reply.whenComplete((answer, error) -> {
            Throwable failure = error != null ? error : answer.getException();
            if (failure != null) {
                refused.accept(refusal(submission, failure));
            }
        });
    }

    private static Refusal refusal(Submission submission, Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (submission.mayBeAppended()) {
            return new Refusal.Indeterminate(cause.toString());
        }
        return switch (cause) {
            case NotLeaderException notLeader -> new Refusal.NotLeader(idOf(notLeader.getSuggestedLeader()));
            case ResourceUnavailableException tooMuch -> new Refusal.Overloaded();
            // Leading but not ready, handing over, starting or closing.
            default -> new Refusal.NotLeader(null);
        };
    }

    private static @Nullable String idOf(@Nullable RaftPeer peer) {
        return peer == null ? null : peer.getId().toString();
    }

    // ---- what is known

    @Override
    public @Nullable String leader() {
        return leadership.leader();
    }

    @Override
    public boolean leaderReady() {
        DivisionInfo info = division.getInfo();
        return info.isLeader() && info.isLeaderReady();
    }

    @Override
    public long currentTerm() {
        return division.getInfo().getCurrentTerm();
    }

    @Override
    public boolean running() {
        return division.getInfo().getLifeCycleState().isRunning()
                && server.getLifeCycleState().isRunning();
    }

    @Override
    public long commitIndex() {
        return division.getRaftLog().getLastCommittedIndex();
    }

    /** The term of the last entry the replica is done with. */
    long appliedTerm() {
        return stateMachine.getLastAppliedTermIndex().getTerm();
    }

    long appliedIndex() {
        return stateMachine.getLastAppliedTermIndex().getIndex();
    }

    @Override
    public Configuration configuration() {
        return group.configuration();
    }

    @Override
    public LogStatus status() {
        return group.status();
    }

    // ---- acting on the others

    /** The link with another node came up or was lost: what the connections of Ratis are to follow. */
    public void linkChanged(String node, boolean up) {
        if (!up) {
            appenders.linkLost(node);
        }
        reconnection.linkChanged(node, up);
    }

    /**
     * From here on entries are taken from the links between the nodes as well.
     *
     * @param loop the links' thread
     * @param leads and, while this node leads, sent over them to followers that keep up
     */
    public void replicateOver(Peers peers, Executor loop, boolean leads) {
        RaftServer asMembersSeeIt = ((DurableServerRpc) server.getServerRpc()).asMembersSeeIt();
        LinkReplication links = new LinkReplication(peers, loop, asMembersSeeIt, division, appenders);
        replication = links;
        if (leads) {
            appenders.leadOver(links);
        }
    }

    /** What another node says as leader or follower. On the links' thread. */
    public void received(String from, PeerMessage.Replication message) {
        LinkReplication links = replication;
        if (links != null) {
            links.received(from, message);
        }
    }

    @Override
    public void pushCommitIndex(String follower) {
        appenders.push(follower, commitIndex());
    }

    @Override
    public CompletableFuture<Void> transferLeadership(String node, long timeoutMillis) {
        try {
            return server.transferLeadershipAsync(new TransferLeadershipRequest(
                            clientId, self, groupId, callId.incrementAndGet(), RaftPeerId.valueOf(node), timeoutMillis))
                    .thenApply(RatisConsensus::succeeded);
        } catch (IOException | RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    @SuppressWarnings("NullAway") // the value of a CompletableFuture<Void>
    private static Void succeeded(RaftClientReply reply) {
        if (!reply.isSuccess()) {
            throw new CompletionException(reply.getException());
        }
        return null;
    }

    // ---- members

    @Override
    public Roster roster() {
        return members.roster();
    }

    @Override
    public CompletableFuture<Void> changeMembers(MemberChange change, String incarnation) {
        return members.change(change, incarnation).thenApply(RatisConsensus::succeeded);
    }

    /** Random name of this node's data directory; empty when the cluster began with this node. */
    public String incarnation() {
        return identity.incarnation();
    }

    /**
     * From here on changes of the members are told, on a thread that must not be held up.
     *
     * @param departed hears once, and why, that this node does not belong to them any more; the data directory then
     *     knows it too
     */
    public void followMembers(Consumer<Roster> listener, Consumer<String> departed) {
        belonging.tell(listener, reason -> {
            leadership.depart();
            departed.accept(reason);
        });
    }

    /** Another member says that this node is none, by its committed configuration at {@code index}. */
    public void disowned(String by, long index) {
        belonging.disowned(by, index, roster());
    }

    private void lookAtMembers() {
        if (!leadership.closing()) {
            belonging.look(roster());
        }
    }

    private CompletableFuture<RaftClientReply> submit(SetConfigurationRequest.Arguments arguments) throws IOException {
        return server.setConfigurationAsync(
                new SetConfigurationRequest(clientId, self, groupId, callId.incrementAndGet(), arguments));
    }

    // ---- snapshots

    @Override
    public Path snapshotDirectory() {
        return snapshots.writingDirectory();
    }

    @Override
    public CompletableFuture<Void> publishSnapshot(Path file, long term, long index) {
        return CompletableFuture.supplyAsync(
                        () -> {
                            try {
                                return snapshots.publish(file, term, index);
                            } catch (IOException e) {
                                throw new CompletionException(e);
                            }
                        },
                        snapshotPublisher)
                .thenCompose(fresh -> fresh ? tellOfSnapshot() : CompletableFuture.completedFuture(null));
    }

    /** Makes Ratis ask for the published snapshot, on its updater thread, and drop the log that is no longer needed. */
    private CompletableFuture<Void> tellOfSnapshot() {
        return server.snapshotManagementAsync(SnapshotManagementRequest.newCreate(
                        clientId, self, groupId, callId.incrementAndGet(), SNAPSHOT_TIMEOUT_MILLIS, 1))
                .thenApply(RatisConsensus::succeeded);
    }

    /** Archives the log from now on, and purges nothing of it before. Once, before anything is published. */
    public void archiveTo(LogArchive.Settings settings) throws IOException {
        LogArchive begun = new LogArchive(
                settings,
                options,
                options.groupDirectory().resolve(RaftStorageDirectory.CURRENT_DIR_NAME),
                () -> Math.min(commitIndex(), flushedIndex()),
                DirectorySync.POSIX);
        snapshots.keepLogBehind(begun::index);
        archive = begun;
        begun.start();
    }

    @Override
    public Archive archive() {
        LogArchive present = archive;
        return present == null ? Archive.NONE : new Archive(present.index(), present.failures());
    }

    /**
     * Applies what was archived to a replica; see {@link ArchivedLog#replay}.
     *
     * @param cluster the Raft group
     * @return the index of the last entry that was applied
     */
    public static long replay(
            Path archive, String cluster, @Nullable BackupKey key, long after, RestoreTarget target, Replica replica)
            throws IOException {
        return ArchivedLog.open(archive, cluster, key).replay(after, target, replica);
    }

    /** The Raft group of a shard. */
    public static String groupOf(RaftOptions options) {
        return options.groupUuid().toString();
    }

    /** The newest durable snapshot; see {@link SnapshotStore#openNewest}. */
    public OpenSnapshot openSnapshot() throws IOException {
        return snapshots.openNewest();
    }

    // ---- the end

    @Override
    public void close() {
        if (leadership.closing()) {
            return;
        }
        handOver();
        closeServer();
        try {
            identity.close();
        } catch (IOException e) {
            LOG.warn("releasing the data directory failed", e);
        }
    }

    private void closeServer() {
        LogArchive begun = archive;
        if (begun != null) {
            begun.close();
        }
        leadership.close();
        watch.close();
        snapshotPublisher.shutdown();
        try {
            ServerClosing.close(server);
            segments.close();
            if (mark != null) {
                mark.close();
            }
        } catch (IOException e) {
            LOG.warn("closing the Raft server failed", e);
        }
    }

    /** To the follower that holds most and can lead, so that the group does not wait for an election. */
    private void handOver() {
        if (!running() || !division.getInfo().isLeader()) {
            return;
        }
        List<String> successors = configuration().voters().stream()
                .filter(id -> !id.equals(self()))
                .flatMap(id -> Stream.ofNullable(appenders.follower(id)))
                .sorted(Comparator.comparingLong(FollowerInfo::getMatchIndex).reversed())
                .map(follower -> follower.getId().toString())
                .toList();
        for (String successor : successors) {
            if (handedOverTo(successor)) {
                return;
            }
        }
    }

    private boolean handedOverTo(String successor) {
        try {
            transferLeadership(successor, HAND_OVER_MILLIS).get(HAND_OVER_MILLIS + 500, TimeUnit.MILLISECONDS);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        } catch (ExecutionException | TimeoutException e) {
            LOG.warn("leadership could not be handed to {}", successor, e);
            return false;
        }
    }
}

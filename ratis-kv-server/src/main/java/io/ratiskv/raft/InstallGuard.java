package io.ratiskv.raft;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.apache.ratis.proto.RaftProtos.AppendEntriesReplyProto;
import org.apache.ratis.proto.RaftProtos.AppendEntriesRequestProto;
import org.apache.ratis.proto.RaftProtos.InstallSnapshotReplyProto;
import org.apache.ratis.proto.RaftProtos.InstallSnapshotRequestProto;
import org.apache.ratis.proto.RaftProtos.InstallSnapshotResult;
import org.apache.ratis.proto.RaftProtos.RaftRpcReplyProto;
import org.apache.ratis.proto.RaftProtos.RaftRpcRequestProto;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.protocol.TermIndex;
import org.apache.ratis.server.raftlog.RaftLog;
import org.apache.ratis.util.LifeCycle;
import org.apache.ratis.util.ProtoUtils;

/**
 * Lets a snapshot of the leader replace what this node has only while its log stands still. Any thread.
 *
 * <p>Ratis does not wait for entries that were received before, on an older connection for example, and are still being
 * written: its log then finds itself behind the snapshot and closes the server. Nor does it look whether the log holds the
 * snapshot's last entry, in which case what follows it stays (Raft, figure 13, receiver 6): its next append would leave a
 * gap, and closes the server too. And it does not wait until the state was restored from the snapshot before this one.
 */
final class InstallGuard {
    private static final long WAIT_NANOS_MAX = TimeUnit.SECONDS.toNanos(10);

    private final ReadWriteLock appends = new ReentrantReadWriteLock();
    private final RaftServer server;

    InstallGuard(RaftServer server) {
        this.server = server;
    }

    /** Returns once the entries have their place in the log; the reply comes when they are stored. */
    CompletableFuture<AppendEntriesReplyProto> append(AppendEntriesRequestProto request) throws IOException {
        if (request.getEntriesCount() == 0) {
            return server.appendEntriesAsync(request);
        }
        appends.readLock().lock();
        try {
            return server.appendEntriesAsync(request);
        } finally {
            appends.readLock().unlock();
        }
    }

    /**
     * @throws IOException when the log does not come to rest within ten seconds, or this node leads; the leader sends the
     *     snapshot again
     */
    InstallSnapshotReplyProto install(InstallSnapshotRequestProto request) throws IOException {
        if (!request.getSnapshotChunk().getDone()) {
            return server.installSnapshot(request);
        }
        long deadline = System.nanoTime() + WAIT_NANOS_MAX;
        try {
            if (!appends.writeLock().tryLock(WAIT_NANOS_MAX, TimeUnit.NANOSECONDS)) {
                throw notYet("the log takes no entries");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException();
        }
        try {
            RaftServer.Division division = server.getDivision(
                    ProtoUtils.toRaftGroupId(request.getServerRequest().getRaftGroupId()));
            if (division.getInfo().isLeader()) {
                throw notYet("this node still leads");
            }
            RaftLog log = division.getRaftLog();
            while (log.getFlushIndex() < log.getNextIndex() - 1) {
                if (System.nanoTime() > deadline) {
                    throw notYet("entries are still to be stored");
                }
                LockSupport.parkNanos(1_000_000);
            }
            TermIndex last = TermIndex.valueOf(request.getSnapshotChunk().getTermIndex());
            // Ratis would replace the files of the one before under the hands of who restores them.
            while (division.getStateMachine().getLifeCycleState() == LifeCycle.State.PAUSED) {
                if (System.nanoTime() > deadline) {
                    throw notYet("the snapshot before is still to be restored");
                }
                LockSupport.parkNanos(1_000_000);
            }
            boolean held = request.getLeaderTerm() == division.getInfo().getCurrentTerm() && log.contains(last);
            return held ? alreadyHeld(request) : server.installSnapshot(request);
        } finally {
            appends.writeLock().unlock();
        }
    }

    private IOException notYet(String why) {
        return new IOException(server.getId() + " cannot install a snapshot yet: " + why);
    }

    /** As Ratis answers when the entry is committed. */
    private InstallSnapshotReplyProto alreadyHeld(InstallSnapshotRequestProto request) {
        RaftRpcRequestProto header = request.getServerRequest();
        return InstallSnapshotReplyProto.newBuilder()
                .setServerReply(RaftRpcReplyProto.newBuilder()
                        .setRequestorId(header.getRequestorId())
                        .setReplyId(server.getId().toByteString())
                        .setRaftGroupId(header.getRaftGroupId())
                        .setCallId(header.getCallId())
                        .setSuccess(true))
                .setTerm(request.getLeaderTerm())
                .setResult(InstallSnapshotResult.ALREADY_INSTALLED)
                .setRequestIndex(request.getSnapshotChunk().getRequestIndex())
                .build();
    }
}

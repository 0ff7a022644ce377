package io.ratiskv.raft;

import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.ratis.grpc.server.GrpcLogAppender;
import org.apache.ratis.grpc.server.GrpcServicesImpl;
import org.apache.ratis.proto.RaftProtos.AppendEntriesRequestProto;
import org.apache.ratis.proto.RaftProtos.RaftPeerRole;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.leader.FollowerInfo;
import org.apache.ratis.server.leader.LeaderState;
import org.apache.ratis.server.raftlog.RaftLogIOException;
import org.jspecify.annotations.Nullable;

/**
 * Ratis' appender to one follower, which also tells it a new commit index at once when asked, sends again what a broken
 * connection may have lost, and starts over with a follower that lost its log. Ratis runs it on a thread of its own; {@link
 * #push} may be called by any. Where there is an {@link AppendPipeline} it sends the entries while the follower keeps up.
 *
 * <p>By itself Ratis sends a commit index with the next entries or the next heartbeat, and a heartbeat sent while
 * entries are under way carries none, because its previous entry is then unknown. So the heartbeat of a push is built on
 * the last entry that the follower is known to hold, and it waits until there is something to tell: the follower's match
 * index beyond what was told before.
 */
final class ReachableLogAppender extends GrpcLogAppender {
    private static final long PIPELINE_LOOK_MILLIS = 100;

    private final AtomicLong wantedCommit = new AtomicLong(-1);

    /** The highest commit index sent; a lower one for a moment when two threads send at once. */
    private volatile long sentCommit = -1;

    /** Whether Ratis takes the follower for a member. Confined to the appender's thread. */
    private boolean member;

    private final Appenders appenders;

    /** Null as long as there are no links to replicate over. */
    private volatile @Nullable AppendPipeline pipeline;

    ReachableLogAppender(RaftServer.Division division, LeaderState leader, FollowerInfo follower, Appenders appenders) {
        super(division, leader, follower);
        this.appenders = appenders;
    }

    @Nullable
    AppendPipeline pipeline() {
        AppendPipeline present = pipeline;
        return present != null ? present : newPipeline();
    }

    private synchronized @Nullable AppendPipeline newPipeline() {
        LinkReplication links = appenders.linksToLeadOver();
        if (pipeline == null && links != null) {
            pipeline = new AppendPipeline(this, links);
        }
        return pipeline;
    }

    @Override
    public void notifyLogAppender() {
        AppendPipeline links = pipeline();
        if (links == null || !links.offer()) {
            super.notifyLogAppender();
        }
    }

    @Override
    public void triggerHeartbeat() {
        super.triggerHeartbeat();
        wake();
    }

    /** Has Ratis' thread look around, whoever sends the entries. */
    void wake() {
        super.notifyLogAppender();
    }

    /** Ratis has sent entries and not heard of them. */
    boolean awaitsReplies() {
        return super.hasPendingDataRequests();
    }

    @Override
    public boolean hasPendingDataRequests() {
        AppendPipeline links = pipeline();
        return awaitsReplies() || links != null && links.underWay();
    }

    @Override
    public boolean hasAppendEntries() {
        AppendPipeline links = pipeline();
        if (links == null) {
            return super.hasAppendEntries();
        }
        return links.ailing() || !links.carries() && super.hasAppendEntries();
    }

    /** Ratis does not wait while there are entries to send. */
    @Override
    public long getWaitTimeMs() {
        AppendPipeline links = pipeline();
        return links != null && links.carries()
                ? Math.clamp(getHeartbeatWaitTimeMs(), 1, PIPELINE_LOOK_MILLIS)
                : super.getWaitTimeMs();
    }

    /** The follower was told of this commit index. */
    void told(long commitIndex) {
        if (commitIndex > sentCommit) {
            sentCommit = commitIndex;
        }
    }

    /** The follower is to know {@code commitIndex} as soon as it holds the entry. Any number of calls cost one message. */
    void push(long commitIndex) {
        if (commitIndex > wantedCommit.get()) {
            wantedCommit.accumulateAndGet(commitIndex, Math::max);
            if (pushDue()) {
                notifyLogAppender();
            }
        }
    }

    boolean pushDue() {
        return Math.min(wantedCommit.get(), getFollower().getMatchIndex()) > sentCommit;
    }

    private boolean pushDueByRatis() {
        AppendPipeline links = pipeline();
        return (links == null || !links.on()) && pushDue();
    }

    @Override
    public boolean shouldSendAppendEntries() {
        return pushDueByRatis() || super.shouldSendAppendEntries();
    }

    @Override
    public long getHeartbeatWaitTimeMs() {
        return pushDueByRatis() ? 0 : super.getHeartbeatWaitTimeMs();
    }

    @Override
    public @Nullable AppendEntriesRequestProto newAppendEntriesRequest(long callId, boolean heartbeat)
            throws RaftLogIOException {
        markMember();
        AppendPipeline links = pipeline();
        if (links != null) {
            if (links.mend()) {
                getFollower().setNextIndex(getFollower().getMatchIndex() + 1);
            } else if (links.carries()) {
                return heartbeat || getHeartbeatWaitTimeMs() <= 0 ? super.newAppendEntriesRequest(callId, true) : null;
            }
        }
        if (acknowledgementLost()) {
            getFollower().computeNextIndex(next -> next - 1);
        }
        AppendEntriesRequestProto request = pushDue()
                ? getLeaderState()
                        .newAppendEntriesRequestProto(
                                getFollower(),
                                List.of(),
                                getPrevious(getFollower().getMatchIndex() + 1),
                                callId)
                : super.newAppendEntriesRequest(callId, heartbeat);
        if (request != null) {
            told(request.getLeaderCommit());
        }
        return request;
    }

    /**
     * A connection that breaks takes the acknowledgements under way with it. Ratis then takes what it sent for received,
     * which the next entry would prove or disprove; while there is none, and none can come when it is the first entry of
     * a leader, the last one must be sent again. Asked a heartbeat after the last message, so that an acknowledgement
     * that is only just being looked at is not taken for lost.
     */
    private boolean acknowledgementLost() {
        long next = getFollower().getNextIndex();
        return super.getHeartbeatWaitTimeMs() <= 0
                && !hasPendingDataRequests()
                && next > getFollower().getMatchIndex() + 1
                && next == getRaftLog().getNextIndex()
                && next > getRaftLog().getStartIndex();
    }

    private void markMember() {
        if (!member
                && getServer().getRaftConf().getPeer(getFollowerId(), RaftPeerRole.FOLLOWER, RaftPeerRole.LISTENER)
                        != null) {
            member = true;
            CaughtUp.mark(getFollower());
        }
    }

    /**
     * A follower that asks for entries which it held before has lost them, with its disk. Ratis holds on to what it
     * held: until something is written, the two repeat themselves, and the follower never catches up.
     */
    @Override
    protected long getNextIndexForInconsistency(long requestFirstIndex, long replyNextIndex) {
        if (replyNextIndex > getFollower().getMatchIndex()) {
            return super.getNextIndexForInconsistency(requestFirstIndex, replyNextIndex);
        }
        // The same first entry would be refused for the same reason, its predecessor.
        return replyNextIndex == requestFirstIndex ? Math.max(0, replyNextIndex - 1) : replyNextIndex;
    }

    @Override
    public GrpcServicesImpl getServerRpc() {
        return ((DurableServerRpc) getServer().getRaftServer().getServerRpc()).services();
    }
}

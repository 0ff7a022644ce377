package io.ratiskv.raft;

import io.ratiskv.replication.Replica;
import java.util.Objects;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.DivisionInfo;
import org.jspecify.annotations.Nullable;

/**
 * Tells the {@link Replica} who leads, each change once, and notices when Ratis closed its server by itself. Any thread.
 *
 * <p>Ratis reports a leader that was found and the loss of one's own leadership; that a follower lost its leader it does
 * not report, so {@link Watch} asks from time to time. Whoever asks, the answer is read here under the lock, so that the
 * last thing told is the latest.
 */
final class Leadership {
    private final String self;
    private final Replica replica;
    private final FailStop failStop;
    private volatile @Nullable DivisionInfo info;
    private volatile boolean closing;
    private volatile boolean departing;

    private @Nullable String toldLeader;
    private long toldTerm;

    Leadership(String self, Replica replica, FailStop failStop) {
        this.self = self;
        this.replica = replica;
        this.failStop = failStop;
    }

    /** Where it is read, once there is a server. */
    void readFrom(DivisionInfo source) {
        info = source;
    }

    /** The node that leads as far as this one knows. */
    @Nullable
    String leader() {
        DivisionInfo source = info;
        RaftPeerId leader = source == null ? null : source.getLeaderId();
        if (source == null || leader == null) {
            return null;
        }
        // While it steps down, Ratis still names the node itself.
        String name = leader.toString();
        return name.equals(self) && !source.isLeader() ? null : name;
    }

    synchronized void refresh() {
        DivisionInfo source = info;
        if (source == null) {
            return;
        }
        String leader = leader();
        long term = source.getCurrentTerm();
        if (Objects.equals(leader, toldLeader) && term == toldTerm) {
            return;
        }
        toldLeader = leader;
        toldTerm = term;
        replica.leaderChanged(leader, term);
    }

    /** From here on the server is closed because we want it. */
    void close() {
        closing = true;
    }

    boolean closing() {
        return closing;
    }

    /** The node does not belong to its group any more: Ratis may close its server by itself. */
    void depart() {
        departing = true;
    }

    /** Whether the end of the server is no failure. */
    boolean mayEnd() {
        return closing || departing;
    }

    /** Ratis closed its server. */
    void closed() {
        if (!mayEnd()) {
            failStop.stop(
                    "the Raft server closed itself, after a long pause of the process or an internal error", null);
        }
    }
}

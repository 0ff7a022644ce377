package io.ratiskv.raft;

import io.ratiskv.replication.Consensus.Configuration;
import io.ratiskv.replication.Consensus.LogStatus;
import io.ratiskv.replication.Consensus.Peer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.ratis.proto.RaftProtos.RaftPeerRole;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.server.DivisionInfo;
import org.apache.ratis.server.RaftConfiguration;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.leader.FollowerInfo;
import org.apache.ratis.server.protocol.TermIndex;
import org.apache.ratis.server.raftlog.RaftLog;
import org.jspecify.annotations.Nullable;

/** The log and the members as this node sees them, in our words. Any thread. */
final class GroupView {
    private final RaftServer.Division division;
    private final RatisStateMachine stateMachine;
    private final SnapshotStore snapshots;
    private final Appenders appenders;

    private volatile @Nullable KnownConfiguration knownConfiguration;

    /** A translation is kept as long as Ratis' object is the same. */
    private record KnownConfiguration(RaftConfiguration ratis, Configuration translated) {}

    GroupView(
            RaftServer.Division division,
            RatisStateMachine stateMachine,
            SnapshotStore snapshots,
            Appenders appenders) {
        this.division = division;
        this.stateMachine = stateMachine;
        this.snapshots = snapshots;
        this.appenders = appenders;
    }

    @SuppressWarnings("ReferenceEquality") // one comparison per read; Ratis makes a new object for every change
    Configuration configuration() {
        RaftConfiguration now = division.getRaftConf();
        KnownConfiguration known = knownConfiguration;
        if (known == null || known.ratis() != now) {
            known = new KnownConfiguration(
                    now,
                    new Configuration(
                            ids(now.getCurrentPeers(RaftPeerRole.FOLLOWER)),
                            ids(now.getPreviousPeers(RaftPeerRole.FOLLOWER)),
                            ids(now.getAllPeers(RaftPeerRole.LISTENER))));
            knownConfiguration = known;
        }
        return known.translated();
    }

    private static Set<String> ids(Collection<RaftPeer> peers) {
        return peers.stream().map(peer -> peer.getId().toString()).collect(Collectors.toUnmodifiableSet());
    }

    LogStatus status() {
        DivisionInfo info = division.getInfo();
        RaftLog log = division.getRaftLog();
        TermIndex applied = stateMachine.getLastAppliedTermIndex();
        long lastIndex = log.getNextIndex() - 1;
        var snapshot = snapshots.getLatestSnapshot();
        RaftConfiguration configuration = division.getRaftConf();
        List<Peer> peers = new ArrayList<>();
        for (RaftPeer peer : configuration.getAllPeers(RaftPeerRole.FOLLOWER)) {
            peers.add(peer(peer, true, lastIndex));
        }
        for (RaftPeer peer : configuration.getAllPeers(RaftPeerRole.LISTENER)) {
            peers.add(peer(peer, false, lastIndex));
        }
        return new LogStatus(
                info.getCurrentRole().name(),
                info.getCurrentTerm(),
                log.getLastCommittedIndex(),
                applied.getTerm(),
                applied.getIndex(),
                log.getStartIndex(),
                lastIndex,
                snapshot == null ? -1 : snapshot.getIndex(),
                peers);
    }

    private Peer peer(RaftPeer peer, boolean voter, long lastIndex) {
        String id = peer.getId().toString();
        if (peer.getId().equals(division.getId())) {
            return new Peer(id, peer.getAddress(), voter, lastIndex, 0);
        }
        FollowerInfo follower = appenders.follower(id);
        return follower == null
                ? new Peer(id, peer.getAddress(), voter, -1, -1)
                : new Peer(
                        id,
                        peer.getAddress(),
                        voter,
                        follower.getMatchIndex(),
                        follower.getLastRpcResponseTime().elapsedTimeMs());
    }
}

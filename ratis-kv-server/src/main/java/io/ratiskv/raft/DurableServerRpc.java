package io.ratiskv.raft;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Collection;
import org.apache.ratis.grpc.server.GrpcServicesImpl;
import org.apache.ratis.proto.RaftProtos.AppendEntriesReplyProto;
import org.apache.ratis.proto.RaftProtos.AppendEntriesRequestProto;
import org.apache.ratis.proto.RaftProtos.InstallSnapshotReplyProto;
import org.apache.ratis.proto.RaftProtos.InstallSnapshotRequestProto;
import org.apache.ratis.proto.RaftProtos.RequestVoteReplyProto;
import org.apache.ratis.proto.RaftProtos.RequestVoteRequestProto;
import org.apache.ratis.proto.RaftProtos.StartLeaderElectionReplyProto;
import org.apache.ratis.proto.RaftProtos.StartLeaderElectionRequestProto;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.rpc.RpcType;
import org.apache.ratis.server.RaftServerRpc;
import org.apache.ratis.server.protocol.RaftServerAsynchronousProtocol;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What this node sends: a candidacy only once the vote for itself is durable. Any thread.
 *
 * <p>AppendEntries do not pass here, the appenders use the gRPC client underneath; they come from a leader, whose term
 * was made durable by its candidacy.
 */
final class DurableServerRpc implements RaftServerRpc {
    private static final Logger LOG = LoggerFactory.getLogger(DurableServerRpc.class);
    private static final long SOCKETS_CLOSE_MILLIS = 200;

    private final MembersOnlyServer asMembersSeeIt;
    private final GrpcServicesImpl services;
    private final VoteDurability votes;
    private final Rebuild rebuild;

    DurableServerRpc(
            MembersOnlyServer asMembersSeeIt, GrpcServicesImpl services, VoteDurability votes, Rebuild rebuild) {
        this.asMembersSeeIt = asMembersSeeIt;
        this.services = services;
        this.votes = votes;
        this.rebuild = rebuild;
    }

    /** What serves the other members, whichever way they reach this node. */
    MembersOnlyServer asMembersSeeIt() {
        return asMembersSeeIt;
    }

    GrpcServicesImpl services() {
        return services;
    }

    @Override
    public RequestVoteReplyProto requestVote(RequestVoteRequestProto request) throws IOException {
        if (rebuild.abstains()) {
            throw new IOException("this node gets its data anew and does not stand for election");
        }
        if (!request.getPreVote()) {
            votes.beforeVoteLeaves(request.getCandidateTerm());
        }
        return services.requestVote(request);
    }

    @Override
    public StartLeaderElectionReplyProto startLeaderElection(StartLeaderElectionRequestProto request)
            throws IOException {
        return services.startLeaderElection(request);
    }

    @Override
    public AppendEntriesReplyProto appendEntries(AppendEntriesRequestProto request) {
        return services.appendEntries(request);
    }

    @Override
    public InstallSnapshotReplyProto installSnapshot(InstallSnapshotRequestProto request) {
        return services.installSnapshot(request);
    }

    @Override
    public RaftServerAsynchronousProtocol async() {
        return services.async();
    }

    @Override
    public void notifyNotLeader(RaftGroupId groupId) {
        services.notifyNotLeader(groupId);
    }

    @Override
    public void handleException(RaftPeerId serverId, Exception e, boolean reconnect) {
        services.handleException(serverId, e, reconnect);
    }

    @Override
    public void addRaftPeers(Collection<RaftPeer> peers) {
        services.addRaftPeers(peers);
    }

    @Override
    public RpcType getRpcType() {
        return services.getRpcType();
    }

    @Override
    public InetSocketAddress getInetSocketAddress() {
        return services.getInetSocketAddress();
    }

    @Override
    public InetSocketAddress getClientServerAddress() {
        return services.getClientServerAddress();
    }

    @Override
    public InetSocketAddress getAdminServerAddress() {
        return services.getAdminServerAddress();
    }

    @Override
    public void start() throws IOException {
        services.start();
    }

    /**
     * Closes the sockets; does not wait for the event loops, whose end Netty delays by two seconds in case something
     * should still be handed to them.
     */
    @Override
    public void close() throws IOException {
        Thread closing = Thread.ofPlatform().name("raft-rpc-close").daemon().start(() -> {
            try {
                services.close();
            } catch (IOException e) {
                LOG.warn("closing the Raft port failed", e);
            }
        });
        try {
            closing.join(SOCKETS_CLOSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

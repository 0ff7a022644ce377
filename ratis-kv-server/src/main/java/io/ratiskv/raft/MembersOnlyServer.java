package io.ratiskv.raft;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.proto.RaftProtos.AppendEntriesReplyProto;
import org.apache.ratis.proto.RaftProtos.AppendEntriesRequestProto;
import org.apache.ratis.proto.RaftProtos.InstallSnapshotReplyProto;
import org.apache.ratis.proto.RaftProtos.InstallSnapshotRequestProto;
import org.apache.ratis.proto.RaftProtos.RaftRpcReplyProto;
import org.apache.ratis.proto.RaftProtos.RaftRpcRequestProto;
import org.apache.ratis.proto.RaftProtos.ReadIndexReplyProto;
import org.apache.ratis.proto.RaftProtos.ReadIndexRequestProto;
import org.apache.ratis.proto.RaftProtos.RequestVoteReplyProto;
import org.apache.ratis.proto.RaftProtos.RequestVoteRequestProto;
import org.apache.ratis.proto.RaftProtos.StartLeaderElectionReplyProto;
import org.apache.ratis.proto.RaftProtos.StartLeaderElectionRequestProto;
import org.apache.ratis.protocol.GroupInfoReply;
import org.apache.ratis.protocol.GroupInfoRequest;
import org.apache.ratis.protocol.GroupListReply;
import org.apache.ratis.protocol.GroupListRequest;
import org.apache.ratis.protocol.GroupManagementRequest;
import org.apache.ratis.protocol.LeaderElectionManagementRequest;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftClientRequest;
import org.apache.ratis.protocol.RaftGroup;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.protocol.SetConfigurationRequest;
import org.apache.ratis.protocol.SnapshotManagementRequest;
import org.apache.ratis.protocol.TransferLeadershipRequest;
import org.apache.ratis.protocol.exceptions.RaftException;
import org.apache.ratis.server.DataStreamServerRpc;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.RaftServerRpc;
import org.apache.ratis.server.ServerFactory;
import org.apache.ratis.util.LifeCycle;
import org.apache.ratis.util.ProtoUtils;

/**
 * The server as the Raft port sees it. Any thread.
 *
 * <p>Ratis serves its client and its admin protocol on the same port as the consensus: anyone who reaches it could write
 * to the log, change the members or remove the group. Here all of that is refused; what remains is what members say to
 * each other, and their answers leave through {@link VoteDurability}.
 */
final class MembersOnlyServer implements RaftServer {
    private final RaftServer server;
    private final VoteDurability votes;
    private final Rebuild rebuild;
    private final DiskSpace disk;
    private final InstallGuard guard;

    MembersOnlyServer(RaftServer server, VoteDurability votes, Rebuild rebuild, DiskSpace disk) {
        this.server = server;
        this.votes = votes;
        this.rebuild = rebuild;
        this.disk = disk;
        this.guard = new InstallGuard(server);
    }

    @Override
    public RequestVoteReplyProto requestVote(RequestVoteRequestProto request) throws IOException {
        if (rebuild.abstains()) {
            rebuild.abstained(RaftPeerId.valueOf(request.getServerRequest().getRequestorId())
                    .toString());
            return abstain(request.getServerRequest());
        }
        RequestVoteReplyProto reply = server.requestVote(request);
        if (!request.getPreVote()) {
            votes.beforeVoteLeaves(reply.getTerm());
        }
        return reply;
    }

    @Override
    public CompletableFuture<AppendEntriesReplyProto> appendEntriesAsync(AppendEntriesRequestProto request)
            throws IOException {
        return guard.append(request).thenApply(reply -> durable(request, reply));
    }

    /** Ratis' port for members takes the other form only. */
    @Override
    public AppendEntriesReplyProto appendEntries(AppendEntriesRequestProto request) throws IOException {
        throw refused("appendEntries that are waited for");
    }

    /** Ratis answers with the term from before the request, though it raised it and stored the entries under the new one. */
    private AppendEntriesReplyProto durable(AppendEntriesRequestProto request, AppendEntriesReplyProto reply) {
        try {
            votes.beforeTermLeaves(Math.max(reply.getTerm(), request.getLeaderTerm()));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        return reply;
    }

    @Override
    public InstallSnapshotReplyProto installSnapshot(InstallSnapshotRequestProto request) throws IOException {
        InstallSnapshotReplyProto reply = guard.install(request);
        long term = Math.max(reply.getTerm(), request.getLeaderTerm());
        if (request.getSnapshotChunk().getDone()) {
            // With the last chunk Ratis also rewrote the configuration beside the vote.
            votes.beforeVoteLeaves(term);
        } else {
            votes.beforeTermLeaves(term);
        }
        return reply;
    }

    @Override
    public StartLeaderElectionReplyProto startLeaderElection(StartLeaderElectionRequestProto request)
            throws IOException {
        if (rebuild.abstains()) {
            throw new RaftException(getId() + " gets its data anew and cannot lead");
        }
        if (disk.full()) {
            throw new RaftException("the disk of " + getId() + " is as good as full");
        }
        return server.startLeaderElection(request);
    }

    /** Neither its vote nor its term changes: the state of the server is not touched. */
    private RequestVoteReplyProto abstain(RaftRpcRequestProto request) throws IOException {
        long term = server.getDivision(ProtoUtils.toRaftGroupId(request.getRaftGroupId()))
                .getInfo()
                .getCurrentTerm();
        return RequestVoteReplyProto.newBuilder()
                .setServerReply(RaftRpcReplyProto.newBuilder()
                        .setRequestorId(request.getRequestorId())
                        .setReplyId(getId().toByteString())
                        .setRaftGroupId(request.getRaftGroupId())
                        .setCallId(request.getCallId())
                        .setSuccess(false))
                .setTerm(term)
                .setShouldShutdown(false)
                .build();
    }

    @Override
    public CompletableFuture<ReadIndexReplyProto> readIndexAsync(ReadIndexRequestProto request) {
        return CompletableFuture.failedFuture(refused("readIndex"));
    }

    @Override
    public CompletableFuture<RaftClientReply> submitClientRequestAsync(RaftClientRequest request) {
        return CompletableFuture.failedFuture(refused("client request"));
    }

    @Override
    public RaftClientReply submitClientRequest(RaftClientRequest request) throws IOException {
        throw refused("client request");
    }

    @Override
    public CompletableFuture<RaftClientReply> setConfigurationAsync(SetConfigurationRequest request) {
        return CompletableFuture.failedFuture(refused("setConfiguration"));
    }

    @Override
    public RaftClientReply setConfiguration(SetConfigurationRequest request) throws IOException {
        throw refused("setConfiguration");
    }

    @Override
    public CompletableFuture<RaftClientReply> transferLeadershipAsync(TransferLeadershipRequest request) {
        return CompletableFuture.failedFuture(refused("transferLeadership"));
    }

    @Override
    public RaftClientReply transferLeadership(TransferLeadershipRequest request) throws IOException {
        throw refused("transferLeadership");
    }

    @Override
    public CompletableFuture<GroupListReply> getGroupListAsync(GroupListRequest request) {
        return CompletableFuture.failedFuture(refused("groupList"));
    }

    @Override
    public GroupListReply getGroupList(GroupListRequest request) throws IOException {
        throw refused("groupList");
    }

    @Override
    public CompletableFuture<GroupInfoReply> getGroupInfoAsync(GroupInfoRequest request) {
        return CompletableFuture.failedFuture(refused("groupInfo"));
    }

    @Override
    public GroupInfoReply getGroupInfo(GroupInfoRequest request) throws IOException {
        throw refused("groupInfo");
    }

    @Override
    public CompletableFuture<RaftClientReply> groupManagementAsync(GroupManagementRequest request) {
        return CompletableFuture.failedFuture(refused("groupManagement"));
    }

    @Override
    public RaftClientReply groupManagement(GroupManagementRequest request) throws IOException {
        throw refused("groupManagement");
    }

    @Override
    public CompletableFuture<RaftClientReply> snapshotManagementAsync(SnapshotManagementRequest request) {
        return CompletableFuture.failedFuture(refused("snapshotManagement"));
    }

    @Override
    public RaftClientReply snapshotManagement(SnapshotManagementRequest request) throws IOException {
        throw refused("snapshotManagement");
    }

    @Override
    public CompletableFuture<RaftClientReply> leaderElectionManagementAsync(LeaderElectionManagementRequest request) {
        return CompletableFuture.failedFuture(refused("leaderElectionManagement"));
    }

    @Override
    public RaftClientReply leaderElectionManagement(LeaderElectionManagementRequest request) throws IOException {
        throw refused("leaderElectionManagement");
    }

    private RaftException refused(String what) {
        return new RaftException(getId() + " refuses " + what + ": this port serves members only");
    }

    @Override
    public RaftPeerId getId() {
        return server.getId();
    }

    @Override
    public RaftPeer getPeer() {
        return server.getPeer();
    }

    @Override
    public Iterable<RaftGroupId> getGroupIds() {
        return server.getGroupIds();
    }

    @Override
    public Iterable<RaftGroup> getGroups() throws IOException {
        return server.getGroups();
    }

    @Override
    public Division getDivision(RaftGroupId groupId) throws IOException {
        return server.getDivision(groupId);
    }

    @Override
    public RaftProperties getProperties() {
        return server.getProperties();
    }

    @Override
    public RaftServerRpc getServerRpc() {
        return server.getServerRpc();
    }

    @Override
    public DataStreamServerRpc getDataStreamServerRpc() {
        return server.getDataStreamServerRpc();
    }

    @Override
    public ServerFactory getFactory() {
        return server.getFactory();
    }

    @Override
    public void start() throws IOException {
        server.start();
    }

    @Override
    public LifeCycle.State getLifeCycleState() {
        return server.getLifeCycleState();
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}

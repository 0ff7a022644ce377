package io.ratiskv.raft;

import org.apache.ratis.conf.Parameters;
import org.apache.ratis.grpc.GrpcFactory;
import org.apache.ratis.grpc.server.GrpcServicesImpl;
import org.apache.ratis.rpc.SupportedRpcType;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.RaftServerRpc;
import org.apache.ratis.server.ServerFactory;
import org.apache.ratis.server.leader.FollowerInfo;
import org.apache.ratis.server.leader.LeaderState;
import org.apache.ratis.server.leader.LogAppender;

/**
 * Ratis' gRPC transport with {@link VoteDurability} on every way out, strangers refused on the way in, and the log
 * appenders within reach. Made by Ratis, once per server.
 */
final class DurableFactory implements ServerFactory {
    private static final String VOTES = "ratiskv.votes";
    private static final String APPENDERS = "ratiskv.appenders";
    private static final String REBUILD = "ratiskv.rebuild";
    private static final String DISK = "ratiskv.disk";

    private final GrpcFactory grpc;
    private final VoteDurability votes;
    private final Appenders appenders;
    private final Rebuild rebuild;
    private final DiskSpace disk;

    DurableFactory(Parameters parameters) {
        this.grpc = new GrpcFactory(parameters);
        this.votes = parameters.getNonNull(VOTES, VoteDurability.class);
        this.appenders = parameters.getNonNull(APPENDERS, Appenders.class);
        this.rebuild = parameters.getNonNull(REBUILD, Rebuild.class);
        this.disk = parameters.getNonNull(DISK, DiskSpace.class);
    }

    /** What the factory will be given, by way of Ratis' parameters. */
    static void put(Parameters parameters, VoteDurability votes, Appenders appenders, Rebuild rebuild, DiskSpace disk) {
        parameters.put(VOTES, votes, VoteDurability.class);
        parameters.put(APPENDERS, appenders, Appenders.class);
        parameters.put(REBUILD, rebuild, Rebuild.class);
        parameters.put(DISK, disk, DiskSpace.class);
    }

    @Override
    public SupportedRpcType getRpcType() {
        return SupportedRpcType.GRPC;
    }

    @Override
    public RaftServerRpc newRaftServerRpc(RaftServer server) {
        MembersOnlyServer asMembersSeeIt = new MembersOnlyServer(server, votes, rebuild, disk);
        GrpcServicesImpl services = (GrpcServicesImpl) grpc.newRaftServerRpc(asMembersSeeIt);
        return new DurableServerRpc(asMembersSeeIt, services, votes, rebuild);
    }

    @Override
    public LogAppender newLogAppender(RaftServer.Division division, LeaderState leader, FollowerInfo follower) {
        ReachableLogAppender appender = new ReachableLogAppender(division, leader, follower, appenders);
        appenders.add(appender);
        return appender;
    }
}

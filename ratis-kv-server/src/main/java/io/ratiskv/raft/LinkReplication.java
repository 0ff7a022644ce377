package io.ratiskv.raft;

import io.ratiskv.replication.PeerMessage;
import io.ratiskv.replication.Peers;
import java.io.IOException;
import java.util.concurrent.Executor;
import org.apache.ratis.proto.RaftProtos.AppendEntriesRequestProto;
import org.apache.ratis.proto.RaftProtos.RaftRpcRequestProto;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.DivisionInfo;
import org.apache.ratis.server.RaftServer;

/**
 * This node's part in replication over the links between the nodes: what comes of it as a follower, and who hears the
 * answers as a leader. On the links' thread.
 *
 * <p>Only what changes neither term nor role is taken from there, so that nothing waits on that thread: everything else
 * comes to Ratis over its own connections.
 */
final class LinkReplication {
    private static final byte[] REFUSED = {};

    private final Peers peers;
    private final Executor loop;
    private final RaftServer server;
    private final RaftServer.Division division;
    private final Appenders appenders;

    /**
     * @param loop the links' thread
     * @param server as members see it
     */
    LinkReplication(Peers peers, Executor loop, RaftServer server, RaftServer.Division division, Appenders appenders) {
        this.peers = peers;
        this.loop = loop;
        this.server = server;
        this.division = division;
        this.appenders = appenders;
    }

    boolean connected(String node) {
        return peers.connected(node);
    }

    void send(String node, PeerMessage.Replication message) {
        peers.send(node, message);
    }

    void execute(Runnable task) {
        loop.execute(task);
    }

    void received(String from, PeerMessage.Replication message) {
        switch (message) {
            case PeerMessage.Append append -> append(from, append);
            case PeerMessage.Appended appended -> appenders.appended(from, appended);
        }
    }

    private void append(String from, PeerMessage.Append append) {
        try {
            AppendEntriesRequestProto request = AppendEntriesRequestProto.parseFrom(append.request());
            if (!follows(from, request)) {
                send(from, new PeerMessage.Appended(append.pipeline(), REFUSED));
                return;
            }
            var unused = server.appendEntriesAsync(request)
                    .whenComplete((reply, error) -> send(
                            from,
                            new PeerMessage.Appended(
                                    append.pipeline(), error != null ? REFUSED : reply.toByteArray())));
        } catch (IOException e) {
            send(from, new PeerMessage.Appended(append.pipeline(), REFUSED));
        }
    }

    private boolean follows(String from, AppendEntriesRequestProto request) {
        RaftRpcRequestProto header = request.getServerRequest();
        DivisionInfo info = division.getInfo();
        RaftPeerId leader = info.getLeaderId();
        return info.isFollower()
                && request.getLeaderTerm() == info.getCurrentTerm()
                && leader != null
                && leader.toString().equals(from)
                && header.getRequestorId().equals(leader.toByteString());
    }
}

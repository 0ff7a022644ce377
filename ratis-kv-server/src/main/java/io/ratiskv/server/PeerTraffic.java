package io.ratiskv.server;

import io.ratiskv.raft.RatisConsensus;
import io.ratiskv.replication.PeerMessage;
import io.ratiskv.replication.Peers;
import io.ratiskv.replication.Shard;
import io.ratiskv.session.PubSub;

/** Hands what other nodes say to the part it is for. Called on the links' threads. */
record PeerTraffic(Shard shard, PubSub pubSub, RatisConsensus consensus) implements Peers.Listener {
    @Override
    public void received(String from, PeerMessage message) {
        switch (message) {
            case PeerMessage.AmongClients amongClients -> pubSub.received(from, amongClients);
            case PeerMessage.Replication replication -> consensus.received(from, replication);
            default -> shard.received(from, message);
        }
    }

    @Override
    public void linkChanged(String node, boolean up) {
        consensus.linkChanged(node, up);
        shard.linkChanged(node, up);
        pubSub.linkChanged(node, up);
    }

    @Override
    public void disowned(String node, long index) {
        consensus.disowned(node, index);
    }
}

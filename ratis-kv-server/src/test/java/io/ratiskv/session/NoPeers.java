package io.ratiskv.session;

import io.ratiskv.replication.PeerMessage;
import io.ratiskv.replication.Peers;

/** A node that is alone. */
enum NoPeers implements Peers {
    INSTANCE;

    @Override
    public void send(String node, PeerMessage message) {
        throw new IllegalStateException("there is no node " + node);
    }

    @Override
    public boolean connected(String node) {
        return false;
    }
}

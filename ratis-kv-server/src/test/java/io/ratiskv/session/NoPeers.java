package io.ratiskv.session;

import io.ratiskv.replication.PeerMessage;
import io.ratiskv.replication.Peers;
import java.util.concurrent.CompletableFuture;

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

    @Override
    public CompletableFuture<Identity> identify(String address) {
        return CompletableFuture.failedFuture(new IllegalStateException("there is nobody at " + address));
    }
}

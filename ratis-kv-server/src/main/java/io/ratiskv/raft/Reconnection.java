package io.ratiskv.raft;

import java.io.IOException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.RaftServer;

/**
 * Has Ratis connect anew to a node that was out of reach. Any thread.
 *
 * <p>Ratis opens its connections with neither keep-alive nor a user time-out of TCP, and lets nobody set them. One over
 * which a network lost everything stays, and TCP sends again what waits at growing distances, of two minutes in the end,
 * however long the network has healed. The links between nodes notice after two seconds and try several times a second:
 * when one is there again, the old connections are of no more use. That answers come says nothing: entries and heartbeats
 * have a connection each.
 */
final class Reconnection {
    private final RaftServer server;

    /** Nodes whose link was there and is not. */
    private final Set<String> lost = ConcurrentHashMap.newKeySet();

    Reconnection(RaftServer server) {
        this.server = server;
    }

    void linkChanged(String node, boolean up) {
        if (!up) {
            lost.add(node);
        } else if (lost.remove(node)) {
            Thread.ofPlatform().daemon().name("raft-reconnect").start(() -> reconnect(node));
        }
    }

    private void reconnect(String node) {
        // Ratis gives the calls of the old connection three seconds to end, unless it is interrupted. They will not.
        Thread.currentThread().interrupt();
        server.getServerRpc()
                .handleException(
                        RaftPeerId.valueOf(node), new IOException("the link with " + node + " was made anew"), true);
    }
}

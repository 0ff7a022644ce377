package io.ratiskv.replication;

import java.util.concurrent.CompletableFuture;

/**
 * The port to the other nodes. Any thread. A message is delivered at most once and may be lost; two messages over one
 * link keep their order.
 */
public interface Peers {
    /** Sends if there is a link, else drops. Does not block. */
    void send(String node, PeerMessage message);

    /** True while a link to {@code node} is up as far as is known. */
    boolean connected(String node);

    /**
     * Asks who is at an address, which need not be a member's.
     *
     * @param address of the node-to-node service, {@code host:port}
     * @return completes exceptionally, with a message for the operator, when nobody answers within seconds
     */
    CompletableFuture<Identity> identify(String address);

    /**
     * What a node says of itself.
     *
     * @param cluster it belongs to, or will when it is added
     * @param incarnation random name of its data directory; empty for a node that the cluster began with
     * @param joining it waits to be added
     * @param taken a member bears the name of who asked
     */
    record Identity(String node, String cluster, String incarnation, boolean joining, boolean taken) {}

    /** Who hears. Called on the link's own threads: short and never blocking. */
    interface Listener {
        void received(String from, PeerMessage message);

        /** The link to {@code node} came up or went down. */
        void linkChanged(String node, boolean up);

        /**
         * {@code node} says that this one is no member.
         *
         * @param index of the configuration that it goes by, which is committed
         */
        default void disowned(String node, long index) {}
    }
}

package io.ratiskv.replication;

/**
 * The port to the other nodes. Any thread. A message is delivered at most once and may be lost; two messages over one
 * link keep their order.
 */
public interface Peers {
    /** Sends if there is a link, else drops. Does not block. */
    void send(String node, PeerMessage message);

    /** True while a link to {@code node} is up as far as is known. */
    boolean connected(String node);

    /** Who hears. Called on the link's own threads: short and never blocking. */
    interface Listener {
        void received(String from, PeerMessage message);

        /** The link to {@code node} came up or went down. */
        void linkChanged(String node, boolean up);
    }
}

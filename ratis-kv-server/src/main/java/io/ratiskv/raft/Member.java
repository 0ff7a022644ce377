package io.ratiskv.raft;

import org.jspecify.annotations.Nullable;

/**
 * A voter as the cluster starts out with it. Immutable.
 *
 * @param id the node's name, unique in the cluster and never given to another node
 * @param host name or address under which the others reach its Raft port
 * @param peerAddress where it speaks the node-to-node service, {@code host:port}; null: at the Raft port + 10000
 */
public record Member(
        String id, String host, int port, @Nullable String peerAddress) {
    private static final int PEER_PORT_OFFSET = 10_000;

    public Member(String id, String host, int port) {
        this(id, host, port, null);
    }

    String address() {
        return host.indexOf(':') >= 0 ? "[" + host + "]:" + port : host + ":" + port;
    }

    /** Of the node-to-node service of a member at {@code raftAddress} of which nothing else is known. */
    static String peerAddress(String raftAddress) {
        int colon = raftAddress.lastIndexOf(':');
        int port = Integer.parseInt(raftAddress.substring(colon + 1));
        return raftAddress.substring(0, colon + 1) + (port + PEER_PORT_OFFSET);
    }
}

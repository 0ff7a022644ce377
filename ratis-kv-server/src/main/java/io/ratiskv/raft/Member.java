package io.ratiskv.raft;

/**
 * A voter as the cluster starts out with it. Immutable.
 *
 * @param id the node's name, unique in the cluster and never given to another node
 * @param host name or address under which the others reach its Raft port
 */
public record Member(String id, String host, int port) {
    String address() {
        return host.indexOf(':') >= 0 ? "[" + host + "]:" + port : host + ":" + port;
    }
}

package io.ratiskv.compare;

import java.util.List;

/**
 * A store that is measured, as its clients reach it. Immutable.
 *
 * @param name as the report calls it
 * @param port on loopback, of the node that clients connect to
 * @param nodes its processes; none if they are not ours to look at
 * @param warmUpSeconds how long it is loaded before it is measured
 */
record Contestant(String name, Protocol protocol, String host, int port, List<Long> nodes, int warmUpSeconds) {
    enum Protocol {
        RESP,
        ETCD
    }
}

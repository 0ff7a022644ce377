package io.ratiskv.peer;

import io.ratiskv.tls.Tls;
import java.net.InetSocketAddress;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the links need to know of the cluster. Immutable.
 *
 * @param self id of this node
 * @param cluster id that all its nodes share; a node of another one is refused
 * @param incarnation of this node's data directory; empty when the cluster began with this node
 * @param bind where this node listens for the others
 * @param others where the others listen, by id, until {@link PeerLinks#follow} tells; a name is resolved anew for each
 *     attempt to reach it
 * @param tls mutual between nodes, its {@code isMutual()} is true; null for plain text
 */
public record LinkSettings(
        String self,
        String cluster,
        String incarnation,
        InetSocketAddress bind,
        Map<String, InetSocketAddress> others,
        @Nullable Tls tls) {
    public LinkSettings {
        others = Map.copyOf(others);
        if (others.containsKey(self)) throw new IllegalArgumentException(self + " is named among its own peers");
        if (tls != null && !tls.isMutual()) {
            throw new IllegalArgumentException("TLS between nodes needs authorities to verify them against");
        }
    }

    /** Of a node that the cluster began with. */
    public LinkSettings(
            String self,
            String cluster,
            InetSocketAddress bind,
            Map<String, InetSocketAddress> others,
            @Nullable Tls tls) {
        this(self, cluster, "", bind, others, tls);
    }
}

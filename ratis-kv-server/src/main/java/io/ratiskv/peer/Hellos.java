package io.ratiskv.peer;

import io.ratiskv.proto.peer.Hello;
import io.ratiskv.proto.peer.PeerFrame;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The first frame of a stream: what this node says of itself, and whether it likes what another says. Immutable. */
final class Hellos {
    /** The newest version of the protocol that this code speaks. */
    private static final int PROTOCOL = 1;

    private static final int SHOWN_CHARACTERS_MAX = 64;

    private final String self;
    private final String cluster;
    private final Set<String> others;
    private final PeerFrame own;

    Hellos(String self, String cluster, long life, Set<String> others) {
        this.self = self;
        this.cluster = cluster;
        this.others = others;
        this.own = PeerFrame.newBuilder()
                .setHello(Hello.newBuilder()
                        .setNodeId(self)
                        .setClusterId(cluster)
                        .setProtocol(PROTOCOL)
                        .setLife(life))
                .build();
    }

    PeerFrame own() {
        return own;
    }

    /**
     * Why a stream with this first frame is refused, or null when it is welcome.
     *
     * @param expected who should be speaking; null when any other node of the cluster may
     */
    @Nullable
    String refusal(PeerFrame first, @Nullable String expected) {
        if (!first.hasHello()) return "it does not begin with a Hello";
        Hello hello = first.getHello();
        String node = hello.getNodeId();
        if (!hello.getClusterId().equals(cluster)) {
            return "node " + shown(node) + " belongs to cluster " + shown(hello.getClusterId()) + ", this is "
                    + cluster;
        }
        if (expected != null && !node.equals(expected)) {
            return "node " + shown(node) + " is at the address of " + expected;
        }
        if (node.equals(self)) return "another node calls itself " + self + ", as this one does";
        if (!others.contains(node)) return "node " + shown(node) + " is not a peer of " + self;
        if (hello.getProtocol() < 1) return "node " + shown(node) + " names no version of the protocol";
        return null;
    }

    /** A stranger's word, fit for one line of a log. */
    private static String shown(String word) {
        String printable = word.replaceAll("[^\\x21-\\x7E]", "?");
        if (printable.length() <= SHOWN_CHARACTERS_MAX) return "'" + printable + "'";
        return "'" + printable.substring(0, SHOWN_CHARACTERS_MAX) + "…'";
    }
}

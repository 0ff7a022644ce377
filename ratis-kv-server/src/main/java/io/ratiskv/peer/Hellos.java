package io.ratiskv.peer;

import io.ratiskv.proto.peer.Hello;
import io.ratiskv.proto.peer.PeerFrame;
import io.ratiskv.replication.Roster;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The first frame of a stream: what this node says of itself, and whether it likes what another says. Any thread. */
final class Hellos {
    /** The newest version of the protocol that this code speaks. */
    private static final int PROTOCOL = 1;

    private static final int SHOWN_CHARACTERS_MAX = 64;

    private final String self;
    private final String cluster;
    private final Supplier<Roster> roster;
    private final PeerFrame own;

    /**
     * @param settledAt index of the configuration that does not name the node; null when that is not why, or may change
     */
    record Refusal(String reason, @Nullable Long settledAt) {}

    /** @param roster who the members are now */
    Hellos(String self, String cluster, String incarnation, long life, Supplier<Roster> roster) {
        this.self = self;
        this.cluster = cluster;
        this.roster = roster;
        this.own = PeerFrame.newBuilder()
                .setHello(Hello.newBuilder()
                        .setNodeId(self)
                        .setClusterId(cluster)
                        .setProtocol(PROTOCOL)
                        .setLife(life)
                        .setIncarnation(incarnation))
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
    Refusal refusal(PeerFrame first, @Nullable String expected) {
        if (!first.hasHello()) return new Refusal("it does not begin with a Hello", null);
        Hello hello = first.getHello();
        @Nullable String reason = reason(hello, expected);
        if (reason != null) return new Refusal(reason, null);
        Roster now = roster.get();
        String node = hello.getNodeId();
        if (now.seats(node, hello.getIncarnation())) return null;
        String stranger = now.seats().containsKey(node)
                ? "node " + shown(node) + " was added with another data directory than the one it has"
                : "node " + shown(node) + " is not a peer of " + self;
        return new Refusal(stranger, now.settled() ? now.index() : null);
    }

    private @Nullable String reason(Hello hello, @Nullable String expected) {
        String node = hello.getNodeId();
        if (!hello.getClusterId().equals(cluster)) {
            return "node " + shown(node) + " belongs to cluster " + shown(hello.getClusterId()) + ", this is "
                    + cluster;
        }
        if (expected != null && !node.equals(expected)) {
            return "node " + shown(node) + " is at the address of " + expected;
        }
        if (node.equals(self)) return "another node calls itself " + self + ", as this one does";
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

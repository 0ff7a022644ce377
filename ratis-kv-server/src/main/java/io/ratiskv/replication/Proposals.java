package io.ratiskv.replication;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The way of an entry to whoever leads: in process when this node does, else over the link to the leader. Any thread. */
final class Proposals {
    private final Consensus consensus;
    private final Peers peers;

    Proposals(Consensus consensus, Peers peers) {
        this.consensus = consensus;
        this.peers = peers;
    }

    /**
     * Hands the entry over once.
     *
     * @param epoch and {@code id} come back with a refusal from another node; 0 if nobody waits for one
     * @param traceparent of a request in it that is followed; null when none is
     * @param refused hears a refusal of this node's own consensus
     * @return false when there is nobody to hand it to: it is then certain that nothing happened
     */
    boolean send(byte[] entry, long epoch, long id, @Nullable String traceparent, Consumer<Refusal> refused) {
        String leader = consensus.leader();
        if (leader == null) {
            return false;
        }
        if (leader.equals(consensus.self())) {
            consensus.submit(entry, refused);
            return true;
        }
        if (!peers.connected(leader)) {
            return false;
        }
        peers.send(leader, new PeerMessage.Propose(epoch, id, entry, traceparent));
        return true;
    }
}

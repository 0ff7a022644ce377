package io.ratiskv.replication;

import io.ratiskv.machine.Digest;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compares the replicas: each tells all others the digest of its state at the same indexes. The one that a majority of
 * the voters contradicts is wrong, and must not go on. Event loop only, but for the figures.
 *
 * <p>Nobody waits for a message that is lost or late: the next index comes.
 */
public final class Divergence {
    private static final Logger LOG = LoggerFactory.getLogger(Divergence.class);
    private static final int INDEXES_KEPT = 4;

    /**
     * @param compared digests that were held against those of a majority
     * @param differing of them, those that were not the same, and indexes where no majority agreed
     */
    public record Figures(long compared, long differing) {}

    /** What is known of one index. */
    private static final class Round {
        final Map<String, Digest> told = new HashMap<>();
        final Set<String> judged = new HashSet<>();
    }

    private final Consensus consensus;
    private final Peers peers;
    private final Consumer<String> diverged;
    private final TreeMap<Long, Round> rounds = new TreeMap<>();
    private final LongAdder compared = new LongAdder();
    private final LongAdder differing = new LongAdder();

    /** @param diverged this node's state is wrong; told in one line what differs from whom */
    Divergence(Consensus consensus, Peers peers, Consumer<String> diverged) {
        this.consensus = consensus;
        this.peers = peers;
        this.diverged = diverged;
    }

    /** This node's own state. */
    void folded(long index, Digest digest) {
        Consensus.Configuration members = consensus.configuration();
        Set<String> others = new HashSet<>(members.voters());
        others.addAll(members.listeners());
        others.remove(consensus.self());
        others.forEach(node -> peers.send(node, new PeerMessage.StateDigest(index, digest)));
        told(consensus.self(), index, digest);
    }

    /** What a node says of its state. */
    void told(String node, long index, Digest digest) {
        if (rounds.size() == INDEXES_KEPT && index < rounds.firstKey()) {
            return;
        }
        Round round = rounds.computeIfAbsent(index, first -> new Round());
        round.told.put(node, digest);
        judge(index, round);
        while (rounds.size() > INDEXES_KEPT) {
            rounds.pollFirstEntry();
        }
    }

    /** Any thread. */
    public Figures figures() {
        return new Figures(compared.sum(), differing.sum());
    }

    private void judge(long index, Round round) {
        Set<String> voters = consensus.configuration().voters();
        Digest right = agreedOn(round, voters);
        if (right == null) {
            if (round.told.keySet().containsAll(voters) && round.judged.addAll(voters)) {
                differing.increment();
                LOG.error("after index {} no majority of {} holds the same state", index, voters);
            }
            return;
        }
        round.told.forEach((node, digest) -> {
            if (!round.judged.add(node)) {
                return;
            }
            compared.increment();
            if (!digest.equals(right)) {
                differing.increment();
                differs(node, index, digest.differenceFrom(right));
            }
        });
    }

    /** What more than half of the voters hold; null while that is not known. */
    private static @Nullable Digest agreedOn(Round round, Set<String> voters) {
        for (Digest candidate : round.told.values()) {
            long holders = round.told.entrySet().stream()
                    .filter(told -> voters.contains(told.getKey()) && candidate.equals(told.getValue()))
                    .count();
            if (2 * holders > voters.size()) {
                return candidate;
            }
        }
        return null;
    }

    private void differs(String node, long index, String what) {
        if (node.equals(consensus.self())) {
            diverged.accept("its state after index " + index + " was not that of the majority: " + what);
        } else {
            LOG.error("after index {} the state of {} is not that of the majority: {}", index, node, what);
        }
    }
}

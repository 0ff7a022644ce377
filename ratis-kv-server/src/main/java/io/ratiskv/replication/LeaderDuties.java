package io.ratiskv.replication;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.Entry;
import io.ratiskv.api.EntryCodec;
import io.ratiskv.machine.KeyValueStateMachine;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * What the leader does of its own accord: starts the log's clock, brings the first setting of a new log, lets time go on
 * while keys are due and nothing is written, and has the replicas compared from time to time. Event loop.
 */
final class LeaderDuties {
    private static final long QUIET_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    /** Folding a state costs about a second of one processor for every few million keys. */
    private static final long COMPARE_NANOS = TimeUnit.MINUTES.toNanos(10);

    private final Consensus consensus;
    private final ApplyLoop state;
    private final LogClock clock;
    private final Loop loop;
    private final Supplier<Bytes> randomHashKey;

    private long leadingTerm;

    /** The applied index as of the last look, and when it moved or an entry was submitted here. */
    private long seenIndex;

    private long quietSinceNanos;

    /** When the replicas were last compared, or leading began, and at which index. */
    private long comparedAtNanos;

    private long comparedIndex;

    LeaderDuties(Consensus consensus, ApplyLoop state, LogClock clock, Loop loop, Supplier<Bytes> randomHashKey) {
        this.consensus = consensus;
        this.state = state;
        this.clock = clock;
        this.loop = loop;
        this.randomHashKey = randomHashKey;
    }

    /** The leader or its term changed. */
    void leadershipMoved() {
        long term = consensus.currentTerm();
        if (leads() && consensus.leaderReady() && leadingTerm != term) {
            leadingTerm = term;
            comparedAtNanos = loop.nanoTime();
            clock.startLeading(state.<Long>ask(KeyValueStateMachine::logTimeMillis));
        }
    }

    /** Called every few milliseconds. */
    void watch() {
        if (!leads() || !consensus.leaderReady()) {
            return;
        }
        leadershipMoved();
        if (state.<Boolean>ask(KeyValueStateMachine::needsHashKey)) {
            submitQuietly(new Entry.Configure("hash-key", randomHashKey.get()));
            return;
        }
        long now = loop.nanoTime();
        long applied = state.appliedIndex();
        boolean moved = applied != seenIndex;
        if (moved) {
            seenIndex = applied;
            quietSinceNanos = now;
        }
        boolean quiet = now - quietSinceNanos > QUIET_NANOS;
        if (quiet && state.<Boolean>ask(machine -> machine.tickNeeded(clock.nowMillis()))
                || moved && state.<Boolean>ask(LeaderDuties::hasLeftovers)) {
            submitQuietly(new Entry.Tick());
        }
        if (now - comparedAtNanos > COMPARE_NANOS) {
            comparedAtNanos = now;
            compareReplicas(applied);
        }
    }

    /** Unless nothing was written since the last time but the question itself. */
    private void compareReplicas(long applied) {
        if (applied - comparedIndex > 1) {
            comparedIndex = applied;
            submitQuietly(new Entry.Digest());
        }
    }

    /** An entry deletes no more than so much of what is due; the rest does not have to wait until all is quiet. */
    private static boolean hasLeftovers(KeyValueStateMachine machine) {
        return machine.tickNeeded(machine.logTimeMillis());
    }

    /** A refusal needs no answer: the next watch sees the same need, here or on another leader. */
    private void submitQuietly(Entry entry) {
        quietSinceNanos = loop.nanoTime();
        consensus.submit(EntryCodec.encode(entry, 1), refusal -> {});
    }

    private boolean leads() {
        return consensus.self().equals(consensus.leader());
    }
}

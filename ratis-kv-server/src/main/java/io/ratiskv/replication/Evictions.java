package io.ratiskv.replication;

import io.ratiskv.api.Entry;
import io.ratiskv.api.EntryCodec;
import io.ratiskv.keyspace.Eviction.Candidate;
import io.ratiskv.keyspace.EvictionPolicy;
import io.ratiskv.machine.KeyValueStateMachine;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Chooses what goes, on the leader, where accesses decide: draws keys that may go, asks the other nodes when they were
 * asked for them, and puts those that nobody wanted for the longest time into the log. Event loop, but for
 * {@link #wanted}.
 *
 * <p>Each node keeps its own {@link AccessTable} of the reads it answers and of all writes; nothing of it travels but
 * what is asked about some keys. A node that has not answered is asked again, for a while; then it is asked, but not
 * waited for, until it answers again.
 */
final class Evictions {
    private static final int CANDIDATES_MAX = 2048;
    private static final int KEY_BYTES_MAX = 1 << 18;
    private static final long REPEAT_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
    private static final long SILENCE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final long APPLY_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

    private final Consensus consensus;
    private final Peers peers;
    private final Loop loop;
    private final ApplyLoop state;
    private final AccessTable accesses;
    private final SplittableRandom random;
    private final AtomicBoolean woken = new AtomicBoolean();

    /** Nodes that were waited for in vain, and have not answered since. */
    private final Set<String> silent = new HashSet<>();

    private @Nullable Round round;
    private long nextSequence = 1;

    /** The next choice waits until an entry behind this one is applied, or for so long. */
    private long behindIndex = -1;

    private long untilNanos;

    /** What was drawn, and what is known of it. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Draw(List<Candidate> candidates, int[] records, EvictionPolicy policy, int samples) {}

    /** A draw while the others are asked about it. */
    private static final class Round {
        final Draw draw;
        final PeerMessage.AskAccesses question;
        final Set<String> unanswered;
        final long begunAtNanos;
        long askedAtNanos;

        Round(long sequence, Draw draw, Set<String> awaited, long nowNanos) {
            this.draw = draw;
            this.question = new PeerMessage.AskAccesses(
                    sequence, draw.candidates.stream().map(Candidate::access).toList());
            this.unanswered = awaited;
            this.begunAtNanos = nowNanos;
        }
    }

    Evictions(Consensus consensus, Peers peers, Loop loop, ApplyLoop state, AccessTable accesses, long seed) {
        this.consensus = consensus;
        this.peers = peers;
        this.loop = loop;
        this.state = state;
        this.accesses = accesses;
        this.random = new SplittableRandom(seed);
    }

    /** The state holds more than it may. Any thread. */
    void wanted() {
        if (consensus.self().equals(consensus.leader()) && !woken.getAndSet(true)) {
            loop.execute(() -> {
                woken.set(false);
                choose();
            });
        }
    }

    /** Called every few milliseconds. */
    void watch() {
        Round current = round;
        long now = loop.nanoTime();
        if (current != null && now - current.begunAtNanos > SILENCE_NANOS) {
            silent.addAll(current.unanswered);
            decide(current);
        } else if (current != null && now - current.askedAtNanos > REPEAT_NANOS) {
            ask(current, current.unanswered);
        }
        choose();
    }

    /** Another node tells what it knows of the keys it was asked about. */
    void told(String from, PeerMessage.Accesses answer) {
        silent.remove(from);
        Round current = round;
        if (current == null || current.question.sequence() != answer.sequence() || !current.unanswered.remove(from)) {
            return;
        }
        int[] records = current.draw.records;
        for (int i = 0; i < Math.min(records.length, answer.records().size()); i++) {
            records[i] = AccessTable.joined(records[i], answer.records().get(i));
        }
        if (current.unanswered.isEmpty()) {
            decide(current);
        }
    }

    private void choose() {
        if (!leads() || round != null || !lastIsApplied()) {
            return;
        }
        Draw draw = state.ask(this::draw);
        if (draw == null || draw.candidates.isEmpty()) {
            return;
        }
        Set<String> others = others();
        Set<String> awaited = new LinkedHashSet<>(others);
        awaited.removeAll(silent);
        Round begun = new Round(nextSequence++, draw, awaited, loop.nanoTime());
        round = begun;
        ask(begun, others);
        if (awaited.isEmpty()) {
            decide(begun);
        }
    }

    private boolean leads() {
        return consensus.self().equals(consensus.leader()) && consensus.leaderReady();
    }

    private void ask(Round asking, Set<String> nodes) {
        asking.askedAtNanos = loop.nanoTime();
        nodes.forEach(node -> peers.send(node, asking.question));
    }

    private boolean lastIsApplied() {
        return state.appliedIndex() > behindIndex || loop.nanoTime() - untilNanos > 0;
    }

    private @Nullable Draw draw(KeyValueStateMachine machine) {
        if (!machine.eviction().awaitsChoice()) {
            return null;
        }
        List<Candidate> candidates = machine.eviction().candidates(CANDIDATES_MAX, random::nextLong);
        long[] keys = candidates.stream().mapToLong(Candidate::access).toArray();
        return new Draw(
                candidates,
                accesses.records(keys),
                machine.eviction().limit().policy(),
                machine.eviction().limit().samples());
    }

    private Set<String> others() {
        Consensus.Configuration members = consensus.configuration();
        Set<String> others = new LinkedHashSet<>(members.voters());
        others.addAll(members.listeners());
        others.removeIf(node -> node.equals(consensus.self()) || !peers.connected(node));
        return others;
    }

    /** Of so many looked at, one goes; the state stops where enough have gone. */
    private void decide(Round decided) {
        round = null;
        if (!leads()) {
            return;
        }
        Draw draw = decided.draw;
        List<Integer> order = new ArrayList<>();
        for (int i = 0; i < draw.records.length; i++) {
            order.add(i);
        }
        boolean byFrequency = draw.policy.order() == EvictionPolicy.Order.FREQUENCY;
        order.sort(Comparator.comparingLong(
                i -> byFrequency ? AccessTable.byFrequency(draw.records[i]) : AccessTable.byRecency(draw.records[i])));
        int count = (order.size() + draw.samples - 1) / draw.samples;
        List<Entry.Victim> victims = new ArrayList<>(count);
        Set<Long> taken = new HashSet<>();
        int keyBytes = 0;
        for (int i = 0; i < order.size() && victims.size() < count && keyBytes < KEY_BYTES_MAX; i++) {
            Candidate victim = draw.candidates.get(order.get(i));
            if (taken.add(victim.access())) {
                victims.add(new Entry.Victim(victim.database(), victim.key(), victim.version()));
                keyBytes += victim.key().length();
            }
        }
        behindIndex = state.appliedIndex();
        untilNanos = loop.nanoTime() + APPLY_NANOS;
        // A refusal needs no answer: whoever leads then sees the same need.
        consensus.submit(EntryCodec.encode(new Entry.Evict(victims), 1), refusal -> {});
    }
}

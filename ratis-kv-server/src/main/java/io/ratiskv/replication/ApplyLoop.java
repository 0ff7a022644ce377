package io.ratiskv.replication;

import io.ratiskv.acl.UserTable;
import io.ratiskv.api.Effect;
import io.ratiskv.api.EffectInterest;
import io.ratiskv.api.Entry;
import io.ratiskv.api.EntryCodec;
import io.ratiskv.api.Outcome;
import io.ratiskv.api.Reply;
import io.ratiskv.api.Unit;
import io.ratiskv.keyspace.Accesses;
import io.ratiskv.machine.Audience;
import io.ratiskv.machine.Frozen;
import io.ratiskv.machine.KeyValueStateMachine;
import io.ratiskv.machine.Lookups;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The one owner of a shard's state: applies entries in log order and evaluates reads between them. Entries come on the
 * consensus' apply thread, reads on the event loop; a lock taken once per entry and once per batch of reads keeps them
 * apart, and nobody outside knows that it is a lock.
 */
public final class ApplyLoop implements Replica {
    /** What the node's gateway and the shell hear of applies. Called on the apply thread, outside the lock, but for effects of reads. */
    public interface Listener {
        /** The batch of this gateway that is under way with that identity, or null. */
        @Nullable
        Batch underWay(long epoch, long id);

        /** The batch's entry was applied; its replies are in the outcome unless it was not taken. */
        void applied(Batch batch, Outcome outcome);

        /**
         * Effects of an entry, in order; never empty. Those of reads that were evaluated alone come on the event loop.
         *
         * @param origins who asked for the entry's units
         */
        void effects(List<Effect> effects, long index, Origins origins);

        /** A batch of another node's gateway, or a piece of one, was applied between the two instants. */
        void appliedForeign(long epoch, long id, long turnAtNanos, long doneAtNanos);

        /** A snapshot replaced the state: effects between the old and the new were seen by nobody. */
        void restored(long index);

        void leaderChanged(@Nullable String leader, long term);

        /** The keys count more than they may, and the leader is to choose which of them go. */
        void crowded();
    }

    /** Reads a snapshot file into a new machine. */
    public interface SnapshotFile {
        KeyValueStateMachine read(Path file) throws IOException;
    }

    /** A snapshot that the state was replaced by, and the index it covers. */
    public record Restored(Path file, long index) {}

    private record Waiter(long index, Runnable task) {}

    private final SnapshotFile snapshots;
    private final LogClock clock;
    private final ReentrantLock lock = new ReentrantLock();

    /** Guarded by {@link #lock}. */
    private KeyValueStateMachine machine;

    /** Null until somebody keeps book. Guarded by {@link #lock}. */
    private @Nullable Accesses accesses;

    /** Of the machines before this one. Guarded by {@link #lock}. */
    private Lookups lookupsBefore = Lookups.NONE;

    /** Guarded by {@link #lock}. */
    private final Set<EffectInterest> interests = EnumSet.of(EffectInterest.READINESS, EffectInterest.KEY_EVENTS);

    /** Null while the log of an earlier life is replayed: nobody can be waiting for anything in it. */
    private volatile @Nullable Listener listener;

    // Written by the apply thread, under the lock; a reader that sees the index sees the state under the lock.
    private volatile @Nullable Restored lastRestored;
    private volatile UserTable users;
    private volatile long appliedTerm;
    private volatile long appliedIndex;
    private final AtomicLong logBytes = new AtomicLong();
    private final Durations committed = new Durations();
    private final Durations applied = new Durations();
    private final Durations frozen = new Durations();

    /** Guarded by itself. Lowest index first. */
    private final PriorityQueue<Waiter> waiters = new PriorityQueue<>(Comparator.comparingLong(Waiter::index));

    private volatile long lowestAwaited = Long.MAX_VALUE;

    public ApplyLoop(KeyValueStateMachine empty, LogClock clock, SnapshotFile snapshots) {
        this.machine = empty;
        this.users = empty.users();
        this.clock = clock;
        this.snapshots = snapshots;
    }

    /** From now on, for good. */
    public void listen(Listener to) {
        listener = to;
        tell(present -> present.listen(interests));
    }

    /** From the next entry on changed keys are reported, or no more. Any thread. */
    public void reportInvalidations(boolean wanted) {
        tell(present -> {
            if (wanted) {
                interests.add(EffectInterest.INVALIDATIONS);
            } else {
                interests.remove(EffectInterest.INVALIDATIONS);
            }
            if (listener != null) {
                present.listen(interests);
            }
        });
    }

    /** From now on, for good, this one hears under the lock which keys are asked for. Any thread. */
    public void record(Accesses to) {
        tell(present -> {
            accesses = to;
            present.record(to);
        });
    }

    @Override
    public void apply(long term, long index, byte[] entry) {
        Listener hears = listener;
        boolean isBatch = EntryCodec.isBatch(entry);
        long epoch = EntryCodec.epoch(entry);
        Batch mine = isBatch && hears != null ? hears.underWay(epoch, EntryCodec.id(entry)) : null;
        long beganAtNanos = clock.nanoTime();
        Entry content = mine != null && EntryCodec.isExecute(entry)
                ? new Entry.Execute(epoch, mine.id, EntryCodec.floor(entry), mine.units)
                : EntryCodec.decode(entry);
        Audience audience = mine == null ? Audience.REPLICA : Audience.GATEWAY;
        Outcome outcome;
        long logTime;
        boolean crowded;
        lock.lock();
        try {
            outcome = machine.apply(index, EntryCodec.stampMillis(entry), content, audience);
            logTime = machine.logTimeMillis();
            crowded = machine.eviction().awaitsChoice();
            users = machine.users();
            logBytes.addAndGet(entry.length);
            advance(term, index);
        } finally {
            lock.unlock();
        }
        long doneAtNanos = clock.nanoTime();
        applied.record(doneAtNanos - beganAtNanos);
        clock.observe(logTime);
        wakeDue(index);
        if (hears == null) {
            return;
        }
        if (mine != null) {
            committed.record(beganAtNanos - mine.sealedAtNanos);
            mine.turnAtNanos = beganAtNanos;
            mine.appliedAtNanos = doneAtNanos;
            hears.applied(mine, outcome);
        } else if (isBatch) {
            hears.appliedForeign(epoch, EntryCodec.id(entry), beganAtNanos, doneAtNanos);
        }
        // Behind the replies: a client that found nothing is parked before it hears that there is something.
        if (!outcome.effects().isEmpty()) {
            hears.effects(outcome.effects(), index, mine == null ? Origins.NOBODY : mine::owner);
        }
        if (crowded) {
            hears.crowded();
        }
    }

    @Override
    public void skip(long term, long index) {
        lock.lock();
        try {
            machine.skipTo(index);
            advance(term, index);
        } finally {
            lock.unlock();
        }
        wakeDue(index);
    }

    @Override
    public void restore(Path snapshot, long term, long index) throws IOException {
        KeyValueStateMachine restored = snapshots.read(snapshot);
        lock.lock();
        try {
            restored.skipTo(index);
            if (listener != null) {
                restored.listen(interests);
            }
            if (accesses != null) {
                restored.record(accesses);
            }
            lookupsBefore = lookupsBefore.plus(machine.lookups());
            machine = restored;
            users = restored.users();
            lastRestored = new Restored(snapshot, index);
            advance(term, index);
        } finally {
            lock.unlock();
        }
        clock.observe(restored.logTimeMillis());
        wakeDue(index);
        Listener hears = listener;
        if (hears != null) {
            hears.restored(index);
        }
    }

    @Override
    public void leaderChanged(@Nullable String leader, long term) {
        Listener hears = listener;
        if (hears != null) {
            hears.leaderChanged(leader, term);
        }
    }

    /** What the state was last replaced by, at start or by the leader; null when it never was. Any thread. */
    public @Nullable Restored lastRestored() {
        return lastRestored;
    }

    /** The term of the last applied entry. Any thread. */
    public long appliedTerm() {
        return appliedTerm;
    }

    /** The index of the last applied entry: its effects are in the state that a read from now on sees. Any thread. */
    public long appliedIndex() {
        return appliedIndex;
    }

    /** The users of the state, as of an entry not before the last that was answered. Any thread. */
    public UserTable users() {
        return users;
    }

    /** Bytes of entries applied since the process started. Any thread. */
    public long appliedLogBytes() {
        return logBytes.get();
    }

    /** Runs {@code task} once {@code index} is applied: at once, or on the apply thread. Any thread. */
    public void whenApplied(long index, Runnable task) {
        if (appliedIndex >= index) {
            task.run();
            return;
        }
        synchronized (waiters) {
            waiters.add(new Waiter(index, task));
            lowestAwaited = waiters.element().index();
        }
        // The apply thread may have passed the index before it could see the waiter.
        wake();
    }

    /**
     * Evaluates read-only runs against the applied state, all at once. Event loop.
     *
     * @param nowMillis the leader's clock when the reads were confirmed; {@link Long#MIN_VALUE}: the log's time
     * @return per run its replies, or null when it met a key whose deadline the log has not reached
     */
    List<@Nullable List<Reply>> evaluate(List<Run> runs, long nowMillis) {
        List<@Nullable List<Reply>> answers = new ArrayList<>(runs.size());
        List<Effect> effects = List.of();
        lock.lock();
        try {
            List<Unit> all = units(runs);
            int first = 0;
            for (int i = 0; i < runs.size(); i++) {
                machine.touching(runs.get(i).touches());
                List<Reply> replies = query(all, first, runs.get(i).size(), nowMillis);
                first += runs.get(i).size();
                answers.add(replies);
                List<Effect> caused = machine.takeEffects();
                // A run that is evaluated again tells it then.
                if (replies != null && !caused.isEmpty()) {
                    effects = joined(effects, caused);
                }
            }
            machine.forgetExpected();
        } finally {
            lock.unlock();
        }
        Listener hears = listener;
        if (!effects.isEmpty() && hears != null) {
            hears.effects(effects, appliedIndex, Origins.NOBODY);
        }
        return answers;
    }

    private static List<Effect> joined(List<Effect> first, List<Effect> second) {
        List<Effect> all = new ArrayList<>(first);
        all.addAll(second);
        return all;
    }

    /** Asks the state something; the answer must not keep a reference into it. Any thread. */
    public <T extends @Nullable Object> T ask(Function<KeyValueStateMachine, T> question) {
        lock.lock();
        try {
            return question.apply(machine);
        } finally {
            lock.unlock();
        }
    }

    /** The state as of now, to be read on another thread while applies go on. Any thread; takes microseconds. */
    public FrozenState freeze() {
        long beganAtNanos;
        FrozenState taken;
        lock.lock();
        try {
            beganAtNanos = clock.nanoTime();
            taken = new FrozenState(machine.freeze(), appliedTerm, appliedIndex);
        } finally {
            lock.unlock();
        }
        frozen.record(clock.nanoTime() - beganAtNanos);
        return taken;
    }

    /** What reads found that were answered here since the process started. Any thread. */
    public Lookups lookups() {
        return ask(present -> lookupsBefore.plus(present.lookups()));
    }

    /** How long batches of this node took from the gateway to their turn to be applied here. */
    public Durations committed() {
        return committed;
    }

    /** How long each entry took to apply, whoever proposed it, the wait for readers of the state included. */
    public Durations applied() {
        return applied;
    }

    /** How long applies were held up to take the state for a snapshot. */
    public Durations frozen() {
        return frozen;
    }

    /** A frozen state and the entry it is the state after. */
    public record FrozenState(Frozen state, long term, long index) {}

    /** Sets something that is not state, such as which effects are wanted. Any thread. */
    public void tell(Consumer<KeyValueStateMachine> statement) {
        lock.lock();
        try {
            statement.accept(machine);
        } finally {
            lock.unlock();
        }
    }

    private static List<Unit> units(List<Run> runs) {
        int count = 0;
        for (Run run : runs) {
            count += run.size();
        }
        List<Unit> units = new ArrayList<>(count);
        for (Run run : runs) {
            for (int i = 0; i < run.size(); i++) {
                units.add(run.unit(i));
            }
        }
        return units;
    }

    private @Nullable List<Reply> query(List<Unit> units, int first, int count, long nowMillis) {
        List<Reply> replies = new ArrayList<>(count);
        for (int i = first; i < first + count; i++) {
            machine.lookAhead(units, i);
            Reply reply = switch (units.get(i)) {
                case Unit.Single single -> machine.query(single.request(), nowMillis);
                case Unit.Transaction transaction ->
                    throw new IllegalStateException("a transaction is evaluated in the log only");
            };
            if (reply == null) {
                return null;
            }
            replies.add(reply);
        }
        return replies;
    }

    /** Under the lock, so that a freeze finds state, term and index of the same entry. */
    private void advance(long term, long index) {
        appliedTerm = term;
        appliedIndex = index;
    }

    private void wakeDue(long index) {
        if (index >= lowestAwaited) {
            wake();
        }
    }

    private void wake() {
        List<Runnable> due = new ArrayList<>();
        synchronized (waiters) {
            while (!waiters.isEmpty() && waiters.element().index() <= appliedIndex) {
                due.add(waiters.remove().task());
            }
            lowestAwaited =
                    waiters.isEmpty() ? Long.MAX_VALUE : waiters.element().index();
        }
        due.forEach(Runnable::run);
    }
}

package io.ratiskv.replication;

import io.ratiskv.api.EntryCodec;
import io.ratiskv.api.Reply;
import io.ratiskv.api.Unit;
import io.ratiskv.tracing.Trace;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one connection hands over at once: its requests in order, and later their replies. Confined to the event loop
 * until submitted; then the gateway's until {@link Owner#answered} gives it back on the event loop.
 *
 * <p>A connection has at most one run under way, so order within a connection needs no further thought.
 */
public final class Run {
    /** Whoever is answered. */
    public interface Owner {
        /** Every unit has its reply. On the event loop, once. */
        void answered(Run run);

        /** True when nobody waits for the replies any more: a run not proposed yet is dropped. */
        boolean gone();
    }

    private final Owner owner;
    private final ReadLevel reads;
    private final List<Unit> units = new ArrayList<>();
    private final List<Boolean> writes = new ArrayList<>();
    private List<Reply> replies = List.of();
    private int writeBytes;
    private int writeCount;
    private boolean touches = true;

    // When it came to where, in monotonic nanoseconds; 0 where it did not come to.
    private long submittedAtNanos;
    private long leftQueueAtNanos;
    private long confirmedAtNanos;
    private long proposedAtNanos;
    private long turnAtNanos;
    private long appliedAtNanos;

    private @Nullable Trace trace;
    private long begunAtNanos;

    /** @param reads what its reads may see when no write is among its units */
    public Run(Owner owner, ReadLevel reads) {
        this.owner = owner;
        this.reads = reads;
    }

    /** @param changes true when the unit must be in the log */
    public void add(Unit unit, boolean changes) {
        units.add(unit);
        writes.add(changes);
        if (changes) {
            writeCount++;
            writeBytes = Math.addExact(writeBytes, EntryCodec.encodedBytes(unit));
        }
    }

    public int size() {
        return units.size();
    }

    public Unit unit(int i) {
        return units.get(i);
    }

    public boolean isWrite(int i) {
        return writes.get(i);
    }

    /** True when at least one unit must be in the log; the whole run then is evaluated where that entry is. */
    public boolean hasWrites() {
        return writeCount > 0;
    }

    /** What the writes take in an entry. */
    public int writeBytes() {
        return writeBytes;
    }

    public ReadLevel reads() {
        return reads;
    }

    public Owner owner() {
        return owner;
    }

    /** Its reads, if they are evaluated alone, do not count as interest in the keys they ask for. */
    public void touchNothing() {
        touches = false;
    }

    boolean touches() {
        return touches;
    }

    /** The reply to unit {@code i}; only once answered. */
    public Reply reply(int i) {
        return replies.get(i);
    }

    List<Unit> units() {
        return units;
    }

    /**
     * Where the time of a run went. What is missing from the total is the way of the replies back.
     *
     * @param queueNanos until its batch was made, or the check that confirmed it was sent
     * @param commitNanos until its batch's turn to be applied came, or its index was confirmed and applied
     * @param applyNanos until its batch was applied, or its reads were evaluated
     */
    public record Times(long totalNanos, long queueNanos, long commitNanos, long applyNanos) {}

    /** It was handed over. */
    public void submitted(long nowNanos) {
        submittedAtNanos = nowNanos;
    }

    /** It waits for others no more: its batch was made, or the check that may confirm it was sent. */
    public void leftQueue(long nowNanos) {
        leftQueueAtNanos = nowNanos;
        confirmedAtNanos = 0;
    }

    /** A majority confirmed the index that its reads wait for. */
    void confirmed(long nowNanos) {
        confirmedAtNanos = nowNanos;
    }

    /** Its batch was handed to a leader; told of batches alone that are followed. */
    void proposed(long nowNanos) {
        proposedAtNanos = nowNanos;
    }

    /** Its units were applied or evaluated from {@code turnNanos} on. */
    public void applied(long turnNanos, long doneNanos) {
        if (leftQueueAtNanos == 0) {
            leftQueueAtNanos = turnNanos;
        }
        turnAtNanos = turnNanos;
        appliedAtNanos = doneNanos;
    }

    /** The time of a run that did not come to its end was spent where it was last. */
    public Times times(long nowNanos) {
        long leftQueue = leftQueueAtNanos == 0 ? nowNanos : leftQueueAtNanos;
        long turn = turnAtNanos == 0 ? nowNanos : turnAtNanos;
        long applied = turnAtNanos == 0 ? nowNanos : appliedAtNanos;
        return new Times(nowNanos - submittedAtNanos, leftQueue - submittedAtNanos, turn - leftQueue, applied - turn);
    }

    /** It is followed, since its first unit came. */
    public void follow(Trace by, long nowNanos) {
        trace = by;
        begunAtNanos = nowNanos;
    }

    /** Null when nobody follows it. */
    public @Nullable Trace trace() {
        return trace;
    }

    /** Tells where it was when; the last stop of one that did not come to its end lasts until now. */
    public void tell(Trace to, long nowNanos) {
        to.stop("dispatch", begunAtNanos, submittedAtNanos);
        stop(to, "queue", submittedAtNanos, leftQueueAtNanos, nowNanos);
        if (confirmedAtNanos != 0) {
            to.stop("quorum check", leftQueueAtNanos, confirmedAtNanos);
            stop(to, "apply wait", confirmedAtNanos, turnAtNanos, nowNanos);
            stop(to, "evaluate", turnAtNanos, appliedAtNanos, nowNanos);
        } else if (proposedAtNanos != 0) {
            // Its turn may come before whoever handed it over gets to look at the clock.
            long proposed = turnAtNanos == 0 ? proposedAtNanos : Math.min(proposedAtNanos, turnAtNanos);
            to.stop("propose", leftQueueAtNanos, proposed);
            stop(to, "commit", proposed, turnAtNanos, nowNanos);
            stop(to, "apply", turnAtNanos, appliedAtNanos, nowNanos);
        } else {
            stop(to, "evaluate", turnAtNanos, appliedAtNanos, nowNanos);
        }
        stop(to, "reply", appliedAtNanos, nowNanos, nowNanos);
    }

    /** Nothing where it did not come to. */
    private static void stop(Trace to, String name, long fromNanos, long untilNanos, long nowNanos) {
        if (fromNanos != 0) {
            to.stop(name, fromNanos, untilNanos == 0 ? nowNanos : untilNanos);
        }
    }

    /** When it was handed over. */
    public long submittedAtNanos() {
        return submittedAtNanos;
    }

    /** Gives the run back with one reply per unit. Event loop. */
    public void answer(List<Reply> all) {
        if (all.size() != units.size()) {
            throw new IllegalStateException(all.size() + " replies for " + units.size() + " units");
        }
        replies = all;
        owner.answered(this);
    }

    /** The same failure for every unit of a kind. Event loop. */
    void fail(Reply forWrites, Reply forReads) {
        List<Reply> all = new ArrayList<>(units.size());
        for (int i = 0; i < units.size(); i++) {
            all.add(writes.get(i) ? forWrites : forReads);
        }
        answer(all);
    }
}

package io.ratiskv.replication;

import io.ratiskv.api.Entry;
import io.ratiskv.api.Reply;
import io.ratiskv.api.Unit;
import io.ratiskv.tracing.Trace;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Runs of many connections that go into the log as one. Built and answered on the event loop; between the two the apply
 * thread reads {@link #units} and nobody writes.
 */
final class Batch {
    final long epoch;
    final long id;
    final List<Run> runs;
    final List<Unit> units;

    /** Of the first of the runs that is followed; null when none is. */
    final @Nullable Trace trace;

    /** What the writes take in an entry. */
    final int writeBytes;

    final long sealedAtNanos;

    /** When a copy was last handed to a leader; 0 before the first. Event loop. */
    long proposedAtNanos;

    /**
     * Copies handed to a leader and not refused for certain: while there is one, only "unknown" can be concluded
     * without an apply. Event loop.
     */
    int copiesOut;

    /** When its turn to be applied came and when it was over. The apply thread, before it hands the batch back. */
    long turnAtNanos;

    long appliedAtNanos;

    Batch(long epoch, long id, List<Run> runs, long sealedAtNanos) {
        this.epoch = epoch;
        this.id = id;
        this.runs = runs;
        this.sealedAtNanos = sealedAtNanos;
        int count = 0;
        Trace followed = null;
        int bytes = 0;
        for (Run run : runs) {
            count += run.size();
            followed = followed == null ? run.trace() : followed;
            bytes = Math.addExact(bytes, run.writeBytes());
        }
        this.writeBytes = bytes;
        this.trace = followed;
        this.units = new ArrayList<>(count);
        for (Run run : runs) {
            units.addAll(run.units());
        }
    }

    /** The same runs under another identity. */
    Batch under(long newEpoch, long newId) {
        return new Batch(newEpoch, newId, runs, sealedAtNanos);
    }

    /** What the log gets: the writes alone. */
    Entry.Execute writes(long floor) {
        List<Unit> writes = new ArrayList<>(units.size());
        for (Run run : runs) {
            for (int i = 0; i < run.size(); i++) {
                if (run.isWrite(i)) {
                    writes.add(run.unit(i));
                }
            }
        }
        return new Entry.Execute(epoch, id, floor, writes);
    }

    /** Who asked for the unit; null for none of them. */
    Run.@Nullable Owner owner(int unit) {
        int first = 0;
        for (Run run : runs) {
            if (unit >= first && unit < first + run.size()) {
                return run.owner();
            }
            first += run.size();
        }
        return null;
    }

    /** Gives every run its replies. Event loop. */
    void answer(List<Reply> replies) {
        if (replies.size() != units.size()) {
            throw new IllegalStateException(replies.size() + " replies for " + units.size() + " units");
        }
        int at = 0;
        for (Run run : runs) {
            run.applied(turnAtNanos, appliedAtNanos);
            run.answer(replies.subList(at, at + run.size()));
            at += run.size();
        }
    }

    /** Event loop. */
    void fail(Reply forWrites, Reply forReads) {
        for (Run run : runs) {
            run.fail(forWrites, forReads);
        }
    }
}

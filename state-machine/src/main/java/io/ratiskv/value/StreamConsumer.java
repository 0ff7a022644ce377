package io.ratiskv.value;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.StreamId;
import io.ratiskv.collect.CountedTree;
import io.ratiskv.collect.Epoch;
import java.util.Comparator;
import java.util.Iterator;

/** One of those who share the entries of a group. Changed in place by its group while it belongs to the epoch. */
public final class StreamConsumer {
    static final Comparator<StreamConsumer> ORDER = Comparator.comparing(StreamConsumer::name);

    /** Of a consumer that never got an entry. */
    public static final long NEVER = -1;

    private final Epoch epoch;
    private final Epoch.Token owner;
    private final Bytes name;
    private long seenAtMillis;
    private long activeAtMillis;
    private CountedTree<PendingEntry> pending;

    StreamConsumer(Bytes name, long seenAtMillis, long activeAtMillis, Epoch epoch) {
        this.epoch = epoch;
        this.owner = epoch.current();
        this.name = name;
        this.seenAtMillis = seenAtMillis;
        this.activeAtMillis = activeAtMillis;
        this.pending = new CountedTree<>(PendingEntry.ORDER, epoch);
    }

    /** This consumer if it belongs to the epoch, else a copy that does. */
    StreamConsumer owned() {
        if (epoch.owns(owner)) {
            return this;
        }
        StreamConsumer copy = new StreamConsumer(name, seenAtMillis, activeAtMillis, epoch);
        copy.pending = pending.writable();
        return copy;
    }

    public Bytes name() {
        return name;
    }

    /** When it last asked for entries. */
    public long seenAtMillis() {
        return seenAtMillis;
    }

    /** When it last got one; {@link #NEVER} if it never did. */
    public long activeAtMillis() {
        return activeAtMillis;
    }

    /** How many entries it has not acknowledged. */
    public int pendingCount() {
        return pending.size();
    }

    /** The entries it has not acknowledged, from an id on; not to be used after a change. */
    public Iterator<PendingEntry> pending(StreamId from) {
        return pending.ascending(pending.lowerBound(PendingEntry.probe(from)));
    }

    CountedTree<PendingEntry> pending() {
        return pending;
    }

    void seen(long nowMillis) {
        seenAtMillis = nowMillis;
    }

    void active(long nowMillis) {
        activeAtMillis = nowMillis;
    }

    void put(PendingEntry entry) {
        pending.put(entry);
    }

    void remove(PendingEntry entry) {
        pending.remove(entry);
    }

    /** Forgets the entries up to an id, which belongs to them. */
    void removeUpTo(StreamId id) {
        pending.removeRange(0, pending.upperBound(PendingEntry.probe(id)));
    }

    /** @throws IllegalArgumentException unless they ascend */
    void restore(Iterable<PendingEntry> entries) {
        pending = CountedTree.fromSorted(PendingEntry.ORDER, epoch, entries);
    }
}

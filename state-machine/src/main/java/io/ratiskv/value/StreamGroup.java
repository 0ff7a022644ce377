package io.ratiskv.value;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.StreamId;
import io.ratiskv.collect.CountedTree;
import io.ratiskv.collect.Epoch;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A group of consumers of a stream: up to where entries were delivered, and which were not acknowledged. Changed in place
 * by its stream while it belongs to the epoch.
 */
public final class StreamGroup {
    static final Comparator<StreamGroup> ORDER = Comparator.comparing(StreamGroup::name);

    /** Of a group that does not know how many entries it has read. */
    public static final long UNKNOWN = -1;

    // What they count in the memory account beside their names.
    private static final int GROUP_COST_BYTES = 128;
    private static final int CONSUMER_COST_BYTES = 96;
    private static final int PENDING_COST_BYTES = 64;

    /** If more entries go at once, all are looked at in turn: to search for one costs about as much as so many looks. */
    private static final int SEARCHED_AT_MOST_ONE_IN = 16;

    private final Epoch epoch;
    private final Epoch.Token owner;
    private final Bytes name;
    private StreamId lastDelivered;
    private long entriesRead;
    private CountedTree<StreamConsumer> consumers;
    private long consumerNameBytes;
    /** Invariant: holds exactly the entries of all consumers, and those without one. */
    private CountedTree<PendingEntry> pending;

    private int released;

    StreamGroup(Bytes name, StreamId lastDelivered, long entriesRead, Epoch epoch) {
        this.epoch = epoch;
        this.owner = epoch.current();
        this.name = name;
        this.lastDelivered = lastDelivered;
        this.entriesRead = entriesRead;
        this.consumers = new CountedTree<>(StreamConsumer.ORDER, epoch);
        this.pending = new CountedTree<>(PendingEntry.ORDER, epoch);
    }

    /** This group if it belongs to the epoch, else a copy that does. */
    StreamGroup owned() {
        if (epoch.owns(owner)) {
            return this;
        }
        StreamGroup copy = new StreamGroup(name, lastDelivered, entriesRead, epoch);
        copy.consumers = consumers.writable();
        copy.consumerNameBytes = consumerNameBytes;
        copy.pending = pending.writable();
        copy.released = released;
        return copy;
    }

    public Bytes name() {
        return name;
    }

    /** Entries above it were never delivered. */
    public StreamId lastDelivered() {
        return lastDelivered;
    }

    /** How many entries there ever were up to the last delivered; {@link #UNKNOWN} if that cannot be told. */
    public long entriesRead() {
        return entriesRead;
    }

    public int consumerCount() {
        return consumers.size();
    }

    /** In the order of their names; not to be used after a change. */
    public Iterable<StreamConsumer> consumers() {
        return consumers;
    }

    public @Nullable StreamConsumer consumer(Bytes consumerName) {
        int rank = rankOf(consumerName);
        StreamConsumer found = rank < consumers.size() ? consumers.byIndex(rank) : null;
        return found != null && found.name().equals(consumerName) ? found : null;
    }

    private int rankOf(Bytes consumerName) {
        return consumers.countWhile(each -> each.name().compareTo(consumerName) < 0);
    }

    public int pendingCount() {
        return pending.size();
    }

    /** How many of the pending entries were given back. */
    public int releasedCount() {
        return released;
    }

    public @Nullable PendingEntry firstPending() {
        return pending.first();
    }

    public @Nullable PendingEntry lastPending() {
        return pending.last();
    }

    public @Nullable PendingEntry pending(StreamId id) {
        return pending.get(PendingEntry.probe(id));
    }

    /** What is not acknowledged, from an id on; not to be used after a change. */
    public Iterator<PendingEntry> pendingFrom(StreamId from) {
        return pending.ascending(pending.lowerBound(PendingEntry.probe(from)));
    }

    /** Whether an entry between two ids, which belong to it, is not acknowledged. */
    boolean hasPending(StreamId from, StreamId to) {
        return pending.lowerBound(PendingEntry.probe(from)) < pending.upperBound(PendingEntry.probe(to));
    }

    /** What it counts in the memory account. */
    long cost() {
        return GROUP_COST_BYTES
                + name.length()
                + (long) consumers.size() * CONSUMER_COST_BYTES
                + consumerNameBytes
                + (long) pending.size() * PENDING_COST_BYTES;
    }

    // --- changes: only while it belongs to the epoch ---------------------------------------------------------------

    void moveTo(StreamId id, long entriesReadThen) {
        lastDelivered = id;
        entriesRead = entriesReadThen;
    }

    /** False if there is one already. */
    boolean addConsumer(Bytes consumerName, long nowMillis) {
        if (consumer(consumerName) != null) {
            return false;
        }
        Bytes own = consumerName.owned();
        consumers.put(new StreamConsumer(own, nowMillis, StreamConsumer.NEVER, epoch));
        consumerNameBytes += own.length();
        return true;
    }

    /** The consumer, to be changed. */
    @SuppressWarnings("ReferenceEquality") // a consumer of this epoch comes back itself
    StreamConsumer open(Bytes consumerName) {
        StreamConsumer present = consumer(consumerName);
        if (present == null) {
            throw new IllegalStateException("group " + name + " has no consumer " + consumerName);
        }
        StreamConsumer own = present.owned();
        if (own != present) {
            consumers.put(own);
        }
        return own;
    }

    /** Removes a consumer and what it has not acknowledged. */
    void removeConsumer(Bytes consumerName) {
        StreamConsumer gone = consumer(consumerName);
        if (gone == null) {
            return;
        }
        consumers.remove(gone);
        consumerNameBytes -= gone.name().length();
        if (gone.pendingCount() <= pending.size() / SEARCHED_AT_MOST_ONE_IN) {
            gone.pending().forEach(pending::remove);
            return;
        }
        List<PendingEntry> rest = new ArrayList<>(pending.size() - gone.pendingCount());
        for (PendingEntry entry : pending) {
            Bytes consumer = entry.consumer();
            if (consumer == null || !consumer.equals(gone.name())) {
                rest.add(entry);
            }
        }
        pending = CountedTree.fromSorted(PendingEntry.ORDER, epoch, rest);
    }

    /** Puts an entry in place of the one with its id, whoever had it. */
    void put(PendingEntry entry) {
        PendingEntry displaced = pending.put(entry);
        Bytes before = displaced == null ? null : displaced.consumer();
        Bytes now = entry.consumer();
        released += (now == null ? 1 : 0) - (displaced != null && before == null ? 1 : 0);
        if (before != null && (now == null || !before.equals(now))) {
            open(before).remove(entry);
        }
        if (now != null) {
            open(now).put(entry);
        }
    }

    /** False if it is not pending. */
    boolean acknowledge(StreamId id) {
        PendingEntry removed = pending.remove(PendingEntry.probe(id));
        if (removed == null) {
            return false;
        }
        Bytes consumer = removed.consumer();
        if (consumer == null) {
            released--;
        } else {
            open(consumer).remove(removed);
        }
        return true;
    }

    /** Forgets what is pending up to an id, which belongs to it, in O(log n) for each consumer. */
    void acknowledgeUpTo(StreamId id) {
        int count = pending.upperBound(PendingEntry.probe(id));
        if (count == 0) {
            return;
        }
        pending.removeRange(0, count);
        int owned = 0;
        List<Bytes> names = new ArrayList<>(consumers.size());
        consumers.forEach(consumer -> names.add(consumer.name()));
        for (Bytes each : names) {
            StreamConsumer consumer = open(each);
            consumer.removeUpTo(id);
            owned += consumer.pendingCount();
        }
        released = pending.size() - owned;
    }

    /**
     * Takes what a snapshot holds.
     *
     * @throws IllegalArgumentException unless all ascend and each entry's consumer, if any, is among them
     */
    void restore(List<StreamConsumer> members, List<PendingEntry> entries) {
        consumers = CountedTree.fromSorted(StreamConsumer.ORDER, epoch, members);
        pending = CountedTree.fromSorted(PendingEntry.ORDER, epoch, entries);
        int owned = 0;
        for (StreamConsumer member : members) {
            consumerNameBytes += member.name().length();
            owned += member.pendingCount();
        }
        released = pending.size() - owned;
    }
}

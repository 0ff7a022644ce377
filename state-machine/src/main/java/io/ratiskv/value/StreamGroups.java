package io.ratiskv.value;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.StreamId;
import io.ratiskv.collect.CountedTree;
import io.ratiskv.collect.Epoch;
import java.util.BitSet;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The groups of a stream by name, and what they mean for its entries. Changed in place while their stream belongs to the epoch. */
final class StreamGroups implements StreamEntries.Protection {
    private final Epoch epoch;
    private CountedTree<StreamGroup> groups;
    private long cost;

    StreamGroups(Epoch epoch) {
        this.epoch = epoch;
        this.groups = new CountedTree<>(StreamGroup.ORDER, epoch);
    }

    /** The same groups, to be changed while those stay as they are; these are of an older epoch. */
    StreamGroups(StreamGroups others) {
        this.epoch = others.epoch;
        this.groups = others.groups.writable();
        this.cost = others.cost;
    }

    /** @throws IllegalArgumentException unless they ascend */
    static StreamGroups of(List<StreamGroup> all, Epoch epoch) {
        StreamGroups groups = new StreamGroups(epoch);
        groups.groups = CountedTree.fromSorted(StreamGroup.ORDER, epoch, all);
        all.forEach(group -> groups.cost += group.cost());
        return groups;
    }

    int size() {
        return groups.size();
    }

    /** What they count in the memory account. */
    long cost() {
        return cost;
    }

    /** In the order of their names; not to be used after a change. */
    Iterable<StreamGroup> all() {
        return groups;
    }

    @Nullable
    StreamGroup get(Bytes name) {
        int rank = groups.countWhile(each -> each.name().compareTo(name) < 0);
        StreamGroup found = rank < groups.size() ? groups.byIndex(rank) : null;
        return found != null && found.name().equals(name) ? found : null;
    }

    void add(Bytes name, StreamId lastDelivered, long entriesRead) {
        StreamGroup group = new StreamGroup(name.owned(), lastDelivered, entriesRead, epoch);
        groups.put(group);
        cost += group.cost();
    }

    void remove(StreamGroup group) {
        cost -= group.cost();
        groups.remove(group);
    }

    /** The group, to be changed and then {@linkplain #close closed}. */
    @SuppressWarnings("ReferenceEquality") // a group of this epoch comes back itself
    StreamGroup open(Bytes name) {
        StreamGroup present = get(name);
        if (present == null) {
            throw new IllegalStateException("there is no group " + name);
        }
        StreamGroup own = present.owned();
        if (own != present) {
            groups.put(own);
        }
        cost -= own.cost();
        return own;
    }

    void close(StreamGroup group) {
        cost += group.cost();
    }

    // --- who still needs an entry --------------------------------------------------------------------------------

    /** Whether a group has not read the entry or not acknowledged it. */
    boolean need(StreamId id) {
        for (StreamGroup group : groups) {
            if (id.isAfter(group.lastDelivered()) || group.pending(id) != null) {
                return true;
            }
        }
        return false;
    }

    /** Nobody has the entry pending any more; false if nobody had. */
    boolean forget(StreamId id) {
        boolean forgotten = false;
        for (int i = 0; i < groups.size(); i++) {
            if (groups.byIndex(i).pending(id) != null) {
                StreamGroup group = open(groups.byIndex(i).name());
                group.acknowledge(id);
                close(group);
                forgotten = true;
            }
        }
        return forgotten;
    }

    /** As {@link #forget}, of all up to an id, which belongs to them. */
    void forgetUpTo(StreamId id) {
        for (int i = 0; i < groups.size(); i++) {
            if (groups.byIndex(i).hasPending(StreamId.MIN, id)) {
                StreamGroup group = open(groups.byIndex(i).name());
                group.acknowledgeUpTo(id);
                close(group);
            }
        }
    }

    /** Whether a group has read none of the entries from {@code id} on. */
    @Override
    public boolean reaches(StreamId id) {
        for (StreamGroup group : groups) {
            if (id.isAfter(group.lastDelivered())) {
                return true;
            }
        }
        return false;
    }

    /** The numbers of those of a chunk's entries that a group still needs. */
    @Override
    public BitSet of(StreamChunk chunk) {
        BitSet needed = new BitSet(chunk.size());
        for (StreamGroup group : groups) {
            if (needed.cardinality() == chunk.size()) {
                break;
            }
            if (chunk.lastPlace().isAfter(group.lastDelivered()) || group.hasPending(chunk.id(), chunk.lastPlace())) {
                mark(chunk, group, needed);
            }
        }
        return needed;
    }

    private static void mark(StreamChunk chunk, StreamGroup group, BitSet needed) {
        Iterator<PendingEntry> pending = group.pendingFrom(chunk.id());
        PendingEntry next = pending.hasNext() ? pending.next() : null;
        StreamChunk.Walk walk = chunk.walk();
        for (int number = 0; walk.next(); number++) {
            while (next != null && walk.compareTo(next.id()) > 0) {
                next = pending.hasNext() ? pending.next() : null;
            }
            boolean isPending = next != null && walk.compareTo(next.id()) == 0;
            if (isPending || walk.compareTo(group.lastDelivered()) > 0) {
                needed.set(number);
            }
        }
    }
}

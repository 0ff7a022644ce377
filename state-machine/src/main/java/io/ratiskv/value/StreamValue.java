package io.ratiskv.value;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.StreamId;
import io.ratiskv.api.ValueType;
import io.ratiskv.collect.Epoch;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Entries in the order of their ids, the groups that read them, and the ids by which producers are recognised. As {@link
 * Value}, but the methods behind {@link #writable} change it in place.
 *
 * <p>How many entries a group has read, and how many it has not, is told exactly where Redis 7.2 tells it: the numbers are
 * guesses as soon as entries were removed in between, and Redis' rules say when one is better told than not.
 */
public final class StreamValue implements Value {
    private static final int STREAM_COST_BYTES = 128;
    private static final int ENTRY_COST_BYTES = 8;

    private final Epoch epoch;
    private final Epoch.Token owner;
    private final StreamEntries entries;
    private final StreamGroups groups;
    private final ProducedIds producedIds;
    private StreamId lastId;
    private long entriesAdded;
    private StreamId maxDeletedId;

    private StreamValue(
            Epoch epoch,
            StreamEntries entries,
            StreamGroups groups,
            ProducedIds producedIds,
            StreamId lastId,
            long entriesAdded,
            StreamId maxDeletedId) {
        this.epoch = epoch;
        this.owner = epoch.current();
        this.entries = entries;
        this.groups = groups;
        this.producedIds = producedIds;
        this.lastId = lastId;
        this.entriesAdded = entriesAdded;
        this.maxDeletedId = maxDeletedId;
    }

    /** A stream without entries. */
    public static StreamValue empty(Shapes shapes) {
        Epoch epoch = shapes.epoch();
        return of(
                epoch,
                new StreamEntries(epoch),
                new StreamGroups(epoch),
                new ProducedIds(epoch),
                StreamId.MIN,
                0,
                StreamId.MIN);
    }

    static StreamValue of(
            Epoch epoch,
            StreamEntries entries,
            StreamGroups groups,
            ProducedIds producedIds,
            StreamId lastId,
            long entriesAdded,
            StreamId maxDeletedId) {
        return new StreamValue(epoch, entries, groups, producedIds, lastId, entriesAdded, maxDeletedId);
    }

    @Override
    public ValueType type() {
        return ValueType.STREAM;
    }

    @Override
    public String encoding() {
        return "stream";
    }

    /** Never: a stream without entries still has its groups, and knows its last id. */
    @Override
    public boolean isEmpty() {
        return false;
    }

    @Override
    public long cost() {
        return STREAM_COST_BYTES
                + entries.contentBytes()
                + entries.size() * ENTRY_COST_BYTES
                + groups.cost()
                + producedIds.cost();
    }

    /** How many entries. */
    public long size() {
        return entries.size();
    }

    /** The greatest id that any entry ever had, or that was set. */
    public StreamId lastId() {
        return lastId;
    }

    /** How many entries there ever were. */
    public long entriesAdded() {
        return entriesAdded;
    }

    /** The greatest id of an entry that was deleted by its id. */
    public StreamId maxDeletedId() {
        return maxDeletedId;
    }

    public @Nullable StreamEntry first() {
        return entries.first();
    }

    public @Nullable StreamEntry last() {
        return entries.last();
    }

    public @Nullable StreamEntry entry(StreamId id) {
        return entries.find(id);
    }

    /** The entries within two bounds, which belong to it; not to be used after a change. */
    public Iterator<StreamEntry> ascending(StreamId from, StreamId to) {
        return entries.ascending(from, to);
    }

    /** As {@link #ascending}, the greatest first. */
    public Iterator<StreamEntry> descending(StreamId from, StreamId to) {
        return entries.descending(from, to);
    }

    /** Of how many nodes Redis would have made it. */
    public int nodes() {
        return entries.chunkCount();
    }

    /** The parts that entries are kept in, in order. */
    public void forEachNode(StreamNodeVisitor visitor) {
        for (StreamChunk chunk : entries.chunks()) {
            visitor.visit(chunk.id(), chunk.bytes(), chunk.lastPlace(), chunk.places(), chunk.packedBytes());
        }
    }

    public int groupCount() {
        return groups.size();
    }

    /** In the order of their names; not to be used after a change. */
    public Iterable<StreamGroup> groups() {
        return groups.all();
    }

    public @Nullable StreamGroup group(Bytes name) {
        return groups.get(name);
    }

    /** Whether a group has not read the entry or not acknowledged it. */
    public boolean isNeeded(StreamId id) {
        return groups.need(id);
    }

    public ProducedIds producedIds() {
        return producedIds;
    }

    /**
     * How many entries the group has not read yet, if that can be told: below 0 if a client said that it has read more than
     * there ever were.
     */
    public OptionalLong lag(StreamGroup group) {
        if (entriesAdded == 0) {
            return OptionalLong.of(0);
        }
        if (group.entriesRead() != StreamGroup.UNKNOWN && !hasHoleFrom(group.lastDelivered())) {
            return OptionalLong.of(entriesAdded - group.entriesRead());
        }
        long read = entriesUpTo(group.lastDelivered());
        return read == StreamGroup.UNKNOWN ? OptionalLong.empty() : OptionalLong.of(entriesAdded - read);
    }

    /** Whether an entry at or behind {@code id} may have been deleted. */
    private boolean hasHoleFrom(StreamId id) {
        StreamEntry first = first();
        return first != null
                && !maxDeletedId.equals(StreamId.MIN)
                && !first.id().isAfter(maxDeletedId)
                && id.compareTo(maxDeletedId) <= 0;
    }

    /** How many entries there ever were up to an id, that included; {@link StreamGroup#UNKNOWN} if that cannot be told. */
    public long entriesUpTo(StreamId id) {
        if (entriesAdded == 0) {
            return 0;
        }
        StreamEntry first = first();
        int toLast = id.compareTo(lastId);
        if (toLast == 0 || first == null && toLast < 0) {
            return entriesAdded;
        }
        StreamId firstId = first == null ? StreamId.MIN : first.id();
        if (toLast < 0 && (maxDeletedId.equals(StreamId.MIN) || maxDeletedId.isBefore(firstId))) {
            int toFirst = id.compareTo(firstId);
            if (toFirst <= 0) {
                return entriesAdded - size() + (toFirst == 0 ? 1 : 0);
            }
        }
        return StreamGroup.UNKNOWN;
    }

    // --- changes: only of what writable returned -------------------------------------------------------------------

    /** This stream if it belongs to the epoch, else a copy that does, to be stored in its stead. */
    public StreamValue writable() {
        return epoch.owns(owner)
                ? this
                : new StreamValue(
                        epoch,
                        new StreamEntries(entries),
                        new StreamGroups(groups),
                        new ProducedIds(producedIds),
                        lastId,
                        entriesAdded,
                        maxDeletedId);
    }

    /** @param id above {@link #lastId} */
    public void add(StreamId id, List<Bytes> fieldsAndValues, Limits limits) {
        entries.append(id, fieldsAndValues, limits);
        lastId = id;
        entriesAdded++;
    }

    /** Another entry came under the id that a producer used lately. */
    public void countDuplicate() {
        producedIds.countDuplicate();
    }

    /** Remembers under which id a producer added an entry. */
    public void produced(Bytes producer, Bytes id, StreamId entry, long nowMillis) {
        producedIds.add(producer, id, entry, nowMillis);
    }

    /** Other bounds than before forget all ids of producers. */
    public void configureProduced(long durationMillis, int countMax) {
        producedIds.configure(durationMillis, countMax);
    }

    /** False if there is no such entry. */
    public boolean remove(StreamId id) {
        if (!entries.remove(id)) {
            return false;
        }
        if (id.isAfter(maxDeletedId)) {
            maxDeletedId = id;
        }
        return true;
    }

    /** No group has the entry pending any more, whether there is one or not; false if none had. */
    public boolean forget(StreamId id) {
        return groups.forget(id);
    }

    /** Removes the first entries as far as they are too many or too old; returns how many. */
    public long trim(StreamTrim trim, References references) {
        long before = size();
        switch (references) {
            case KEPT -> entries.trim(trim);
            case DROPPED -> {
                StreamId last = entries.trim(trim);
                if (last != null) {
                    groups.forgetUpTo(last);
                }
            }
            case RESPECTED -> entries.trim(trim, groups);
        }
        return before - size();
    }

    public void setId(StreamId newLastId, long newEntriesAdded, StreamId newMaxDeletedId) {
        lastId = newLastId;
        entriesAdded = newEntriesAdded;
        maxDeletedId = newMaxDeletedId;
    }

    /** @param name of no group that is there */
    public void addGroup(Bytes name, StreamId lastDelivered, long entriesRead) {
        groups.add(name, lastDelivered, entriesRead);
    }

    public void removeGroup(StreamGroup group) {
        groups.remove(group);
    }

    public void moveGroup(Bytes name, StreamId lastDelivered, long entriesRead) {
        StreamGroup group = groups.open(name);
        group.moveTo(lastDelivered, entriesRead);
        groups.close(group);
    }

    /** False if there is one already. */
    public boolean addConsumer(Bytes groupName, Bytes consumer, long nowMillis) {
        StreamGroup group = groups.open(groupName);
        boolean added = group.addConsumer(consumer, nowMillis);
        groups.close(group);
        return added;
    }

    public void removeConsumer(Bytes groupName, Bytes consumer) {
        StreamGroup group = groups.open(groupName);
        group.removeConsumer(consumer);
        groups.close(group);
    }

    /** The consumer, which is there, asks for something. */
    public void see(Bytes groupName, Bytes consumer, long nowMillis) {
        StreamGroup group = groups.open(groupName);
        group.open(consumer).seen(nowMillis);
        groups.close(group);
    }

    /**
     * Delivers entries the group has not read to a consumer, which is there.
     *
     * @param countMax how many at most
     * @param acknowledged they do not become pending
     */
    public List<StreamEntry> deliver(
            Bytes groupName, Bytes consumerName, long countMax, boolean acknowledged, long nowMillis) {
        StreamGroup group = groups.open(groupName);
        List<StreamEntry> delivered = new ArrayList<>();
        StreamId from = group.lastDelivered().next();
        if (from != null) {
            Iterator<StreamEntry> unread = entries.ascending(from, StreamId.MAX);
            while (delivered.size() < countMax && unread.hasNext()) {
                StreamEntry entry = unread.next();
                group.moveTo(entry.id(), readWith(group, entry.id()));
                delivered.add(entry);
            }
        }
        if (!acknowledged && !delivered.isEmpty()) {
            StreamConsumer consumer = group.open(consumerName);
            consumer.active(nowMillis);
            for (StreamEntry entry : delivered) {
                group.put(new PendingEntry(entry.id(), consumer.name(), nowMillis, 1));
            }
        }
        groups.close(group);
        return delivered;
    }

    /** How many entries the group has read when {@code id} is the next. */
    private long readWith(StreamGroup group, StreamId id) {
        if (group.entriesRead() != StreamGroup.UNKNOWN && !hasHoleFrom(id)) {
            return group.entriesRead() + 1;
        }
        return entriesAdded == 0 ? group.entriesRead() : entriesUpTo(id);
    }

    /**
     * Delivers what is pending with a consumer, which is there, once more.
     *
     * @param countMax how many at most
     */
    public List<StreamDelivery> deliverAgain(
            Bytes groupName, Bytes consumerName, StreamId after, long countMax, long nowMillis) {
        StreamGroup group = groups.open(groupName);
        StreamConsumer consumer = group.open(consumerName);
        List<PendingEntry> again = new ArrayList<>();
        StreamId from = after.next();
        if (from != null) {
            Iterator<PendingEntry> pending = consumer.pending(from);
            while (again.size() < countMax && pending.hasNext()) {
                again.add(pending.next());
            }
        }
        List<StreamDelivery> delivered = new ArrayList<>(again.size());
        StreamEntries.Finder finder = entries.finder();
        for (PendingEntry pending : again) {
            StreamId id = pending.id();
            StreamEntry entry = finder.find(id);
            delivered.add(new StreamDelivery(id, entry));
            if (entry != null) {
                long deliveries = pending.deliveries() == Long.MAX_VALUE ? Long.MAX_VALUE : pending.deliveries() + 1;
                group.put(new PendingEntry(id, consumer.name(), nowMillis, deliveries));
            }
        }
        groups.close(group);
        return delivered;
    }

    /** Returns those that were pending. */
    public List<StreamId> acknowledge(Bytes groupName, List<StreamId> ids) {
        StreamGroup group = groups.open(groupName);
        List<StreamId> acknowledged = new ArrayList<>(ids.size());
        for (StreamId id : ids) {
            if (group.acknowledge(id)) {
                acknowledged.add(id);
            }
        }
        groups.close(group);
        return acknowledged;
    }

    /** Hands pending entries over to a consumer, which is there; what is pending without an entry is forgotten. */
    public List<StreamEntry> claim(
            Bytes groupName, Bytes consumerName, List<StreamId> ids, StreamClaim claim, long nowMillis) {
        StreamGroup group = groups.open(groupName);
        StreamConsumer consumer = group.open(consumerName);
        List<StreamEntry> claimed = new ArrayList<>(ids.size());
        for (StreamId id : ids) {
            StreamEntry entry = entries.find(id);
            PendingEntry pending = group.pending(id);
            if (entry == null) {
                group.acknowledge(id);
            } else if (pending != null && isIdle(pending, claim, nowMillis) || pending == null && claim.forced()) {
                long before = pending == null ? 1 : pending.deliveries();
                hand(group, consumer, id, claim, before, nowMillis);
                claimed.add(entry);
            }
        }
        groups.close(group);
        return claimed;
    }

    private static boolean isIdle(PendingEntry pending, StreamClaim claim, long nowMillis) {
        return pending.consumer() == null || pending.idleMillis(nowMillis) >= claim.idleMinMillis();
    }

    private static void hand(
            StreamGroup group, StreamConsumer consumer, StreamId id, StreamClaim claim, long before, long nowMillis) {
        group.put(new PendingEntry(id, consumer.name(), claim.deliveredAtMillis(), claim.deliveries(before)));
        consumer.active(nowMillis);
    }

    /**
     * As {@link #claim}, of whatever is pending from an id on.
     *
     * @param countMax how many entries and forgotten ids at most
     * @param looksMax how many pending ids to look at
     */
    public StreamSweep sweep(
            Bytes groupName,
            Bytes consumerName,
            StreamId from,
            long countMax,
            long looksMax,
            StreamClaim claim,
            long nowMillis) {
        StreamGroup group = groups.open(groupName);
        StreamConsumer consumer = group.open(consumerName);
        List<PendingEntry> taken = new ArrayList<>();
        List<StreamEntry> claimed = new ArrayList<>();
        List<StreamId> vanished = new ArrayList<>();
        StreamEntries.Finder finder = entries.finder();
        Iterator<PendingEntry> all = group.pendingFrom(from);
        for (long looks = 0;
                looks < looksMax && claimed.size() + vanished.size() < countMax && all.hasNext();
                looks++) {
            PendingEntry pending = all.next();
            StreamEntry entry = finder.find(pending.id());
            if (entry == null) {
                vanished.add(pending.id());
            } else if (isIdle(pending, claim, nowMillis)) {
                taken.add(pending);
                claimed.add(entry);
            }
        }
        StreamId next = all.hasNext() ? all.next().id() : null;
        vanished.forEach(group::acknowledge);
        for (PendingEntry pending : taken) {
            hand(group, consumer, pending.id(), claim, pending.deliveries(), nowMillis);
        }
        groups.close(group);
        return new StreamSweep(next, claimed, vanished);
    }

    /**
     * Gives pending entries back to their group; returns how many.
     *
     * @param release how often they count as delivered then
     */
    public List<StreamId> release(Bytes groupName, List<StreamId> ids, StreamRelease release) {
        StreamGroup group = groups.open(groupName);
        List<StreamId> released = new ArrayList<>(ids.size());
        for (StreamId id : ids) {
            PendingEntry pending = group.pending(id);
            if (pending != null) {
                group.put(new PendingEntry(id, null, 0, release.deliveries(pending.deliveries())));
                released.add(id);
            } else if (release.forced() && entries.find(id) != null) {
                group.put(new PendingEntry(id, null, 0, release.deliveries(0)));
                released.add(id);
            }
        }
        groups.close(group);
        return released;
    }
}

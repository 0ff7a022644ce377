package io.ratiskv.keyspace;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.Change;
import io.ratiskv.api.StreamId;
import io.ratiskv.value.ProducedIds;
import io.ratiskv.value.References;
import io.ratiskv.value.StreamClaim;
import io.ratiskv.value.StreamDelivery;
import io.ratiskv.value.StreamEntry;
import io.ratiskv.value.StreamGroup;
import io.ratiskv.value.StreamRelease;
import io.ratiskv.value.StreamSweep;
import io.ratiskv.value.StreamTrim;
import io.ratiskv.value.StreamValue;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * A key that holds a stream, or nothing yet: adding an entry or a group makes the key, and removing the last entry leaves
 * it. Confined to the request that asked for it; a change of the same key by other ways makes it stale.
 *
 * <p>Methods with a group or a consumer are for those that are there, and entries told are never written again; iterators
 * and groups are no longer to be used after a change.
 */
public final class StreamHandle {
    private final TypedKey<StreamValue> stream;

    StreamHandle(TypedKey<StreamValue> stream) {
        this.stream = stream;
    }

    public boolean isAbsent() {
        return stream.isAbsent();
    }

    // --- reading; an absent stream has nothing ---------------------------------------------------------------------

    /** How many entries. */
    public long size() {
        return isAbsent() ? 0 : value().size();
    }

    /** The greatest id that any entry ever had, or that was set. */
    public StreamId lastId() {
        return isAbsent() ? StreamId.MIN : value().lastId();
    }

    /** How many entries there ever were. */
    public long entriesAdded() {
        return isAbsent() ? 0 : value().entriesAdded();
    }

    /** The greatest id of an entry that was deleted by its id. */
    public StreamId maxDeletedId() {
        return isAbsent() ? StreamId.MIN : value().maxDeletedId();
    }

    public @Nullable StreamEntry first() {
        return isAbsent() ? null : value().first();
    }

    public @Nullable StreamEntry last() {
        return isAbsent() ? null : value().last();
    }

    public @Nullable StreamEntry entry(StreamId id) {
        return isAbsent() ? null : value().entry(id);
    }

    /** The entries within two bounds, which belong to it. */
    public Iterator<StreamEntry> ascending(StreamId from, StreamId to) {
        return isAbsent() ? Collections.emptyIterator() : value().ascending(from, to);
    }

    /** As {@link #ascending}, the greatest first. */
    public Iterator<StreamEntry> descending(StreamId from, StreamId to) {
        return isAbsent() ? Collections.emptyIterator() : value().descending(from, to);
    }

    /** Of how many nodes Redis would have made it. */
    public int nodes() {
        return isAbsent() ? 0 : value().nodes();
    }

    public int groupCount() {
        return isAbsent() ? 0 : value().groupCount();
    }

    /** In the order of their names. */
    public Iterable<StreamGroup> groups() {
        return isAbsent() ? List.of() : value().groups();
    }

    public @Nullable StreamGroup group(Bytes name) {
        return isAbsent() ? null : value().group(name);
    }

    /** As {@link StreamValue#lag}. */
    public OptionalLong lag(StreamGroup group) {
        return value().lag(group);
    }

    /** Whether a group has not read the entry or not acknowledged it. */
    public boolean isNeeded(StreamId id) {
        return !isAbsent() && value().isNeeded(id);
    }

    /** Null if nobody ever used or configured them. */
    public @Nullable ProducedIds producedIds() {
        return isAbsent() || !value().producedIds().areUsed() ? null : value().producedIds();
    }

    /** The entry that a producer added under the id lately; null if it did not. */
    public @Nullable StreamId produced(Bytes producer, Bytes id, long nowMillis) {
        return isAbsent() ? null : value().producedIds().find(producer, id, nowMillis);
    }

    // --- entries
    // -------------------------------------------------------------------------------------------------------

    /** @param id above {@link #lastId} */
    public void add(StreamId id, List<Bytes> fieldsAndValues) {
        add(toChange(), id, fieldsAndValues);
    }

    /** As {@link #add}, and remembers under which id of its own the producer added it. */
    public void add(StreamId id, List<Bytes> fieldsAndValues, Bytes producer, Bytes produced, long nowMillis) {
        StreamValue changed = toChange();
        changed.produced(producer, produced, id, nowMillis);
        add(changed, id, fieldsAndValues);
    }

    private void add(StreamValue changed, StreamId id, List<Bytes> fieldsAndValues) {
        changed.add(id, fieldsAndValues, stream.shapes().limits());
        stream.store(changed, new Change.StreamEntryAdded(stream.database(), stream.key(), id, fieldsAndValues));
    }

    /** The producer added the entry before, and nothing is added. */
    public void countDuplicate(StreamId id) {
        StreamValue changed = toChange();
        changed.countDuplicate();
        stream.store(changed, new Change.StreamDuplicateMet(stream.database(), stream.key(), id));
    }

    /** Other bounds than before forget all ids of producers. */
    public void configureProduced(long durationMillis, int countMax) {
        StreamValue changed = toChange();
        changed.configureProduced(durationMillis, countMax);
        stream.store(
                changed,
                new Change.StreamProducersConfigured(stream.database(), stream.key(), durationMillis, countMax));
    }

    /** Returns for each id whether there was such an entry. */
    public boolean[] remove(List<StreamId> ids) {
        boolean[] were = new boolean[ids.size()];
        StreamValue changed = toChange();
        List<StreamId> removed = new ArrayList<>(ids.size());
        for (int i = 0; i < were.length; i++) {
            were[i] = changed.remove(ids.get(i));
            if (were[i]) {
                removed.add(ids.get(i));
            }
        }
        if (!removed.isEmpty()) {
            stream.store(changed, new Change.StreamEntriesRemoved(stream.database(), stream.key(), removed));
        }
        return were;
    }

    /** No group has these entries pending any more, whether there are such entries or not. */
    public void forget(List<StreamId> ids) {
        StreamValue changed = toChange();
        List<StreamId> forgotten = ids.stream().filter(changed::forget).toList();
        if (!forgotten.isEmpty()) {
            stream.store(
                    changed,
                    new Change.StreamEntriesAcknowledged(stream.database(), stream.key(), Bytes.EMPTY, forgotten));
        }
    }

    /** Removes the first entries as far as they are too many or too old; returns how many. */
    public long trim(StreamTrim trim, References references) {
        StreamValue changed = toChange();
        long count = changed.trim(trim, references);
        if (count > 0) {
            stream.store(changed, new Change.StreamTrimmed(stream.database(), stream.key(), count));
        }
        return count;
    }

    public void setId(StreamId lastId, long entriesAdded, StreamId maxDeletedId) {
        StreamValue changed = toChange();
        changed.setId(lastId, entriesAdded, maxDeletedId);
        stream.store(
                changed, new Change.StreamIdSet(stream.database(), stream.key(), lastId, entriesAdded, maxDeletedId));
    }

    // --- groups
    // --------------------------------------------------------------------------------------------------------

    /** @param group of a name that no group has */
    public void addGroup(Bytes group, StreamId lastDelivered, long entriesRead) {
        boolean created = isAbsent();
        StreamValue changed = toChange();
        changed.addGroup(group, lastDelivered, entriesRead);
        stream.store(
                changed, new Change.StreamGroupCreated(stream.database(), stream.key(), group, lastDelivered, created));
    }

    public void moveGroup(Bytes group, StreamId lastDelivered, long entriesRead) {
        StreamValue changed = toChange();
        changed.moveGroup(group, lastDelivered, entriesRead);
        stream.store(changed, new Change.StreamGroupMoved(stream.database(), stream.key(), group, lastDelivered));
    }

    public void removeGroup(StreamGroup group) {
        StreamValue changed = toChange();
        changed.removeGroup(group);
        stream.store(changed, new Change.StreamGroupRemoved(stream.database(), stream.key(), group.name()));
    }

    /** False if the group has the consumer already. */
    public boolean addConsumer(Bytes group, Bytes consumer, long nowMillis) {
        StreamValue changed = toChange();
        if (!changed.addConsumer(group, consumer, nowMillis)) {
            return false;
        }
        stream.store(changed, new Change.StreamConsumerCreated(stream.database(), stream.key(), group, consumer));
        return true;
    }

    public void removeConsumer(Bytes group, Bytes consumer) {
        StreamValue changed = toChange();
        changed.removeConsumer(group, consumer);
        stream.store(changed, new Change.StreamConsumerRemoved(stream.database(), stream.key(), group, consumer));
    }

    /** The consumer asks for something; it is there from now on. */
    public void see(Bytes group, Bytes consumer, long nowMillis) {
        if (!addConsumer(group, consumer, nowMillis)) {
            StreamValue changed = toChange();
            changed.see(group, consumer, nowMillis);
            stream.store(
                    changed,
                    new Change.StreamConsumerSeen(stream.database(), stream.key(), group, consumer, nowMillis));
        }
    }

    /** As {@link StreamValue#deliver}. */
    public List<StreamEntry> deliver(Bytes group, Bytes consumer, long countMax, boolean acknowledged, long nowMillis) {
        StreamValue changed = toChange();
        List<StreamEntry> entries = changed.deliver(group, consumer, countMax, acknowledged, nowMillis);
        delivered(changed, group, consumer, ids(entries));
        return entries;
    }

    /** As {@link StreamValue#deliverAgain}. */
    public List<StreamDelivery> deliverAgain(
            Bytes group, Bytes consumer, StreamId after, long countMax, long nowMillis) {
        StreamValue changed = toChange();
        List<StreamDelivery> deliveries = changed.deliverAgain(group, consumer, after, countMax, nowMillis);
        delivered(
                changed,
                group,
                consumer,
                deliveries.stream().map(StreamDelivery::id).toList());
        return deliveries;
    }

    /** As {@link StreamValue#claim}. */
    public List<StreamEntry> claim(Bytes group, Bytes consumer, List<StreamId> ids, StreamClaim claim, long nowMillis) {
        StreamValue changed = toChange();
        List<StreamEntry> entries = changed.claim(group, consumer, ids, claim, nowMillis);
        delivered(changed, group, consumer, ids(entries));
        return entries;
    }

    /** As {@link StreamValue#sweep}. */
    public StreamSweep sweep(
            Bytes group,
            Bytes consumer,
            StreamId from,
            long countMax,
            long looksMax,
            StreamClaim claim,
            long nowMillis) {
        StreamValue changed = toChange();
        StreamSweep sweep = changed.sweep(group, consumer, from, countMax, looksMax, claim, nowMillis);
        delivered(changed, group, consumer, ids(sweep.claimed()));
        return sweep;
    }

    private void delivered(StreamValue changed, Bytes group, Bytes consumer, List<StreamId> ids) {
        stream.store(changed, new Change.StreamEntriesDelivered(stream.database(), stream.key(), group, consumer, ids));
    }

    private static List<StreamId> ids(List<StreamEntry> entries) {
        return entries.stream().map(StreamEntry::id).toList();
    }

    /** Returns those that were pending in the group. */
    public List<StreamId> acknowledge(Bytes group, List<StreamId> ids) {
        StreamValue changed = toChange();
        List<StreamId> acknowledged = changed.acknowledge(group, ids);
        if (!acknowledged.isEmpty()) {
            stream.store(
                    changed,
                    new Change.StreamEntriesAcknowledged(stream.database(), stream.key(), group, acknowledged));
        }
        return acknowledged;
    }

    /** As {@link StreamValue#release}; returns how many. */
    public int release(Bytes group, List<StreamId> ids, StreamRelease release) {
        StreamValue changed = toChange();
        List<StreamId> released = changed.release(group, ids, release);
        if (!released.isEmpty()) {
            stream.store(changed, new Change.StreamEntriesReleased(stream.database(), stream.key(), group, released));
        }
        return released.size();
    }

    private StreamValue value() {
        return stream.value();
    }

    /** The stream, to be changed in place and stored. */
    private StreamValue toChange() {
        return stream.isAbsent()
                ? StreamValue.empty(stream.shapes())
                : stream.valueToChange().writable();
    }
}

package io.ratiskv.value;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.StreamId;
import io.ratiskv.collect.Epoch;
import java.util.ArrayList;
import java.util.List;

/**
 * A stream while its parts are read, in order. Confined to the thread that reads. Parts that can not be
 * are an {@link IllegalArgumentException}.
 */
public final class StreamBuilder {
    private final Epoch epoch;
    private final Limits limits;
    private final List<StreamChunk> chunks = new ArrayList<>();
    private final List<StreamGroup> groups = new ArrayList<>();
    private final List<ProducedIds.Produced> produced = new ArrayList<>();
    private final ProducedIds producedIds;

    // Of the group that is being read.
    private final List<StreamConsumer> consumers = new ArrayList<>();
    private final List<List<PendingEntry>> pendingOfConsumers = new ArrayList<>();
    private final List<PendingEntry> pending = new ArrayList<>();

    public StreamBuilder(Shapes shapes) {
        this.epoch = shapes.epoch();
        this.limits = shapes.limits();
        this.producedIds = new ProducedIds(epoch);
    }

    /** The next of what {@link StreamValue#forEachNode} told. */
    public void node(StreamId id, Bytes bytes, StreamId lastPlace, int places, long packedBytes) {
        chunks.add(StreamChunk.restore(id, bytes, lastPlace, places, packedBytes, epoch.current()));
    }

    /** The next entry, where nodes are not told. */
    public void entry(StreamId id, List<Bytes> fieldsAndValues) {
        long bytes = 0;
        for (Bytes word : fieldsAndValues) {
            bytes += word.length();
        }
        StreamChunk tail = chunks.isEmpty() ? null : chunks.getLast();
        if (tail != null && !tail.isFull(bytes, limits)) {
            tail.append(id, fieldsAndValues);
            return;
        }
        if (tail != null) {
            tail.seal();
        }
        chunks.add(StreamChunk.begin(id, fieldsAndValues, epoch.current()));
    }

    /** The next consumer of the group that comes next. */
    public void consumer(Bytes name, long seenAtMillis, long activeAtMillis) {
        consumers.add(new StreamConsumer(name, seenAtMillis, activeAtMillis, epoch));
        pendingOfConsumers.add(new ArrayList<>());
    }

    /**
     * The next pending entry of the group that comes next.
     *
     * @param consumer which of its consumers, from 0; -1 for none
     */
    public void pending(StreamId id, int consumer, long deliveredAtMillis, long deliveries) {
        if (consumer >= consumers.size()) {
            throw new IllegalArgumentException("a group has no consumer " + consumer);
        }
        Bytes name = consumer < 0 ? null : consumers.get(consumer).name();
        PendingEntry entry = new PendingEntry(id, name, deliveredAtMillis, deliveries);
        pending.add(entry);
        if (consumer >= 0) {
            pendingOfConsumers.get(consumer).add(entry);
        }
    }

    /** The next group, of the consumers and pending entries told since the one before. */
    public void group(Bytes name, StreamId lastDelivered, long entriesRead) {
        for (int i = 0; i < consumers.size(); i++) {
            consumers.get(i).restore(pendingOfConsumers.get(i));
        }
        StreamGroup group = new StreamGroup(name, lastDelivered, entriesRead, epoch);
        group.restore(consumers, pending);
        groups.add(group);
        consumers.clear();
        pendingOfConsumers.clear();
        pending.clear();
    }

    /** The next id of a producer. */
    public void produced(Bytes producer, Bytes id, StreamId entry, long atMillis) {
        produced.add(new ProducedIds.Produced(producer, id, entry, atMillis, produced.size()));
    }

    /** The ids of producers, all told before. */
    public void producedIds(long durationMillis, int countMax, long added, long duplicates) {
        producedIds.restore(durationMillis, countMax, added, duplicates, produced);
    }

    public StreamValue build(StreamId lastId, long entriesAdded, StreamId maxDeletedId) {
        StreamEntries entries = StreamEntries.ofChunks(chunks, epoch);
        StreamGroups all = StreamGroups.of(groups, epoch);
        return StreamValue.of(epoch, entries, all, producedIds, lastId, entriesAdded, maxDeletedId);
    }
}

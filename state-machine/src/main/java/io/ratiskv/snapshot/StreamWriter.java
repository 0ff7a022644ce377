package io.ratiskv.snapshot;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.StreamId;
import io.ratiskv.value.PendingEntry;
import io.ratiskv.value.ProducedIds;
import io.ratiskv.value.StreamConsumer;
import io.ratiskv.value.StreamGroup;
import io.ratiskv.value.StreamValue;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A stream as bytes: its counters, its nodes as they are kept, its groups, the ids of its producers. Confined to one thread. */
final class StreamWriter {
    private final SectionWriter writer;

    StreamWriter(SectionWriter writer) {
        this.writer = writer;
    }

    void write(StreamValue stream) throws IOException {
        id(stream.lastId());
        writer.varint(stream.entriesAdded());
        id(stream.maxDeletedId());
        writer.varint(stream.nodes());
        stream.forEachNode((id, bytes, lastPlace, places, packedBytes) -> {
            try {
                id(id);
                writer.string(bytes);
                id(lastPlace);
                writer.varint(places);
                writer.varint(packedBytes);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        writer.varint(stream.groupCount());
        for (StreamGroup group : stream.groups()) {
            write(group);
        }
        write(stream.producedIds());
    }

    private void write(StreamGroup group) throws IOException {
        writer.string(group.name());
        id(group.lastDelivered());
        writer.varint(group.entriesRead());
        writer.varint(group.consumerCount());
        List<Bytes> names = new ArrayList<>(group.consumerCount());
        for (StreamConsumer consumer : group.consumers()) {
            names.add(consumer.name());
            writer.string(consumer.name());
            writer.varint(consumer.seenAtMillis());
            writer.varint(consumer.activeAtMillis());
        }
        writer.varint(group.pendingCount());
        for (Iterator<PendingEntry> pending = group.pendingFrom(StreamId.MIN); pending.hasNext(); ) {
            PendingEntry entry = pending.next();
            id(entry.id());
            // One more, so that none is 0.
            writer.varint(rankOf(entry.consumer(), names) + 1);
            writer.varint(entry.deliveredAtMillis());
            writer.varint(entry.deliveries());
        }
    }

    /** -1 for none; the names ascend. */
    private static int rankOf(@Nullable Bytes consumer, List<Bytes> names) {
        return consumer == null ? -1 : Collections.binarySearch(names, consumer);
    }

    private void write(ProducedIds ids) throws IOException {
        writer.varint(ids.durationMillis());
        writer.varint(ids.countMax());
        writer.varint(ids.added());
        writer.varint(ids.duplicates());
        writer.varint(ids.size());
        for (ProducedIds.Produced produced : ids.all()) {
            writer.string(produced.producer());
            writer.string(produced.id());
            id(produced.entry());
            writer.varint(produced.atMillis());
        }
    }

    private void id(StreamId id) throws IOException {
        writer.varint(id.millis());
        writer.varint(id.sequence());
    }
}

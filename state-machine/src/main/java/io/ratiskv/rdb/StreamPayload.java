package io.ratiskv.rdb;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.StreamId;
import io.ratiskv.value.PendingEntry;
import io.ratiskv.value.Shapes;
import io.ratiskv.value.StreamConsumer;
import io.ratiskv.value.StreamEntry;
import io.ratiskv.value.StreamGroup;
import io.ratiskv.value.StreamValue;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.Consumer;

/**
 * A stream as a payload tells it. Stateless; any thread.
 *
 * <pre>
 *   number of nodes; each: id, listpack
 *   size, last id, first id, greatest deleted id, number of entries ever
 *   number of groups; each: name, last delivered id, entries read,
 *     number of pending entries; each: id, when delivered, how often
 *     number of consumers; each: name, when seen, when active, number of its pending entries, their ids
 *   listpack: entries, deleted ones, how many fields, the fields, 0; each entry: flags, time and sequence less those of
 *     the node's id, how many fields, fields and values in turn, or the values alone, how many elements it was
 * </pre>
 *
 * <p>Ids by which producers are recognised have no place in it.
 */
final class StreamPayload {
    static final int DELETED = 1;
    static final int SAME_FIELDS = 2;

    // As large as Redis makes them when nothing is said.
    private static final int NODE_ENTRIES_MAX = 100;
    private static final int NODE_BYTES_MAX = 4096;

    /** Flags, the two parts of the id and the counts, each with its length. */
    private static final int ENTRY_BYTES_MAX = 32;

    private StreamPayload() {}

    static StreamValue read(RdbType type, RdbInput in, Shapes shapes) throws PayloadException {
        return new StreamPayloadReader(type, in, shapes).read();
    }

    /** Whether there is something that Redis before 7.2 does not tell. */
    static boolean hasConsumers(StreamValue stream) {
        for (StreamGroup group : stream.groups()) {
            if (group.consumerCount() > 0 || group.pendingCount() > 0) {
                return true;
            }
        }
        return false;
    }

    /** More than a payload can have. */
    static long bytesMax(StreamValue stream) {
        return stream.cost() + stream.size() * ENTRY_BYTES_MAX;
    }

    /** @param withActivity whether consumers have both times */
    static void write(StreamValue stream, boolean withActivity, RdbOutput out) {
        int[] nodes = new int[1];
        forEachNode(stream, entries -> nodes[0]++);
        out.number(nodes[0]);
        forEachNode(stream, entries -> writeNode(entries, out));
        StreamEntry first = stream.first();
        out.number(stream.size());
        id(stream.lastId(), out);
        id(first == null ? StreamId.MIN : first.id(), out);
        id(stream.maxDeletedId(), out);
        out.number(stream.entriesAdded());
        out.number(stream.groupCount());
        for (StreamGroup group : stream.groups()) {
            write(group, withActivity, out);
        }
    }

    private static void id(StreamId id, RdbOutput out) {
        out.number(id.millis());
        out.number(id.sequence());
    }

    private static void rawId(StreamId id, RdbOutput out) {
        out.bigEndian(id.millis());
        out.bigEndian(id.sequence());
    }

    // --- entries -----------------------------------------------------------------------------------------------------

    /** Tells the entries of each node, in a list that is used again. */
    private static void forEachNode(StreamValue stream, Consumer<List<StreamEntry>> visitor) {
        List<StreamEntry> entries = new ArrayList<>();
        long bytes = 0;
        for (Iterator<StreamEntry> all = stream.ascending(StreamId.MIN, StreamId.MAX); all.hasNext(); ) {
            StreamEntry entry = all.next();
            if (entries.size() == NODE_ENTRIES_MAX || bytes > NODE_BYTES_MAX) {
                visitor.accept(entries);
                entries.clear();
                bytes = 0;
            }
            entries.add(entry);
            bytes += entry.contentBytes();
        }
        if (!entries.isEmpty()) {
            visitor.accept(entries);
        }
    }

    private static void writeNode(List<StreamEntry> entries, RdbOutput out) {
        StreamId id = entries.getFirst().id();
        RdbOutput key = new RdbOutput(2 * Long.BYTES);
        rawId(id, key);
        out.string(key.written());

        List<Bytes> fields = everySecond(words(entries.getFirst()), 0);
        ListpackWriter node = new ListpackWriter();
        node.add(entries.size());
        node.add(0);
        node.add(fields.size());
        fields.forEach(node::add);
        node.add(0);
        for (StreamEntry entry : entries) {
            List<Bytes> words = words(entry);
            boolean same = everySecond(words, 0).equals(fields);
            node.add(same ? SAME_FIELDS : 0);
            node.add(entry.id().millis() - id.millis());
            node.add(entry.id().sequence() - id.sequence());
            List<Bytes> told = same ? everySecond(words, 1) : words;
            if (!same) {
                node.add(words.size() / 2);
            }
            told.forEach(node::add);
            node.add(told.size() + (same ? 3 : 4));
        }
        out.string(node.finished());
    }

    private static List<Bytes> words(StreamEntry entry) {
        List<Bytes> words = new ArrayList<>();
        entry.forEachWord(words::add);
        return words;
    }

    private static List<Bytes> everySecond(List<Bytes> words, int from) {
        List<Bytes> chosen = new ArrayList<>(words.size() / 2);
        for (int i = from; i < words.size(); i += 2) {
            chosen.add(words.get(i));
        }
        return chosen;
    }

    // --- groups ------------------------------------------------------------------------------------------------------

    private static void write(StreamGroup group, boolean withActivity, RdbOutput out) {
        out.string(group.name());
        id(group.lastDelivered(), out);
        out.number(group.entriesRead());
        out.number(group.pendingCount());
        for (Iterator<PendingEntry> pending = group.pendingFrom(StreamId.MIN); pending.hasNext(); ) {
            PendingEntry entry = pending.next();
            rawId(entry.id(), out);
            out.littleEndian(entry.deliveredAtMillis(), Long.BYTES);
            out.number(entry.deliveries());
        }
        // What was given back has no consumer, which Redis does not know before 8.8: one without a name stands for it.
        boolean addsOne = group.releasedCount() > 0 && group.consumer(Bytes.EMPTY) == null;
        out.number(group.consumerCount() + (addsOne ? 1 : 0));
        if (addsOne) {
            write(group, Bytes.EMPTY, 0, StreamConsumer.NEVER, withActivity, out);
        }
        for (StreamConsumer consumer : group.consumers()) {
            write(group, consumer.name(), consumer.seenAtMillis(), consumer.activeAtMillis(), withActivity, out);
        }
    }

    private static void write(
            StreamGroup group,
            Bytes consumer,
            long seenAtMillis,
            long activeAtMillis,
            boolean withActivity,
            RdbOutput out) {
        out.string(consumer);
        out.littleEndian(seenAtMillis, Long.BYTES);
        if (withActivity) {
            out.littleEndian(activeAtMillis, Long.BYTES);
        }
        List<StreamId> ids = consumer.isEmpty() ? pendingOfNobody(group) : pending(group, consumer);
        out.number(ids.size());
        ids.forEach(id -> rawId(id, out));
    }

    private static List<StreamId> pending(StreamGroup group, Bytes name) {
        List<StreamId> ids = new ArrayList<>();
        StreamConsumer consumer = group.consumer(name);
        if (consumer != null) {
            consumer.pending(StreamId.MIN).forEachRemaining(entry -> ids.add(entry.id()));
        }
        return ids;
    }

    /** Of the consumer without a name, and of none. */
    private static List<StreamId> pendingOfNobody(StreamGroup group) {
        List<StreamId> ids = new ArrayList<>();
        for (Iterator<PendingEntry> pending = group.pendingFrom(StreamId.MIN); pending.hasNext(); ) {
            PendingEntry entry = pending.next();
            Bytes consumer = entry.consumer();
            if (consumer == null || consumer.isEmpty()) {
                ids.add(entry.id());
            }
        }
        return ids;
    }
}

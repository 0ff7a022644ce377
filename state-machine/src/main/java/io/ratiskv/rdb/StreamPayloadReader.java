package io.ratiskv.rdb;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.StreamId;
import io.ratiskv.value.Numeral;
import io.ratiskv.value.Shapes;
import io.ratiskv.value.StreamBuilder;
import io.ratiskv.value.StreamGroup;
import io.ratiskv.value.StreamValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.OptionalLong;
import java.util.TreeMap;

/** Reads what {@link StreamPayload} describes, once; whatever does not fit together is refused. Confined to one thread. */
final class StreamPayloadReader {
    private static final int ID_BYTES = 2 * Long.BYTES;

    /** An empty name, an id, and that it has nothing. */
    private static final int GROUP_BYTES_MIN = 5;

    private final RdbType type;
    private final RdbInput in;
    private final StreamBuilder builder;

    private StreamId lastAdded = StreamId.MIN;
    private long added;

    StreamPayloadReader(RdbType type, RdbInput in, Shapes shapes) {
        this.type = type;
        this.in = in;
        this.builder = new StreamBuilder(shapes);
    }

    StreamValue read() throws PayloadException {
        for (int left = count(ID_BYTES); left > 0; left--) {
            readNode();
        }
        require(in.length() == added, "another number of entries");
        StreamId lastId = id();
        require(!lastAdded.isAfter(lastId), "an entry behind the last");
        StreamId maxDeletedId = StreamId.MIN;
        long entriesAdded = added;
        if (type != RdbType.STREAM_WITHOUT_COUNTS) {
            id(); // of the first entry
            maxDeletedId = id();
            entriesAdded = in.length();
            require(entriesAdded >= added, "more entries than ever were");
        }
        TreeMap<Bytes, Group> groups = new TreeMap<>();
        for (int left = count(GROUP_BYTES_MIN); left > 0; left--) {
            require(groups.put(in.string(), readGroup()) == null, "a group twice");
        }
        groups.forEach(this::build);
        StreamValue stream = builder.build(lastId, entriesAdded, maxDeletedId);
        if (type == RdbType.STREAM_WITHOUT_COUNTS) {
            groups.forEach((name, group) ->
                    stream.moveGroup(name, group.lastDelivered, stream.entriesUpTo(group.lastDelivered)));
        }
        return stream;
    }

    private static void require(boolean holds, String otherwise) throws PayloadException {
        if (!holds) {
            throw new PayloadException(otherwise);
        }
    }

    /** How many of something follow, none perhaps, of which each takes {@code bytesMin} at least. */
    private int count(int bytesMin) throws PayloadException {
        long count = in.length();
        require(count >= 0 && count <= in.remaining() / bytesMin, "more than the bytes can hold");
        return (int) count;
    }

    private StreamId id() throws PayloadException {
        return new StreamId(in.length(), in.length());
    }

    private StreamId rawId() throws PayloadException {
        return new StreamId(in.bigEndian(Long.BYTES), in.bigEndian(Long.BYTES));
    }

    // --- entries -----------------------------------------------------------------------------------------------------

    private void readNode() throws PayloadException {
        Bytes key = in.string();
        require(key.length() == ID_BYTES, "an id of another length");
        RdbInput parts = new RdbInput(key);
        StreamId nodeId = new StreamId(parts.bigEndian(Long.BYTES), parts.bigEndian(Long.BYTES));
        Node node = new Node(PackedElements.ofListpack(in.string()));
        long live = node.integer();
        long deleted = node.integer();
        List<Bytes> fields = node.words(node.integer());
        require(node.integer() == 0, "a head that does not end");
        require(live > 0, "a node without entries");
        while (node.hasMore()) {
            long flags = node.integer();
            StreamId id = new StreamId(nodeId.millis() + node.integer(), nodeId.sequence() + node.integer());
            boolean same = (flags & StreamPayload.SAME_FIELDS) != 0;
            int from = node.at;
            long count = same ? fields.size() : node.integer();
            List<Bytes> told = node.words(same ? count : doubled(count));
            require(node.integer() == node.at - 1 - from + 3, "an entry of another length");
            if ((flags & StreamPayload.DELETED) != 0) {
                deleted--;
            } else {
                live--;
                add(id, same ? joined(fields, told) : told);
            }
        }
        require(live == 0 && deleted == 0, "another number of entries in a node");
    }

    private static long doubled(long count) throws PayloadException {
        require(count >= 0 && count < Integer.MAX_VALUE, "so many fields there cannot be");
        return 2 * count;
    }

    private void add(StreamId id, List<Bytes> words) throws PayloadException {
        require(id.isAfter(lastAdded) && !words.isEmpty(), "an entry that cannot follow");
        builder.entry(id, words);
        lastAdded = id;
        added++;
    }

    private static List<Bytes> joined(List<Bytes> fields, List<Bytes> values) {
        List<Bytes> words = new ArrayList<>(2 * fields.size());
        for (int i = 0; i < fields.size(); i++) {
            words.add(fields.get(i));
            words.add(values.get(i));
        }
        return words;
    }

    /** The elements of a listpack, one after the other. */
    private static final class Node {
        private final List<Bytes> elements;
        private int at;

        Node(List<Bytes> elements) {
            this.elements = elements;
        }

        boolean hasMore() {
            return at < elements.size();
        }

        long integer() throws PayloadException {
            OptionalLong integer = hasMore() ? Numeral.parseLong(elements.get(at)) : OptionalLong.empty();
            require(integer.isPresent(), "no integer where one must be");
            at++;
            return integer.orElseThrow();
        }

        List<Bytes> words(long count) throws PayloadException {
            require(count >= 0 && count <= elements.size() - at, "more words than there are");
            List<Bytes> words = elements.subList(at, at + (int) count);
            at += (int) count;
            return words;
        }
    }

    // --- groups ------------------------------------------------------------------------------------------------------

    /** What a group has pending, and when it was delivered to whom. */
    private static final class Pending {
        final long deliveredAtMillis;
        final long deliveries;
        int consumer = -1;

        Pending(long deliveredAtMillis, long deliveries) {
            this.deliveredAtMillis = deliveredAtMillis;
            this.deliveries = deliveries;
        }
    }

    private record Consumer(long seenAtMillis, long activeAtMillis, List<Pending> pending) {}

    private record Group(
            StreamId lastDelivered,
            long entriesRead,
            NavigableMap<Bytes, Consumer> consumers,
            NavigableMap<StreamId, Pending> pending) {}

    private Group readGroup() throws PayloadException {
        StreamId lastDelivered = id();
        long entriesRead = type == RdbType.STREAM_WITHOUT_COUNTS ? StreamGroup.UNKNOWN : in.length();
        require(entriesRead >= StreamGroup.UNKNOWN, "a group that has read too much");
        NavigableMap<StreamId, Pending> pending = new TreeMap<>();
        for (int left = count(ID_BYTES); left > 0; left--) {
            StreamId id = rawId();
            Pending entry = new Pending(in.littleEndian(Long.BYTES), in.length());
            require(entry.deliveries >= 0 && pending.put(id, entry) == null, "an entry is pending twice");
        }
        NavigableMap<Bytes, Consumer> consumers = new TreeMap<>();
        int owned = 0;
        for (int left = count(Long.BYTES); left > 0; left--) {
            Bytes name = in.string();
            long seenAtMillis = in.littleEndian(Long.BYTES);
            long activeAtMillis = type == RdbType.STREAM ? in.littleEndian(Long.BYTES) : seenAtMillis;
            List<Pending> its = new ArrayList<>();
            for (int ids = count(ID_BYTES); ids > 0; ids--) {
                Pending entry = pending.get(rawId());
                require(entry != null, "a consumer has what its group has not");
                its.add(entry);
            }
            owned += its.size();
            require(
                    consumers.put(name, new Consumer(seenAtMillis, activeAtMillis, its)) == null,
                    "a consumer is there twice");
        }
        require(owned == pending.size(), "what is pending is not with one consumer each");
        return new Group(lastDelivered, entriesRead, consumers, pending);
    }

    private void build(Bytes name, Group group) {
        int number = 0;
        for (Map.Entry<Bytes, Consumer> each : group.consumers.entrySet()) {
            Consumer consumer = each.getValue();
            builder.consumer(each.getKey().owned(), consumer.seenAtMillis, consumer.activeAtMillis);
            for (Pending entry : consumer.pending) {
                entry.consumer = number;
            }
            number++;
        }
        group.pending.forEach(
                (id, entry) -> builder.pending(id, entry.consumer, entry.deliveredAtMillis, entry.deliveries));
        builder.group(name.owned(), group.lastDelivered, group.entriesRead);
    }
}

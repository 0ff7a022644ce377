package io.ratiskv.rdb;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.StreamId;
import io.ratiskv.collect.Epoch;
import io.ratiskv.collect.KeyedHash;
import io.ratiskv.value.FieldDeadlines;
import io.ratiskv.value.HashValue;
import io.ratiskv.value.Limits;
import io.ratiskv.value.ListValue;
import io.ratiskv.value.PagedString;
import io.ratiskv.value.PendingEntry;
import io.ratiskv.value.SetValue;
import io.ratiskv.value.Shapes;
import io.ratiskv.value.SortedSetValue;
import io.ratiskv.value.StreamConsumer;
import io.ratiskv.value.StreamEntry;
import io.ratiskv.value.StreamGroup;
import io.ratiskv.value.StreamValue;
import io.ratiskv.value.Value;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.function.Consumer;

/**
 * What a payload says, whatever form it says it in: two payloads are told the same exactly when they hold the same. Stateless;
 * any thread.
 *
 * <p>Members of sets and fields of hashes are told in the order of their bytes. Left out is what a replica of Redis 7.0 does
 * not learn either: when consumers were seen, and how many entries a group has read.
 */
public final class CanonicalValue {
    private CanonicalValue() {}

    /**
     * Tells the parts of what the payload holds, one by one: their number and lengths say where each ends.
     *
     * @throws PayloadException if it is no payload, or not whole
     */
    public static void tell(Bytes payload, Consumer<Bytes> parts) throws PayloadException {
        RdbPayload opened = RdbPayload.open(payload);
        if (opened == null) {
            throw new PayloadException("a payload of another version or checksum");
        }
        switch (opened.read(new Shapes(new Epoch(), new KeyedHash(0, 0), Limits.STANDARD))) {
            case RdbPayload.Text text -> string(text.string(), parts);
            case RdbPayload.Other other -> tell(other.value(), parts);
        }
    }

    private static void string(Bytes string, Consumer<Bytes> parts) {
        text("string", parts);
        parts.accept(string);
    }

    private static void tell(Value value, Consumer<Bytes> parts) {
        switch (value) {
            case PagedString string -> string(string.whole(), parts);
            case ListValue list -> {
                text("list", parts);
                number(list.size(), parts);
                list.ascending(0).forEachRemaining(parts);
            }
            case SetValue set -> {
                text("set", parts);
                number(set.size(), parts);
                List<Bytes> members = new ArrayList<>();
                set.forEach(members::add);
                members.sort(null);
                members.forEach(parts);
            }
            case SortedSetValue set -> {
                text("zset", parts);
                number(set.size(), parts);
                set.forEach((member, score) -> {
                    parts.accept(member);
                    number(Double.doubleToRawLongBits(score), parts);
                });
            }
            case HashValue hash -> {
                text("hash", parts);
                number(hash.size(), parts);
                List<Field> fields = new ArrayList<>();
                hash.forEach((field, content) -> fields.add(new Field(field, content)));
                fields.sort(Comparator.comparing(Field::name));
                for (Field field : fields) {
                    parts.accept(field.name());
                    parts.accept(field.content());
                    long deadline = hash.deadline(field.name());
                    text(deadline == FieldDeadlines.NEVER ? "" : Long.toString(deadline), parts);
                }
            }
            case StreamValue stream -> tell(stream, parts);
        }
    }

    private record Field(Bytes name, Bytes content) {}

    private static void tell(StreamValue stream, Consumer<Bytes> parts) {
        text("stream", parts);
        number(stream.size(), parts);
        for (Iterator<StreamEntry> entries = stream.ascending(StreamId.MIN, StreamId.MAX); entries.hasNext(); ) {
            StreamEntry entry = entries.next();
            id(entry.id(), parts);
            number(entry.wordCount(), parts);
            entry.forEachWord(parts);
        }
        id(stream.lastId(), parts);
        id(stream.maxDeletedId(), parts);
        number(stream.entriesAdded(), parts);
        number(stream.groupCount(), parts);
        for (StreamGroup group : stream.groups()) {
            parts.accept(group.name());
            id(group.lastDelivered(), parts);
            number(group.consumerCount(), parts);
            for (StreamConsumer consumer : group.consumers()) {
                parts.accept(consumer.name());
            }
            number(group.pendingCount(), parts);
            for (Iterator<PendingEntry> pending = group.pendingFrom(StreamId.MIN); pending.hasNext(); ) {
                PendingEntry entry = pending.next();
                id(entry.id(), parts);
                parts.accept(entry.consumer() == null ? Bytes.EMPTY : entry.consumer());
                number(entry.deliveredAtMillis(), parts);
                number(entry.deliveries(), parts);
            }
        }
    }

    private static void id(StreamId id, Consumer<Bytes> parts) {
        text(id.toString(), parts);
    }

    private static void number(long number, Consumer<Bytes> parts) {
        parts.accept(Bytes.of(number));
    }

    private static void text(String text, Consumer<Bytes> parts) {
        parts.accept(Bytes.of(text));
    }
}

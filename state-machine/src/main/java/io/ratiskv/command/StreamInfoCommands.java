package io.ratiskv.command;

import static io.ratiskv.command.Category.STREAM;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.Reply;
import io.ratiskv.api.StreamId;
import io.ratiskv.keyspace.StreamHandle;
import io.ratiskv.value.PendingEntry;
import io.ratiskv.value.ProducedIds;
import io.ratiskv.value.StreamConsumer;
import io.ratiskv.value.StreamEntry;
import io.ratiskv.value.StreamGroup;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** What there is to know of a stream. As {@link StreamCommands}. */
final class StreamInfoCommands {
    private static final long TOLD_USUALLY = 10;

    private StreamInfoCommands() {}

    static void declare(Declarations table) {
        table.group(Group.STREAM);

        table.container("XINFO").since("5.0.0").summary("Looks at streams, their groups and consumers.");

        table.read("XINFO STREAM key [FULL [COUNT count]]", StreamInfoCommands::stream)
                .in(STREAM)
                .since("5.0.0")
                .complexity("O(1), with FULL O(N), N things told.")
                .summary("Returns the facts of a stream, with FULL its entries, groups and consumers.");

        table.read("XINFO GROUPS key", StreamInfoCommands::groups)
                .in(STREAM)
                .since("5.0.0")
                .complexity("O(N), N groups.")
                .summary(
                        "Returns the groups of a stream, up to where they have read and what they have not acknowledged.");

        table.read("XINFO CONSUMERS key group", StreamInfoCommands::consumers)
                .in(STREAM)
                .since("5.0.0")
                .tips("nondeterministic_output")
                .complexity("O(N), N consumers.")
                .summary("Returns the consumers of a group.");

        table.help("XINFO").in(STREAM).since("5.0.0");
    }

    private static StreamHandle requireStream(Call call) {
        StreamHandle stream = call.stream(call.take());
        if (stream.isAbsent()) {
            throw Errors.noSuchKey();
        }
        return stream;
    }

    private static Reply stream(Call call) {
        StreamHandle stream = requireStream(call);
        if (!call.hasMore()) {
            return brief(stream);
        }
        long count = TOLD_USUALLY;
        // Two words are none of the two forms.
        if (call.remaining() == 2 || call.remaining() > 3 || !call.accept("FULL")) {
            throw call.unfitSubcommand();
        }
        if (call.hasMore()) {
            if (!call.acceptWithValue("COUNT")) {
                throw call.unfitSubcommand();
            }
            long asked = call.takeLong();
            count = asked < 0 ? TOLD_USUALLY : asked == 0 ? Long.MAX_VALUE : asked;
        }
        return full(stream, count);
    }

    private static Reply brief(StreamHandle stream) {
        Facts facts = facts(stream);
        facts.put("groups", stream.groupCount());
        facts.put("first-entry", StreamReplies.entryOrNull(stream.first()));
        facts.put("last-entry", StreamReplies.entryOrNull(stream.last()));
        return facts.reply();
    }

    private static Reply full(StreamHandle stream, long countMax) {
        Facts facts = facts(stream);
        facts.put("entries", StreamReplies.entries(stream.ascending(StreamId.MIN, StreamId.MAX), countMax));
        List<Reply> groups = new ArrayList<>();
        for (StreamGroup group : stream.groups()) {
            groups.add(full(stream, group, countMax));
        }
        facts.put("groups", Reply.array(groups));
        return facts.reply();
    }

    private static Facts facts(StreamHandle stream) {
        @Nullable StreamEntry first = stream.first();
        Facts facts = new Facts();
        facts.put("length", stream.size());
        facts.put("radix-tree-keys", stream.nodes());
        // There is no radix tree: as if each key had a node below one root (docs/differences.md).
        facts.put("radix-tree-nodes", stream.nodes() + 1L);
        facts.put("last-generated-id", StreamReplies.id(stream.lastId()));
        facts.put("max-deleted-entry-id", StreamReplies.id(stream.maxDeletedId()));
        facts.put("entries-added", stream.entriesAdded());
        facts.put("recorded-first-entry-id", StreamReplies.id(first == null ? StreamId.MIN : first.id()));
        @Nullable ProducedIds produced = stream.producedIds();
        if (produced != null) {
            facts.put("idmp-duration", produced.durationMillis() / 1_000);
            facts.put("idmp-maxsize", produced.countMax());
            facts.put("pids-tracked", produced.producers());
            facts.put("iids-tracked", produced.size());
            facts.put("iids-added", produced.added());
            facts.put("iids-duplicates", produced.duplicates());
        }
        return facts;
    }

    private static Reply full(StreamHandle stream, StreamGroup group, long countMax) {
        Facts facts = new Facts();
        facts.put("name", Reply.bulk(group.name()));
        facts.put("last-delivered-id", StreamReplies.id(group.lastDelivered()));
        facts.put("entries-read", known(group.entriesRead()));
        facts.put("lag", lag(stream, group));
        facts.put("pel-count", group.pendingCount());
        if (group.releasedCount() > 0) {
            facts.put("nacked-count", group.releasedCount());
        }
        facts.put("pending", pending(group.pendingFrom(StreamId.MIN), countMax, /* withConsumer= */ true));
        List<Reply> consumers = new ArrayList<>();
        for (StreamConsumer consumer : group.consumers()) {
            Facts its = new Facts();
            its.put("name", Reply.bulk(consumer.name()));
            its.put("seen-time", consumer.seenAtMillis());
            its.put("active-time", consumer.activeAtMillis());
            its.put("pel-count", consumer.pendingCount());
            its.put("pending", pending(consumer.pending(StreamId.MIN), countMax, /* withConsumer= */ false));
            consumers.add(its.reply());
        }
        facts.put("consumers", Reply.array(consumers));
        return facts.reply();
    }

    private static Reply pending(Iterator<PendingEntry> entries, long countMax, boolean withConsumer) {
        List<Reply> replies = new ArrayList<>();
        while (replies.size() < countMax && entries.hasNext()) {
            PendingEntry entry = entries.next();
            List<Reply> parts = new ArrayList<>(4);
            parts.add(StreamReplies.id(entry.id()));
            if (withConsumer) {
                @Nullable Bytes consumer = entry.consumer();
                parts.add(Reply.bulk(consumer == null ? Bytes.EMPTY : consumer));
            }
            parts.add(Reply.of(entry.deliveredAtMillis()));
            parts.add(Reply.of(entry.deliveries()));
            replies.add(Reply.array(parts));
        }
        return Reply.array(replies);
    }

    private static Reply groups(Call call) {
        StreamHandle stream = requireStream(call);
        List<Reply> groups = new ArrayList<>();
        for (StreamGroup group : stream.groups()) {
            Facts facts = new Facts();
            facts.put("name", Reply.bulk(group.name()));
            facts.put("consumers", group.consumerCount());
            facts.put("pending", group.pendingCount());
            facts.put("last-delivered-id", StreamReplies.id(group.lastDelivered()));
            facts.put("entries-read", known(group.entriesRead()));
            facts.put("lag", lag(stream, group));
            groups.add(facts.reply());
        }
        return Reply.array(groups);
    }

    private static Reply consumers(Call call) {
        Bytes key = call.peek(0);
        StreamHandle stream = requireStream(call);
        Bytes name = call.take();
        @Nullable StreamGroup group = stream.group(name);
        if (group == null) {
            throw Errors.noSuchGroupOfKey(key, name);
        }
        long now = call.databases().readMillis();
        List<Reply> consumers = new ArrayList<>();
        for (StreamConsumer consumer : group.consumers()) {
            boolean active = consumer.activeAtMillis() != StreamConsumer.NEVER;
            Facts facts = new Facts();
            facts.put("name", Reply.bulk(consumer.name()));
            facts.put("pending", consumer.pendingCount());
            facts.put("idle", Math.max(now - consumer.seenAtMillis(), 0));
            facts.put("inactive", active ? now - consumer.activeAtMillis() : StreamConsumer.NEVER);
            consumers.add(facts.reply());
        }
        return Reply.array(consumers);
    }

    private static Reply known(long number) {
        return number == StreamGroup.UNKNOWN ? Reply.NULL : Reply.of(number);
    }

    private static Reply lag(StreamHandle stream, StreamGroup group) {
        OptionalLong lag = stream.lag(group);
        return lag.isPresent() ? Reply.of(lag.getAsLong()) : Reply.NULL;
    }

    /** Names and what they stand for. */
    private static final class Facts {
        private final List<Reply> namesAndValues = new ArrayList<>();

        void put(String name, Reply value) {
            namesAndValues.add(Reply.bulk(name));
            namesAndValues.add(value);
        }

        void put(String name, long value) {
            put(name, Reply.of(value));
        }

        Reply reply() {
            return new Reply.Map(namesAndValues);
        }
    }
}

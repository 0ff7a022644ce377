package io.ratiskv.command;

import static io.ratiskv.command.Category.STREAM;
import static io.ratiskv.command.Flag.BLOCKING;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.CommandException;
import io.ratiskv.api.Reply;
import io.ratiskv.api.StreamId;
import io.ratiskv.keyspace.StreamHandle;
import io.ratiskv.value.StreamDelivery;
import io.ratiskv.value.StreamEntry;
import io.ratiskv.value.StreamGroup;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What comes to several streams, read or waited for. As {@link StreamCommands}. */
final class StreamReadCommands {
    /** Only what comes from now on. */
    private static final Bytes NEWS = Bytes.of("$");

    /** The last entry there is. */
    private static final Bytes LAST = Bytes.of("+");

    /** What the group has not read. */
    private static final Bytes UNREAD = Bytes.of(">");

    private static final Reply.Awaited ENTRIES = new Reply.Awaited.Entries();

    private StreamReadCommands() {}

    static void declare(Declarations table) {
        table.group(Group.STREAM);

        table.read(
                        "XREAD [COUNT count] [BLOCK milliseconds] STREAMS key [key ...] id [id ...]",
                        StreamReadCommands::read)
                .in(STREAM)
                .with(BLOCKING)
                .since("5.0.0")
                .complexity("O(N log M), N streams of M entries, and O(1) for each entry returned.")
                .summary("Returns the entries of streams behind an id each, or waits for some.");

        table.write(
                        "XREADGROUP GROUP group consumer [COUNT count] [BLOCK milliseconds] [NOACK]"
                                + " STREAMS key [key ...] id [id ...]",
                        StreamReadCommands::readForGroup)
                .in(STREAM)
                .with(BLOCKING)
                .since("5.0.0")
                .complexity("O(N log M), N streams of M entries, and O(log P) for each entry returned, P pending.")
                .keys("RO access")
                .summary("Returns entries of streams that no consumer of a group has read, or waits for some, or those"
                        + " that the consumer has not acknowledged.");
    }

    private static Reply read(Call call) {
        StreamReading reading = StreamReading.parse(call, /* forGroup= */ false);
        List<Bytes> keys = reading.keys();
        List<Bytes> ids = new ArrayList<>(reading.ids());
        StreamHandle[] streams = new StreamHandle[keys.size()];
        StreamId[] after = new StreamId[keys.size()];
        for (int i = 0; i < after.length; i++) {
            StreamHandle stream = call.stream(keys.get(i));
            streams[i] = stream;
            Bytes id = ids.get(i);
            if (id.equals(NEWS)) {
                after[i] = stream.lastId();
                ids.set(i, after[i].text());
            } else if (id.equals(UNREAD)) {
                throw new CommandException("ERR The > ID can be specified only when calling XREADGROUP using the"
                        + " GROUP <group> <consumer> option.");
            } else {
                after[i] = id.equals(LAST) ? beforeLast(stream) : StreamIds.parse(id, 0);
            }
        }

        Served served = new Served(call);
        for (int i = 0; i < after.length; i++) {
            StreamHandle stream = streams[i];
            @Nullable StreamEntry last = stream.last();
            @Nullable StreamId from = after[i].next();
            if (last != null && from != null && !last.id().isBefore(from)) {
                Iterator<StreamEntry> entries = stream.ascending(from, StreamId.MAX);
                served.add(keys.get(i), StreamReplies.entries(entries, reading.countMax()));
            }
        }
        if (!served.isEmpty() || !reading.waits()) {
            return served.reply();
        }
        return call.blocked(call.wordsEndingWith(ids), keys, ENTRIES, reading.timeoutMillis(), Reply.NULL_ARRAY);
    }

    private static StreamId beforeLast(StreamHandle stream) {
        @Nullable StreamEntry last = stream.last();
        @Nullable StreamId before = last == null ? null : last.id().previous();
        return before == null ? StreamId.MIN : before;
    }

    private static Reply readForGroup(Call call) {
        StreamReading reading = StreamReading.parse(call, /* forGroup= */ true);
        List<Bytes> keys = reading.keys();
        // Behind the greatest id there is nothing: it stands for what the group has not read, as in Redis.
        StreamId[] after = new StreamId[keys.size()];
        for (int i = 0; i < after.length; i++) {
            Bytes key = keys.get(i);
            if (call.stream(key).group(reading.group()) == null) {
                throw new CommandException("NOGROUP No such key '" + Errors.quoted(key) + "' or consumer group '"
                        + Errors.quoted(reading.group()) + "' in XREADGROUP with GROUP option");
            }
            Bytes id = reading.ids().get(i);
            if (id.equals(NEWS)) {
                throw new CommandException("ERR The $ ID is meaningless in the context of XREADGROUP: you want to read"
                        + " the history of this consumer by specifying a proper ID, or use the > ID to get new messages."
                        + " The $ ID would just return an empty result set.");
            }
            after[i] = id.equals(UNREAD) ? StreamId.MAX : StreamIds.parse(id, 0);
        }

        Served served = new Served(call);
        for (int i = 0; i < after.length; i++) {
            Bytes key = keys.get(i);
            StreamHandle stream = call.stream(key);
            stream.see(reading.group(), reading.consumer(), call.nowMillis());
            if (!after[i].equals(StreamId.MAX)) {
                served.add(key, again(call, reading, stream, after[i]));
            } else if (hasUnread(stream, reading.group())) {
                served.add(
                        key,
                        StreamReplies.entries(stream.deliver(
                                reading.group(),
                                reading.consumer(),
                                reading.countMax(),
                                reading.acknowledges(),
                                call.nowMillis())));
            }
        }
        if (!served.isEmpty() || !reading.waits()) {
            return served.reply();
        }
        Reply.Awaited entries = new Reply.Awaited.GroupEntries(reading.group().owned());
        return call.blocked(keys, entries, reading.timeoutMillis(), Reply.NULL_ARRAY);
    }

    private static boolean hasUnread(StreamHandle stream, Bytes groupName) {
        @Nullable StreamGroup group = stream.group(groupName);
        @Nullable StreamEntry last = stream.last();
        return group != null && last != null && last.id().isAfter(group.lastDelivered());
    }

    private static Reply again(Call call, StreamReading reading, StreamHandle stream, StreamId after) {
        List<Reply> entries = new ArrayList<>();
        for (StreamDelivery delivery :
                stream.deliverAgain(reading.group(), reading.consumer(), after, reading.countMax(), call.nowMillis())) {
            entries.add(
                    delivery.entry() == null
                            ? Reply.array(List.of(StreamReplies.id(delivery.id()), Reply.NULL_ARRAY))
                            : StreamReplies.entry(delivery.entry()));
        }
        return Reply.array(entries);
    }

    /** Streams and what was read of each, while they become a reply. */
    private static final class Served {
        private final boolean paired;
        private final List<Reply> parts = new ArrayList<>();

        Served(Call call) {
            this.paired = call.protocol() == 2;
        }

        void add(Bytes key, Reply entries) {
            if (paired) {
                parts.add(Reply.array(List.of(Reply.bulk(key), entries)));
            } else {
                Collections.addAll(parts, Reply.bulk(key), entries);
            }
        }

        boolean isEmpty() {
            return parts.isEmpty();
        }

        Reply reply() {
            if (isEmpty()) {
                return Reply.NULL_ARRAY;
            }
            return paired ? Reply.array(parts) : new Reply.Map(parts);
        }
    }
}

package io.ratiskv.command;

import static io.ratiskv.command.Category.FAST;
import static io.ratiskv.command.Category.STREAM;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.CommandException;
import io.ratiskv.api.Reply;
import io.ratiskv.api.StreamId;
import io.ratiskv.keyspace.StreamHandle;
import io.ratiskv.value.References;
import io.ratiskv.value.StreamConsumer;
import io.ratiskv.value.StreamGroup;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Groups of consumers of a stream. As {@link StreamCommands}. */
final class StreamGroupCommands {
    private static final Bytes LAST = Bytes.of("$");

    private StreamGroupCommands() {}

    static void declare(Declarations table) {
        table.group(Group.STREAM);

        table.container("XGROUP").since("5.0.0").summary("Makes, changes and removes groups of consumers.");

        table.write(
                        "XGROUP CREATE key group <id | $> [MKSTREAM] [ENTRIESREAD entries-read:integer]",
                        StreamGroupCommands::create)
                .in(STREAM)
                .denyOom()
                .since("5.0.0")
                .keys("RW insert")
                .summary("Makes a group that reads the entries behind an id.");

        table.write("XGROUP SETID key group <id | $> [ENTRIESREAD entries-read:integer]", StreamGroupCommands::setId)
                .in(STREAM)
                .since("5.0.0")
                .summary("Makes a group read on behind another id.");

        table.write("XGROUP DESTROY key group", StreamGroupCommands::destroy)
                .in(STREAM)
                .since("5.0.0")
                .complexity("O(log N), N groups of the stream.")
                .keys("RW delete")
                .summary("Removes a group, its consumers and what they have not acknowledged.");

        table.write("XGROUP CREATECONSUMER key group consumer", StreamGroupCommands::createConsumer)
                .in(STREAM)
                .denyOom()
                .since("6.2.0")
                .keys("RW insert")
                .summary("Makes a consumer in a group.");

        table.write("XGROUP DELCONSUMER key group consumer", StreamGroupCommands::deleteConsumer)
                .in(STREAM)
                .since("5.0.0")
                .complexity("O(N), N entries the consumer has not acknowledged.")
                .keys("RW delete")
                .summary("Removes a consumer; returns how many entries it had not acknowledged, which are pending no"
                        + " more.");

        table.help("XGROUP").in(STREAM).since("5.0.0");

        table.write("XACK key group id [id ...]", StreamGroupCommands::acknowledge)
                .in(STREAM, FAST)
                .since("5.0.0")
                .complexity("O(log N) for each id, N entries that are pending.")
                .summary("Acknowledges entries for a group; returns how many were pending.");

        table.write(
                        "XACKDEL key group [KEEPREF | DELREF | ACKED] IDS numids:integer id [id ...]",
                        StreamGroupCommands::acknowledgeAndDelete)
                .in(STREAM, FAST)
                .since("8.2.0")
                .complexity("O(log N) for each id and group, N entries of the stream.")
                .keys("RW update delete")
                .summary(
                        "Acknowledges entries for a group and deletes them, in other groups as well, or only if no other"
                                + " needs them; returns for each what became of it.");
    }

    private static Reply create(Call call) {
        Bytes key = call.take();
        Bytes group = call.take();
        Bytes id = call.take();
        boolean makesStream = false;
        long entriesRead = StreamGroup.UNKNOWN;
        while (call.hasMore()) {
            if (call.accept("MKSTREAM")) {
                makesStream = true;
            } else {
                entriesRead = takeEntriesRead(call);
            }
        }
        StreamHandle stream = call.stream(key);
        if (!makesStream) {
            requirePresent(stream);
        }
        requireLength(call, 8);
        StreamId lastDelivered = id.equals(LAST) ? stream.lastId() : StreamIds.parse(id, 0);
        if (stream.group(group) != null) {
            throw new CommandException("BUSYGROUP Consumer Group name already exists");
        }
        stream.addGroup(group, lastDelivered, entriesRead);
        return Reply.OK;
    }

    private static long takeEntriesRead(Call call) {
        if (!call.acceptWithValue("ENTRIESREAD")) {
            throw call.unfitSubcommand();
        }
        long entriesRead = call.takeLong();
        if (entriesRead < StreamGroup.UNKNOWN) {
            throw new CommandException("ERR value for ENTRIESREAD must be positive or -1");
        }
        return entriesRead;
    }

    /** An option given twice is too much for Redis. */
    private static void requireLength(Call call, int wordsMax) {
        if (call.length() > wordsMax) {
            throw call.unfitSubcommand();
        }
    }

    private static void requirePresent(StreamHandle stream) {
        if (stream.isAbsent()) {
            throw new CommandException(
                    "ERR The XGROUP subcommand requires the key to exist. Note that for CREATE you may"
                            + " want to use the MKSTREAM option to create an empty stream automatically.");
        }
    }

    private static Reply setId(Call call) {
        Bytes key = call.take();
        Bytes group = call.take();
        Bytes id = call.take();
        long entriesRead = StreamGroup.UNKNOWN;
        while (call.hasMore()) {
            entriesRead = takeEntriesRead(call);
        }
        StreamHandle stream = call.stream(key);
        requireGroup(stream, key, group);
        requireLength(call, 7);
        stream.moveGroup(group, id.equals(LAST) ? stream.lastId() : StreamIds.parseOrEnd(id, 0), entriesRead);
        return Reply.OK;
    }

    private static StreamGroup requireGroup(StreamHandle stream, Bytes key, Bytes name) {
        requirePresent(stream);
        @Nullable StreamGroup group = stream.group(name);
        if (group == null) {
            throw Errors.noSuchGroupOfKey(key, name);
        }
        return group;
    }

    private static Reply destroy(Call call) {
        StreamHandle stream = call.stream(call.take());
        requirePresent(stream);
        @Nullable StreamGroup group = stream.group(call.take());
        if (group != null) {
            stream.removeGroup(group);
        }
        return Reply.of(group != null);
    }

    private static Reply createConsumer(Call call) {
        Bytes key = call.take();
        Bytes group = call.take();
        StreamHandle stream = call.stream(key);
        requireGroup(stream, key, group);
        return Reply.of(stream.addConsumer(group, call.take(), call.nowMillis()));
    }

    private static Reply deleteConsumer(Call call) {
        Bytes key = call.take();
        Bytes group = call.take();
        StreamHandle stream = call.stream(key);
        @Nullable StreamConsumer consumer = requireGroup(stream, key, group).consumer(call.take());
        if (consumer == null) {
            return Reply.of(0);
        }
        int pending = consumer.pendingCount();
        stream.removeConsumer(group, consumer.name());
        return Reply.of(pending);
    }

    private static Reply acknowledge(Call call) {
        StreamHandle stream = call.stream(call.take());
        Bytes group = call.take();
        // Redis looks at no id where there is no group.
        if (stream.group(group) == null) {
            return Reply.of(0);
        }
        return Reply.of(stream.acknowledge(group, StreamIds.takeRest(call)).size());
    }

    private static Reply acknowledgeAndDelete(Call call) {
        StreamHandle stream = call.stream(call.take());
        Bytes group = call.take();
        StreamIdBlock block = StreamIdBlock.parse(call);
        if (stream.group(group) == null) {
            return block.allMissing();
        }
        List<StreamId> ids = block.ids();

        StreamCommands.Fate[] fates = new StreamCommands.Fate[ids.size()];
        Arrays.fill(fates, StreamCommands.Fate.MISSING);
        List<StreamId> going = new ArrayList<>(ids.size());
        for (int i = 0; i < fates.length; i++) {
            StreamId id = ids.get(i);
            if (!stream.acknowledge(group, List.of(id)).isEmpty()) {
                boolean stays = block.references() == References.RESPECTED && stream.isNeeded(id);
                fates[i] = stays ? StreamCommands.Fate.NEEDED : StreamCommands.Fate.DELETED;
                if (!stays) {
                    going.add(id);
                }
            }
        }
        stream.remove(going);
        if (block.references() == References.DROPPED) {
            stream.forget(going);
        }
        return StreamCommands.Fate.reply(fates);
    }
}

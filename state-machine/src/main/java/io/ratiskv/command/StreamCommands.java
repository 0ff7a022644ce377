package io.ratiskv.command;

import static io.ratiskv.command.Category.FAST;
import static io.ratiskv.command.Category.STREAM;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.CommandException;
import io.ratiskv.api.Reply;
import io.ratiskv.api.StreamId;
import io.ratiskv.keyspace.StreamHandle;
import io.ratiskv.value.ProducedIds;
import io.ratiskv.value.References;
import io.ratiskv.value.StreamEntry;
import io.ratiskv.value.StreamTrim;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Streams: entries in the order of their ids under one key. Confined to whoever holds the state's lock. */
final class StreamCommands {
    /** Redis keeps no longer entry. */
    private static final long ENTRY_BYTES_MAX = 1 << 30;

    private StreamCommands() {}

    static void declare(Declarations table) {
        table.group(Group.STREAM);

        table.write(
                        "XADD key [NOMKSTREAM] [KEEPREF | DELREF | ACKED] [IDMPAUTO producer | IDMP producer iid]"
                                + " [<MAXLEN | MINID> [= | ~] threshold [LIMIT count]] <* | id>"
                                + " field value [field value ...]",
                        StreamCommands::add)
                .in(STREAM, FAST)
                .denyOom()
                .since("5.0.0")
                .tips("nondeterministic_output")
                .complexity("O(1), and O(N) to trim N entries.")
                .summary("Adds an entry to a stream, which it makes if there is none; returns the entry's id.");

        table.read("XLEN key", call -> Reply.of(call.stream(call.take()).size()))
                .in(STREAM, FAST)
                .since("5.0.0")
                .keys("RO")
                .summary("Returns how many entries a stream has.");

        table.read("XRANGE key start:string end:string [COUNT count]", call -> range(call, /* reverse= */ false))
                .in(STREAM)
                .since("5.0.0")
                .complexity("O(log N + M), N entries of the stream, M entries returned.")
                .summary("Returns the entries within a range of ids.");

        table.read("XREVRANGE key end:string start:string [COUNT count]", call -> range(call, /* reverse= */ true))
                .in(STREAM)
                .since("5.0.0")
                .complexity("O(log N + M), N entries of the stream, M entries returned.")
                .summary("Returns the entries within a range of ids, the last ones first.");

        table.write("XDEL key id [id ...]", StreamCommands::delete)
                .in(STREAM, FAST)
                .since("5.0.0")
                .complexity("O(log N) for each id, N entries of the stream.")
                .keys("RW delete")
                .summary("Deletes entries; returns how many there were.");

        table.write("XDELEX key [KEEPREF | DELREF | ACKED] IDS numids:integer id [id ...]", StreamCommands::deleteEach)
                .in(STREAM, FAST)
                .since("8.2.0")
                .complexity("O(log N) for each id and group, N entries of the stream.")
                .keys("RW delete")
                .summary("Deletes entries, in groups that have them pending as well, or only if none has; returns for"
                        + " each what became of it.");

        table.write(
                        "XTRIM key <MAXLEN | MINID> [= | ~] threshold [LIMIT count] [KEEPREF | DELREF | ACKED]",
                        StreamCommands::trim)
                .in(STREAM)
                .since("5.0.0")
                .tips("nondeterministic_output")
                .complexity("O(N), N entries trimmed, much less if they go with whole nodes.")
                .keys("RW delete")
                .summary("Deletes the first entries of a stream until it has a length or begins with an id; returns how"
                        + " many.");

        table.write(
                        "XSETID key last-id [ENTRIESADDED entries-added:integer] [MAXDELETEDID max-deleted-id]",
                        StreamCommands::setId)
                .in(STREAM, FAST)
                .denyOom()
                .since("5.0.0")
                .summary("Sets the id that the next entry of a stream will be above, and its counters.");

        table.write("XCFGSET key [IDMP-DURATION seconds] [IDMP-MAXSIZE count]", StreamCommands::configure)
                .in(STREAM, FAST)
                .since("8.6.0")
                .summary("Sets how long, and of how many entries of each producer, a stream keeps the ids by which it"
                        + " recognises an entry that comes twice.");
    }

    private static Reply add(Call call) {
        Bytes key = call.take();
        StreamOptions options = StreamOptions.parse(call, /* adds= */ true);
        if (call.remaining() == 0 || call.remaining() % 2 != 0) {
            throw call.wrongNumberOfArguments();
        }
        List<Bytes> fieldsAndValues = call.takeRest();
        options.id().requirePossible();

        StreamHandle stream = call.stream(key);
        if (stream.isAbsent() && options.onlyIfPresent()) {
            return Reply.NULL;
        }
        @Nullable Bytes producer = options.producer();
        @Nullable
        Bytes produced =
                producer == null || options.produced() != null ? options.produced() : ProducedIds.idOf(fieldsAndValues);
        if (producer != null && produced != null) {
            @Nullable StreamId before = stream.produced(producer, produced, call.nowMillis());
            if (before != null) {
                stream.countDuplicate(before);
                return StreamReplies.id(before);
            }
        }
        StreamId id = options.id().after(stream.lastId(), call.nowMillis());
        requireStorable(fieldsAndValues);
        if (producer != null && produced != null) {
            stream.add(id, fieldsAndValues, producer, produced, call.nowMillis());
        } else {
            stream.add(id, fieldsAndValues);
        }
        @Nullable StreamTrim trim = options.trim();
        if (trim != null) {
            stream.trim(trim, options.references());
        }
        return StreamReplies.id(id);
    }

    private static void requireStorable(List<Bytes> fieldsAndValues) {
        long bytes = 0;
        for (Bytes word : fieldsAndValues) {
            bytes += word.length();
        }
        if (bytes > ENTRY_BYTES_MAX) {
            throw new CommandException("ERR Elements are too large to be stored");
        }
    }

    private static Reply range(Call call, boolean reverse) {
        Bytes key = call.take();
        Bytes first = call.take();
        Bytes second = call.take();
        StreamId from = StreamIds.lowerBound(reverse ? second : first);
        StreamId to = StreamIds.upperBound(reverse ? first : second);
        long count = Long.MAX_VALUE;
        while (call.hasMore()) {
            if (!call.acceptWithValue("COUNT")) {
                throw CommandException.syntax();
            }
            count = Math.max(call.takeLong(), 0);
        }

        StreamHandle stream = call.stream(key);
        if (stream.isAbsent()) {
            return Reply.EMPTY_ARRAY;
        }
        if (count == 0) {
            return Reply.NULL_ARRAY;
        }
        return StreamReplies.entries(reverse ? stream.descending(from, to) : stream.ascending(from, to), count);
    }

    private static Reply delete(Call call) {
        StreamHandle stream = call.stream(call.take());
        // Redis looks at no id where there is no stream.
        if (stream.isAbsent()) {
            return Reply.of(0);
        }
        boolean[] were = stream.remove(StreamIds.takeRest(call));
        int deleted = 0;
        for (boolean was : were) {
            deleted += was ? 1 : 0;
        }
        return Reply.of(deleted);
    }

    private static Reply deleteEach(Call call) {
        StreamHandle stream = call.stream(call.take());
        StreamIdBlock block = StreamIdBlock.parse(call);
        if (stream.isAbsent()) {
            return block.allMissing();
        }
        List<StreamId> ids = block.ids();

        Fate[] fates = new Fate[ids.size()];
        Arrays.fill(fates, Fate.MISSING);
        List<StreamId> going = new ArrayList<>(ids.size());
        List<Integer> places = new ArrayList<>(ids.size());
        for (int i = 0; i < fates.length; i++) {
            boolean isThere = stream.entry(ids.get(i)) != null;
            if (block.references() == References.RESPECTED && isThere && stream.isNeeded(ids.get(i))) {
                fates[i] = Fate.NEEDED;
            } else {
                going.add(ids.get(i));
                places.add(i);
            }
        }
        boolean[] were = stream.remove(going);
        for (int i = 0; i < were.length; i++) {
            fates[places.get(i)] = were[i] ? Fate.DELETED : Fate.MISSING;
        }
        if (block.references() == References.DROPPED) {
            stream.forget(ids);
        }
        return Fate.reply(fates);
    }

    private static Reply trim(Call call) {
        Bytes key = call.take();
        StreamOptions options = StreamOptions.parse(call, /* adds= */ false);
        StreamHandle stream = call.stream(key);
        @Nullable StreamTrim trim = options.trim();
        return Reply.of(stream.isAbsent() || trim == null ? 0 : stream.trim(trim, options.references()));
    }

    private static Reply setId(Call call) {
        Bytes key = call.take();
        StreamId id = StreamIds.take(call);
        long entriesAdded = -1;
        StreamId maxDeletedId = StreamId.MIN;
        while (call.hasMore()) {
            if (call.acceptWithValue("ENTRIESADDED")) {
                entriesAdded = call.takeLong();
                if (entriesAdded < 0) {
                    throw new CommandException("ERR entries_added must be positive");
                }
            } else if (call.acceptWithValue("MAXDELETEDID")) {
                maxDeletedId = StreamIds.take(call);
                if (id.isBefore(maxDeletedId)) {
                    throw new CommandException(
                            "ERR The ID specified in XSETID is smaller than the provided max_deleted_entry_id");
                }
            } else {
                throw CommandException.syntax();
            }
        }

        StreamHandle stream = call.stream(key);
        if (stream.isAbsent()) {
            throw Errors.noSuchKey();
        }
        if (id.isBefore(stream.maxDeletedId())) {
            throw new CommandException("ERR The ID specified in XSETID is smaller than current max_deleted_entry_id");
        }
        @Nullable StreamEntry last = stream.last();
        if (last != null && id.isBefore(last.id())) {
            throw new CommandException("ERR The ID specified in XSETID is smaller than the target stream top item");
        }
        if (last != null && entriesAdded != -1 && stream.size() > entriesAdded) {
            throw new CommandException(
                    "ERR The entries_added specified in XSETID is smaller than the target stream length");
        }
        stream.setId(
                id,
                entriesAdded == -1 ? stream.entriesAdded() : entriesAdded,
                maxDeletedId.equals(StreamId.MIN) ? stream.maxDeletedId() : maxDeletedId);
        return Reply.OK;
    }

    private static Reply configure(Call call) {
        Bytes key = call.take();
        if (!call.hasMore()) {
            throw new CommandException("ERR At least one parameter (IDMP-DURATION or IDMP-MAXSIZE) is required");
        }
        long seconds = -1;
        long count = -1;
        while (call.hasMore()) {
            if (call.acceptWithValue("IDMP-DURATION")) {
                seconds = takeWithin(call, 86_400, "IDMP-DURATION", "seconds");
            } else if (call.acceptWithValue("IDMP-MAXSIZE")) {
                count = takeWithin(call, 10_000, "IDMP-MAXSIZE", "entries");
            } else {
                throw CommandException.syntax();
            }
        }

        StreamHandle stream = call.stream(key);
        if (stream.isAbsent()) {
            throw Errors.noSuchKey();
        }
        @Nullable ProducedIds present = stream.producedIds();
        long durationMillis = present == null ? ProducedIds.DURATION_MILLIS_USUAL : present.durationMillis();
        int countMax = present == null ? ProducedIds.COUNT_MAX_USUAL : present.countMax();
        stream.configureProduced(seconds < 0 ? durationMillis : seconds * 1_000, count < 0 ? countMax : (int) count);
        return Reply.OK;
    }

    private static long takeWithin(Call call, long max, String option, String unit) {
        long value = call.takeLong();
        if (value < 1 || value > max) {
            throw new CommandException("ERR " + option + " must be between 1 and " + max + " " + unit);
        }
        return value;
    }

    /** What became of an entry that was to be deleted. */
    enum Fate {
        MISSING(-1),
        DELETED(1),
        /** A group has not read it or not acknowledged it. */
        NEEDED(2);

        private final int code;

        Fate(int code) {
            this.code = code;
        }

        static Reply reply(Fate[] fates) {
            return Reply.array(
                    Arrays.stream(fates).<Reply>map(fate -> Reply.of(fate.code)).toList());
        }
    }
}

package io.ratiskv.command;

import static io.ratiskv.command.Category.FAST;
import static io.ratiskv.command.Category.STREAM;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.CommandException;
import io.ratiskv.api.Reply;
import io.ratiskv.api.StreamId;
import io.ratiskv.keyspace.StreamHandle;
import io.ratiskv.value.Numeral;
import io.ratiskv.value.PendingEntry;
import io.ratiskv.value.StreamClaim;
import io.ratiskv.value.StreamConsumer;
import io.ratiskv.value.StreamEntry;
import io.ratiskv.value.StreamGroup;
import io.ratiskv.value.StreamRelease;
import io.ratiskv.value.StreamSweep;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** What consumers of a stream got and did not acknowledge. As {@link StreamCommands}. */
final class StreamPendingCommands {
    private static final int CLAIMED_USUALLY = 100;

    /** For each entry claimed so many are looked at. */
    private static final int LOOKS = 10;

    /** As many ids as Redis can count the bytes of. */
    private static final long CLAIMED_MAX = Long.MAX_VALUE / 16;

    /** What a script pays for each entry looked at. */
    private static final int STEPS = 5;

    private StreamPendingCommands() {}

    static void declare(Declarations table) {
        table.group(Group.STREAM);

        table.read(
                        "XPENDING key group [[IDLE min-idle-time:integer] start:string end:string count [consumer]]",
                        StreamPendingCommands::pending)
                .in(STREAM)
                .since("5.0.0")
                .tips("nondeterministic_output")
                .complexity("O(N), N entries returned, or looked at for their idle time.")
                .summary("Returns what a group has not acknowledged, as a whole or entry by entry.");

        table.write(
                        "XCLAIM key group consumer min-idle-time:integer id [id ...] [IDLE milliseconds]"
                                + " [TIME unix-time-milliseconds] [RETRYCOUNT count] [FORCE] [JUSTID] [LASTID lastid]",
                        StreamPendingCommands::claim)
                .in(STREAM, FAST)
                .since("5.0.0")
                .tips("nondeterministic_output")
                .complexity("O(log N) for each id, N entries that are pending.")
                .summary("Hands entries that were not acknowledged for some time over to a consumer.");

        table.write(
                        "XAUTOCLAIM key group consumer min-idle-time:integer start:string [COUNT count] [JUSTID]",
                        StreamPendingCommands::sweep)
                .in(STREAM, FAST)
                .since("6.2.0")
                .tips("nondeterministic_output")
                .complexity("O(1) for each entry looked at, at most ten times as many as are to be claimed.")
                .keys("RW delete")
                .summary("Hands whatever was not acknowledged for some time over to a consumer, step by step.");

        table.write(
                        "XNACK key group <SILENT | FAIL | FATAL> IDS numids:integer id [id ...] [RETRYCOUNT count] [FORCE]",
                        StreamPendingCommands::release)
                .in(STREAM, FAST)
                .since("8.8.0")
                .complexity("O(log N) for each id, N entries that are pending.")
                .summary(
                        "Gives entries that a consumer did not master back to its group, to be claimed at once; returns"
                                + " how many.");
    }

    private static Reply pending(Call call) {
        Bytes key = call.take();
        Bytes name = call.take();
        if (!call.hasMore()) {
            return summary(requireGroup(call.stream(key), key, name));
        }
        if (call.remaining() < 3 || call.remaining() > 6) {
            throw CommandException.syntax();
        }
        long idleMinMillis = 0;
        if (call.accept("IDLE")) {
            idleMinMillis = call.takeLong();
            if (call.remaining() < 3) {
                throw CommandException.syntax();
            }
        }
        Bytes start = call.take();
        Bytes end = call.take();
        long count = call.takeLong();
        StreamId from = StreamIds.lowerBound(start);
        StreamId to = StreamIds.upperBound(end);
        // Redis takes up to nine words, and looks at none behind the consumer.
        @Nullable Bytes consumer = call.hasMore() ? call.take() : null;

        StreamGroup group = requireGroup(call.stream(key), key, name);
        @Nullable StreamConsumer asked = consumer == null ? null : group.consumer(consumer);
        if (consumer != null && asked == null) {
            return Reply.EMPTY_ARRAY;
        }
        Iterator<PendingEntry> entries = asked == null ? group.pendingFrom(from) : asked.pending(from);
        long now = call.databases().readMillis();
        List<Reply> replies = new ArrayList<>();
        while (replies.size() < count && entries.hasNext()) {
            PendingEntry entry = entries.next();
            call.databases().works(STEPS);
            if (entry.id().isAfter(to)) {
                break;
            }
            if (idleMinMillis == 0 || entry.idleMillis(now) >= idleMinMillis) {
                replies.add(described(entry, now));
            }
        }
        return Reply.array(replies);
    }

    private static StreamGroup requireGroup(StreamHandle stream, Bytes key, Bytes name) {
        @Nullable StreamGroup group = stream.group(name);
        if (group == null) {
            throw Errors.noSuchGroup(key, name);
        }
        return group;
    }

    private static Reply summary(StreamGroup group) {
        @Nullable PendingEntry first = group.firstPending();
        @Nullable PendingEntry last = group.lastPending();
        if (first == null || last == null) {
            return Reply.array(List.of(Reply.of(0), Reply.NULL, Reply.NULL, Reply.NULL_ARRAY));
        }
        List<Reply> consumers = new ArrayList<>();
        for (StreamConsumer consumer : group.consumers()) {
            if (consumer.pendingCount() > 0) {
                consumers.add(Reply.array(
                        List.of(Reply.bulk(consumer.name()), Reply.bulk(Bytes.of(consumer.pendingCount())))));
            }
        }
        return Reply.array(List.of(
                Reply.of(group.pendingCount()),
                StreamReplies.id(first.id()),
                StreamReplies.id(last.id()),
                Reply.array(consumers)));
    }

    private static Reply described(PendingEntry entry, long nowMillis) {
        @Nullable Bytes consumer = entry.consumer();
        return Reply.array(List.of(
                StreamReplies.id(entry.id()),
                Reply.bulk(consumer == null ? Bytes.EMPTY : consumer),
                Reply.of(consumer == null ? -1 : Math.max(entry.idleMillis(nowMillis), 0)),
                Reply.of(entry.deliveries())));
    }

    private static Reply claim(Call call) {
        Bytes key = call.take();
        Bytes name = call.take();
        Bytes consumer = call.take();
        StreamHandle stream = call.stream(key);
        StreamGroup group = requireGroup(stream, key, name);
        long idleMinMillis = takeIdle(call, "XCLAIM");
        List<StreamId> ids = new ArrayList<>();
        while (call.hasMore() && StreamIds.parseOrNull(call.peek(0), 0) != null) {
            ids.add(StreamIds.take(call));
        }
        ClaimOptions options = ClaimOptions.parse(call);

        if (options.lastDelivered().isAfter(group.lastDelivered())) {
            stream.moveGroup(name, options.lastDelivered(), group.entriesRead());
        }
        stream.see(name, consumer, call.nowMillis());
        List<StreamEntry> claimed = stream.claim(name, consumer, ids, options.claim(idleMinMillis), call.nowMillis());
        return claimed(claimed, options.idsAlone());
    }

    private static long takeIdle(Call call, String command) {
        CommandException invalid = new CommandException("ERR Invalid min-idle-time argument for " + command);
        return Math.max(call.takeLong(invalid), 0);
    }

    private static Reply claimed(List<StreamEntry> entries, boolean idsAlone) {
        return idsAlone
                ? StreamReplies.ids(entries.stream().map(StreamEntry::id).toList())
                : StreamReplies.entries(entries);
    }

    /** What stands behind the ids of XCLAIM. */
    private record ClaimOptions(
            long deliveredAtMillis, long deliveries, boolean forced, boolean idsAlone, StreamId lastDelivered) {
        static ClaimOptions parse(Call call) {
            long now = call.nowMillis();
            long deliveredAtMillis = -1;
            long deliveries = -1;
            boolean forced = false;
            boolean idsAlone = false;
            StreamId lastDelivered = StreamId.MIN;
            while (call.hasMore()) {
                if (call.accept("FORCE")) {
                    forced = true;
                } else if (call.accept("JUSTID")) {
                    idsAlone = true;
                } else if (call.acceptWithValue("IDLE")) {
                    deliveredAtMillis = now - takeLong(call, "IDLE");
                } else if (call.acceptWithValue("TIME")) {
                    deliveredAtMillis = takeLong(call, "TIME");
                } else if (call.acceptWithValue("RETRYCOUNT")) {
                    deliveries = takeLong(call, "RETRYCOUNT");
                } else if (call.acceptWithValue("LASTID")) {
                    lastDelivered = StreamIds.take(call);
                } else {
                    throw Errors.unrecognizedOption("XCLAIM", call.take());
                }
            }
            boolean sane = deliveredAtMillis >= 0 && deliveredAtMillis <= now;
            return new ClaimOptions(sane ? deliveredAtMillis : now, deliveries, forced, idsAlone, lastDelivered);
        }

        private static long takeLong(Call call, String option) {
            return call.takeLong(new CommandException("ERR Invalid " + option + " option argument for XCLAIM"));
        }

        StreamClaim claim(long idleMinMillis) {
            long then = deliveries >= 0 ? deliveries : idsAlone ? StreamClaim.AS_OFTEN : StreamClaim.ONE_MORE;
            return new StreamClaim(idleMinMillis, deliveredAtMillis, then, forced);
        }
    }

    private static Reply sweep(Call call) {
        Bytes key = call.take();
        Bytes name = call.take();
        Bytes consumer = call.take();
        long idleMinMillis = takeIdle(call, "XAUTOCLAIM");
        StreamId from = StreamIds.lowerBound(call.take());
        long count = CLAIMED_USUALLY;
        boolean idsAlone = false;
        while (call.hasMore()) {
            if (call.acceptWithValue("COUNT")) {
                count = call.takeLong(1, CLAIMED_MAX, new CommandException("ERR COUNT must be > 0"));
            } else if (call.accept("JUSTID")) {
                idsAlone = true;
            } else {
                throw CommandException.syntax();
            }
        }

        StreamHandle stream = call.stream(key);
        requireGroup(stream, key, name);
        stream.see(name, consumer, call.nowMillis());
        long deliveries = idsAlone ? StreamClaim.AS_OFTEN : StreamClaim.ONE_MORE;
        StreamClaim claim = new StreamClaim(idleMinMillis, call.nowMillis(), deliveries, /* forced= */ false);
        StreamSweep sweep = stream.sweep(name, consumer, from, count, count * LOOKS, claim, call.nowMillis());
        return Reply.array(List.of(
                StreamReplies.id(sweep.next() == null ? StreamId.MIN : sweep.next()),
                claimed(sweep.claimed(), idsAlone),
                StreamReplies.ids(sweep.vanished())));
    }

    private static Reply release(Call call) {
        Bytes key = call.take();
        Bytes name = call.take();
        StreamHandle stream = call.stream(key);
        requireGroup(stream, key, name);
        StreamRelease.Effect effect = takeEffect(call);
        @Nullable List<Bytes> words = null;
        long deliveries = -1;
        boolean forced = false;
        while (call.hasMore()) {
            if (words == null && call.acceptWithValue("IDS")) {
                words = takeCounted(call);
            } else if (call.acceptWithValue("RETRYCOUNT")) {
                deliveries = call.takeLong();
                if (deliveries < 0) {
                    throw new CommandException("ERR Invalid RETRYCOUNT value, must be >= 0");
                }
            } else if (call.accept("FORCE")) {
                forced = true;
            } else {
                throw Errors.unrecognizedOption("XNACK", call.take());
            }
        }
        if (words == null) {
            throw new CommandException("ERR syntax error, expected IDS keyword");
        }
        List<StreamId> ids =
                words.stream().map(word -> StreamIds.parse(word, 0)).toList();

        return Reply.of(stream.release(name, ids, new StreamRelease(effect, deliveries, forced)));
    }

    private static StreamRelease.Effect takeEffect(Call call) {
        if (call.accept("SILENT")) {
            return StreamRelease.Effect.ONE_LESS;
        }
        if (call.accept("FAIL")) {
            return StreamRelease.Effect.AS_OFTEN;
        }
        if (call.accept("FATAL")) {
            return StreamRelease.Effect.MOST;
        }
        throw new CommandException("ERR mode must be SILENT, FAIL, or FATAL");
    }

    private static List<Bytes> takeCounted(Call call) {
        OptionalLong count = Numeral.parseLong(call.take());
        if (count.isEmpty() || count.getAsLong() < 1) {
            throw new CommandException("ERR numids must be a positive integer");
        }
        if (count.getAsLong() > call.remaining()) {
            throw new CommandException("ERR number of IDs doesn't match numids");
        }
        return call.take((int) count.getAsLong());
    }
}

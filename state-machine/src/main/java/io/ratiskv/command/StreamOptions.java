package io.ratiskv.command;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.CommandException;
import io.ratiskv.api.StreamId;
import io.ratiskv.value.Limit;
import io.ratiskv.value.References;
import io.ratiskv.value.StreamTrim;
import org.jspecify.annotations.Nullable;

/** The options of XADD, its id included, and of XTRIM. Confined to one thread. */
final class StreamOptions {
    private static final long NODES_TRIMMED_USUALLY = 100;
    private static final long TRIMMED_USUALLY = 10_000;
    private static final long TRIMMED_USUALLY_MAX = 1_000_000;

    private final Call call;
    private final boolean adds;
    private boolean onlyIfPresent;
    private @Nullable References references;
    private boolean trims;
    private long sizeMax = Long.MAX_VALUE;
    private StreamId idMin = StreamId.MIN;
    private boolean approximately;
    private boolean limited;
    private long limit;
    private NewStreamId id = NewStreamId.ANY;
    private @Nullable Bytes producer;
    private @Nullable Bytes produced;

    private StreamOptions(Call call, boolean adds) {
        this.call = call;
        this.adds = adds;
    }

    /** Takes the call's words up to the first field, or all. */
    static StreamOptions parse(Call call, boolean adds) {
        StreamOptions options = new StreamOptions(call, adds);
        boolean goesOn = true;
        while (goesOn && call.hasMore()) {
            goesOn = options.takeOne();
        }
        options.check();
        return options;
    }

    /** False once the id is taken. */
    private boolean takeOne() {
        if (adds && call.accept("*")) {
            return false;
        }
        if (call.acceptWithValue("MAXLEN")) {
            takeStrategy();
            sizeMax = takeNotNegative("MAXLEN");
        } else if (call.acceptWithValue("MINID")) {
            takeStrategy();
            idMin = StreamIds.take(call);
        } else if (call.acceptWithValue("LIMIT")) {
            limit = takeNotNegative("LIMIT");
            limited = true;
        } else if (takesReferences()) {
            return true;
        } else if (adds && call.accept("NOMKSTREAM")) {
            onlyIfPresent = true;
        } else if (adds && call.remaining() > 2 && call.accept("IDMP")) {
            takeProducer("IDMP");
            produced = call.take();
            if (produced.isEmpty()) {
                throw new CommandException("ERR IDMP requires a non-empty idempotent ID");
            }
        } else if (adds && call.acceptWithValue("IDMPAUTO")) {
            takeProducer("IDMPAUTO");
        } else if (adds) {
            @Nullable NewStreamId given = StreamIds.parseNew(call.take(), 0);
            if (given == null) {
                throw StreamIds.invalid();
            }
            id = given;
            return false;
        } else {
            throw CommandException.syntax();
        }
        return true;
    }

    private void takeStrategy() {
        if (trims) {
            throw new CommandException(
                    "ERR syntax error, MAXLEN and MINID options at the same time are not compatible");
        }
        trims = true;
        approximately = call.acceptWithValue("~");
        if (!approximately) {
            call.acceptWithValue("=");
        }
    }

    private long takeNotNegative(String option) {
        long value = call.takeLong();
        if (value < 0) {
            throw new CommandException("ERR The " + option + " argument must be >= 0.");
        }
        return value;
    }

    private boolean takesReferences() {
        if (references == null) {
            references = takeReferences(call);
            return references != null;
        }
        return false;
    }

    /** Null if the call's next word is another. */
    static @Nullable References takeReferences(Call call) {
        if (call.accept("KEEPREF")) {
            return References.KEPT;
        }
        if (call.accept("DELREF")) {
            return References.DROPPED;
        }
        return call.accept("ACKED") ? References.RESPECTED : null;
    }

    private void takeProducer(String option) {
        if (producer != null) {
            throw new CommandException("ERR IDMP/IDMPAUTO specified multiple times");
        }
        producer = call.take();
        if (producer.isEmpty()) {
            throw new CommandException("ERR " + option + " requires a non-empty producer ID");
        }
    }

    private void check() {
        if (limit > 0 && !trims) {
            throw new CommandException("ERR syntax error, LIMIT cannot be used without specifying a trimming strategy");
        }
        if (!adds && !trims) {
            throw new CommandException("ERR syntax error, XTRIM must be called with a trimming strategy");
        }
        if (limited && !approximately) {
            throw new CommandException("ERR syntax error, LIMIT cannot be used without the special ~ option");
        }
        if (producer != null && id.hasMillis()) {
            throw new CommandException("ERR IDMP/IDMPAUTO can be used only with auto-generated IDs");
        }
    }

    /** No stream is made. */
    boolean onlyIfPresent() {
        return onlyIfPresent;
    }

    NewStreamId id() {
        return id;
    }

    /** Who adds the entry, null if nobody says so. */
    @Nullable
    Bytes producer() {
        return producer;
    }

    /** The producer's id for the entry, null if it is to be made of its content. */
    @Nullable
    Bytes produced() {
        return produced;
    }

    References references() {
        return references == null ? References.KEPT : references;
    }

    /** Null if nothing is to be trimmed. */
    @Nullable
    StreamTrim trim() {
        return trims ? new StreamTrim(sizeMax, idMin, approximately, removedMax()) : null;
    }

    private long removedMax() {
        if (!approximately || limited) {
            return limit;
        }
        long entries = call.databases().shapes().limits().of(Limit.STREAM_NODE_ENTRIES);
        if (entries == 0) {
            return TRIMMED_USUALLY;
        }
        return Math.min(entries, TRIMMED_USUALLY_MAX) * NODES_TRIMMED_USUALLY > TRIMMED_USUALLY_MAX
                ? TRIMMED_USUALLY_MAX
                : entries * NODES_TRIMMED_USUALLY;
    }
}

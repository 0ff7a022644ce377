package io.ratiskv.command;

import static io.ratiskv.command.Category.FAST;
import static io.ratiskv.command.Category.HASH;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.CommandException;
import io.ratiskv.api.Reply;
import io.ratiskv.keyspace.Deadline;
import io.ratiskv.keyspace.HashHandle;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Deadlines of the fields of a hash. Confined to whoever holds the state's lock. */
final class HashExpiryCommands {
    private static final String CONDITIONS = " [NX | XX | GT | LT]";
    private static final String FIELDS = " FIELDS numfields field [field ...]";

    // Replies for a field.
    private static final long NO_FIELD = -2;
    private static final long NO_DEADLINE = -1;
    private static final long REFUSED = 0;
    private static final long DONE = 1;
    private static final long REMOVED = 2;

    private static final CommandException FIELDS_MISPLACED =
            new CommandException("ERR Mandatory argument FIELDS is missing or not at the right position");
    private static final CommandException COUNT_NOT_POSITIVE =
            new CommandException("ERR Number of fields must be a positive integer");
    private static final CommandException COUNT_MISMATCH =
            new CommandException("ERR The `numfields` parameter must match the number of arguments");

    private HashExpiryCommands() {}

    static void declare(Declarations table) {
        table.group(Group.HASH);
        declareDeadlines(table);
        declareLooks(table);
        declarePutsAndGets(table);
    }

    private static void declareDeadlines(Declarations table) {
        table.write("HEXPIRE key seconds" + CONDITIONS + FIELDS, call -> expire(call, 1000, call.nowMillis()))
                .in(HASH, FAST)
                .denyOom()
                .since("7.4.0")
                .complexity("O(N), N fields.")
                .summary("Lets fields of a hash live for so many seconds from now.");

        table.write("HPEXPIRE key milliseconds" + CONDITIONS + FIELDS, call -> expire(call, 1, call.nowMillis()))
                .in(HASH, FAST)
                .denyOom()
                .since("7.4.0")
                .complexity("O(N), N fields.")
                .summary("Lets fields of a hash live for so many milliseconds from now.");

        table.write("HEXPIREAT key unix-time-seconds" + CONDITIONS + FIELDS, call -> expire(call, 1000, 0))
                .in(HASH, FAST)
                .denyOom()
                .since("7.4.0")
                .complexity("O(N), N fields.")
                .summary("Lets fields of a hash live until a time in seconds since 1970.");

        table.write("HPEXPIREAT key unix-time-milliseconds" + CONDITIONS + FIELDS, call -> expire(call, 1, 0))
                .in(HASH, FAST)
                .denyOom()
                .since("7.4.0")
                .complexity("O(N), N fields.")
                .summary("Lets fields of a hash live until a time in milliseconds since 1970.");

        table.write("HPERSIST key" + FIELDS, HashExpiryCommands::persist)
                .in(HASH, FAST)
                .since("7.4.0")
                .complexity("O(N), N fields.")
                .summary("Clears the deadlines of fields.");
    }

    private static void declareLooks(Declarations table) {
        table.read("HTTL key" + FIELDS, call -> timesToLive(call, 1000))
                .in(HASH, FAST)
                .since("7.4.0")
                .complexity("O(N), N fields.")
                .tips("nondeterministic_output")
                .summary("Returns how many seconds fields have left: -1 without a deadline, -2 without the field.");

        table.read("HPTTL key" + FIELDS, call -> timesToLive(call, 1))
                .in(HASH, FAST)
                .since("7.4.0")
                .complexity("O(N), N fields.")
                .tips("nondeterministic_output")
                .summary(
                        "Returns how many milliseconds fields have left: -1 without a deadline, -2 without the field.");

        table.read("HEXPIRETIME key" + FIELDS, call -> deadlines(call, 1000, 0))
                .in(HASH, FAST)
                .since("7.4.0")
                .complexity("O(N), N fields.")
                .summary("Returns deadlines of fields in seconds since 1970: -1 without one, -2 without the field.");

        table.read("HPEXPIRETIME key" + FIELDS, call -> deadlines(call, 1, 0))
                .in(HASH, FAST)
                .since("7.4.0")
                .complexity("O(N), N fields.")
                .summary(
                        "Returns deadlines of fields in milliseconds since 1970: -1 without one, -2 without the field.");
    }

    private static void declarePutsAndGets(Declarations table) {
        table.write("HGETDEL key" + FIELDS, HashExpiryCommands::getAndRemove)
                .in(HASH, FAST)
                .since("8.0.0")
                .complexity("O(N), N fields.")
                .keys("RW access delete")
                .summary("Returns the values of fields and removes them.");

        table.write(
                        "HGETEX key [EX seconds | PX milliseconds | EXAT unix-time-seconds"
                                + " | PXAT unix-time-milliseconds | PERSIST]" + FIELDS,
                        HashExpiryCommands::getAndExpire)
                .in(HASH, FAST)
                .since("8.0.0")
                .complexity("O(N), N fields.")
                .keys("RW access update")
                .summary("Returns the values of fields and sets or clears their deadlines.");

        table.write(
                        "HSETEX key [FNX | FXX] [EX seconds | PX milliseconds | EXAT unix-time-seconds"
                                + " | PXAT unix-time-milliseconds | KEEPTTL]"
                                + " FIELDS numfields field value [field value ...]",
                        HashExpiryCommands::put)
                .in(HASH, FAST)
                .denyOom()
                .since("8.0.0")
                .complexity("O(N), N fields.")
                .summary("Puts fields with a deadline; returns 0 if the condition did not hold.");
    }

    private static Reply expire(Call call, int unitMillis, long sinceMillis) {
        HashHandle hash = call.hash(call.take());
        long expireAtMillis = Expiry.takeOfField(call, unitMillis, sinceMillis);
        ExpiryConditions conditions = ExpiryConditions.takeOne(call);
        List<Bytes> fields =
                takeFields(call, new CommandException("ERR Parameter `numFields` should be greater than 0"));

        return each(fields, field -> {
            long current = hash.deadline(field);
            if (current == Deadline.ABSENT) {
                return Reply.of(NO_FIELD);
            }
            if (!conditions.permit(current, expireAtMillis)) {
                return Reply.of(REFUSED);
            }
            hash.expireAt(field, expireAtMillis);
            return Reply.of(expireAtMillis > call.nowMillis() ? DONE : REMOVED);
        });
    }

    private static Reply persist(Call call) {
        HashHandle hash = call.hash(call.take());
        List<Bytes> fields = takeFields(call, COUNT_NOT_POSITIVE);

        return each(fields, field -> {
            if (!hash.contains(field)) {
                return Reply.of(NO_FIELD);
            }
            return Reply.of(hash.persist(field) ? DONE : NO_DEADLINE);
        });
    }

    private static Reply timesToLive(Call call, int unitMillis) {
        return deadlines(call, unitMillis, call.databases().readMillis());
    }

    /** Unlike that of a key, what is left of a unit counts as a whole one. */
    private static Reply deadlines(Call call, int unitMillis, long sinceMillis) {
        HashHandle hash = call.hash(call.take());
        List<Bytes> fields = takeFields(call, COUNT_NOT_POSITIVE);

        return each(fields, field -> {
            long deadline = hash.deadline(field);
            if (deadline == Deadline.ABSENT || deadline == Deadline.NONE) {
                return Reply.of(deadline == Deadline.ABSENT ? NO_FIELD : NO_DEADLINE);
            }
            return Reply.of(Math.ceilDiv(Math.max(deadline - sinceMillis, 0), unitMillis));
        });
    }

    private static Reply getAndRemove(Call call) {
        HashHandle hash = call.hash(call.take());
        List<Bytes> fields = takeFields(call, COUNT_NOT_POSITIVE);

        return each(fields, field -> {
            @Nullable Bytes value = hash.get(field);
            hash.remove(field);
            return Reply.bulkOrNull(value);
        });
    }

    private static Reply getAndExpire(Call call) {
        HashHandle hash = call.hash(call.take());
        Expiry.@Nullable Unit unit = Expiry.Unit.take(call);
        long expireAtMillis = unit == null ? Deadline.KEEP : unit.takeOfField(call);
        boolean persists = unit == null && call.accept("PERSIST");
        List<Bytes> fields = takeFields(call, COUNT_NOT_POSITIVE);

        return each(fields, field -> {
            @Nullable Bytes value = hash.get(field);
            if (persists) {
                hash.persist(field);
            } else if (expireAtMillis != Deadline.KEEP) {
                hash.expireAt(field, expireAtMillis);
            }
            return Reply.bulkOrNull(value);
        });
    }

    private static Reply put(Call call) {
        Bytes key = call.take();
        PutOptions options = PutOptions.parse(call);
        List<Bytes> pairs = takePairs(call);

        HashHandle hash = call.hash(key);
        if (!options.permit(hash, pairs)) {
            return Reply.of(REFUSED);
        }
        hash.expect(pairs.size() / 2);
        for (int i = 0; i < pairs.size(); i += 2) {
            if (options.expireAtMillis() == Deadline.NONE) {
                hash.put(pairs.get(i), pairs.get(i + 1));
            } else {
                hash.putKeepingDeadline(pairs.get(i), pairs.get(i + 1));
            }
        }
        if (options.expireAtMillis() != Deadline.NONE && options.expireAtMillis() != Deadline.KEEP) {
            for (int i = 0; i < pairs.size(); i += 2) {
                hash.expireAt(pairs.get(i), options.expireAtMillis());
            }
        }
        return Reply.of(DONE);
    }

    /**
     * What stands between the key and the fields of HSETEX. Immutable.
     *
     * @param absent only if none of the fields is there
     * @param present only if all are
     * @param expireAtMillis as {@link io.ratiskv.keyspace.Keyspace#put} takes it
     */
    private record PutOptions(boolean absent, boolean present, long expireAtMillis) {
        /** Takes the word FIELDS too. */
        static PutOptions parse(Call call) {
            boolean absent = false;
            boolean present = false;
            long expireAtMillis = Deadline.NONE;
            while (!call.accept("FIELDS")) {
                boolean wantsAbsent = call.accept("FNX");
                if (wantsAbsent || call.accept("FXX")) {
                    if (absent || present) {
                        throw new CommandException("ERR Only one of FXX or FNX arguments can be specified");
                    }
                    absent = wantsAbsent;
                    present = !wantsAbsent;
                    continue;
                }
                Expiry.@Nullable Unit unit = Expiry.Unit.take(call);
                if (unit == null && !call.accept("KEEPTTL")) {
                    throw Errors.unknownArgument(call.take());
                }
                if (expireAtMillis != Deadline.NONE) {
                    throw new CommandException(
                            "ERR Only one of EX, PX, EXAT, PXAT or KEEPTTL arguments can be specified");
                }
                expireAtMillis = unit == null ? Deadline.KEEP : unit.takeOfField(call);
            }
            return new PutOptions(absent, present, expireAtMillis);
        }

        boolean permit(HashHandle hash, List<Bytes> pairs) {
            if (!absent && !present) {
                return true;
            }
            for (int i = 0; i < pairs.size(); i += 2) {
                if (hash.contains(pairs.get(i)) != present) {
                    return false;
                }
            }
            return true;
        }
    }

    /** Takes {@code FIELDS numfields field …} to the end. */
    private static List<Bytes> takeFields(Call call, CommandException notPositive) {
        if (!call.accept("FIELDS")) {
            throw FIELDS_MISPLACED;
        }
        if (!call.hasMore()) {
            throw notPositive;
        }
        long count = call.takeLong(1, Long.MAX_VALUE, notPositive);
        if (count != call.remaining()) {
            throw COUNT_MISMATCH;
        }
        return call.takeRest();
    }

    /** Takes {@code numfields field value …} to the end. */
    private static List<Bytes> takePairs(Call call) {
        if (call.remaining() < 3) {
            throw call.wrongNumberOfArguments();
        }
        long count = call.takeLong(1, Integer.MAX_VALUE, new CommandException("ERR invalid number of fields"));
        if (call.remaining() != 2 * count) {
            throw call.wrongNumberOfArguments();
        }
        return call.takeRest();
    }

    private static Reply each(List<Bytes> fields, Function<Bytes, Reply> reply) {
        List<Reply> replies = new ArrayList<>(fields.size());
        for (Bytes field : fields) {
            replies.add(reply.apply(field));
        }
        return Reply.array(replies);
    }
}

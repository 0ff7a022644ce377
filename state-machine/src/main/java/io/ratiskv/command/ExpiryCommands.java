package io.ratiskv.command;

import static io.ratiskv.command.Category.FAST;
import static io.ratiskv.command.Category.KEYSPACE;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.CommandException;
import io.ratiskv.api.Reply;
import io.ratiskv.keyspace.Deadline;
import io.ratiskv.value.Numeral;
import java.util.OptionalLong;

/** Deadlines of keys, of whatever type. Confined to whoever holds the state's lock. */
final class ExpiryCommands {
    private static final String CONDITIONS = " [NX | XX | GT | LT]";

    private ExpiryCommands() {}

    static void declare(Declarations table) {
        table.group(Group.GENERIC);

        table.write("EXPIRE key seconds" + CONDITIONS, call -> expire(call, 1000, call.nowMillis()))
                .in(KEYSPACE, FAST)
                .since("1.0.0")
                .summary("Lets a key live for so many seconds from now.");

        table.write("PEXPIRE key milliseconds" + CONDITIONS, call -> expire(call, 1, call.nowMillis()))
                .in(KEYSPACE, FAST)
                .since("2.6.0")
                .summary("Lets a key live for so many milliseconds from now.");

        table.write("EXPIREAT key unix-time-seconds" + CONDITIONS, call -> expire(call, 1000, 0))
                .in(KEYSPACE, FAST)
                .since("1.2.0")
                .summary("Lets a key live until a time in seconds since 1970.");

        table.write("PEXPIREAT key unix-time-milliseconds" + CONDITIONS, call -> expire(call, 1, 0))
                .in(KEYSPACE, FAST)
                .since("2.6.0")
                .summary("Lets a key live until a time in milliseconds since 1970.");

        table.write("PERSIST key", call -> Reply.of(call.keyspace().persist(call.take())))
                .in(KEYSPACE, FAST)
                .since("2.2.0")
                .summary("Clears a key's deadline.");

        table.read("TTL key", call -> timeToLive(call, 1000))
                .in(KEYSPACE, FAST)
                .since("1.0.0")
                .tips("nondeterministic_output")
                .summary("Returns how many seconds a key has left: -1 without a deadline, -2 without the key.");

        table.read("PTTL key", call -> timeToLive(call, 1))
                .in(KEYSPACE, FAST)
                .since("2.6.0")
                .tips("nondeterministic_output")
                .summary("Returns how many milliseconds a key has left: -1 without a deadline, -2 without the key.");

        table.read("EXPIRETIME key", call -> deadline(call, 1000))
                .in(KEYSPACE, FAST)
                .since("7.0.0")
                .summary("Returns a key's deadline in seconds since 1970: -1 without one, -2 without the key.");

        table.read("PEXPIRETIME key", call -> deadline(call, 1))
                .in(KEYSPACE, FAST)
                .since("7.0.0")
                .summary("Returns a key's deadline in milliseconds since 1970: -1 without one, -2 without the key.");
    }

    private static Reply expire(Call call, int unitMillis, long sinceMillis) {
        Bytes key = call.take();
        Bytes amount = call.take();
        ExpiryConditions conditions = ExpiryConditions.takeAll(call);
        long expireAtMillis = absolute(call, amount, unitMillis, sinceMillis);

        long current = call.keyspace().deadline(key);
        if (current == Deadline.ABSENT || !conditions.permit(current, expireAtMillis)) {
            return Reply.of(0);
        }
        call.keyspace().expireAt(key, expireAtMillis);
        return Reply.of(1);
    }

    /** Unlike in SET the time may lie in the past, before 1970 even: then the key goes at once. */
    private static long absolute(Call call, Bytes amount, int unitMillis, long sinceMillis) {
        OptionalLong parsed = Numeral.parseLong(amount);
        if (parsed.isEmpty()) {
            throw CommandException.notInteger();
        }
        long units = parsed.getAsLong();
        if (units > Long.MAX_VALUE / unitMillis || units < Long.MIN_VALUE / unitMillis) {
            throw call.invalidExpireTime();
        }
        long millis = units * unitMillis;
        if (millis > Long.MAX_VALUE - sinceMillis) {
            throw call.invalidExpireTime();
        }
        // A deadline is above zero; all that is not is as much in the past as the first millisecond.
        return Math.max(Expiry.bounded(millis + sinceMillis), 1);
    }

    private static Reply timeToLive(Call call, int unitMillis) {
        long deadline = call.keyspace().deadline(call.take());
        if (deadline == Deadline.ABSENT || deadline == Deadline.NONE) {
            return withoutDeadline(deadline);
        }
        long leftMillis = Math.max(deadline - call.databases().readMillis(), 0);
        return Reply.of(rounded(leftMillis, unitMillis));
    }

    private static Reply deadline(Call call, int unitMillis) {
        long deadline = call.keyspace().deadline(call.take());
        if (deadline == Deadline.ABSENT || deadline == Deadline.NONE) {
            return withoutDeadline(deadline);
        }
        return Reply.of(rounded(deadline, unitMillis));
    }

    private static Reply withoutDeadline(long deadline) {
        return Reply.of(deadline == Deadline.ABSENT ? -2L : -1L);
    }

    private static long rounded(long millis, int unitMillis) {
        long remainder = millis % unitMillis;
        return millis / unitMillis + (remainder * 2 >= unitMillis && unitMillis > 1 ? 1 : 0);
    }
}

package io.ratiskv.command;

import static io.ratiskv.command.Category.FAST;
import static io.ratiskv.command.Category.STRING;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.CommandException;
import io.ratiskv.api.Reply;
import io.ratiskv.keyspace.Deadline;
import io.ratiskv.keyspace.Keyspace;
import io.ratiskv.keyspace.StringHandle;
import io.ratiskv.value.ExtendedFloat;
import io.ratiskv.value.Numeral;
import io.ratiskv.value.PagedString;
import java.math.BigInteger;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Strings that are numbers, to be added to. Confined to whoever holds the state's lock. */
final class CounterCommands {
    private CounterCommands() {}

    static void declare(Declarations table) {
        table.group(Group.STRING);

        table.write("INCR key", call -> add(call, call.take(), 1))
                .in(STRING, FAST)
                .denyOom()
                .since("1.0.0")
                .keys("RW access update")
                .summary("Adds one to the integer a key holds, 0 if there is none.");

        table.write("DECR key", call -> add(call, call.take(), -1))
                .in(STRING, FAST)
                .denyOom()
                .since("1.0.0")
                .keys("RW access update")
                .summary("Takes one from the integer a key holds, 0 if there is none.");

        table.write("INCRBY key increment", call -> add(call, call.take(), call.takeLong()))
                .in(STRING, FAST)
                .denyOom()
                .since("1.0.0")
                .keys("RW access update")
                .summary("Adds to the integer a key holds, 0 if there is none.");

        table.write("DECRBY key decrement", CounterCommands::subtract)
                .in(STRING, FAST)
                .denyOom()
                .since("1.0.0")
                .keys("RW access update")
                .summary("Subtracts from the integer a key holds, 0 if there is none.");

        table.write("INCRBYFLOAT key increment:double", CounterCommands::addDecimal)
                .in(STRING, FAST)
                .denyOom()
                .since("2.6.0")
                .keys("RW access update")
                .summary("Adds to the decimal number a key holds, 0 if there is none.");

        table.write(
                        "INCREX key [BYFLOAT increment:double | BYINT increment] [LBOUND lowerbound]"
                                + " [UBOUND upperbound] [SATURATE] [<EX seconds | PX milliseconds"
                                + " | EXAT unix-time-seconds | PXAT unix-time-milliseconds> [ENX] | PERSIST]",
                        CounterCommands::addWithinBounds)
                .in(STRING, FAST)
                .denyOom()
                .since("8.8.0")
                .keys("RW access update")
                .summary(
                        "Adds to the number a key holds, 0 if there is none, within bounds; sets or clears its deadline.");
    }

    private static Reply add(Call call, Bytes key, long amount) {
        return Reply.of(call.stringAt(key).increment(amount));
    }

    private static Reply subtract(Call call) {
        Bytes key = call.take();
        long amount = call.takeLong();
        if (amount == Long.MIN_VALUE) {
            throw new CommandException("ERR decrement would overflow");
        }
        return add(call, key, -amount);
    }

    private static Reply addDecimal(Call call) {
        Bytes key = call.take();
        Bytes increment = call.take();

        // Redis looks at the key before it reads the increment.
        StringHandle string = call.stringAt(key);
        @Nullable ExtendedFloat value = decimal(string);
        @Nullable ExtendedFloat amount = ExtendedFloat.parse(increment);
        if (value == null || amount == null) {
            throw Errors.notFloat();
        }
        ExtendedFloat sum = value.plus(amount);
        if (!sum.isFinite()) {
            throw Errors.notFinite();
        }
        Bytes result = sum.format();
        string.incrementByDecimal(increment, result);
        return Reply.bulk(result);
    }

    /** Zero if there is no string; one that is kept in pages is too long to be a number. */
    private static @Nullable ExtendedFloat decimal(StringHandle string) {
        if (string.isAbsent()) {
            return ExtendedFloat.ZERO;
        }
        int length = string.length();
        return length > PagedString.WHOLE_BYTES_MAX
                ? null
                : ExtendedFloat.parse(string.pages().slice(0, length));
    }

    private static Reply addWithinBounds(Call call) {
        Bytes key = call.take();
        BoundedIncrement increment = BoundedIncrement.parse(call);

        return increment.decimal() ? addDecimalWithin(call, key, increment) : addIntegerWithin(call, key, increment);
    }

    private static Reply addIntegerWithin(Call call, Bytes key, BoundedIncrement increment) {
        long amount = integer(increment.amount(), 1, "Increment");
        long lower = integer(increment.lower(), Long.MIN_VALUE, "LBOUND");
        long upper = integer(increment.upper(), Long.MAX_VALUE, "UBOUND");
        if (lower > upper) {
            throw crossedBounds();
        }
        long deadline = increment.expiry().deadline(call);

        StringHandle string = call.stringAt(key);
        long value = string.integer();
        BigInteger sum = BigInteger.valueOf(value).add(BigInteger.valueOf(amount));
        BigInteger result = sum.max(BigInteger.valueOf(lower)).min(BigInteger.valueOf(upper));
        if (!result.equals(sum) && !increment.saturates()) {
            return Reply.array(List.of(Reply.of(value), Reply.of(0)));
        }
        BigInteger applied = result.subtract(BigInteger.valueOf(value));
        if (applied.bitLength() >= Long.SIZE) {
            throw new CommandException("ERR applied increment would overflow");
        }
        put(call, key, increment, deadline, () -> string.increment(applied.longValue()));
        return Reply.array(List.of(Reply.of(result.longValue()), Reply.of(applied.longValue())));
    }

    private static long integer(@Nullable Bytes word, long otherwise, String name) {
        if (word == null) {
            return otherwise;
        }
        OptionalLong number = Numeral.parseLong(word);
        return number.orElseThrow(() -> new CommandException("ERR " + name + " is not an integer or out of range"));
    }

    private static Reply addDecimalWithin(Call call, Bytes key, BoundedIncrement increment) {
        ExtendedFloat amount = decimal(increment.amount(), ExtendedFloat.ZERO, "Increment");
        if (!amount.isFinite()) {
            throw new CommandException("ERR BYFLOAT increment cannot be Infinity");
        }
        ExtendedFloat lower = decimal(increment.lower(), ExtendedFloat.MAX.negated(), "LBOUND");
        ExtendedFloat upper = decimal(increment.upper(), ExtendedFloat.MAX, "UBOUND");
        if (lower.compareTo(upper) > 0) {
            throw crossedBounds();
        }
        long deadline = increment.expiry().deadline(call);

        StringHandle string = call.stringAt(key);
        @Nullable ExtendedFloat value = decimal(string);
        if (value == null) {
            throw Errors.notFloat();
        }
        if (!value.isFinite()) {
            throw new CommandException("ERR value cannot be Infinity");
        }
        ExtendedFloat sum = value.plus(amount);
        ExtendedFloat result = sum.compareTo(lower) < 0 ? lower : sum.compareTo(upper) > 0 ? upper : sum;
        if (!result.equals(sum) && !increment.saturates()) {
            return Reply.array(List.of(decimal(call, value), decimal(call, ExtendedFloat.ZERO)));
        }
        ExtendedFloat applied = result.minus(value);
        if (!applied.isFinite()) {
            throw new CommandException("ERR applied increment would be Infinity");
        }
        put(call, key, increment, deadline, () -> string.incrementByDecimal(applied.format(), result.format()));
        return Reply.array(List.of(decimal(call, result), decimal(call, applied)));
    }

    private static ExtendedFloat decimal(@Nullable Bytes word, ExtendedFloat otherwise, String name) {
        if (word == null) {
            return otherwise;
        }
        @Nullable ExtendedFloat number = ExtendedFloat.parse(word);
        if (number == null) {
            throw new CommandException("ERR " + name + " is not a valid float");
        }
        return number;
    }

    private static Reply decimal(Call call, ExtendedFloat number) {
        return call.protocol() == 2 ? Reply.bulk(number.format()) : new Reply.Decimal(number.doubleValue());
    }

    private static CommandException crossedBounds() {
        return new CommandException("ERR LBOUND can't be greater than UBOUND");
    }

    /** Puts the sum with its deadline; where that is past, the key is gone. */
    private static void put(Call call, Bytes key, BoundedIncrement increment, long deadline, Runnable sum) {
        Keyspace keyspace = call.keyspace();
        long old = keyspace.deadline(key);
        boolean expires = old != Deadline.ABSENT && old != Deadline.NONE;
        boolean keeps = deadline == Deadline.KEEP || expires && increment.onlyWithoutDeadline();
        if (!keeps && deadline <= call.nowMillis()) {
            keyspace.remove(key);
            return;
        }
        sum.run();
        if (!keeps && deadline == Deadline.NONE) {
            keyspace.persist(key);
        } else if (!keeps) {
            keyspace.expireAt(key, deadline);
        }
    }
}

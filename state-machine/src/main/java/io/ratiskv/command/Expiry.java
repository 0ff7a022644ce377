package io.ratiskv.command;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.CommandException;
import io.ratiskv.keyspace.Deadline;
import io.ratiskv.value.Numeral;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Deadlines as clients give them, made absolute on the log's clock. Confined to whoever holds the state's lock. */
final class Expiry {
    private static final long FIELD_DEADLINE_MAX_MILLIS = (1L << 46) - 1;

    private Expiry() {}

    /**
     * Takes a time to live, in units of {@code unitMillis}, from now on.
     *
     * @throws CommandException if it is no integer, not above zero, or leads beyond 64 bits
     */
    static long takeRelative(Call call, int unitMillis) {
        return deadline(call, call.take(), unitMillis, call.nowMillis());
    }

    private static long deadline(Call call, Bytes word, int unitMillis, long sinceMillis) {
        OptionalLong amount = Numeral.parseLong(word);
        if (amount.isEmpty()) {
            throw CommandException.notInteger();
        }
        if (amount.getAsLong() <= 0 || amount.getAsLong() > Long.MAX_VALUE / unitMillis) {
            throw call.invalidExpireTime();
        }
        long millis = amount.getAsLong() * unitMillis;
        if (millis > Long.MAX_VALUE - sinceMillis) {
            throw call.invalidExpireTime();
        }
        return bounded(millis + sinceMillis);
    }

    /**
     * Takes the deadline of a hash's field, in units of {@code unitMillis} from {@code sinceMillis} on. It may be past.
     *
     * @throws CommandException if it is no integer, below zero or beyond what Redis keeps of a field's deadline
     */
    static long takeOfField(Call call, int unitMillis, long sinceMillis) {
        long amount = call.takeLong();
        if (amount < 0) {
            throw new CommandException("ERR invalid expire time, must be >= 0");
        }
        if (amount > FIELD_DEADLINE_MAX_MILLIS / unitMillis
                || amount * unitMillis > FIELD_DEADLINE_MAX_MILLIS - sinceMillis) {
            throw call.invalidExpireTime();
        }
        return amount * unitMillis + sinceMillis;
    }

    /** The greatest number stands for a key that never expires; a deadline stays one below. */
    static long bounded(long expireAtMillis) {
        return Math.min(expireAtMillis, Deadline.NONE - 1);
    }

    /** EX, PX, EXAT, PXAT, or the word that stands in their place, with the number not read yet. */
    enum Unit {
        ABSENT(0, false),
        /** KEEPTTL or PERSIST. */
        WORD(0, false),
        EX(1000, true),
        PX(1, true),
        EXAT(1000, false),
        PXAT(1, false);

        final int millis;
        final boolean relative;

        private static final Unit[] WITH_AMOUNT = {EX, PX, EXAT, PXAT};

        Unit(int millis, boolean relative) {
            this.millis = millis;
            this.relative = relative;
        }

        /** Takes a unit if one is next, be there an amount behind it or not; else null. */
        static @Nullable Unit take(Call call) {
            for (Unit unit : WITH_AMOUNT) {
                if (call.accept(unit.name())) {
                    return unit;
                }
            }
            return null;
        }

        /** As {@link Expiry#takeOfField}, the amount of this unit. */
        long takeOfField(Call call) {
            return Expiry.takeOfField(call, millis, relative ? call.nowMillis() : 0);
        }
    }

    /**
     * One of the options that set a deadline. Immutable.
     *
     * @param amount the number's word, null where the unit has none
     * @param otherwise the deadline {@link Unit#WORD} means
     */
    record Option(Unit unit, @Nullable Bytes amount, long otherwise) {
        static final Option ABSENT = new Option(Unit.ABSENT, null, Deadline.KEEP);

        /** Takes an option if one is next, else {@link #ABSENT}; {@code word} is KEEPTTL or PERSIST. */
        static Option take(Call call, String word) {
            for (Unit unit : Unit.WITH_AMOUNT) {
                if (call.acceptWithValue(unit.name())) {
                    return new Option(unit, call.take(), Deadline.KEEP);
                }
            }
            if (call.accept(word)) {
                return new Option(Unit.WORD, null, word.equals("PERSIST") ? Deadline.NONE : Deadline.KEEP);
            }
            return ABSENT;
        }

        boolean isAbsent() {
            return unit == Unit.ABSENT;
        }

        /** This and then {@code next}: the same unit again replaces; another, or none, is a syntax error. */
        Option and(Option next) {
            if (next.isAbsent() || !isAbsent() && unit != next.unit) {
                throw CommandException.syntax();
            }
            return next;
        }

        /** As {@link io.ratiskv.keyspace.Keyspace#put} takes it. */
        long deadline(Call call) {
            if (amount == null) {
                return otherwise;
            }
            return Expiry.deadline(call, amount, unit.millis, unit.relative ? call.nowMillis() : 0);
        }
    }
}

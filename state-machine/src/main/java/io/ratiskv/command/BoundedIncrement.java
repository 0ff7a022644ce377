package io.ratiskv.command;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.CommandException;
import org.jspecify.annotations.Nullable;

/**
 * What follows the key in INCREX. Immutable.
 *
 * @param decimal whether it adds a decimal number
 * @param amount null for one
 * @param lower null for the least number there is
 * @param upper null for the greatest
 * @param saturates whether the bound is put where it would be exceeded
 * @param onlyWithoutDeadline whether a deadline that is there stays
 */
record BoundedIncrement(
        boolean decimal,
        @Nullable Bytes amount,
        @Nullable Bytes lower,
        @Nullable Bytes upper,
        boolean saturates,
        Expiry.Option expiry,
        boolean onlyWithoutDeadline) {

    /** Takes the rest of the call's words: options in any order, none twice. */
    static BoundedIncrement parse(Call call) {
        Options options = new Options();
        while (call.hasMore()) {
            options.take(call);
        }
        return options.finished();
    }

    private static final class Options {
        private boolean decimal;
        private @Nullable Bytes amount;
        private @Nullable Bytes lower;
        private @Nullable Bytes upper;
        private boolean saturates;
        private Expiry.Option expiry = Expiry.Option.ABSENT;
        private boolean onlyWithoutDeadline;

        void take(Call call) {
            if (amount == null && call.acceptWithValue("BYINT")) {
                amount = call.take();
            } else if (amount == null && call.acceptWithValue("BYFLOAT")) {
                amount = call.take();
                decimal = true;
            } else if (lower == null && call.acceptWithValue("LBOUND")) {
                lower = call.take();
            } else if (upper == null && call.acceptWithValue("UBOUND")) {
                upper = call.take();
            } else if (!saturates && call.accept("SATURATE")) {
                saturates = true;
            } else if (!onlyWithoutDeadline && call.accept("ENX")) {
                onlyWithoutDeadline = true;
            } else if (expiry.isAbsent()) {
                expiry = Expiry.Option.ABSENT.and(Expiry.Option.take(call, "PERSIST"));
            } else {
                throw CommandException.syntax();
            }
            if (onlyWithoutDeadline && expiry.unit() == Expiry.Unit.WORD) {
                throw CommandException.syntax();
            }
        }

        BoundedIncrement finished() {
            if (onlyWithoutDeadline && expiry.isAbsent()) {
                throw new CommandException("ERR ENX flag requires an expiration");
            }
            return new BoundedIncrement(decimal, amount, lower, upper, saturates, expiry, onlyWithoutDeadline);
        }
    }
}

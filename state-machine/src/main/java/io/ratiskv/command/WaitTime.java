package io.ratiskv.command;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.CommandException;
import io.ratiskv.value.ExtendedFloat;
import io.ratiskv.value.Numeral;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** How long a request may wait, as blocking commands are told. Stateless; any thread. */
final class WaitTime {
    private static final BigDecimal MILLIS_MAX = BigDecimal.valueOf(Long.MAX_VALUE);

    private WaitTime() {}

    /**
     * Reads a decimal number of seconds.
     *
     * @param nowMillis the end of the time has to be within 64 bits
     * @return in milliseconds, rounded up; 0 for ever
     * @throws CommandException in Redis' words
     */
    static long seconds(Bytes word, long nowMillis) {
        @Nullable ExtendedFloat seconds = ExtendedFloat.parse(word);
        if (seconds == null) {
            throw new CommandException("ERR timeout is not a float or out of range");
        }
        @Nullable BigDecimal exact = seconds.times(1_000).exact();
        if (exact == null) {
            throw word.at(0) == '-' ? negative() : outOfRange();
        }
        BigDecimal millis = exact.setScale(0, RoundingMode.CEILING);
        if (millis.signum() < 0) {
            throw negative();
        }
        if (millis.compareTo(MILLIS_MAX.subtract(BigDecimal.valueOf(nowMillis))) > 0) {
            throw outOfRange();
        }
        return millis.longValueExact();
    }

    /**
     * Reads a number of milliseconds.
     *
     * @return 0 for ever
     * @throws CommandException in Redis' words
     */
    static long millis(Bytes word, long nowMillis) {
        OptionalLong millis = Numeral.parseLong(word);
        if (millis.isEmpty()) {
            throw new CommandException("ERR timeout is not an integer or out of range");
        }
        if (millis.getAsLong() < 0) {
            throw negative();
        }
        if (millis.getAsLong() > Long.MAX_VALUE - nowMillis) {
            throw outOfRange();
        }
        return millis.getAsLong();
    }

    private static CommandException negative() {
        return new CommandException("ERR timeout is negative");
    }

    private static CommandException outOfRange() {
        return new CommandException("ERR timeout is out of range");
    }
}

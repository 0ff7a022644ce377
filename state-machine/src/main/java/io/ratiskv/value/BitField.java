package io.ratiskv.value;

import io.ratiskv.collect.Pages;
import java.util.OptionalLong;

/**
 * The type of an integer among the bits of a string. Immutable; any thread.
 *
 * @param width 1 to 64 bits, an unsigned one's to 63
 */
public record BitField(boolean signed, int width) {
    /** What becomes of a value that the field has no room for. */
    public enum Overflow {
        /** The lowest bits of it. */
        WRAP,
        /** The greatest or least that there is room for. */
        SAT,
        /** Nothing. */
        FAIL
    }

    public long read(Pages string, long offset) {
        long bits = Bits.field(string, offset, width);
        return signed ? signExtended(bits) : bits;
    }

    /**
     * What is kept of a value, or of a sum; empty if that is refused.
     *
     * @param value one that was read, or any if nothing is added
     */
    public OptionalLong fit(long value, long increment, Overflow overflow) {
        return signed ? fitSigned(value, increment, overflow) : fitUnsigned(value, increment, overflow);
    }

    private OptionalLong fitUnsigned(long value, long increment, Overflow overflow) {
        long max = (1L << width) - 1;
        boolean over = Long.compareUnsigned(value, max) > 0 || increment > 0 && increment > max - value;
        boolean under = increment < 0 && increment < -value;
        if (over || under) {
            return overflowed(overflow, value + increment & max, over ? max : 0);
        }
        return OptionalLong.of(value + increment);
    }

    private OptionalLong fitSigned(long value, long increment, Overflow overflow) {
        long max = (1L << (width - 1)) - 1;
        long min = -max - 1;
        // May be beyond 64 bits for a value that is to be set. Redis decides by the same numbers, wrapped as these.
        long most = max - value;
        long least = min - value;
        boolean narrow = width != 64;
        boolean over = value > max || narrow && increment > most || value >= 0 && increment > 0 && increment > most;
        boolean under = value < min || narrow && increment < least || value < 0 && increment < 0 && increment < least;
        if (over || under) {
            return overflowed(overflow, signExtended(value + increment), over ? max : min);
        }
        return OptionalLong.of(value + increment);
    }

    private static OptionalLong overflowed(Overflow overflow, long wrapped, long saturated) {
        return switch (overflow) {
            case WRAP -> OptionalLong.of(wrapped);
            case SAT -> OptionalLong.of(saturated);
            case FAIL -> OptionalLong.empty();
        };
    }

    private long signExtended(long bits) {
        return bits << (64 - width) >> (64 - width);
    }
}

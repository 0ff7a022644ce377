package io.ratiskv.value;

import io.ratiskv.api.Bytes;
import java.math.BigDecimal;
import java.math.BigInteger;
import org.jspecify.annotations.Nullable;

/**
 * A number of the 80-bit extended format: 64 bits of significand, 15 of exponent. Immutable; any thread.
 *
 * <p>Redis on x86 adds decimal increments in this format and prints them with 17 decimals, trailing zeros cut. No Java
 * type has it, and a double would give other digits, so it is computed exactly and rounded to 64 bits, to the nearest,
 * ties to even: every replica on every processor gets what Redis gets. Numbers below the normal range (about 1e-4932)
 * are not rounded as coarsely as the format would; nothing of them is left in 17 decimals.
 */
public final class ExtendedFloat implements Comparable<ExtendedFloat> {
    private static final int SIGNIFICAND_BITS = 64;
    private static final int VALUE_BITS_MAX = 16384;
    private static final int TEXT_LENGTH_MAX = 5 * 1024 - 1;
    private static final int EXPONENT_MIN = -4951;
    private static final int EXPONENT_MAX = 4932;

    public static final ExtendedFloat ZERO = new ExtendedFloat(BigDecimal.ZERO, 0);

    /** The greatest finite number. */
    public static final ExtendedFloat MAX = new ExtendedFloat(
            new BigDecimal(BigInteger.ONE
                    .shiftLeft(SIGNIFICAND_BITS)
                    .subtract(BigInteger.ONE)
                    .shiftLeft(VALUE_BITS_MAX - SIGNIFICAND_BITS)),
            1);

    private static final ExtendedFloat INFINITY = new ExtendedFloat(null, 1);
    private static final ExtendedFloat MINUS_INFINITY = new ExtendedFloat(null, -1);

    /** Null if it is infinite. */
    private final @Nullable BigDecimal value;

    private final int signum;

    private ExtendedFloat(@Nullable BigDecimal value, int signum) {
        this.value = value;
        this.signum = signum;
    }

    private static ExtendedFloat of(BigDecimal value) {
        return new ExtendedFloat(value, value.signum());
    }

    private static ExtendedFloat infinite(int signum) {
        return signum < 0 ? MINUS_INFINITY : INFINITY;
    }

    /** Null if {@code text} is not a decimal or hexadecimal number or an infinity, or is out of range. */
    public static @Nullable ExtendedFloat parse(Bytes text) {
        if (text.length() > TEXT_LENGTH_MAX) {
            return null;
        }
        String word = text.latin1();
        if (Numeral.isInfinity(word)) {
            return infinite(word.startsWith("-") ? -1 : 1);
        }
        if (!Numeral.isDecimal(word) && !Numeral.isHexadecimal(word)) {
            return null;
        }
        BigDecimal exact = Numeral.exactly(word, /* exponentMax= */ 100_000);
        if (exact.signum() == 0) {
            return ZERO;
        }
        int magnitude = exact.precision() - exact.scale() - 1;
        if (magnitude < EXPONENT_MIN || magnitude > EXPONENT_MAX) {
            return null;
        }
        ExtendedFloat rounded = rounded(exact);
        return rounded.isFinite() ? rounded : null;
    }

    public boolean isFinite() {
        return value != null;
    }

    /** The number to go on computing with; null if it is infinite. */
    public @Nullable BigDecimal exact() {
        return value;
    }

    /** The rounded product; infinite when this is, or when it is out of range. */
    public ExtendedFloat times(long factor) {
        return value == null
                ? infinite(signum * Long.signum(factor))
                : rounded(value.multiply(BigDecimal.valueOf(factor)));
    }

    /** The rounded sum; infinite when one of the two is, as the first of them, or when it is out of range. */
    public ExtendedFloat plus(ExtendedFloat other) {
        if (value == null || other.value == null) {
            return infinite(value == null ? signum : other.signum);
        }
        return rounded(value.add(other.value));
    }

    public ExtendedFloat minus(ExtendedFloat other) {
        return plus(other.negated());
    }

    public ExtendedFloat negated() {
        return value == null ? infinite(-signum) : of(value.negate());
    }

    @Override
    public int compareTo(ExtendedFloat other) {
        if (value != null && other.value != null) {
            return value.compareTo(other.value);
        }
        return Integer.compare(value == null ? signum : 0, other.value == null ? other.signum : 0);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof ExtendedFloat that && compareTo(that) == 0;
    }

    @Override
    public int hashCode() {
        return Double.hashCode(doubleValue());
    }

    /** The nearest double. */
    public double doubleValue() {
        return value == null ? signum * Double.POSITIVE_INFINITY : value.doubleValue();
    }

    private static ExtendedFloat rounded(BigDecimal exact) {
        if (exact.signum() == 0) {
            return ZERO;
        }
        BigInteger numerator = exact.unscaledValue().abs();
        BigInteger denominator = BigInteger.ONE;
        if (exact.scale() > 0) {
            denominator = BigInteger.TEN.pow(exact.scale());
        } else {
            numerator = numerator.multiply(BigInteger.TEN.pow(-exact.scale()));
        }
        // Scaled by a power of two to a quotient of 66 or 67 bits: the significand and at least two bits to round by.
        int shift = SIGNIFICAND_BITS + 2 - (numerator.bitLength() - denominator.bitLength());
        BigInteger[] division = shift >= 0
                ? numerator.shiftLeft(shift).divideAndRemainder(denominator)
                : numerator.divideAndRemainder(denominator.shiftLeft(-shift));
        BigInteger quotient = division[0];
        int surplus = quotient.bitLength() - SIGNIFICAND_BITS;
        BigInteger significand = quotient.shiftRight(surplus);
        BigInteger half = BigInteger.ONE.shiftLeft(surplus - 1);
        BigInteger cut = quotient.subtract(significand.shiftLeft(surplus));
        int toHalf = cut.compareTo(half);
        boolean up = toHalf > 0 || toHalf == 0 && (division[1].signum() != 0 || significand.testBit(0));
        if (up) {
            significand = significand.add(BigInteger.ONE);
        }
        int exponent = surplus - shift;
        if (significand.bitLength() + exponent > VALUE_BITS_MAX) {
            return infinite(exact.signum());
        }
        BigDecimal magnitude = exponent >= 0
                ? new BigDecimal(significand.shiftLeft(exponent))
                : new BigDecimal(significand.multiply(BigInteger.valueOf(5).pow(-exponent)), -exponent);
        return of(exact.signum() < 0 ? magnitude.negate() : magnitude);
    }

    /** The finite number with 17 decimals at most and no trailing zeros. */
    public Bytes format() {
        if (value == null) {
            throw new IllegalStateException("an infinite number has no digits");
        }
        return Bytes.of(DoubleText.plain(value));
    }

    @Override
    public String toString() {
        return value == null ? Double.toString(doubleValue()) : value.toString();
    }
}

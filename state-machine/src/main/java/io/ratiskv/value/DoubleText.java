package io.ratiskv.value;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;

/** Doubles as decimal digits, in the two ways that clients know. Stateless; any thread. */
public final class DoubleText {
    private static final double WHOLE_MAX = Long.MAX_VALUE / 2.0;

    /** A number has no exponent while fewer zeros than this are between the point and its digits. */
    private static final int ZEROS_MAX = 7;

    private static final int PRECISION = 17;

    private DoubleText() {}

    /**
     * Digits that read back as the same number, nearly always the fewest, whole numbers without a point, exponents only
     * where the plain form would be long: {@code 0.1}, {@code 3}, {@code 1e+30}, {@code 1.5e-10}, {@code inf}, {@code -inf},
     * {@code nan}, {@code -0}. So Redis 7.2 prints a score.
     */
    public static String shortest(double value) {
        if (!Double.isFinite(value)) {
            return notFinite(value);
        }
        if (value == 0) {
            return 1 / value < 0 ? "-0" : "0";
        }
        if (Math.abs(value) <= WHOLE_MAX && value == (long) value) {
            return Long.toString((long) value);
        }
        Grisu printed = new Grisu(Math.abs(value));
        String layout = shortest(printed.digits(), printed.power());
        return value < 0 ? "-" + layout : layout;
    }

    /** The number {@code digits} × 10^{@code power}. */
    private static String shortest(String digits, int power) {
        int exponent = power + digits.length() - 1;
        if (power >= 0 && exponent < digits.length() + ZEROS_MAX) {
            return digits + "0".repeat(power);
        }
        if (power < 0 && (power > -ZEROS_MAX || Math.abs(exponent) < 4)) {
            return plain(digits, power);
        }
        return scientific(digits, exponent, /* exponentDigitsMin= */ 1);
    }

    /** Seventeen significant digits, trailing zeros cut, laid out as C's {@code %.17g} does. */
    public static String precise(double value) {
        if (!Double.isFinite(value)) {
            return notFinite(value);
        }
        if (value == 0) {
            return 1 / value < 0 ? "-0" : "0";
        }
        BigDecimal rounded = new BigDecimal(Math.abs(value))
                .round(new MathContext(PRECISION, RoundingMode.HALF_EVEN))
                .stripTrailingZeros();
        String digits = rounded.unscaledValue().toString();
        int power = -rounded.scale();
        int exponent = power + digits.length() - 1;
        String layout;
        if (exponent < -4 || exponent >= PRECISION) {
            layout = scientific(digits, exponent, /* exponentDigitsMin= */ 2);
        } else if (power >= 0) {
            layout = digits + "0".repeat(power);
        } else {
            layout = plain(digits, power);
        }
        return value < 0 ? "-" + layout : layout;
    }

    /** So many decimals, rounded to the nearest, ties to even, as C's {@code %.6f} does. */
    public static String fixed(double value, int decimals) {
        if (!Double.isFinite(value)) {
            return notFinite(value);
        }
        String digits = new BigDecimal(Math.abs(value))
                .setScale(decimals, RoundingMode.HALF_EVEN)
                .toPlainString();
        return value < 0 || 1 / value < 0 ? "-" + digits : digits;
    }

    /** Seventeen decimals at most and no trailing zeros. */
    public static String plain(double value) {
        return plain(new BigDecimal(value));
    }

    static String plain(BigDecimal value) {
        BigDecimal rounded = value.setScale(PRECISION, RoundingMode.HALF_EVEN);
        return rounded.signum() == 0 ? "0" : rounded.stripTrailingZeros().toPlainString();
    }

    private static String notFinite(double value) {
        return Double.isNaN(value) ? "nan" : value > 0 ? "inf" : "-inf";
    }

    private static String plain(String digits, int power) {
        int whole = digits.length() + power;
        return whole <= 0
                ? "0." + "0".repeat(-whole) + digits
                : digits.substring(0, whole) + "." + digits.substring(whole);
    }

    private static String scientific(String digits, int exponent, int exponentDigitsMin) {
        String mantissa = digits.length() == 1 ? digits : digits.charAt(0) + "." + digits.substring(1);
        String magnitude = Integer.toString(Math.abs(exponent));
        String zeros = "0".repeat(Math.max(0, exponentDigitsMin - magnitude.length()));
        return mantissa + (exponent < 0 ? "e-" : "e+") + zeros + magnitude;
    }
}

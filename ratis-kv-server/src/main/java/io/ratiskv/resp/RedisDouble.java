package io.ratiskv.resp;

/**
 * Doubles as Redis 7.2 prints them: the fewest digits that read back as the same number, whole numbers without a
 * point, exponents only where the plain form would be long. Stateless; any thread.
 *
 * <p>Follows what {@code d2string} gives: {@code 0.1}, {@code 3}, {@code 1e+30}, {@code 1.5e-10}, {@code inf},
 * {@code -inf}, {@code nan}, {@code -0}.
 */
final class RedisDouble {
    private static final double WHOLE_MAX = Long.MAX_VALUE / 2.0;

    /** A fraction has no exponent while this many zeros or fewer are between the point and its digits. */
    private static final int LEADING_ZEROS_MAX = 7;

    private RedisDouble() {}

    static String format(double value) {
        if (Double.isNaN(value)) {
            return "nan";
        }
        if (Double.isInfinite(value)) {
            return value > 0 ? "inf" : "-inf";
        }
        if (value == 0) {
            return 1 / value < 0 ? "-0" : "0";
        }
        if (Math.abs(value) <= WHOLE_MAX && value == (long) value) {
            return Long.toString((long) value);
        }
        // Since JDK 19 Double.toString gives the shortest digits; only its layout differs from what is wanted.
        java.math.BigDecimal shortest = new java.math.BigDecimal(Double.toString(Math.abs(value))).stripTrailingZeros();
        String layout = layout(shortest.unscaledValue().toString(), -shortest.scale(), value < 0);
        return value < 0 ? "-" + layout : layout;
    }

    /** The number {@code digits} × 10^{@code power}. */
    private static String layout(String digits, int power, boolean negative) {
        int count = digits.length();
        int exponent = power + count - 1;
        int trailingZerosMax = negative ? LEADING_ZEROS_MAX - 1 : LEADING_ZEROS_MAX;
        if (power >= 0 && exponent < count + trailingZerosMax) {
            return digits + "0".repeat(power);
        }
        if (power < 0 && (power > -LEADING_ZEROS_MAX || Math.abs(exponent) < 4)) {
            int whole = count + power;
            return whole <= 0
                    ? "0." + "0".repeat(-whole) + digits
                    : digits.substring(0, whole) + "." + digits.substring(whole);
        }
        String mantissa = count == 1 ? digits : digits.charAt(0) + "." + digits.substring(1);
        return mantissa + "e" + (exponent < 0 ? "-" : "+") + Math.abs(exponent);
    }
}

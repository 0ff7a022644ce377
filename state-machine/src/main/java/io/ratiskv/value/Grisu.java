package io.ratiskv.value;

import java.math.BigInteger;

/**
 * The digits that Redis 7.2 prints of a double: nearly always the fewest that read back as the same number, of one in some
 * hundred one more. Confined to the thread that made it.
 *
 * <p>Grisu2 of Florian Loitsch, "Printing Floating-Point Numbers Quickly and Accurately with Integers" (2010), as fpconv
 * of Redis does it: significands of 64 bits, with cached powers of ten, whose errors make it cautious.
 */
final class Grisu {
    private static final int POWER_FIRST = -348;
    private static final int POWER_STEP = 8;
    private static final long[] POWERS = new long[87];
    private static final int[] POWER_EXPONENTS = new int[POWERS.length];

    private static final long HIDDEN_BIT = 1L << 52;
    private static final int EXPONENT_BIAS = 1023 + 52;
    private static final int EXPONENT_MAX = -32;
    private static final int EXPONENT_MIN = -60;

    static {
        for (int i = 0; i < POWERS.length; i++) {
            int ten = POWER_FIRST + i * POWER_STEP;
            BigInteger power = BigInteger.TEN.pow(Math.abs(ten));
            // Twice as long as wanted, so that what is cut off rounds it; no power but small ones is a tie.
            int shift = 128 - power.bitLength();
            BigInteger scaled = ten >= 0
                    ? (shift >= 0 ? power.shiftLeft(shift) : power.shiftRight(-shift))
                    : BigInteger.ONE.shiftLeft(127 + power.bitLength()).divide(power);
            int exponent = ten >= 0 ? -shift : -127 - power.bitLength();
            int surplus = scaled.bitLength() - 64;
            POWERS[i] = scaled.shiftRight(surplus)
                    .add(scaled.testBit(surplus - 1) ? BigInteger.ONE : BigInteger.ZERO)
                    .longValue();
            POWER_EXPONENTS[i] = exponent + surplus;
        }
    }

    private final StringBuilder digits = new StringBuilder(18);
    private int power;

    /** @param value finite and above 0 */
    Grisu(double value) {
        long bits = Double.doubleToRawLongBits(value);
        int biased = (int) (bits >>> 52);
        long significand = biased == 0 ? bits : bits & HIDDEN_BIT - 1 | HIDDEN_BIT;
        int exponent = Math.max(biased, 1) - EXPONENT_BIAS;

        // The middle between the value and the next one, and that between it and the one before, at one exponent.
        long upper = (significand << 1) + 1;
        int shift = Long.numberOfLeadingZeros(upper);
        int upperExponent = exponent - 1 - shift;
        upper <<= shift;
        int lowerShift = significand == HIDDEN_BIT ? 2 : 1;
        long lower = (significand << lowerShift) - 1 << exponent - lowerShift - upperExponent;

        int index = powerIndex(upperExponent);
        long ten = POWERS[index];
        power = -(POWER_FIRST + index * POWER_STEP);
        generate(
                product(significand << Long.numberOfLeadingZeros(significand), ten),
                product(upper, ten) - 1,
                product(lower, ten) + 1,
                -(upperExponent + POWER_EXPONENTS[index] + 64));
    }

    /** Without a point or leading zeros. */
    String digits() {
        return digits.toString();
    }

    /** The value is the digits times ten to this. */
    int power() {
        return power;
    }

    private static int powerIndex(int exponent) {
        int index = ((int) (-(exponent + POWERS.length) * 0.30102999566398114) - POWER_FIRST) / POWER_STEP;
        while (true) {
            int scaled = exponent + POWER_EXPONENTS[index] + 64;
            if (scaled < EXPONENT_MIN) {
                index++;
            } else if (scaled > EXPONENT_MAX) {
                index--;
            } else {
                return index;
            }
        }
    }

    /** The upper half, rounded. */
    private static long product(long left, long right) {
        long high = Math.unsignedMultiplyHigh(left, right);
        return left * right < 0 ? high + 1 : high;
    }

    /** @param fractionBits of the three */
    private void generate(long value, long upper, long lower, int fractionBits) {
        long distance = upper - value;
        long width = upper - lower;
        long whole = upper >>> fractionBits;
        long fractionMask = (1L << fractionBits) - 1;
        long fraction = upper & fractionMask;
        long unit = 1_000_000_000;
        for (int left = 9; left >= 0; left--) {
            append(whole / unit);
            whole %= unit;
            long rest = (whole << fractionBits) + fraction;
            if (Long.compareUnsigned(rest, width) <= 0) {
                power += left;
                round(width, rest, unit << fractionBits, distance);
                return;
            }
            unit /= 10;
        }
        for (long scale = 10; ; scale *= 10) {
            fraction *= 10;
            width *= 10;
            power--;
            append(fraction >>> fractionBits);
            fraction &= fractionMask;
            if (Long.compareUnsigned(fraction, width) < 0) {
                round(width, fraction, 1L << fractionBits, distance * scale);
                return;
            }
        }
    }

    private void append(long digit) {
        if (digit != 0 || !digits.isEmpty()) {
            digits.append((char) ('0' + digit));
        }
    }

    /** Lowers the last digit while that comes nearer to the value. */
    private void round(long width, long rest, long unit, long distance) {
        int last = digits.length() - 1;
        long at = rest;
        while (Long.compareUnsigned(at, distance) < 0
                && Long.compareUnsigned(width - at, unit) >= 0
                && (Long.compareUnsigned(at + unit, distance) < 0
                        || Long.compareUnsigned(distance - at, at + unit - distance) > 0)) {
            digits.setCharAt(last, (char) (digits.charAt(last) - 1));
            at += unit;
        }
    }
}

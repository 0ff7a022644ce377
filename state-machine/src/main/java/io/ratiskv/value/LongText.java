package io.ratiskv.value;

/** 64-bit integers as decimal digits, in the one spelling that Redis takes for an integer. Stateless; any thread. */
public final class LongText {
    /** The digits and sign of {@link Long#MIN_VALUE}. */
    public static final int LENGTH_MAX = 20;

    private LongText() {}

    /** True of digits without leading zeros or plus sign, perhaps behind a minus sign, within 64 bits. */
    public static boolean isLong(byte[] bytes, int offset, int length) {
        if (length == 0 || length > LENGTH_MAX) {
            return false;
        }
        int at = offset;
        int end = offset + length;
        boolean negative = bytes[at] == '-';
        if (negative) {
            at++;
        }
        if (at == end) {
            return false;
        }
        if (bytes[at] == '0') {
            return length == 1;
        }
        if (end - at > LENGTH_MAX - 1) {
            return false;
        }
        for (int i = at; i < end; i++) {
            if (bytes[i] < '0' || bytes[i] > '9') {
                return false;
            }
        }
        if (end - at < LENGTH_MAX - 1) {
            return true;
        }
        // Nineteen digits fit or do not; summed below zero, where one more fits than above.
        long sum = negativeSum(bytes, at, end);
        return sum < 0 && (negative || sum != Long.MIN_VALUE);
    }

    /** The integer that {@link #isLong} found. */
    public static long parse(byte[] bytes, int offset, int length) {
        boolean negative = bytes[offset] == '-';
        long sum = negativeSum(bytes, negative ? offset + 1 : offset, offset + length);
        return negative ? sum : -sum;
    }

    /** Minus the number of these digits; of nineteen digits beyond the range a number above zero. */
    private static long negativeSum(byte[] bytes, int from, int end) {
        long sum = 0;
        for (int i = from; i < end; i++) {
            sum = sum * 10 - (bytes[i] - '0');
        }
        return sum;
    }
}

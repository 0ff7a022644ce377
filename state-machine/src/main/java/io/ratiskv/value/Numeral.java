package io.ratiskv.value;

import io.ratiskv.api.Bytes;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/** Numbers as values and arguments spell them, neither laxer nor stricter than Redis reads them. Any thread. */
public final class Numeral {
    private Numeral() {}

    /**
     * An integer in its one spelling: no plus, no space, no leading zero, no minus zero. So a string that is an integer
     * can be kept as a number and read back unchanged.
     *
     * @return empty if it is not spelled so or exceeds 64 bits
     */
    public static OptionalLong parseLong(Bytes text) {
        return LongText.isLong(text.array(), text.offset(), text.length())
                ? OptionalLong.of(LongText.parse(text.array(), text.offset(), text.length()))
                : OptionalLong.empty();
    }

    /**
     * A decimal number, or an infinity; no surrounding space, no NaN, no hexadecimal (docs/differences.md), nothing beyond the range of a double.
     *
     * @return empty if it is not spelled so
     */
    public static OptionalDouble parseDouble(Bytes text) {
        String word = text.latin1();
        if (isInfinity(word)) {
            return OptionalDouble.of(word.startsWith("-") ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY);
        }
        if (!isDecimal(word)) {
            return OptionalDouble.empty();
        }
        double value = Double.parseDouble(word);
        boolean underflows = value == 0 && hasNonZeroDigit(word);
        return Double.isInfinite(value) || underflows ? OptionalDouble.empty() : OptionalDouble.of(value);
    }

    /** {@code [+-] (inf | infinity)} in either case. */
    static boolean isInfinity(String word) {
        int from = startsWithSign(word) ? 1 : 0;
        int length = word.length() - from;
        return (length == 3 && word.regionMatches(true, from, "inf", 0, 3))
                || (length == 8 && word.regionMatches(true, from, "infinity", 0, 8));
    }

    /** {@code [+-] digits [. digits] [e [+-] digits]}, digits on one side of the point at least. */
    static boolean isDecimal(String word) {
        int at = startsWithSign(word) ? 1 : 0;
        int digitsFrom = at;
        at = skipDigits(word, at);
        int digits = at - digitsFrom;
        if (at < word.length() && word.charAt(at) == '.') {
            int fractionFrom = ++at;
            at = skipDigits(word, at);
            digits += at - fractionFrom;
        }
        if (digits == 0) {
            return false;
        }
        if (at < word.length() && (word.charAt(at) | 0x20) == 'e') {
            at++;
            if (at < word.length() && (word.charAt(at) == '+' || word.charAt(at) == '-')) {
                at++;
            }
            int exponentFrom = at;
            at = skipDigits(word, at);
            if (at == exponentFrom) {
                return false;
            }
        }
        return at == word.length();
    }

    private static boolean startsWithSign(String word) {
        return !word.isEmpty() && (word.charAt(0) == '+' || word.charAt(0) == '-');
    }

    private static int skipDigits(String word, int from) {
        int at = from;
        while (at < word.length() && word.charAt(at) >= '0' && word.charAt(at) <= '9') {
            at++;
        }
        return at;
    }

    private static boolean hasNonZeroDigit(String word) {
        for (int i = 0; i < word.length() && (word.charAt(i) | 0x20) != 'e'; i++) {
            if (word.charAt(i) >= '1' && word.charAt(i) <= '9') {
                return true;
            }
        }
        return false;
    }

    /** The value of a word that {@link #isDecimal}; its exponent is cut to {@code exponentMax} in magnitude. */
    static BigDecimal exactly(String word, int exponentMax) {
        int e = Math.max(word.indexOf('e'), word.indexOf('E'));
        if (e < 0) {
            return new BigDecimal(word);
        }
        BigInteger exponent = new BigInteger(word.substring(e + 1));
        int bounded = exponent.max(BigInteger.valueOf(-exponentMax))
                .min(BigInteger.valueOf(exponentMax))
                .intValue();
        return new BigDecimal(word.substring(0, e)).scaleByPowerOfTen(bounded);
    }
}

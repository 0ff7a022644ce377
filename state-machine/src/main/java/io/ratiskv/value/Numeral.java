package io.ratiskv.value;

import io.ratiskv.api.Bytes;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/** Numbers as values and arguments spell them, neither laxer nor stricter than Redis reads them. Any thread. */
public final class Numeral {
    /** So few digits and a sign are a whole number below 2^53. */
    private static final int EXACT_DIGITS = 15;

    private static final Pattern HEXADECIMAL =
            Pattern.compile("[+-]?0[xX](\\p{XDigit}+\\.?\\p{XDigit}*|\\.\\p{XDigit}+)([pP][+-]?\\d+)?");

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
     * A decimal or hexadecimal number, or an infinity; no surrounding space, no NaN, nothing beyond the range of a
     * double.
     *
     * @return empty if it is not spelled so
     */
    public static OptionalDouble parseDouble(Bytes text) {
        // Most are short integers, which a double holds exactly.
        if (text.length() <= EXACT_DIGITS && LongText.isLong(text.array(), text.offset(), text.length())) {
            return OptionalDouble.of((double) LongText.parse(text.array(), text.offset(), text.length()));
        }
        return doubleInRange(text.latin1());
    }

    private static OptionalDouble doubleInRange(String word) {
        OptionalDouble value = anyDouble(word);
        if (value.isEmpty() || isInfinity(word)) {
            return value;
        }
        boolean underflows = value.getAsDouble() == 0 && hasNonZeroDigit(word);
        return Double.isInfinite(value.getAsDouble()) || underflows ? OptionalDouble.empty() : value;
    }

    /**
     * A number as the bound of a range may be spelled: like C's strtod reads a string that ends at the first zero byte.
     * There may be space before it, nothing at all is zero, and beyond the range of a double is infinity or zero.
     *
     * @return empty if it is not spelled so
     */
    public static OptionalDouble parseBound(Bytes text) {
        return endsAtOnce(text) ? OptionalDouble.of(0) : anyDouble(wordOfC(text));
    }

    /** A number as {@link #parseBound}, but nothing beyond the range of a double. */
    public static OptionalDouble parseWeight(Bytes text) {
        if (text.length() <= EXACT_DIGITS && LongText.isLong(text.array(), text.offset(), text.length())) {
            return OptionalDouble.of((double) LongText.parse(text.array(), text.offset(), text.length()));
        }
        return endsAtOnce(text) ? OptionalDouble.of(0) : doubleInRange(wordOfC(text));
    }

    private static boolean endsAtOnce(Bytes text) {
        return text.isEmpty() || text.at(0) == 0;
    }

    /** Up to the first zero byte, without the space before it. */
    private static String wordOfC(Bytes text) {
        String word = text.latin1();
        int end = word.indexOf(0);
        word = end < 0 ? word : word.substring(0, end);
        int from = 0;
        while (from < word.length()
                && (word.charAt(from) == ' ' || word.charAt(from) >= 9 && word.charAt(from) <= 13)) {
            from++;
        }
        return word.substring(from);
    }

    private static OptionalDouble anyDouble(String word) {
        if (isInfinity(word)) {
            return OptionalDouble.of(word.startsWith("-") ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY);
        }
        if (isDecimal(word)) {
            return OptionalDouble.of(Double.parseDouble(word));
        }
        if (isHexadecimal(word)) {
            // Java wants the exponent that C leaves out.
            boolean exponent = word.indexOf('p') >= 0 || word.indexOf('P') >= 0;
            return OptionalDouble.of(Double.parseDouble(exponent ? word : word + "p0"));
        }
        return OptionalDouble.empty();
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

    /** {@code [+-] 0x digits [. digits] [p [+-] digits]}, digits on one side of the point at least. */
    static boolean isHexadecimal(String word) {
        return HEXADECIMAL.matcher(word).matches();
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

    /** Whether a digit before the exponent is not zero. */
    private static boolean hasNonZeroDigit(String word) {
        boolean hexadecimal = word.indexOf('x') >= 0 || word.indexOf('X') >= 0;
        char exponent = hexadecimal ? 'p' : 'e';
        for (int i = 0; i < word.length() && (word.charAt(i) | 0x20) != exponent; i++) {
            char c = word.charAt(i);
            if (c >= '1' && c <= '9' || hexadecimal && (c | 0x20) >= 'a' && (c | 0x20) <= 'f') {
                return true;
            }
        }
        return false;
    }

    /**
     * The value of a word that {@link #isDecimal} or {@link #isHexadecimal}; its exponent is cut to {@code exponentMax} in
     * magnitude.
     */
    static BigDecimal exactly(String word, int exponentMax) {
        boolean hexadecimal = word.indexOf('x') >= 0 || word.indexOf('X') >= 0;
        int e = hexadecimal
                ? Math.max(word.indexOf('p'), word.indexOf('P'))
                : Math.max(word.indexOf('e'), word.indexOf('E'));
        // Twos count less than tens, and cost more.
        int max = hexadecimal ? exponentMax / 4 : exponentMax;
        int exponent = e < 0 ? 0 : bounded(word.substring(e + 1), max);
        String significand = e < 0 ? word : word.substring(0, e);
        return hexadecimal
                ? hexadecimal(significand, exponent)
                : new BigDecimal(significand).scaleByPowerOfTen(exponent);
    }

    private static int bounded(String exponent, int max) {
        return new BigInteger(exponent)
                .max(BigInteger.valueOf(-max))
                .min(BigInteger.valueOf(max))
                .intValue();
    }

    private static BigDecimal hexadecimal(String significand, int exponent) {
        boolean negative = significand.startsWith("-");
        String digits = significand.substring(startsWithSign(significand) ? 3 : 2);
        int point = digits.indexOf('.');
        int fraction = point < 0 ? 0 : digits.length() - point - 1;
        BigInteger integer = new BigInteger(digits.replace(".", ""), 16);
        int twos = exponent - 4 * fraction;
        BigDecimal value = twos >= 0
                ? new BigDecimal(integer.shiftLeft(twos))
                // 2^-n is 5^n / 10^n.
                : new BigDecimal(integer.multiply(BigInteger.valueOf(5).pow(-twos)), -twos);
        return negative ? value.negate() : value;
    }
}

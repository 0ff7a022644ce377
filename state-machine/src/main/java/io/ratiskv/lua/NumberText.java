package io.ratiskv.lua;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Numbers as text and back, as C's library does it under Lua 5.1. Stateless. */
final class NumberText {
    /** Below it an integer has at most fourteen digits. */
    private static final double PLAIN_LIMIT = 1e14;

    private NumberText() {}

    /** {@code %.14g}. */
    static LuaString of(double value) {
        return LuaString.wrap(text(value).getBytes(StandardCharsets.ISO_8859_1));
    }

    static String text(double value) {
        long whole = (long) value;
        if (whole == value && Math.abs(value) < PLAIN_LIMIT && (whole != 0 || 1 / value > 0)) {
            return Long.toString(whole);
        }
        return new Conversion('g').precision(14).of(value);
    }

    /** What {@code strtod} makes of all of it, spaces around it aside, or {@code strtoul} of hexadecimal digits; null if there is more. */
    static @Nullable Double parse(byte[] text) {
        int end = 0;
        // A string of C ends at its first zero.
        while (end < text.length && text[end] != 0) {
            end++;
        }
        int from = skipSpaces(text, 0, end);
        while (end > from && isSpace(text[end - 1])) {
            end--;
        }
        if (from == end) {
            return null;
        }
        int sign = from;
        boolean negative = text[from] == '-';
        if (negative || text[from] == '+') {
            sign++;
        }
        if (sign == end) {
            return null;
        }
        Double magnitude = magnitude(text, sign, end);
        return magnitude == null ? null : Double.valueOf(negative ? -magnitude : magnitude);
    }

    private static @Nullable Double magnitude(byte[] text, int from, int end) {
        int first = text[from];
        if (first == '0' && from + 1 < end && (text[from + 1] | 0x20) == 'x') {
            return hexadecimal(text, from + 2, end);
        }
        if (first == '.' || Lexer.isDigit(first)) {
            int prefix = decimalEnd(text, from, end);
            return prefix == end
                    ? Double.valueOf(new String(text, from, end - from, StandardCharsets.ISO_8859_1))
                    : null;
        }
        return word(new String(text, from, end - from, StandardCharsets.ISO_8859_1));
    }

    private static @Nullable Double word(String word) {
        if (word.equalsIgnoreCase("inf") || word.equalsIgnoreCase("infinity")) {
            return Double.POSITIVE_INFINITY;
        }
        return word.equalsIgnoreCase("nan") ? Double.NaN : null;
    }

    /** Where the decimal number that begins at {@code from} ends: {@code from} itself if there is none. */
    static int decimalEnd(byte[] text, int from, int end) {
        int at = from;
        int digits = 0;
        while (at < end && Lexer.isDigit(text[at])) {
            at++;
            digits++;
        }
        if (at < end && text[at] == '.') {
            at++;
            while (at < end && Lexer.isDigit(text[at])) {
                at++;
                digits++;
            }
        }
        if (digits == 0) {
            return from;
        }
        if (at < end && (text[at] | 0x20) == 'e') {
            int exponent = at + 1;
            if (exponent < end && (text[exponent] == '+' || text[exponent] == '-')) {
                exponent++;
            }
            if (exponent < end && Lexer.isDigit(text[exponent])) {
                at = exponent;
                while (at < end && Lexer.isDigit(text[at])) {
                    at++;
                }
            }
        }
        return at;
    }

    /** {@code 1f.8p-3}. */
    private static @Nullable Double hexadecimal(byte[] text, int from, int end) {
        int at = from;
        while (at < end && Character.digit(text[at], 16) >= 0) {
            at++;
        }
        int whole = at - from;
        int fraction = 0;
        if (at < end && text[at] == '.') {
            at++;
            int dot = at;
            while (at < end && Character.digit(text[at], 16) >= 0) {
                at++;
            }
            fraction = at - dot;
        }
        if (whole + fraction == 0) {
            return null;
        }
        String mantissa = new String(text, from, at - from, StandardCharsets.ISO_8859_1);
        String exponent = "p0";
        if (at < end && (text[at] | 0x20) == 'p') {
            int digits = at + 1;
            if (digits < end && (text[digits] == '+' || text[digits] == '-')) {
                digits++;
            }
            int first = digits;
            while (digits < end && Lexer.isDigit(text[digits])) {
                digits++;
            }
            if (digits > first) {
                exponent = new String(text, at, digits - at, StandardCharsets.ISO_8859_1);
                at = digits;
            }
        }
        return at == end ? Double.valueOf("0x" + mantissa + exponent) : null;
    }

    /** {@code strtoul} in a base other than ten, spaces around it aside; null if there is more. */
    static @Nullable Double parse(byte[] text, int base) {
        int end = 0;
        while (end < text.length && text[end] != 0) {
            end++;
        }
        int at = skipSpaces(text, 0, end);
        boolean negative = at < end && text[at] == '-';
        if (negative || at < end && text[at] == '+') {
            at++;
        }
        if (base == 16
                && at + 2 < end
                && text[at] == '0'
                && (text[at + 1] | 0x20) == 'x'
                && Character.digit(text[at + 2], 16) >= 0) {
            at += 2;
        }
        int first = at;
        long value = 0;
        boolean overflown = false;
        for (int digit; at < end && (digit = Character.digit(text[at], base)) >= 0; at++) {
            overflown |= Math.unsignedMultiplyHigh(value, base) != 0
                    || Long.compareUnsigned(value * base + digit, value * base) < 0;
            value = value * base + digit;
        }
        if (at == first || skipSpaces(text, at, end) != end) {
            return null;
        }
        return unsigned(overflown ? -1 : negative ? -value : value);
    }

    static double unsigned(long value) {
        return value >= 0 ? value : ((value >>> 1) | (value & 1)) * 2.0;
    }

    private static int skipSpaces(byte[] text, int from, int end) {
        int at = from;
        while (at < end && isSpace(text[at])) {
            at++;
        }
        return at;
    }

    static boolean isSpace(int c) {
        return c == ' ' || c >= '\t' && c <= '\r';
    }
}

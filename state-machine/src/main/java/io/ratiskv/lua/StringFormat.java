package io.ratiskv.lua;

import java.nio.charset.StandardCharsets;

/** {@code string.format}. Stateless. */
final class StringFormat {
    private static final String FLAGS = "-+ #0";
    /** A string so long is put as it is, whatever its width. */
    private static final int UNPADDED_LENGTH = 100;

    private static final int DECIMAL_STEPS = 300;

    private StringFormat() {}

    static int format(Args args) {
        LuaString format = args.string(0);
        Buffer result = new Buffer(args.lua().meter());
        int argument = 0;
        int at = 0;
        while (at < format.length()) {
            int c = format.at(at++);
            if (c != '%') {
                result.put(c);
                continue;
            }
            if (at < format.length() && format.at(at) == '%') {
                result.put('%');
                at++;
                continue;
            }
            if (++argument >= args.count()) {
                throw args.bad(argument, "no value");
            }
            at = item(args, format, at, argument, result);
        }
        return args.give(result.toLuaString());
    }

    /** Puts one argument as the item from {@code from} on says; returns where the item ends. */
    private static int item(Args args, LuaString format, int from, int argument, Buffer result) {
        int at = from;
        while (at < format.length() && FLAGS.indexOf(format.at(at)) >= 0) {
            at++;
        }
        int flags = at;
        if (flags - from > FLAGS.length()) {
            throw new LuaError("invalid format (repeated flags)");
        }
        int widthEnd = digits(format, at);
        int width = number(format, at, widthEnd);
        at = widthEnd;
        int precision = -1;
        if (at < format.length() && format.at(at) == '.') {
            int precisionEnd = digits(format, at + 1);
            precision = number(format, at + 1, precisionEnd);
            at = precisionEnd;
        }
        if (at < format.length() && Lexer.isDigit(format.at(at))) {
            throw new LuaError("invalid format (width or precision too long)");
        }
        int kind = at < format.length() ? format.at(at) : 0;
        Conversion conversion = new Conversion((char) kind).width(width).precision(precision);
        for (int i = from; i < flags; i++) {
            conversion.flag(format.at(i));
        }
        put(args, argument, kind, conversion, result);
        return at + 1;
    }

    private static void put(Args args, int argument, int kind, Conversion conversion, Buffer result) {
        switch (kind) {
            case 'c' -> {
                byte[] character = {(byte) Args.toLong(args.number(argument))};
                byte[] padded = conversion.padded(character);
                // C ends the string at a zero.
                result.put(padded, 0, indexOfZero(padded));
            }
            case 'd', 'i' -> result.put(conversion.of(Args.toLong(args.number(argument))));
            case 'o', 'u', 'x', 'X' -> result.put(conversion.of(unsigned(args.number(argument))));
            case 'e', 'E', 'f', 'g', 'G' -> {
                // Digits beyond those of a double take the longest.
                args.lua().meter().spend(DECIMAL_STEPS);
                result.put(conversion.of(args.number(argument)));
            }
            case 'q' -> quote(args.string(argument), result);
            case 's' -> string(args.string(argument), conversion, result);
            default ->
                throw new LuaError(
                        "invalid option '%" + (kind == 0 ? "" : Character.toString((char) kind)) + "' to 'format'");
        }
    }

    /** As x86-64 converts to a number without sign. */
    private static long unsigned(double number) {
        return number >= 0x1p63 && number < 0x1p64 ? (long) (number - 0x1p63) ^ Long.MIN_VALUE : Args.toLong(number);
    }

    private static void string(LuaString string, Conversion conversion, Buffer result) {
        if (!conversion.hasPrecision() && string.length() >= UNPADDED_LENGTH) {
            result.put(string);
            return;
        }
        int length = indexOfZero(string.bytes());
        if (conversion.hasPrecision()) {
            length = Math.min(length, conversion.precision());
        }
        byte[] padded = conversion.padded(java.util.Arrays.copyOf(string.bytes(), length));
        result.put(padded, 0, padded.length);
    }

    private static int indexOfZero(byte[] bytes) {
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] == 0) {
                return i;
            }
        }
        return bytes.length;
    }

    private static void quote(LuaString string, Buffer result) {
        result.put('"');
        for (int i = 0; i < string.length(); i++) {
            int c = string.at(i);
            switch (c) {
                case '"', '\\', '\n' -> result.put('\\').put(c);
                case '\r' -> result.put("\\r");
                case 0 -> result.put("\\000");
                default -> result.put(c);
            }
        }
        result.put('"');
    }

    /** Where at most two digits end. */
    private static int digits(LuaString format, int from) {
        int at = from;
        while (at < format.length() && at < from + 2 && Lexer.isDigit(format.at(at))) {
            at++;
        }
        return at;
    }

    private static int number(LuaString format, int from, int to) {
        return from == to
                ? 0
                : Integer.parseInt(new String(format.bytes(), from, to - from, StandardCharsets.ISO_8859_1));
    }
}

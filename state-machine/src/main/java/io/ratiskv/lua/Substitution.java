package io.ratiskv.lua;

import org.jspecify.annotations.Nullable;

/** {@code string.gsub}. Stateless. */
final class Substitution {
    private Substitution() {}

    static int substitute(Args args) {
        Lua lua = args.lua();
        LuaString string = args.string(0);
        LuaString pattern = args.string(1);
        Object replacement = args.at(2);
        if (!Operations.isText(replacement)
                && !(replacement instanceof LuaTable)
                && !(replacement instanceof LuaFunction)) {
            throw args.bad(2, "string/function/table expected");
        }
        if (Operations.isText(replacement)) {
            replacement = args.string(2);
        }
        int most = args.isNil(3) ? string.length() + 1 : args.integer(3);
        boolean anchored = pattern.length() > 0 && pattern.at(0) == '^';
        PatternMatch match = new PatternMatch(lua, string, pattern);
        Buffer result = new Buffer(lua.meter());
        int at = 0;
        int count = 0;
        while (count < most) {
            int end = match.matchAt(at, anchored ? 1 : 0);
            if (end >= 0) {
                count++;
                put(lua, result, match, string, at, end, replacement);
            }
            if (end > at) {
                at = end;
            } else if (at < string.length()) {
                result.put(string.at(at++));
            } else {
                break;
            }
            if (anchored) {
                break;
            }
        }
        result.put(string.bytes(), Math.min(at, string.length()), Math.max(string.length() - at, 0));
        return args.give(result.toLuaString(), Double.valueOf(count));
    }

    private static void put(
            Lua lua,
            Buffer result,
            PatternMatch match,
            LuaString string,
            int from,
            int to,
            @Nullable Object replacement) {
        if (replacement instanceof LuaString template) {
            putTemplate(result, match, string, from, to, template);
            return;
        }
        Object value = replacement instanceof LuaTable table
                ? lua.operations.index(table, match.capture(0, from, to))
                : called(lua, match, from, to, replacement);
        switch (value) {
            case LuaString text -> result.put(text);
            case Double number -> result.put(NumberText.of(number));
            case null -> result.put(string.bytes(), from, to - from);
            default -> {
                if (!Boolean.FALSE.equals(value)) {
                    throw new LuaError("invalid replacement value (a " + Lua.typeName(value) + ")");
                }
                result.put(string.bytes(), from, to - from);
            }
        }
    }

    private static @Nullable Object called(Lua lua, PatternMatch match, int from, int to, @Nullable Object function) {
        int captures = Math.max(match.captures(), 1);
        @Nullable Object[] arguments = new Object[captures];
        for (int i = 0; i < captures; i++) {
            arguments[i] = match.capture(i, from, to);
        }
        return lua.callForOne(function, arguments);
    }

    /** A percent sign and a digit stand for a capture, 0 for the whole match; before others it only quotes. */
    private static void putTemplate(
            Buffer result, PatternMatch match, LuaString string, int from, int to, LuaString template) {
        int at = 0;
        while (at < template.length()) {
            int c = template.at(at++);
            if (c != '%') {
                result.put(c);
                continue;
            }
            int digit = at < template.length() ? template.at(at) : 0;
            at++;
            if (!Lexer.isDigit(digit)) {
                result.put(digit);
            } else if (digit == '0') {
                result.put(string.bytes(), from, to - from);
            } else if (match.capture(digit - '1', from, to) instanceof LuaString text) {
                result.put(text);
            } else {
                result.put(NumberText.of((Double) match.capture(digit - '1', from, to)));
            }
        }
    }
}

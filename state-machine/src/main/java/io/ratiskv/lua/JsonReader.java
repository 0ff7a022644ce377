package io.ratiskv.lua;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** JSON as a value of Lua, without recursion. Confined to one call. */
final class JsonReader {
    private enum Token {
        OBJECT_BEGIN("T_OBJ_BEGIN"),
        OBJECT_END("T_OBJ_END"),
        ARRAY_BEGIN("T_ARR_BEGIN"),
        ARRAY_END("T_ARR_END"),
        STRING("T_STRING"),
        NUMBER("T_NUMBER"),
        BOOLEAN("T_BOOLEAN"),
        NULL("T_NULL"),
        COLON("T_COLON"),
        COMMA("T_COMMA"),
        END("T_END"),
        ERROR("T_ERROR");

        private final String text;

        Token(String text) {
            this.text = text;
        }
    }

    private final Lua lua;
    private final JsonLibrary.Settings settings;
    private final byte[] json;
    private final LuaString source;
    private int position;
    /** The tables around the place that is being read, the innermost last. */
    private final Deque<Level> levels = new ArrayDeque<>();

    // The token that was read, and what it says.
    private Token token = Token.END;
    private int index;
    private @Nullable Object value;
    private String error = "";

    JsonReader(Lua lua, JsonLibrary.Settings settings, LuaString source) {
        this.lua = lua;
        this.settings = settings;
        this.source = source;
        this.json = source.bytes();
    }

    @Nullable
    Object read() {
        if (json.length >= 2 && (json[0] == 0 || json[1] == 0)) {
            throw new LuaError("JSON parser does not support UTF-16 or UTF-32");
        }
        next();
        while (true) {
            boolean begins = token == Token.OBJECT_BEGIN || token == Token.ARRAY_BEGIN;
            if (begins && !begin()) {
                continue;
            }
            Object read = begins ? end() : scalar();
            while (true) {
                if (levels.isEmpty()) {
                    next();
                    if (token != Token.END) {
                        throw expected("the end");
                    }
                    return read;
                }
                if (goesOnBehind(read)) {
                    break;
                }
                read = end();
            }
        }
    }

    /** A character, or 0 behind the end, as C's strings have it. */
    private int at(int i) {
        return i < json.length ? json[i] & 0xff : 0;
    }

    /** A table that is being read: nothing refers to it until it is complete, so it is held. */
    private static final class Level {
        private final LuaTable table;
        private final boolean array;
        private int index;
        private @Nullable Object key;

        Level(LuaTable table, boolean array) {
            this.table = table;
            this.array = array;
        }
    }

    private Object scalar() {
        return switch (token) {
            case STRING, NUMBER, BOOLEAN -> Objects.requireNonNull(value);
            case NULL -> Null.NULL;
            default -> throw expected("value");
        };
    }

    /** Begins a table; true if it ends at once, else the next token begins a value. */
    private boolean begin() {
        if (levels.size() >= settings.decodeDepthMax) {
            throw new LuaError(
                    "Found too many nested data structures (" + (levels.size() + 1) + ") at character " + position);
        }
        Level level = new Level(lua.newTable(), token == Token.ARRAY_BEGIN);
        lua.hold(level.table);
        levels.addLast(level);
        next();
        if (token == (level.array ? Token.ARRAY_END : Token.OBJECT_END)) {
            return true;
        }
        if (!level.array) {
            key(level);
        }
        return false;
    }

    private LuaTable end() {
        lua.release();
        return levels.removeLast().table;
    }

    /** Puts a value into the innermost table; false if that ends there, else the next token begins a value. */
    private boolean goesOnBehind(Object read) {
        Level level = levels.getLast();
        if (level.array) {
            level.table.set(++level.index, read);
        } else {
            level.table.set(Objects.requireNonNull(level.key), read);
        }
        next();
        if (token == (level.array ? Token.ARRAY_END : Token.OBJECT_END)) {
            return false;
        }
        if (token != Token.COMMA) {
            throw expected(level.array ? "comma or array end" : "comma or object end");
        }
        next();
        if (!level.array) {
            key(level);
        }
        return true;
    }

    private void key(Level level) {
        if (token != Token.STRING) {
            throw expected("object key string");
        }
        level.key = value;
        next();
        if (token != Token.COLON) {
            throw expected("colon");
        }
        next();
    }

    private LuaError expected(String what) {
        String found = token == Token.ERROR ? error : token.text;
        return new LuaError("Expected " + what + " but found " + found + " at character " + (index + 1));
    }

    private void fail(String why) {
        token = Token.ERROR;
        index = position;
        error = why;
    }

    // --- tokens -------------------------------------------------------------------------------------------------

    private void next() {
        lua.meter().spend(2);
        int c = at(position);
        while (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
            c = at(++position);
            if ((position & 63) == 0) {
                lua.meter().spend(8);
            }
        }
        index = position;
        switch (c) {
            case 0 -> token = Token.END;
            case '{' -> single(Token.OBJECT_BEGIN);
            case '}' -> single(Token.OBJECT_END);
            case '[' -> single(Token.ARRAY_BEGIN);
            case ']' -> single(Token.ARRAY_END);
            case ',' -> single(Token.COMMA);
            case ':' -> single(Token.COLON);
            case '"' -> string();
            case '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9' -> {
                if (!settings.decodeInvalidNumbers && isInvalidNumber()) {
                    fail("invalid number");
                } else {
                    number();
                }
            }
            case 't', 'f', 'n', 'i', 'I', 'N', '+' -> word();
            default -> fail("invalid token");
        }
    }

    private void single(Token kind) {
        token = kind;
        position++;
    }

    private void word() {
        if (startsWith("true")) {
            literal(Token.BOOLEAN, true, 4);
        } else if (startsWith("false")) {
            literal(Token.BOOLEAN, false, 5);
        } else if (startsWith("null")) {
            literal(Token.NULL, null, 4);
        } else if (settings.decodeInvalidNumbers && isInvalidNumber()) {
            number();
        } else {
            fail("invalid token");
        }
    }

    private void literal(Token kind, @Nullable Object says, int length) {
        token = kind;
        value = says;
        position += length;
    }

    private boolean startsWith(String word) {
        for (int i = 0; i < word.length(); i++) {
            if (at(position + i) != word.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private boolean startsWithIgnoreCase(int from, String word) {
        for (int i = 0; i < word.length(); i++) {
            if ((at(from + i) | 0x20) != word.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /** What C reads as a number although JSON does not. */
    private boolean isInvalidNumber() {
        int at = position;
        if (at(at) == '+') {
            return true;
        }
        if (at(at) == '-') {
            at++;
        }
        if (at(at) == '0') {
            int second = at(at + 1);
            return (second | 0x20) == 'x' || Lexer.isDigit(second);
        }
        return at(at) > '9' && (startsWithIgnoreCase(at, "inf") || startsWithIgnoreCase(at, "nan"));
    }

    private void number() {
        int end = numberEnd();
        Double number = end == position ? null : NumberText.parse(java.util.Arrays.copyOfRange(json, position, end));
        if (number == null) {
            fail("invalid number");
            return;
        }
        token = Token.NUMBER;
        value = number;
        position = end;
    }

    /** Where {@code strtod} stops; the position itself if there is no number. */
    private int numberEnd() {
        int from = at(position) == '-' || at(position) == '+' ? position + 1 : position;
        if (at(from) == '0' && (at(from + 1) | 0x20) == 'x') {
            int end = from + 2;
            while (Character.digit(at(end), 16) >= 0) {
                end++;
            }
            return end > from + 2 ? end : from + 1;
        }
        if (startsWithIgnoreCase(from, "infinity")) {
            return from + 8;
        }
        if (startsWithIgnoreCase(from, "inf") || startsWithIgnoreCase(from, "nan")) {
            return from + 3;
        }
        int end = NumberText.decimalEnd(json, from, json.length);
        return end == from ? position : end;
    }

    private void string() {
        position++;
        int from = position;
        int plain = from;
        while (at(plain) != '"' && at(plain) != '\\' && at(plain) != 0) {
            plain++;
        }
        if (at(plain) == '"') {
            token = Token.STRING;
            value = lua.slice(source, from, plain);
            position = plain + 1;
            return;
        }
        escapedString();
    }

    private void escapedString() {
        Buffer text = new Buffer(lua.meter());
        while (true) {
            int c = at(position);
            if (c == '"') {
                break;
            }
            if (c == 0) {
                fail("unexpected end of string");
                return;
            }
            if (c == '\\') {
                if (at(position + 1) == 'u') {
                    if (!unicode(text)) {
                        fail("invalid unicode escape code");
                        return;
                    }
                    continue;
                }
                c = unescaped(at(position + 1));
                if (c == 0) {
                    fail("invalid escape code");
                    return;
                }
                position++;
            }
            text.put(c);
            position++;
        }
        position++;
        token = Token.STRING;
        value = text.toLuaString();
    }

    private static int unescaped(int c) {
        return switch (c) {
            case '"', '\\', '/' -> c;
            case 'b' -> '\b';
            case 't' -> '\t';
            case 'n' -> '\n';
            case 'f' -> '\f';
            case 'r' -> '\r';
            default -> 0;
        };
    }

    /** One {@code \\uXXXX}, or two that are one character. */
    private boolean unicode(Buffer text) {
        int code = hexadecimal(position + 2);
        int length = 6;
        if (code < 0 || (code & 0xfc00) == 0xdc00) {
            return false;
        }
        if ((code & 0xfc00) == 0xd800) {
            if (at(position + 6) != '\\' || at(position + 7) != 'u') {
                return false;
            }
            int low = hexadecimal(position + 8);
            if (low < 0 || (low & 0xfc00) != 0xdc00) {
                return false;
            }
            code = Character.toCodePoint((char) code, (char) low);
            length = 12;
        }
        text.put(Character.toString(code).getBytes(StandardCharsets.UTF_8), 0, utf8Length(code));
        position += length;
        return true;
    }

    private static int utf8Length(int code) {
        return code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    }

    private int hexadecimal(int from) {
        int value = 0;
        for (int i = from; i < from + 4; i++) {
            int c = at(i);
            int digit = c < 128 ? Character.digit(c, 16) : -1;
            if (digit < 0) {
                return -1;
            }
            value = value << 4 | digit;
        }
        return value;
    }
}

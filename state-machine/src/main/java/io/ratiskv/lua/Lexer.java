package io.ratiskv.lua;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/** The words of a source, one after the other, with one to look ahead. Confined to the parser. */
final class Lexer {
    private static final int NONE = -1;
    private static final Map<String, Token> RESERVED = new LinkedHashMap<>();

    static {
        for (Token token : Token.RESERVED) {
            RESERVED.put(token.text(), token);
        }
    }

    private final byte[] source;
    private final String chunk;
    private int position;
    private int current;
    private int line = 1;

    // The word that was read, and what it says.
    private Token token = Token.END_OF_SOURCE;
    private int character;
    private double number;
    private LuaString text = LuaString.EMPTY;
    private int lineOfLast = 1;

    // The word behind it, if it was asked for.
    private boolean ahead;
    private Token nextToken = Token.END_OF_SOURCE;
    private int nextCharacter;
    private double nextNumber;
    private LuaString nextText = LuaString.EMPTY;

    /** Where the word that is being read began. */
    private int start;
    /** What was read of a string or number, for error texts and as its value. */
    private final Buffer buffer = new Buffer();

    Lexer(byte[] source, String chunk) {
        this.source = source;
        this.chunk = chunk;
        current = source.length == 0 ? NONE : source[0] & 0xff;
    }

    Token token() {
        return token;
    }

    /** Whether the word is this character by itself. */
    boolean is(char c) {
        return token == Token.CHARACTER && character == c;
    }

    double number() {
        return number;
    }

    /** What a name or string says. */
    LuaString text() {
        return text;
    }

    int line() {
        return line;
    }

    /** The line of the word before. */
    int lineOfLast() {
        return lineOfLast;
    }

    void next() {
        lineOfLast = line;
        if (ahead) {
            ahead = false;
            token = nextToken;
            character = nextCharacter;
            number = nextNumber;
            text = nextText;
            return;
        }
        token = read();
    }

    /** Whether the word behind the current one is this character. */
    boolean aheadIs(char c) {
        if (!ahead) {
            Token kept = token;
            int keptCharacter = character;
            double keptNumber = number;
            LuaString keptText = text;
            nextToken = read();
            nextCharacter = character;
            nextNumber = number;
            nextText = text;
            token = kept;
            character = keptCharacter;
            number = keptNumber;
            text = keptText;
            ahead = true;
        }
        return nextToken == Token.CHARACTER && nextCharacter == c;
    }

    LuaError unexpected(String message) {
        // As C Lua does, which takes a zero for no word at all.
        return token == Token.CHARACTER && character == 0 ? error(message) : error(message, describe());
    }

    /** The message holds bytes, one a character. */
    LuaError error(String message) {
        return LuaError.of(new Buffer()
                .put(Prototype.shortName(chunk) + ":" + line + ": ")
                .put(LuaString.wrap(message.getBytes(StandardCharsets.ISO_8859_1)))
                .toLuaString());
    }

    private LuaError error(String message, String near) {
        return error(message + " near '" + near + "'");
    }

    /** The current word as error texts show it. */
    private String describe() {
        return switch (token) {
            case NAME, STRING, NUMBER -> written();
            case CHARACTER -> describe(character);
            default -> token.text();
        };
    }

    static String describe(int c) {
        return c < 32 || c == 127 ? "char(" + c + ")" : Character.toString((char) c);
    }

    private String written() {
        return new String(source, start, position - start, StandardCharsets.ISO_8859_1);
    }

    /** The string as far as it was read. */
    private String readOfString() {
        return (char) source[start] + new String(buffer.toLuaString().bytes(), StandardCharsets.ISO_8859_1);
    }

    private void advance() {
        position++;
        current = position < source.length ? source[position] & 0xff : NONE;
    }

    private void keep() {
        buffer.put(current);
        advance();
    }

    private boolean atLineEnd() {
        return current == '\n' || current == '\r';
    }

    /** Any pair of the two characters is one end of a line. */
    private void skipLineEnd() {
        int old = current;
        advance();
        if (atLineEnd() && current != old) {
            advance();
        }
        line++;
    }

    private Token read() {
        while (true) {
            start = position;
            switch (current) {
                case NONE -> {
                    return Token.END_OF_SOURCE;
                }
                case '\n', '\r' -> skipLineEnd();
                case ' ', '\t', '\f', 0x0b -> advance();
                case '-' -> {
                    advance();
                    if (current != '-') {
                        return character('-');
                    }
                    skipComment();
                }
                case '[' -> {
                    int level = longBracket();
                    if (level >= 0) {
                        text = longString(level, Token.STRING);
                        return Token.STRING;
                    }
                    if (level == -1) {
                        return character('[');
                    }
                    throw error("invalid long string delimiter", written());
                }
                case '=' -> {
                    return oneOrTwo('=', '=', Token.EQUAL);
                }
                case '<' -> {
                    return oneOrTwo('<', '=', Token.LESS_OR_EQUAL);
                }
                case '>' -> {
                    return oneOrTwo('>', '=', Token.GREATER_OR_EQUAL);
                }
                case '~' -> {
                    return oneOrTwo('~', '=', Token.NOT_EQUAL);
                }
                case '"', '\'' -> {
                    text = shortString(current);
                    return Token.STRING;
                }
                case '.' -> {
                    return dots();
                }
                default -> {
                    return other();
                }
            }
        }
    }

    private Token character(int c) {
        character = c;
        return Token.CHARACTER;
    }

    private Token oneOrTwo(char first, char second, Token both) {
        advance();
        if (current != second) {
            return character(first);
        }
        advance();
        return both;
    }

    private Token dots() {
        advance();
        if (current == '.') {
            advance();
            if (current == '.') {
                advance();
                return Token.DOTS;
            }
            return Token.CONCAT;
        }
        if (isDigit(current)) {
            return readNumber();
        }
        return character('.');
    }

    private Token other() {
        if (isDigit(current)) {
            return readNumber();
        }
        if (isLetter(current)) {
            while (isLetter(current) || isDigit(current)) {
                advance();
            }
            byte[] name = java.util.Arrays.copyOfRange(source, start, position);
            Token reserved = RESERVED.get(new String(name, StandardCharsets.ISO_8859_1));
            if (reserved != null) {
                return reserved;
            }
            text = LuaString.wrap(name);
            return Token.NAME;
        }
        int c = current;
        advance();
        return character(c);
    }

    static boolean isDigit(int c) {
        return c >= '0' && c <= '9';
    }

    private static boolean isLetter(int c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_';
    }

    /** A number that began with a dot, or begins here with a digit. */
    private Token readNumber() {
        while (isDigit(current) || current == '.') {
            advance();
        }
        if (current == 'e' || current == 'E') {
            advance();
            if (current == '+' || current == '-') {
                advance();
            }
        }
        while (isLetter(current) || isDigit(current)) {
            advance();
        }
        byte[] digits = java.util.Arrays.copyOfRange(source, start, position);
        Double value = NumberText.parse(digits);
        if (value == null) {
            throw error("malformed number", written());
        }
        number = value;
        return Token.NUMBER;
    }

    private void skipComment() {
        advance();
        if (current == '[') {
            int level = longBracket();
            if (level >= 0) {
                longString(level, Token.END_OF_SOURCE);
                return;
            }
        }
        while (current != NONE && !atLineEnd()) {
            advance();
        }
    }

    /** Reads the bracket's first part: the number of its equals signs, below 0 if it is none: -1 for one bracket alone. */
    private int longBracket() {
        advance();
        int level = 0;
        while (current == '=') {
            level++;
            advance();
        }
        return current == '[' ? level : -level - 1;
    }

    private LuaString longString(int level, Token kind) {
        buffer.clear();
        advance();
        if (atLineEnd()) {
            skipLineEnd();
        }
        while (true) {
            switch (current) {
                case NONE -> {
                    token = Token.END_OF_SOURCE;
                    throw error(
                            kind == Token.STRING ? "unfinished long string" : "unfinished long comment",
                            Token.END_OF_SOURCE.text());
                }
                case '[' -> {
                    // Lua 5.1 refuses an inner [[, which its predecessor nested.
                    int before = position;
                    int inner = longBracket();
                    if (inner == 0 && level == 0) {
                        throw error("nesting of [[...]] is deprecated", "[");
                    }
                    buffer.put(source, before, position - before);
                }
                case ']' -> {
                    int before = position;
                    advance();
                    int equals = 0;
                    while (current == '=') {
                        equals++;
                        advance();
                    }
                    if (equals == level && current == ']') {
                        advance();
                        return buffer.toLuaString();
                    }
                    buffer.put(source, before, position - before);
                }
                case '\n', '\r' -> {
                    buffer.put('\n');
                    skipLineEnd();
                }
                default -> keep();
            }
        }
    }

    private LuaString shortString(int quote) {
        buffer.clear();
        advance();
        while (current != quote) {
            switch (current) {
                case NONE -> throw error("unfinished string", Token.END_OF_SOURCE.text());
                case '\n', '\r' -> throw error("unfinished string", readOfString());
                case '\\' -> escape();
                default -> keep();
            }
        }
        advance();
        return buffer.toLuaString();
    }

    private void escape() {
        advance();
        switch (current) {
            case 'a' -> put(7);
            case 'b' -> put('\b');
            case 'f' -> put('\f');
            case 'n' -> put('\n');
            case 'r' -> put('\r');
            case 't' -> put('\t');
            case 'v' -> put(0x0b);
            case '\n', '\r' -> {
                buffer.put('\n');
                skipLineEnd();
            }
            case NONE -> {} // told as an unfinished string
            default -> {
                if (!isDigit(current)) {
                    keep();
                    return;
                }
                int code = 0;
                for (int digits = 0; digits < 3 && isDigit(current); digits++) {
                    code = 10 * code + current - '0';
                    advance();
                }
                if (code > 255) {
                    throw error("escape sequence too large", readOfString());
                }
                buffer.put(code);
            }
        }
    }

    private void put(int c) {
        buffer.put(c);
        advance();
    }
}

package io.ratiskv.cli;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Writes a command's result as redis-cli does at a terminal. Stateless; any thread. */
final class HumanText {
    private HumanText() {}

    static String of(Result result) {
        StringBuilder text = new StringBuilder();
        append(text, result, 0);
        return text.toString();
    }

    private static void append(StringBuilder text, Result result, int column) {
        switch (result) {
            case Result.Null n -> text.append("(nil)");
            case Result.Text string -> text.append(string(string));
            case Result.Numeric number -> text.append(kind(number)).append(number.digits());
            case Result.Bool bool -> text.append(bool.value() ? "(true)" : "(false)");
            case Result.Array array -> elements(text, array.elements(), column);
            case Result.Struct object -> properties(text, object.properties(), column);
        }
    }

    private static void elements(StringBuilder text, List<Result> elements, int column) {
        if (elements.isEmpty()) text.append("(empty array)");
        int digits = Integer.toString(elements.size()).length();
        for (int i = 0; i < elements.size(); i++) {
            if (i > 0) text.append('\n').append(" ".repeat(column));
            String number = Integer.toString(i + 1);
            text.append(" ".repeat(digits - number.length())).append(number).append(") ");
            append(text, elements.get(i), column + digits + 2);
        }
    }

    private static void properties(StringBuilder text, Map<String, Result> properties, int column) {
        if (properties.isEmpty()) text.append("(empty map)");
        int digits = Integer.toString(properties.size()).length();
        int index = 0;
        for (Map.Entry<String, Result> property : properties.entrySet()) {
            if (index++ > 0) text.append('\n').append(" ".repeat(column));
            String number = Integer.toString(index);
            String name = quoted(property.getKey().getBytes(StandardCharsets.UTF_8));
            text.append(" ".repeat(digits - number.length()))
                    .append(number)
                    .append("# ")
                    .append(name)
                    .append(" => ");
            append(text, property.getValue(), column + digits + 2 + name.length() + 4);
        }
    }

    private static String kind(Result.Numeric number) {
        boolean integer = number.digits().chars().allMatch(c -> c == '-' || c >= '0' && c <= '9');
        return integer ? "(integer) " : "(double) ";
    }

    /** JSON does not tell a status from a string; these are nearly always the former. */
    private static String string(Result.Text text) {
        String string = text.string();
        return Stream.of("OK", "PONG", "QUEUED").anyMatch(string::equals) ? string : quoted(text.bytes());
    }

    /** In quotes, so that {@link Words} reads the same bytes again: what can be seen as it is, the rest as {@code \x}. */
    static String quoted(byte[] bytes) {
        StringBuilder text = new StringBuilder("\"");
        try {
            CharBuffer chars = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
            chars.chars().forEach(c -> escaped(text, (char) c));
        } catch (CharacterCodingException binary) {
            text.setLength(1);
            for (byte b : bytes) {
                if (b < 0) hex(text, b & 0xff);
                else escaped(text, (char) b);
            }
        }
        return text.append('"').toString();
    }

    private static void escaped(StringBuilder text, char c) {
        switch (c) {
            case '"' -> text.append("\\\"");
            case '\\' -> text.append("\\\\");
            case '\n' -> text.append("\\n");
            case '\r' -> text.append("\\r");
            case '\t' -> text.append("\\t");
            case '\b' -> text.append("\\b");
            case '\u0007' -> text.append("\\a");
            default -> {
                if (c < ' ' || c == 0x7f) {
                    hex(text, c);
                } else if (Character.isISOControl(c)) {
                    // The second page of control characters can drive a terminal as well as the first.
                    for (byte b : String.valueOf(c).getBytes(StandardCharsets.UTF_8)) hex(text, b & 0xff);
                } else {
                    text.append(c);
                }
            }
        }
    }

    private static void hex(StringBuilder text, int b) {
        text.append("\\x").append(Character.forDigit(b >> 4, 16)).append(Character.forDigit(b & 15, 16));
    }
}

package io.ratiskv.cli;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** What a server answered, as JSON tells it. Immutable; any thread. */
sealed interface Result {
    enum Null implements Result {
        NULL
    }

    /** A string, which need not be text. Its bytes are never written again. */
    record Text(byte[] bytes) implements Result {
        String string() {
            return new String(bytes, StandardCharsets.UTF_8);
        }
    }

    /** @param digits as they were sent: an integer or a double */
    record Numeric(String digits) implements Result {}

    record Bool(boolean value) implements Result {}

    record Array(List<Result> elements) implements Result {}

    /** @param properties in the order in which they were sent */
    record Struct(Map<String, Result> properties) implements Result {
        Result get(String name) {
            return properties.getOrDefault(name, Null.NULL);
        }
    }

    static Result text(String text) {
        return new Text(text.getBytes(StandardCharsets.UTF_8));
    }

    /** On one line for people; nothing for null, since what is not known has no name. */
    default String plain() {
        return switch (this) {
            case Null n -> "";
            case Text text -> text.string();
            case Numeric number -> number.digits();
            case Bool bool -> Boolean.toString(bool.value());
            case Array array -> array.elements().toString();
            case Struct object -> object.properties().toString();
        };
    }

    /** Whether the bytes are UTF-8, so that JSON can carry them as they are. */
    static boolean isText(byte[] bytes) {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
            return true;
        } catch (CharacterCodingException malformed) {
            return false;
        }
    }
}

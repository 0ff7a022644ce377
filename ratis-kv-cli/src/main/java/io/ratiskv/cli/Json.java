package io.ratiskv.cli;

import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;

/** Reads answers and writes requests. Stateless; any thread. */
final class Json {
    private static final JsonFactory JSON = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxStringLength(Integer.MAX_VALUE)
                    .build())
            .build();

    private Json() {}

    /** What a request's words are sent as. */
    enum Encoding {
        UTF_8,
        BASE64
    }

    /**
     * The body for one command: as text when all words are, else in base64.
     *
     * @param words the command's name first
     */
    static String command(List<byte[]> words) {
        Encoding encoding = words.stream().allMatch(Result::isText) ? Encoding.UTF_8 : Encoding.BASE64;
        return object(json -> {
            json.writeArrayPropertyStart("command");
            for (int i = 0; i < words.size(); i++) {
                // A name is text in either encoding.
                json.writeString(string(words.get(i), i == 0 ? Encoding.UTF_8 : encoding));
            }
            json.writeEndArray();
            if (encoding == Encoding.BASE64) json.writeStringProperty("encoding", "base64");
        });
    }

    /**
     * The body of a plain SET, GET or DELETE.
     *
     * @param value null but for SET
     */
    static String plain(String type, String key, @Nullable String value) {
        return object(json -> {
            json.writeStringProperty("type", type);
            json.writeStringProperty("key", key);
            if (value != null) json.writeStringProperty("value", value);
        });
    }

    /** What is printed in place of an answer when there is none. */
    static String failure(Verdict verdict, String error) {
        return object(json -> {
            json.writeBooleanProperty("success", false);
            json.writeNullProperty("result");
            json.writeStringProperty("error", error);
            json.writeStringProperty("outcome", verdict.name().toLowerCase(java.util.Locale.ROOT));
        });
    }

    static String object(Properties properties) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), text)) {
            json.writeStartObject();
            properties.writeTo(json);
            json.writeEndObject();
        }
        return text.toString();
    }

    /** What stands in an object. */
    @FunctionalInterface
    interface Properties {
        void writeTo(JsonGenerator json);
    }

    /** The value in {@code text}; null when it is not JSON. */
    static @Nullable Result parse(String text) {
        try (JsonParser json = JSON.createParser(ObjectReadContext.empty(), text)) {
            return json.nextToken() == null ? null : value(json);
        } catch (JacksonException notJson) {
            return null;
        }
    }

    /** The same with every string, names included, out of base64; null when one of them is not base64. */
    static @Nullable Result decoded(Result encoded) {
        try {
            return decode(encoded);
        } catch (IllegalArgumentException notBase64) {
            return null;
        }
    }

    private static Result decode(Result encoded) {
        return switch (encoded) {
            case Result.Text text -> new Result.Text(Base64.getDecoder().decode(text.bytes()));
            case Result.Array array ->
                new Result.Array(array.elements().stream().map(Json::decode).toList());
            case Result.Struct object -> {
                Map<String, Result> properties = new LinkedHashMap<>();
                object.properties()
                        .forEach((name, value) -> properties.put(
                                new String(Base64.getDecoder().decode(name), StandardCharsets.UTF_8), decode(value)));
                yield new Result.Struct(properties);
            }
            case Result.Null n -> n;
            case Result.Numeric n -> n;
            case Result.Bool b -> b;
        };
    }

    private static Result value(JsonParser json) {
        JsonToken token = json.currentToken();
        return switch (token) {
            case START_OBJECT -> {
                Map<String, Result> properties = new LinkedHashMap<>();
                for (String name = json.nextName(); name != null; name = json.nextName()) {
                    json.nextToken();
                    properties.put(name, value(json));
                }
                yield new Result.Struct(properties);
            }
            case START_ARRAY -> {
                List<Result> elements = new ArrayList<>();
                while (json.nextToken() != JsonToken.END_ARRAY) elements.add(value(json));
                yield new Result.Array(elements);
            }
            case VALUE_STRING -> Result.text(json.getString());
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> new Result.Numeric(json.getString());
            case VALUE_TRUE -> new Result.Bool(true);
            case VALUE_FALSE -> new Result.Bool(false);
            default -> Result.Null.NULL;
        };
    }

    private static String string(byte[] word, Encoding encoding) {
        return switch (encoding) {
            case UTF_8 -> new String(word, StandardCharsets.UTF_8);
            case BASE64 -> Base64.getEncoder().encodeToString(word);
        };
    }
}

package io.ratiskv.rest;

import io.ratiskv.api.Bytes;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.json.JsonFactory;

/**
 * Reads the body of {@code POST /command}. Confined to the thread that reads it.
 *
 * <p>Three forms, told apart by their property: {@code type} with {@code key} and {@code value}, {@code command},
 * {@code commands}. What is not one of them wholly is refused wholly.
 */
final class CommandBody {
    private static final String FORMS =
            "one of {\"type\":\"SET|GET|DELETE\",\"key\":...}, {\"command\":[...]} and {\"commands\":[[...],...]}";

    /** An atomic batch is one unit of the log's entry and of every replica's work. */
    static final int COMMANDS_MAX = 10_000;

    /** The parser keeps names for ever, some thousand of them. */
    private static final int NAME_CHARS_MAX = 64;

    /** The body is bounded: long strings are words, long numbers are told to be strings. */
    private static final JsonFactory JSON = JsonFactory.builder()
            .disable(TokenStreamFactory.Feature.CHARSET_DETECTION)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxStringLength(Integer.MAX_VALUE)
                    .maxNameLength(NAME_CHARS_MAX)
                    .maxNumberLength(Integer.MAX_VALUE)
                    .build())
            .build();

    private final JsonParser json;
    private final int wordBytesMax;

    private @Nullable String type;
    private @Nullable String key;
    private @Nullable String value;
    private @Nullable List<String> command;
    private @Nullable List<List<String>> commands;
    private @Nullable String encoding;

    private CommandBody(JsonParser json, int wordBytesMax) {
        this.json = json;
        this.wordBytesMax = wordBytesMax;
    }

    /**
     * @param wordBytesMax the largest word of a command
     * @throws RefusedException when the body is none of the three forms
     */
    static CommandOrder parse(byte[] body, int wordBytesMax) throws RefusedException {
        if (!Utf8.isValid(body, 0, body.length)) throw refused("the body is not UTF-8");
        try (JsonParser json = JSON.createParser(ObjectReadContext.empty(), body)) {
            CommandBody reader = new CommandBody(json, wordBytesMax);
            reader.readObject();
            return reader.order();
        } catch (StreamConstraintsException longName) {
            throw refused(
                    "a property has a name of more than " + NAME_CHARS_MAX + " characters; the body must be " + FORMS);
        } catch (JacksonException malformed) {
            // Its text names switches of the parser, which a client can not set.
            throw refused(
                    "the body is not JSON at line " + malformed.getLocation().getLineNr() + ", column "
                            + malformed.getLocation().getColumnNr() + "; it must be " + FORMS);
        }
    }

    private void readObject() throws RefusedException {
        if (json.nextToken() != JsonToken.START_OBJECT) throw refused("the body must be an object, " + FORMS);
        for (String name = json.nextName(); name != null; name = json.nextName()) {
            json.nextToken();
            readProperty(name);
        }
        if (json.nextToken() != null) throw refused("something follows the object in the body");
    }

    private void readProperty(String name) throws RefusedException {
        switch (name) {
            case "type" -> type = once(name, type, text(name));
            case "key" -> key = once(name, key, text(name));
            case "value" -> value = once(name, value, text(name));
            case "encoding" -> encoding = once(name, encoding, text(name));
            case "command" -> command = once(name, command, words(name));
            case "commands" -> commands = once(name, commands, lists());
            default -> throw refused("unknown property \"" + name + "\"; the body must be " + FORMS);
        }
    }

    private static <T> T once(String name, @Nullable T before, T now) throws RefusedException {
        if (before != null) throw refused("\"" + name + "\" stands twice in the body");
        return now;
    }

    private String text(String name) throws RefusedException {
        if (json.currentToken() != JsonToken.VALUE_STRING) {
            throw refused("\"" + name + "\" must be a string; put quotes around a number");
        }
        String text = json.getString();
        if (!Utf8.isEncodable(text)) throw refused("\"" + name + "\" holds half a surrogate pair");
        return text;
    }

    private List<String> words(String name) throws RefusedException {
        if (json.currentToken() != JsonToken.START_ARRAY) throw refused("\"" + name + "\" must be an array of strings");
        List<String> words = new ArrayList<>(4);
        while (json.nextToken() != JsonToken.END_ARRAY) {
            words.add(text("word " + (words.size() + 1) + " of " + name));
        }
        if (words.isEmpty()) throw refused("\"" + name + "\" must not be empty");
        return words;
    }

    private List<List<String>> lists() throws RefusedException {
        if (json.currentToken() != JsonToken.START_ARRAY) {
            throw refused("\"commands\" must be an array of arrays of strings");
        }
        List<List<String>> all = new ArrayList<>();
        while (json.nextToken() != JsonToken.END_ARRAY) {
            if (all.size() == COMMANDS_MAX) throw refused("\"commands\" holds more than " + COMMANDS_MAX);
            all.add(words("command " + (all.size() + 1)));
        }
        if (all.isEmpty()) throw refused("\"commands\" must not be empty");
        return all;
    }

    private CommandOrder order() throws RefusedException {
        int forms = (type == null ? 0 : 1) + (command == null ? 0 : 1) + (commands == null ? 0 : 1);
        if (forms != 1) throw refused("the body must be " + FORMS);
        boolean base64 = base64();
        if (type != null) return new CommandOrder(List.<Bytes[]>of(plain(type, base64)), false, base64);
        if (key != null || value != null) throw refused("\"key\" and \"value\" go with \"type\" alone");
        if (command != null) return new CommandOrder(List.<Bytes[]>of(request(command, base64)), false, base64);
        List<Bytes[]> requests = new ArrayList<>();
        for (List<String> words : commands == null ? List.<List<String>>of() : commands) {
            requests.add(request(words, base64));
        }
        return new CommandOrder(requests, true, base64);
    }

    private boolean base64() throws RefusedException {
        if (encoding == null) return false;
        return switch (encoding.toLowerCase(Locale.ROOT)) {
            case "utf-8", "utf8" -> false;
            case "base64" -> true;
            default -> throw refused("\"encoding\" must be \"utf-8\" or \"base64\"");
        };
    }

    private Bytes[] plain(String type, boolean base64) throws RefusedException {
        String name = type.toUpperCase(Locale.ROOT);
        boolean sets = name.equals("SET");
        if (!sets && !name.equals("GET") && !name.equals("DELETE")) {
            throw refused("\"type\" must be SET, GET or DELETE; any other command goes as {\"command\":[...]}");
        }
        if (key == null) throw refused("\"key\" is missing");
        if (sets && value == null) throw refused("\"value\" is missing");
        if (!sets && value != null) throw refused("\"value\" goes with SET alone");
        Bytes keyBytes = bytes(key, "\"key\"", base64);
        if (sets && value != null) {
            return new Bytes[] {Bytes.of("SET"), keyBytes, bytes(value, "\"value\"", base64)};
        }
        return new Bytes[] {Bytes.of(sets || name.equals("GET") ? name : "DEL"), keyBytes};
    }

    private Bytes[] request(List<String> words, boolean base64) throws RefusedException {
        Bytes[] request = new Bytes[words.size()];
        for (int i = 0; i < request.length; i++) {
            // The name stays readable: whoever looks at the body sees what it does.
            request[i] = bytes(words.get(i), "word " + (i + 1), base64 && i > 0);
        }
        return request;
    }

    private Bytes bytes(String text, String what, boolean base64) throws RefusedException {
        Bytes bytes;
        try {
            bytes = base64 ? Bytes.wrap(Base64.getDecoder().decode(text)) : utf8(text);
        } catch (IllegalArgumentException notBase64) {
            throw refused(what + " is not base64: " + notBase64.getMessage());
        }
        if (bytes.length() > wordBytesMax) {
            throw new RefusedException(
                    413,
                    "ERR " + what + " is larger than " + wordBytesMax + " bytes, the limit of proto-max-bulk-bytes");
        }
        return bytes;
    }

    private static Bytes utf8(String text) {
        return Bytes.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    private static RefusedException refused(String why) {
        return new RefusedException(400, "ERR " + why);
    }
}

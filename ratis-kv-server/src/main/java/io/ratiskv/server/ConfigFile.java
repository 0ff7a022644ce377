package io.ratiskv.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.dataformat.toml.TomlFactory;
import tools.jackson.dataformat.toml.TomlMapper;

/** Options read from a TOML or JSON file: one key per option, named like its flag. Any thread. */
final class ConfigFile {
    private ConfigFile() {}

    /**
     * The settings of {@code file}, by key; what cannot be read is added to {@code problems}. Keys are not checked
     * against the table here. A syntax error is reported by its place alone, because the text there may be a password.
     */
    static Map<String, Setting> read(Path file, List<String> problems) {
        boolean json =
                String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT).endsWith(".json");
        Map<String, Setting> settings = new LinkedHashMap<>();
        try {
            JsonNode root = mapper(json).readTree(Files.readString(file));
            if (!root.isObject() && !root.isMissingNode()) {
                problems.add("--config: " + file + " must hold one object with the options as keys");
                return settings;
            }
            for (Map.Entry<String, JsonNode> property : root.properties()) {
                @Nullable String text = textOf(property.getValue());
                if (text == null) {
                    problems.add(property.getKey() + " (file " + file + "): must be a single value");
                } else {
                    settings.put(property.getKey(), new Setting(text, "file " + file));
                }
            }
        } catch (NoSuchFileException absent) {
            problems.add("--config: there is no file " + file);
        } catch (IOException unreadable) {
            problems.add("--config: cannot read " + file + ": " + unreadable.getMessage());
        } catch (JacksonException malformed) {
            TokenStreamLocation place = malformed.getLocation();
            String where = place == null ? "" : " near line " + place.getLineNr() + ", column " + place.getColumnNr();
            problems.add("--config: " + file + " is not " + (json ? "JSON" : "TOML") + where);
        }
        return settings;
    }

    private static ObjectMapper mapper(boolean json) {
        return json
                ? JsonMapper.builder()
                        .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                        .build()
                : new TomlMapper(new TomlFactory());
    }

    /** Scalars as they are; a list is joined with commas; a table {@code peers} becomes {@code key=value,…}. */
    private static @Nullable String textOf(JsonNode node) {
        if (node.isValueNode()) return node.isNull() ? null : node.asString();
        if (node.isArray()) {
            if (node.isEmpty() || !node.valueStream().allMatch(JsonNode::isValueNode)) return null;
            return node.valueStream().map(JsonNode::asString).collect(Collectors.joining(","));
        }
        if (!node.properties().stream().allMatch(member -> member.getValue().isValueNode())) return null;
        return node.properties().stream()
                .map(member -> member.getKey() + "=" + member.getValue().asString())
                .collect(Collectors.joining(","));
    }
}

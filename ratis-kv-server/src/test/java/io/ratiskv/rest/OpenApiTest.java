package io.ratiskv.rest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import java.util.Objects;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code /openapi.json} describes what is served: no more, no less. */
class OpenApiTest {
    @Test
    void every_route_is_described_and_nothing_else() throws IOException {
        TreeSet<String> described = new TreeSet<>();
        description()
                .get("paths")
                .properties()
                .forEach(path -> path.getValue()
                        .properties()
                        .forEach(operation ->
                                described.add(operation.getKey().toUpperCase(Locale.ROOT) + " " + path.getKey())));
        assertEquals(
                Route.ALL.stream()
                        .map(route -> route.method() + " " + route.path())
                        .collect(Collectors.toCollection(TreeSet::new)),
                described);
    }

    @Test
    void what_needs_no_password_says_so() throws IOException {
        JsonNode paths = description().get("paths");
        for (Route route : Route.ALL) {
            JsonNode operation = paths.get(route.path()).get(route.method().toLowerCase(Locale.ROOT));
            assertEquals(route.open(), operation.has("security"), route.path());
        }
    }

    @Test
    void every_reference_leads_somewhere() throws IOException {
        JsonNode description = description();
        Matcher reference = Pattern.compile("\"#(/[^\"]+)\"").matcher(description.toString());
        while (reference.find()) {
            assertTrue(!description.at(reference.group(1)).isMissingNode(), reference.group(1));
        }
    }

    @Test
    void the_largest_batch_is_told() throws IOException {
        JsonNode max = description().at("/components/schemas/Batch/properties/commands/maxItems");
        assertEquals(CommandBody.COMMANDS_MAX, max.asInt());
    }

    private static JsonNode description() throws IOException {
        try (InputStream in = Objects.requireNonNull(RestServer.class.getResourceAsStream("openapi.json"))) {
            return JsonMapper.shared().readTree(in);
        }
    }
}

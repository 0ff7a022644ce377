package io.ratiskv.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

final class JsonLinesTest {
    private final LoggerContext context = new LoggerContext();
    private final JsonLines lines = new JsonLines("n7");

    @Test
    void a_line_says_which_node_wrote_it_and_where_that_stood_in_the_log() {
        AtomicLong index = new AtomicLong(41);
        lines.position(new JsonLines.Position(() -> 3, index::get));
        index.set(42);
        JsonNode event = logged("elected", null);
        assertEquals("n7", event.get("node").asString());
        assertEquals(3, event.get("term").asLong());
        assertEquals(42, event.get("index").asLong());
        assertEquals("elected", event.get("formattedMessage").asString());
        assertEquals("WARN", event.get("level").asString());
    }

    @Test
    void before_the_log_is_open_a_line_claims_no_place_in_it() {
        JsonNode event = logged("starting", null);
        assertEquals("n7", event.get("node").asString());
        assertFalse(event.has("term"));
        assertFalse(event.has("index"));
    }

    @Test
    void what_a_client_wrote_forges_no_field_and_no_line() {
        JsonNode event = logged("name \"},\n{\"node\":\"n1\"", new IllegalStateException("say \"hello\"\nto \\ all"));
        assertEquals("n7", event.get("node").asString());
        assertEquals(
                "name \"},\n{\"node\":\"n1\"", event.get("formattedMessage").asString());
        assertEquals(
                "say \"hello\"\nto \\ all",
                event.get("throwable").get("message").asString());
    }

    private JsonNode logged(String message, @Nullable Throwable thrown) {
        lines.setContext(context);
        lines.start();
        LoggingEvent event =
                new LoggingEvent("", context.getLogger("io.ratiskv.Test"), Level.WARN, message, thrown, null);
        String line = new String(lines.encode(event), StandardCharsets.UTF_8);
        assertEquals(1, line.lines().count(), line);
        return JsonMapper.shared().readTree(line);
    }
}

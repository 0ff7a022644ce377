package io.ratiskv.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** {@code -Dratiskv.regenerate=true} writes the page instead of comparing it. */
final class ConfigurationPageTest {
    private static final Path PAGE = Path.of("..", "docs", "configuration.md");

    @Test
    void the_reference_page_says_what_the_table_says() throws IOException {
        if (Boolean.getBoolean("ratiskv.regenerate")) Files.writeString(PAGE, ConfigText.markdown());
        assertEquals(
                ConfigText.markdown(),
                Files.readString(PAGE),
                "docs/configuration.md is stale; -Dratiskv.regenerate=true writes it anew");
    }
}

package io.ratiskv.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** {@code -Dratiskv.regenerate=true} writes the page instead of comparing it. */
final class MetricsPageTest {
    private static final Path PAGE = Path.of("..", "docs", "metrics.md");

    @Test
    void the_reference_page_says_what_the_table_says() throws IOException {
        if (Boolean.getBoolean("ratiskv.regenerate")) Files.writeString(PAGE, MeterTable.markdown());
        assertEquals(
                MeterTable.markdown(),
                Files.readString(PAGE),
                "docs/metrics.md is stale; -Dratiskv.regenerate=true writes it anew");
    }
}

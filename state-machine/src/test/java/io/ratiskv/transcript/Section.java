package io.ratiskv.transcript;

import java.util.List;
import java.util.Map;

/**
 * Lines that begin with empty databases, database 0 and RESP2, and need no other. Immutable.
 *
 * @param exclusions why the section does not hold for a kind of subject
 */
public record Section(String title, List<Line> lines, Map<String, String> exclusions) {
    /** Whether it can only run where the log's clock can be set. */
    public boolean setsClock() {
        return lines.stream().anyMatch(line -> line.atMillis().isPresent());
    }
}

package io.ratiskv.replication;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReadLevelTest {
    @Test
    void a_level_is_asked_for_as_it_is_shown() {
        List<ReadLevel> levels =
                List.of(ReadLevel.LINEARIZABLE, ReadLevel.STALE, new ReadLevel.Session(17), new ReadLevel.Bounded(250));
        for (ReadLevel level : levels) {
            assertEquals(
                    level,
                    ReadLevel.parse(
                            List.of(level.toString().toUpperCase(Locale.ROOT).split(" ", -1))));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "fresh",
                "session",
                "bounded",
                "stale 1",
                "linearizable 1",
                "session -1",
                "session x",
                "bounded 1.5",
                "session 99999999999999999999",
                "bounded 1 2"
            })
    void anything_else_is_no_level(String text) {
        assertNull(ReadLevel.parse(List.of(text.split(" ", -1))));
    }
}

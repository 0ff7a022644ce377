package io.ratiskv.replication;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class SnapshotScheduleTest {
    private static final long MIB = 1 << 20;
    private static final Snapshots.Settings SETTINGS = new Snapshots.Settings(256 * MIB, 1_000);

    @Test
    void the_first_is_taken_as_soon_as_a_restart_would_read_much() {
        assertFalse(SETTINGS.due(true, 16 * MIB - 1, 1, seconds(1), 0));
        assertTrue(SETTINGS.due(true, 16 * MIB, 1, seconds(1), 0));
    }

    @Test
    void writing_them_takes_little_of_the_time() {
        assertFalse(SETTINGS.due(true, 255 * MIB, 999, seconds(39), seconds(2)));
        assertTrue(SETTINGS.due(true, 16 * MIB, 1, seconds(40), seconds(2)));
    }

    @Test
    void a_node_that_reads_its_log_is_not_held_up() {
        assertFalse(SETTINGS.due(false, 200 * MIB, 1, seconds(1_000), 0));
        assertTrue(SETTINGS.due(false, 256 * MIB, 1, seconds(1_000), 0));
    }

    @Test
    void the_log_is_bounded_whatever_it_takes() {
        assertTrue(SETTINGS.due(true, 256 * MIB, 1, 0, seconds(2)));
        assertTrue(SETTINGS.due(true, 1, 1_000, 0, seconds(2)));
        assertFalse(SETTINGS.due(true, 1, 999, seconds(1_000), 0));
    }

    private static long seconds(int seconds) {
        return TimeUnit.SECONDS.toNanos(seconds);
    }
}

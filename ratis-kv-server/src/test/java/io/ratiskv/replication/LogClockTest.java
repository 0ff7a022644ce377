package io.ratiskv.replication;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The clock of the log against a wall clock that jumps. */
class LogClockTest {
    private static final long HOUR = TimeUnit.HOURS.toMillis(1);

    private long wallMillis = 1_000_000_000L;
    private long nanos;
    private final LogClock clock = new LogClock(() -> wallMillis, () -> nanos);

    @Test
    void it_follows_a_wall_that_behaves() {
        pass(1_000);
        assertEquals(wallMillis, clock.nowMillis());
    }

    @Test
    void when_the_wall_jumps_back_it_goes_on_at_half_speed() {
        long before = clock.nowMillis();
        wallMillis -= HOUR;
        pass(1_000);
        assertEquals(before + 500, clock.nowMillis());
    }

    @Test
    void when_the_wall_jumps_ahead_it_catches_up_at_double_speed() {
        long before = clock.nowMillis();
        wallMillis += HOUR;
        pass(1_000);
        assertEquals(before + 2_000, clock.nowMillis());
        for (int i = 0; i < 10_000; i++) {
            pass(1_000);
            clock.nowMillis();
        }
        assertEquals(wallMillis, clock.nowMillis());
    }

    @Test
    void it_is_never_behind_an_entry_that_was_applied() {
        long later = wallMillis + HOUR;
        clock.observe(later);
        assertTrue(clock.nowMillis() >= later);
        pass(1_000);
        assertEquals(later + 500, clock.nowMillis());
    }

    @Test
    void leadership_begins_at_the_later_of_log_and_wall() {
        clock.startLeading(wallMillis + HOUR);
        assertEquals(wallMillis + HOUR, clock.nowMillis());
        clock.startLeading(wallMillis - HOUR);
        assertEquals(wallMillis, clock.nowMillis());
    }

    private void pass(long millis) {
        wallMillis += millis;
        nanos += TimeUnit.MILLISECONDS.toNanos(millis);
    }
}

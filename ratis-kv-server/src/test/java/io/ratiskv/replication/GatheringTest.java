package io.ratiskv.replication;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class GatheringTest {
    private static final long ROUND = 900_000;

    private final Gathering gathering = new Gathering();

    @Test
    void a_batch_waits_for_those_who_were_answered_and_those_who_wait_already() {
        gathering.answered(24, 24, ROUND, 0);
        assertTrue(gathering.waits(24, 1));
        assertTrue(gathering.waits(41, 1));
        assertFalse(gathering.waits(42, 1), "fourteen sixteenths of 48");
    }

    @Test
    void it_waits_for_the_third_part_of_a_round_and_a_millisecond_at_most() {
        gathering.answered(50, 0, ROUND, 1_000);
        assertEquals(301_000, gathering.untilNanos());
        assertTrue(gathering.waits(0, 300_999));
        assertFalse(gathering.waits(0, 301_000));

        gathering.answered(50, 0, 1_000_000_000, 0);
        assertEquals(1_000_000, gathering.untilNanos());
    }

    @Test
    void a_lone_client_never_waits() {
        gathering.answered(3, 1, ROUND, 0);
        assertFalse(gathering.waits(1, 1));
    }

    @Test
    void clients_that_do_not_come_again_are_soon_not_waited_for_and_tried_again_by_and_by() {
        gathering.answered(48, 0, ROUND, 0);
        gathering.sealed(3);
        gathering.answered(48, 0, ROUND, 0);
        assertFalse(gathering.waits(3, 1), "one sixteenth of 48");
        gathering.sealed(3);

        gathering.answered(48, 0, ROUND, 0);
        assertTrue(gathering.waits(5, 1));
        assertFalse(gathering.waits(6, 1), "enough came, so one sixteenth more");
        for (int round = 0; round < 20; round++) {
            gathering.sealed(48);
            gathering.answered(48, 0, ROUND, 0);
        }
        assertTrue(gathering.waits(41, 1));
        assertFalse(gathering.waits(42, 1));
    }

    @Test
    void only_the_first_batch_behind_an_answer_is_gathered_for() {
        gathering.answered(48, 0, ROUND, 0);
        gathering.sealed(48);
        assertFalse(gathering.waits(1, 1));
    }
}

package io.ratiskv.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What the lab accepts, and what it finds. */
class LinearizabilityTest {
    private final Linearizability checker = new Linearizability(new Model());
    private final List<Operation> history = new ArrayList<>();

    @Test
    void a_read_may_see_the_write_that_goes_on_beside_it_or_not() {
        seen(0, 10, "OK", "SET", "k", "1");
        seen(20, 40, "OK", "SET", "k", "2");
        seen(25, 30, "2", "GET", "k");
        assertTrue(checker.holds(history));
        seen(31, 35, "1", "GET", "k");
        assertFalse(checker.holds(history), "back again");
    }

    @Test
    void a_stale_read_is_found() {
        seen(0, 10, "OK", "SET", "k", "1");
        seen(20, 30, "OK", "SET", "k", "2");
        seen(40, 50, "1", "GET", "k");
        seen(60, 70, "2", "GET", "k");
        assertFalse(checker.holds(history));
        List<Operation> violation = checker.violation(history);
        assertEquals(3, violation.size(), violation.toString());
    }

    @Test
    void a_lost_write_is_found() {
        seen(0, 10, "1", "RPUSH", "k", "a");
        seen(20, 30, "2", "RPUSH", "k", "b");
        seen(40, 50, "[a]", "LRANGE", "k", "0", "-1");
        assertFalse(checker.holds(history));
    }

    @Test
    void a_write_that_took_effect_twice_is_found() {
        seen(0, 10, "1", "INCR", "k");
        seen(20, 30, "3", "INCR", "k");
        assertFalse(checker.holds(history));
    }

    @Test
    void what_is_unknown_may_have_happened_late_or_never() {
        seen(0, 10, "1", "INCR", "k");
        unknown(5, "INCR", "k");
        seen(20, 30, "1", "GET", "k");
        seen(40, 50, "2", "GET", "k");
        assertTrue(checker.holds(history));
        seen(60, 70, "2", "INCR", "k");
        assertFalse(checker.holds(history), "once and not twice");
    }

    @Test
    void a_comparison_that_failed_is_believed_only_where_it_can_fail() {
        seen(0, 10, "OK", "SET", "k", "1");
        seen(20, 30, "nil", "SET", "k", "2", "IFEQ", "1");
        assertFalse(checker.holds(history));
    }

    @Test
    void members_of_a_set_have_no_order() {
        seen(0, 10, "1", "SADD", "k", "7");
        seen(0, 10, "1", "SADD", "k", "beta");
        seen(0, 10, "1", "SADD", "k", "alpha");
        seen(20, 30, Model.canonical(List.of("SMEMBERS"), "[beta,alpha,7]"), "SMEMBERS", "k");
        assertTrue(checker.holds(history));
    }

    /** Histories that are right by construction, and each with one reply made wrong. */
    @Test
    void random_histories_are_told_apart() {
        int found = 0;
        for (int seed = 0; seed < 60; seed++) {
            Random random = new Random(seed);
            history.clear();
            long counter = 0;
            for (int i = 0; i < 40; i++) {
                long at = 10L * i;
                if (random.nextInt(8) == 0) {
                    counter += random.nextInt(2);
                    unknown(at - random.nextInt(30), "INCR", "k");
                } else {
                    counter++;
                    seen(at - random.nextInt(30), at + random.nextInt(30), Long.toString(counter), "INCR", "k");
                }
            }
            assertTrue(checker.holds(history), "seed " + seed);
            int spoiled = random.nextInt(history.size());
            Operation right = history.get(spoiled);
            if (right.isKnown()) {
                history.set(
                        spoiled,
                        new Operation("k", 1, right.words(), right.invokedNanos(), right.returnedNanos(), "1000"));
                assertFalse(checker.holds(history), "seed " + seed);
                found++;
            }
        }
        assertTrue(found > 30);
    }

    private void seen(long invoked, long returned, String reply, String... words) {
        add(invoked, returned, reply, words);
    }

    private void unknown(long invoked, String... words) {
        add(invoked, Long.MAX_VALUE, null, words);
    }

    private void add(long invoked, long returned, @Nullable String reply, String... words) {
        history.add(new Operation("k", 1, List.of(words), invoked, returned, reply));
    }
}

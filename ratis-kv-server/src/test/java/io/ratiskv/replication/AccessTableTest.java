package io.ratiskv.replication;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** What is known of keys: exact for a lone key, never too old for any. */
class AccessTableTest {
    private final AccessTable table = new AccessTable(42);

    @Test
    void a_key_is_idle_since_it_was_asked_for() {
        table.created(1);
        table.adapt(100, 1);
        assertEquals(100, table.idleSeconds(1));
        table.touched(1);
        assertEquals(0, table.idleSeconds(1));
        table.adapt(107, 1);
        assertEquals(7, table.idleSeconds(1));
        assertEquals(107, table.idleSeconds(2), "nobody asked since the start");
    }

    @Test
    void a_counter_grows_ever_slower_and_fades_by_the_minute() {
        table.created(1);
        assertEquals(5, table.frequency(1));
        int[] hits = {100, 1_000, 100_000};
        int[] atLeast = {7, 14, 90};
        int[] atMost = {14, 24, 180};
        for (int i = 0; i < hits.length; i++) {
            table.created(1);
            for (int hit = 0; hit < hits[i]; hit++) {
                table.touched(1);
            }
            int counter = table.frequency(1);
            assertTrue(counter >= atLeast[i] && counter <= atMost[i], hits[i] + " hits count " + counter);
        }
        int busy = table.frequency(1);
        table.adapt(59, 1);
        assertEquals(busy, table.frequency(1));
        table.adapt(60 * 10, 1);
        assertEquals(busy - 10, table.frequency(1));
        table.adapt(60 * 300, 1);
        assertEquals(0, table.frequency(1));
        table.touched(1);
        assertEquals(1, table.frequency(1));
    }

    @Test
    void a_table_that_grows_forgets_nothing() {
        SplittableRandom random = new SplittableRandom(1);
        long[] keys = random.longs(10_000).toArray();
        for (int i = 0; i < keys.length; i++) {
            table.adapt(i / 100, i);
            table.created(keys[i]);
        }
        table.adapt(200, 1_000_000);
        int exact = 0;
        for (int i = 0; i < keys.length; i++) {
            int idle = table.idleSeconds(keys[i]);
            assertTrue(idle <= 200 - i / 100, "a key seems older than it is");
            exact += idle == 200 - i / 100 ? 1 : 0;
        }
        assertTrue(exact > 9_000, exact + " of 10000 share no place with a younger one");
    }

    @Test
    void what_two_nodes_know_is_the_last_access_and_the_higher_count() {
        assertEquals(3 << 8 | 9, AccessTable.joined(3 << 8 | 2, 70 << 8 | 9));
        assertTrue(AccessTable.byRecency(70 << 8 | 9) < AccessTable.byRecency(3 << 8 | 1));
        assertTrue(AccessTable.byRecency(3 << 8 | 1) < AccessTable.byRecency(3 << 8 | 2));
        assertTrue(AccessTable.byFrequency(3 << 8 | 1) < AccessTable.byFrequency(70 << 8 | 9));
        assertTrue(AccessTable.byFrequency(70 << 8 | 1) < AccessTable.byFrequency(3 << 8 | 1));
        int longest = 0xff_ffff << 8 | 255;
        assertTrue(AccessTable.byRecency(longest) < AccessTable.byRecency(3 << 8));
    }
}

package io.ratiskv.keyspace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ratiskv.api.Bytes;
import io.ratiskv.value.Limit;
import io.ratiskv.value.Limits;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Fields that are due are there for nobody, be they removed already or not. */
class FieldExpiryTest {
    private static final int KEYS = 5;

    private final Databases databases = new Databases();
    private final Keyspace keyspace = databases.keyspace(0);
    private final Map<Bytes, Twin> model = new HashMap<>();
    private long nowMillis = 1_000;

    private record Cell(Bytes value, long deadline) {}

    /** What a key holds in the model. */
    private static final class Twin {
        final Map<Bytes, Cell> cells = new HashMap<>();
        long deadline = Deadline.NONE;

        Twin copy() {
            Twin copy = new Twin();
            copy.cells.putAll(cells);
            copy.deadline = deadline;
            return copy;
        }

        long deadlineOf(Bytes field) {
            Cell cell = cells.get(field);
            return cell == null ? Deadline.ABSENT : cell.deadline();
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void hashes_agree_with_maps_however_much_is_removed_in_time(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        databases.limit(Limits.STANDARD.with(Limit.HASH_ENTRIES, 6).with(Limit.SORTED_SET_ENTRIES, 4));
        for (int step = 0; step < 5_000; step++) {
            nowMillis += random.nextInt(8);
            begin();
            change(random);
            forget();
            if (random.nextInt(8) == 0) {
                databases.sweep(random.nextInt(3));
            }
            if (random.nextInt(60) == 0) {
                databases.freeze();
            }
            String where = "seed " + seed + ", step " + step;
            assertEquals(model.size(), keyspace.size(), where);
            assertSame(key(random), where);
        }
        databases.sweep(Integer.MAX_VALUE);
        assertEquals(rebuiltMemoryBytes(), databases.memoryBytes(), "seed " + seed);
        nowMillis = Deadline.NONE - 1;
        begin();
        databases.sweep(Integer.MAX_VALUE);
        assertEquals(Deadline.NONE, databases.soonestDeadline(), "seed " + seed);
        assertEquals(0, keyspace.expiring() + keyspace.expiringHashes(), "seed " + seed);
    }

    private void begin() {
        databases.beginEntry(1, nowMillis);
        databases.beginWrite();
        forget();
    }

    private void forget() {
        model.values().forEach(twin -> twin.cells.values().removeIf(cell -> cell.deadline() <= nowMillis));
        model.values().removeIf(twin -> twin.cells.isEmpty() || twin.deadline <= nowMillis);
    }

    private void change(SplittableRandom random) {
        Bytes key = key(random);
        Bytes field = field(random);
        Bytes value = Bytes.of("v".repeat(random.nextInt(9)));
        long deadline = nowMillis + random.nextInt(-3, 150);
        Twin twin = model.getOrDefault(key, new Twin());
        long current = twin.deadlineOf(field);
        switch (random.nextInt(14)) {
            case 0, 1, 2 -> {
                assertEquals(current == Deadline.ABSENT, keyspace.hash(key).put(field, value));
                twin.cells.put(field, new Cell(value, Deadline.NONE));
                model.put(key, twin);
            }
            case 3, 4 -> {
                assertEquals(current == Deadline.ABSENT, keyspace.hash(key).putKeepingDeadline(field, value));
                twin.cells.put(field, new Cell(value, current == Deadline.ABSENT ? Deadline.NONE : current));
                model.put(key, twin);
            }
            case 5 ->
                assertEquals(
                        twin.cells.remove(field) != null, keyspace.hash(key).remove(field));
            case 6, 7, 8, 9 -> {
                assertEquals(current != Deadline.ABSENT, keyspace.hash(key).expireAt(field, deadline));
                twin.cells.computeIfPresent(field, (name, cell) -> new Cell(cell.value(), deadline));
            }
            case 10 -> {
                boolean had = current != Deadline.ABSENT && current != Deadline.NONE;
                assertEquals(had, keyspace.hash(key).persist(field));
                twin.cells.computeIfPresent(field, (name, cell) -> new Cell(cell.value(), Deadline.NONE));
            }
            case 11 -> {
                assertEquals(model.containsKey(key), keyspace.expireAt(key, deadline + 100));
                twin.deadline = deadline + 100;
            }
            case 12 -> {
                Bytes target = key(random);
                if (!target.equals(key) && keyspace.copy(key, keyspace, target)) {
                    model.put(target, twin.copy());
                }
            }
            default -> {
                Bytes target = key(random);
                if (keyspace.rename(key, target) && !target.equals(key)) {
                    model.put(target, twin);
                    model.remove(key);
                }
            }
        }
    }

    private void assertSame(Bytes key, String where) {
        Twin twin = model.get(key);
        assertEquals(twin == null ? Deadline.ABSENT : twin.deadline, keyspace.deadline(key), where);
        Map<Bytes, Cell> expected = twin == null ? Map.of() : twin.cells;
        HashHandle hash = keyspace.hash(key);
        assertEquals(expected.size(), hash.size(), where);
        Map<Bytes, Cell> told = new HashMap<>();
        hash.forEach((field, value) -> assertNull(told.put(field, new Cell(value, hash.deadline(field)))));
        assertEquals(expected, told, where);
        Set<Bytes> scanned = new HashSet<>();
        long cursor = 0;
        do {
            cursor = hash.scan(cursor, 3, (field, value) -> scanned.add(field));
        } while (cursor != 0);
        assertEquals(expected.keySet(), scanned, where);
        Set<Bytes> ranked = new HashSet<>();
        for (int rank = 0; rank < hash.ranks(); rank++) {
            int before = ranked.size();
            assertEquals(hash.at(rank, (field, value) -> ranked.add(field)), ranked.size() > before, where);
        }
        assertEquals(expected.keySet(), ranked, where);
        for (int i = 0; i < 12; i++) {
            Cell cell = expected.get(Bytes.of("f" + i));
            assertEquals(cell == null ? null : cell.value(), hash.get(Bytes.of("f" + i)), where);
        }
    }

    /** What the account says of the model's content, put into an empty state. */
    private long rebuiltMemoryBytes() {
        Databases rebuilt = new Databases();
        rebuilt.beginEntry(1, nowMillis);
        rebuilt.beginWrite();
        model.forEach((key, twin) -> {
            twin.cells.forEach((field, cell) -> {
                rebuilt.keyspace(0).hash(key).put(field, cell.value());
                if (cell.deadline() != Deadline.NONE) {
                    rebuilt.keyspace(0).hash(key).expireAt(field, cell.deadline());
                }
            });
            if (twin.deadline != Deadline.NONE) {
                rebuilt.keyspace(0).expireAt(key, twin.deadline);
            }
        });
        return rebuilt.memoryBytes();
    }

    @Test
    void a_sweep_removes_no_more_fields_than_it_may_and_a_hash_that_is_wholly_due_at_once() {
        Bytes part = Bytes.of("part");
        Bytes whole = Bytes.of("whole");
        begin();
        for (int i = 0; i < 1_000; i++) {
            Bytes field = Bytes.of("f" + i);
            keyspace.hash(part).put(field, field);
            keyspace.hash(whole).put(field, field);
            keyspace.hash(whole).expireAt(field, 2_000);
            if (i % 2 == 0) {
                keyspace.hash(part).expireAt(field, 2_000);
            }
        }
        nowMillis = 2_000;
        begin();
        assertFalse(keyspace.exists(whole));
        databases.sweep(101);
        assertEquals(1, databases.storedKeys());
        assertEquals(900, keyspace.hash(part).ranks());
        assertEquals(500, keyspace.hash(part).size());
        assertEquals(1_100, databases.expiredFields());
        databases.sweep(1_000);
        assertEquals(500, keyspace.hash(part).ranks());
        assertEquals(0, databases.expiredKeys());
    }

    @Test
    void a_read_that_meets_a_field_the_leader_takes_for_gone_waits_for_the_log() {
        Bytes key = Bytes.of("key");
        Bytes field = Bytes.of("a");
        begin();
        keyspace.hash(key).put(field, field);
        keyspace.hash(key).put(Bytes.of("b"), field);
        keyspace.hash(key).expireAt(field, 1_500);
        databases.beginRead(1_499);
        assertNotNull(keyspace.hash(key).get(field));
        assertEquals(2, keyspace.hash(key).size());
        assertFalse(databases.metDueKey());
        databases.beginRead(1_500);
        assertNotNull(keyspace.hash(key).get(Bytes.of("b")));
        assertFalse(databases.metDueKey(), "another field is no concern of it");
        keyspace.hash(key).get(field);
        assertTrue(databases.metDueKey());
        databases.beginRead(1_500);
        keyspace.hash(key).size();
        assertTrue(databases.metDueKey());
        databases.beginRead(1_500);
        keyspace.hash(key).forEach((name, value) -> {});
        assertTrue(databases.metDueKey());
    }

    private static Bytes key(SplittableRandom random) {
        return Bytes.of("key" + random.nextInt(KEYS));
    }

    private static Bytes field(SplittableRandom random) {
        return Bytes.of("f" + random.nextInt(12));
    }
}

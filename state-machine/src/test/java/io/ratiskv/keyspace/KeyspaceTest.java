package io.ratiskv.keyspace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.CommandException;
import io.ratiskv.api.Request;
import io.ratiskv.api.ValueType;
import io.ratiskv.collect.KeyedHash;
import io.ratiskv.value.Limit;
import io.ratiskv.value.Limits;
import io.ratiskv.value.PagedString;
import io.ratiskv.value.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The typed handles agree with a map, and what surrounds a key follows each change. */
class KeyspaceTest {
    private static final Bytes KEY = Bytes.of("key");
    private static final Bytes OTHER = Bytes.of("other");
    private static final Bytes FIELD = Bytes.of("field");
    private static final Bytes VALUE = Bytes.of("value");

    private final Databases databases = new Databases();
    private final Keyspace keyspace = databases.keyspace(0);

    @BeforeEach
    void begin() {
        at(1_000);
    }

    @Test
    void a_put_replaces_value_type_and_deadline() {
        keyspace.hash(KEY).put(FIELD, VALUE);
        keyspace.expireAt(KEY, 5_000);
        keyspace.put(KEY, VALUE, Deadline.NONE);
        assertEquals(ValueType.STRING, keyspace.type(KEY));
        assertEquals(Deadline.NONE, keyspace.deadline(KEY));
        assertEquals(0, keyspace.expiring());
    }

    @Test
    void a_put_can_keep_the_deadline() {
        keyspace.put(KEY, VALUE, 5_000);
        keyspace.put(KEY, FIELD, Deadline.KEEP);
        assertEquals(5_000, keyspace.deadline(KEY));
        at(5_000);
        keyspace.put(KEY, VALUE, Deadline.KEEP);
        assertEquals(Deadline.NONE, keyspace.deadline(KEY), "what expired has no deadline to keep");
    }

    @Test
    void a_deadline_that_is_not_ahead_leaves_the_key_absent() {
        keyspace.put(KEY, VALUE, 1_000);
        assertFalse(keyspace.exists(KEY));
        keyspace.put(KEY, VALUE, Deadline.NONE);
        assertTrue(keyspace.expireAt(KEY, 1_000));
        assertFalse(keyspace.exists(KEY));
        assertEquals(0, databases.expiredKeys());
        assertEquals(0, databases.memoryBytes());
    }

    @Test
    void pieces_of_a_string_keep_its_deadline_and_make_it_raw() {
        keyspace.put(KEY, Bytes.of("12"), 5_000);
        assertEquals("int", keyspace.encoding(KEY));
        assertEquals(4, keyspace.stringAt(KEY).append(Bytes.of("34")));
        assertEquals(Bytes.of("1234"), keyspace.string(KEY));
        assertEquals("raw", keyspace.encoding(KEY));
        assertEquals(6, keyspace.stringAt(KEY).write(3, Bytes.of("xyz")));
        assertEquals(Bytes.of("123xyz"), keyspace.string(KEY));
        assertEquals(6, keyspace.stringAt(KEY).write(1, Bytes.of("_")));
        assertEquals(Bytes.of("1_3xyz"), keyspace.string(KEY));
        assertEquals(5_000, keyspace.deadline(KEY));
        assertEquals(3, keyspace.stringAt(OTHER).write(2, Bytes.of("a")));
        assertEquals(Bytes.of("\0\0a"), keyspace.string(OTHER));
    }

    @Test
    void a_value_that_was_read_never_changes() {
        keyspace.put(KEY, VALUE, Deadline.NONE);
        Bytes read = keyspace.string(KEY);
        keyspace.stringAt(KEY).write(0, Bytes.of("V"));
        keyspace.stringAt(KEY).append(VALUE);
        assertEquals(VALUE, read);
        keyspace.hash(OTHER).put(FIELD, VALUE);
        Bytes field = keyspace.hash(OTHER).get(FIELD);
        keyspace.hash(OTHER).put(FIELD, OTHER);
        assertEquals(VALUE, field);
    }

    @Test
    void a_long_string_that_is_changed_in_part_stays_what_it_was_for_those_who_read_it_before() {
        Bytes text = Bytes.of("abc".repeat(10_000));
        keyspace.put(KEY, text, 5_000);
        long account = databases.memoryBytes();
        Bytes before = keyspace.string(KEY);
        FrozenDatabases frozen = databases.freeze();
        keyspace.stringAt(KEY).write(20_000, Bytes.of("X"));
        assertTrue(keyspace.copy(KEY, keyspace, OTHER));
        Bytes between = keyspace.string(KEY);
        FrozenDatabases frozenPages = databases.freeze();
        keyspace.stringAt(KEY).write(0, Bytes.of("Y"));
        assertEquals(30_001, keyspace.stringAt(OTHER).append(Bytes.of("Z")));

        byte[] changed = text.toByteArray();
        changed[20_000] = 'X';
        assertEquals(text, before);
        assertEquals(Bytes.wrap(changed), between);
        assertEquals(text, frozenString(frozen, KEY));
        assertEquals(Bytes.wrap(changed), frozenString(frozenPages, KEY));
        assertEquals("Z", between(OTHER, 30_000, 1));
        assertEquals("Yb", between(KEY, 0, 2));
        assertEquals("ab", between(OTHER, 0, 2));
        assertEquals("X", between(OTHER, 20_000, 1));
        assertEquals("raw", keyspace.encoding(KEY));
        assertEquals(ValueType.STRING, keyspace.type(KEY));
        assertEquals(5_000, keyspace.deadline(KEY));
        assertTrue(keyspace.remove(OTHER));
        assertEquals(account, databases.memoryBytes());
        assertThrows(CommandException.class, () -> keyspace.stringAt(KEY).increment(1));
        assertThrows(CommandException.class, () -> keyspace.hash(KEY));
    }

    private String between(Bytes key, int from, int count) {
        return keyspace.stringAt(key).pages().slice(from, count).utf8();
    }

    private static @Nullable Bytes frozenString(FrozenDatabases frozen, Bytes wanted) {
        List<Bytes> found = new ArrayList<>();
        frozen.forEach(0, new EntryVisitor() {
            @Override
            public void string(Bytes key, long version, long expireAtMillis, boolean pieced, Bytes value) {
                if (key.equals(wanted)) {
                    found.add(value);
                }
            }

            @Override
            public void value(Bytes key, long version, long expireAtMillis, Value value) {
                if (key.equals(wanted)) {
                    found.add(((PagedString) value).whole());
                }
            }
        });
        return found.size() == 1 ? found.getFirst() : null;
    }

    @Test
    void an_increment_beyond_64_bits_is_refused_and_changes_nothing() {
        keyspace.put(KEY, Bytes.of(Long.MAX_VALUE), Deadline.NONE);
        assertThrows(CommandException.class, () -> keyspace.stringAt(KEY).increment(1));
        assertEquals(Long.MAX_VALUE - 1, keyspace.stringAt(KEY).increment(-1));
        assertEquals(Long.MIN_VALUE, keyspace.stringAt(OTHER).increment(Long.MIN_VALUE));
        assertThrows(CommandException.class, () -> keyspace.stringAt(OTHER).increment(-1));
        keyspace.put(KEY, Bytes.of(" 1"), Deadline.NONE);
        assertThrows(CommandException.class, () -> keyspace.stringAt(KEY).increment(1));
    }

    @Test
    void a_handle_of_another_type_is_refused() {
        keyspace.put(KEY, VALUE, Deadline.NONE);
        assertThrows(CommandException.class, () -> keyspace.hash(KEY));
        keyspace.hash(OTHER).put(FIELD, VALUE);
        assertThrows(CommandException.class, () -> keyspace.string(OTHER));
        assertThrows(CommandException.class, () -> keyspace.stringAt(OTHER));
    }

    @Test
    void the_last_field_takes_the_key_along() {
        HashHandle hash = keyspace.hash(KEY);
        assertTrue(hash.put(FIELD, VALUE));
        assertFalse(hash.put(FIELD, OTHER));
        assertTrue(hash.remove(FIELD));
        assertFalse(hash.remove(FIELD));
        assertFalse(keyspace.exists(KEY));
        assertTrue(hash.put(FIELD, VALUE), "the handle makes the key again");
        assertTrue(keyspace.exists(KEY));
    }

    @Test
    void a_copy_and_its_original_go_their_own_ways() {
        databases.limit(Limits.STANDARD.with(Limit.HASH_ENTRIES, 2));
        HashHandle original = keyspace.hash(KEY);
        for (int i = 0; i < 100; i++) {
            original.put(Bytes.of("f" + i), VALUE);
        }
        keyspace.copy(KEY, databases.keyspace(1), OTHER);
        at(1_000);
        keyspace.hash(KEY).put(FIELD, VALUE);
        databases.keyspace(1).hash(OTHER).remove(Bytes.of("f1"));
        assertEquals(101, keyspace.hash(KEY).size());
        assertEquals(99, databases.keyspace(1).hash(OTHER).size());
        assertTrue(keyspace.hash(KEY).contains(Bytes.of("f1")));
    }

    @Test
    void a_read_can_change_nothing() {
        keyspace.hash(KEY).put(FIELD, VALUE);
        databases.beginRead(Long.MIN_VALUE);
        assertThrows(IllegalStateException.class, () -> keyspace.put(KEY, VALUE, Deadline.NONE));
        assertThrows(IllegalStateException.class, () -> keyspace.remove(KEY));
        assertThrows(IllegalStateException.class, () -> keyspace.expireAt(KEY, 5_000));
        assertThrows(IllegalStateException.class, () -> keyspace.hash(KEY).put(FIELD, OTHER));
        assertThrows(IllegalStateException.class, () -> keyspace.hash(KEY).remove(FIELD));
        assertThrows(IllegalStateException.class, keyspace::flush);
        assertThrows(IllegalStateException.class, () -> databases.swap(0, 1));
        assertEquals(VALUE, keyspace.hash(KEY).get(FIELD));
    }

    @Test
    void random_keys_are_drawn_evenly() {
        for (int i = 0; i < 10; i++) {
            keyspace.put(Bytes.of("key" + i), VALUE, i == 0 ? 2_000 : Deadline.NONE);
        }
        at(2_000);
        Map<Bytes, Integer> drawn = new HashMap<>();
        for (int i = 0; i < 9_000; i++) {
            Bytes key = keyspace.randomKey(databases.luck());
            if (key == null) {
                throw new AssertionError("there are keys");
            }
            drawn.merge(key, 1, Integer::sum);
        }
        assertEquals(9, drawn.size(), "the one that is due is not among them");
        drawn.values().forEach(times -> assertTrue(times > 800 && times < 1_200, drawn::toString));
    }

    @Test
    void the_draws_of_an_entry_follow_from_its_index() {
        databases.beginEntry(7, 0);
        databases.beginWrite();
        long first = databases.luck();
        long second = databases.luck();
        databases.beginRead(Long.MIN_VALUE);
        databases.luck();
        databases.beginWrite();
        long third = databases.luck();
        databases.beginEntry(8, 0);
        databases.beginWrite();
        assertNotEquals(first, databases.luck());
        databases.beginEntry(7, 0);
        databases.beginWrite();
        assertEquals(List.of(first, second, third), List.of(databases.luck(), databases.luck(), databases.luck()));
    }

    @Test
    void the_hash_key_decides_the_order_and_nothing_else() {
        Databases otherwise = new Databases();
        otherwise.rehash(new KeyedHash(1, 2));
        otherwise.beginWrite();
        for (int i = 0; i < 200; i++) {
            // One slot, where the hash alone decides the order.
            Bytes key = Bytes.of("{slot}" + i);
            keyspace.put(key, VALUE, Deadline.NONE);
            otherwise.keyspace(0).put(key, VALUE, Deadline.NONE);
        }
        assertNotEquals(keys(keyspace), keys(otherwise.keyspace(0)));
        assertEquals(new HashSet<>(keys(keyspace)), new HashSet<>(keys(otherwise.keyspace(0))));
        assertThrows(IllegalStateException.class, () -> databases.rehash(new KeyedHash(1, 2)));
    }

    @Test
    void what_was_expected_changes_nothing() {
        Bytes first = Bytes.of("first");
        Bytes second = Bytes.of("second");
        for (Bytes key : List.of(first, second)) {
            databases.expect(new Request(0, 2, Request.DEFAULT_USER, new Bytes[] {Bytes.of("SET"), key, VALUE}));
        }
        databases.expect(new Request(99, 2, Request.DEFAULT_USER, new Bytes[] {Bytes.of("SET"), OTHER, VALUE}));
        databases.expect(Request.of("SCRIPT", "x".repeat(1_000)));
        databases.expect(Request.of("PING"));
        databases.fetchExpected();
        // The second comes first, then one of which nobody knew, then the first of another database.
        keyspace.put(second, VALUE, Deadline.NONE);
        keyspace.put(KEY, VALUE, Deadline.NONE);
        databases.keyspace(1).put(first, VALUE, Deadline.NONE);
        databases.forgetExpected();
        assertEquals(Set.of(second, KEY), Set.copyOf(keys(keyspace)));
        assertNotNull(keyspace.string(Bytes.of("second")));
        assertNotNull(databases.keyspace(1).string(Bytes.of("first")));
    }

    @Test
    void what_was_expected_under_another_hash_key_is_hashed_anew() {
        Databases rehashed = new Databases();
        rehashed.beginWrite();
        rehashed.expect(new Request(0, 2, Request.DEFAULT_USER, new Bytes[] {Bytes.of("SET"), KEY, VALUE}));
        rehashed.rehash(new KeyedHash(1, 2));
        rehashed.keyspace(0).put(KEY, VALUE, Deadline.NONE);
        assertNotNull(rehashed.keyspace(0).string(Bytes.of("key")));
    }

    /** What a key holds in the model: a string or a map of fields, and when it is gone. */
    private record Held(@Nullable Bytes string, Map<Bytes, Bytes> fields, long deadline) {}

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void databases_agree_with_maps(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        databases.limit(Limits.STANDARD.with(Limit.HASH_ENTRIES, 3).with(Limit.HASH_VALUE_BYTES, 20));
        List<Map<Bytes, Held>> model = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            model.add(new HashMap<>());
        }
        long nowMillis = 1_000;
        for (int step = 0; step < 6_000; step++) {
            nowMillis += random.nextInt(10);
            long now = nowMillis;
            at(now);
            model.forEach(map -> map.values().removeIf(held -> held.deadline() <= now));
            int database = random.nextInt(2);
            change(databases.keyspace(database), databases.keyspace(1 - database), model, now, random);
            if (random.nextInt(10) == 0) {
                databases.sweep(random.nextInt(4));
            }
            if (random.nextInt(100) == 0) {
                databases.freeze();
            }
            String where = "seed " + seed + ", step " + step;
            Bytes key = key(random);
            Held held = model.get(database).get(key);
            assertEquals(held == null ? Deadline.ABSENT : held.deadline(), deadline(database, key), where);
            assertEquals(content(held), content(databases.keyspace(database), key), where);
            assertEquals(
                    model.get(database).size(), databases.keyspace(database).size(), where);
        }
        for (int i = 0; i < 2; i++) {
            assertEquals(model.get(i).keySet(), new HashSet<>(keys(databases.keyspace(i))), "seed " + seed);
            assertEquals(model.get(i).keySet(), scanned(databases.keyspace(i)), "seed " + seed);
        }
        at(Deadline.NONE - 1);
        databases.sweep(Integer.MAX_VALUE);
        databases.flushAll();
        assertEquals(0, databases.memoryBytes(), "seed " + seed);
        assertEquals(Deadline.NONE, databases.soonestDeadline(), "seed " + seed);
    }

    private static void change(
            Keyspace here, Keyspace there, List<Map<Bytes, Held>> model, long now, SplittableRandom random) {
        Map<Bytes, Held> map = model.get(here.database());
        Map<Bytes, Held> otherMap = model.get(there.database());
        Bytes key = key(random);
        Bytes target = key(random);
        Held held = map.get(key);
        long deadline = random.nextBoolean() ? Deadline.NONE : now + random.nextInt(-5, 200);
        Bytes text = Bytes.of("t".repeat(random.nextInt(30)));
        switch (random.nextInt(9)) {
            case 0 -> {
                here.put(key, text, deadline);
                store(map, key, new Held(text, Map.of(), deadline), now);
            }
            case 1 -> assertEquals(map.remove(key) != null, here.remove(key));
            case 2 -> {
                assertEquals(held != null, here.expireAt(key, deadline));
                if (held != null) {
                    store(map, key, new Held(held.string(), held.fields(), deadline), now);
                }
            }
            case 3 -> {
                assertEquals(held != null && held.deadline() != Deadline.NONE, here.persist(key));
                map.computeIfPresent(key, (k, h) -> new Held(h.string(), h.fields(), Deadline.NONE));
            }
            case 4 -> {
                assertEquals(held != null, here.rename(key, target));
                if (held != null) {
                    map.remove(key);
                    map.put(target, held);
                }
            }
            case 5 -> {
                assertEquals(held != null, here.copy(key, there, target));
                if (held != null) {
                    otherMap.put(target, held);
                }
            }
            case 6 -> {
                boolean moves = held != null && !otherMap.containsKey(key);
                assertEquals(moves, here.move(key, there));
                if (moves) {
                    otherMap.put(key, map.remove(key));
                }
            }
            default -> {
                if (held == null || held.string() == null) {
                    Bytes field = key(random);
                    Map<Bytes, Bytes> fields = new HashMap<>(held == null ? Map.of() : held.fields());
                    if (random.nextInt(3) == 0) {
                        assertEquals(
                                fields.remove(field) != null, here.hash(key).remove(field));
                    } else {
                        assertEquals(
                                fields.put(field, text) == null, here.hash(key).put(field, text));
                    }
                    if (fields.isEmpty()) {
                        map.remove(key);
                    } else {
                        map.put(key, new Held(null, fields, held == null ? Deadline.NONE : held.deadline()));
                    }
                }
            }
        }
    }

    private static void store(Map<Bytes, Held> map, Bytes key, Held held, long now) {
        if (held.deadline() <= now) {
            map.remove(key);
        } else {
            map.put(key, held);
        }
    }

    private long deadline(int database, Bytes key) {
        return databases.keyspace(database).deadline(key);
    }

    private static @Nullable Object content(@Nullable Held held) {
        return held == null ? null : held.string() == null ? held.fields() : held.string();
    }

    private static @Nullable Object content(Keyspace keyspace, Bytes key) {
        if (keyspace.type(key) != ValueType.HASH) {
            return keyspace.string(key);
        }
        Map<Bytes, Bytes> fields = new HashMap<>();
        keyspace.hash(key).forEach((field, value) -> assertNull(fields.put(field, value)));
        return fields;
    }

    private static List<Bytes> keys(Keyspace keyspace) {
        List<Bytes> keys = new ArrayList<>();
        keyspace.forEachKey((key, type) -> keys.add(key));
        return keys;
    }

    private static Set<Bytes> scanned(Keyspace keyspace) {
        Set<Bytes> keys = new HashSet<>();
        long cursor = 0;
        do {
            cursor = keyspace.scan(cursor, 3, (key, type) -> keys.add(key));
        } while (cursor != 0);
        return keys;
    }

    private static Bytes key(SplittableRandom random) {
        return Bytes.of("key" + random.nextInt(12));
    }

    private void at(long nowMillis) {
        databases.beginEntry(1, nowMillis);
        databases.beginWrite();
    }
}

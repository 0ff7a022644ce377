package io.ratiskv.value;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ratiskv.api.Bytes;
import io.ratiskv.collect.Epoch;
import io.ratiskv.collect.KeyedHash;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A hash in either shape is a map; compact it also keeps the order in which fields came. */
class HashValueTest {
    private final Epoch epoch = new Epoch();
    private final Shapes shapes = new Shapes(epoch, new KeyedHash(1, 2), limits(4, 8));

    @Test
    void fields_keep_their_order_while_the_hash_is_compact() {
        HashValue hash = HashValue.empty();
        for (String field : List.of("c", "a", "b")) {
            hash = put(hash, field, "1");
        }
        hash = put(hash, "a", "longer");
        assertEquals("[c=1, a=longer, b=1]", told(hash));
        hash = hash.remove(Bytes.of("c"), shapes);
        hash = put(hash, "c", "2");
        assertEquals("[a=longer, b=1, c=2]", told(hash));
    }

    @Test
    void one_field_too_many_ends_the_compact_shape_for_good() {
        HashValue hash = HashValue.empty();
        for (int i = 0; i < 4; i++) {
            hash = put(hash, "f" + i, "v");
        }
        hash = put(hash, "f0", "w");
        assertTrue(hash.isCompact());
        hash = put(hash, "f4", "v");
        assertFalse(hash.isCompact());
        hash = hash.remove(Bytes.of("f4"), shapes);
        assertFalse(hash.isCompact());
        assertEquals(4, hash.size());
    }

    @Test
    void a_long_field_or_value_ends_the_compact_shape() {
        assertTrue(put(HashValue.empty(), "12345678", "12345678").isCompact());
        assertFalse(put(HashValue.empty(), "123456789", "").isCompact());
        assertFalse(put(HashValue.empty(), "", "123456789").isCompact());
        assertFalse(put(put(HashValue.empty(), "f", "v"), "f", "123456789").isCompact());
    }

    @Test
    void a_compact_hash_is_scanned_at_once() {
        HashValue hash = put(put(HashValue.empty(), "a", "1"), "b", "2");
        List<Bytes> fields = new ArrayList<>();
        assertEquals(0, hash.scan(0, 1, (field, value) -> fields.add(field)));
        assertEquals(2, fields.size());
        assertEquals(0, hash.scan(7, 1, (field, value) -> fields.add(field)));
        assertEquals(2, fields.size());
    }

    @Test
    void a_cursor_that_no_step_returned_ends_the_scan() {
        HashValue hash = HashValue.empty();
        for (int i = 0; i < 100; i++) {
            hash = put(hash, "f" + i, "v");
        }
        assertEquals(0, hash.scan(-1, 1, (field, value) -> {}));
        assertEquals(0, hash.scan(Long.MAX_VALUE, 1, (field, value) -> {}));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void both_shapes_agree_with_a_map_and_on_their_cost(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        Shapes everCompact = new Shapes(epoch, shapes.hash(), limits(Long.MAX_VALUE, Long.MAX_VALUE));
        HashValue compact = HashValue.empty();
        HashValue trie = TrieHash.empty(shapes);
        Map<Bytes, Bytes> model = new LinkedHashMap<>();
        for (int i = 0; i < 3_000; i++) {
            Bytes field = Bytes.of("f" + random.nextInt(60));
            if (random.nextInt(3) > 0) {
                Bytes value = Bytes.of("v".repeat(random.nextInt(200)));
                compact = compact.put(field, value, everCompact);
                trie = trie.put(field, value, shapes);
                model.put(field, value);
            } else {
                compact = compact.remove(field, everCompact);
                trie = trie.remove(field, shapes);
                model.remove(field);
            }
            if (random.nextInt(50) == 0) {
                epoch.raise();
            }
            String where = "seed " + seed + ", step " + i;
            Bytes asked = Bytes.of("f" + random.nextInt(60));
            assertEquals(model.get(asked), compact.get(asked), where);
            assertEquals(model.get(asked), trie.get(asked), where);
            assertEquals(model.size(), compact.size(), where);
            assertEquals(compact.cost(), trie.cost(), where);
        }
        assertEquals(model.toString(), asMap(compact, new LinkedHashMap<>()).toString(), "seed " + seed);
        assertEquals(new TreeMap<>(model), asMap(trie, new TreeMap<>()), "seed " + seed);
        assertSteps(trie, seed);
    }

    @Test
    void a_value_of_an_older_epoch_is_never_changed() {
        HashValue hash = HashValue.empty();
        for (int i = 0; i < 200; i++) {
            hash = put(hash, "f" + i, "v" + i);
        }
        String before = told(hash);
        HashValue old = hash;
        epoch.raise();
        for (int i = 0; i < 200; i += 2) {
            hash = put(hash, "f" + i, "changed");
            hash = hash.remove(Bytes.of("f" + (i + 1)), shapes);
        }
        assertEquals(before, told(old));
        assertNull(hash.get(Bytes.of("f1")));
    }

    /** Ranks and cursors tell every field once, in the order of forEach. */
    private static void assertSteps(HashValue hash, long seed) {
        List<Bytes> inOrder = new ArrayList<>();
        hash.forEach((field, value) -> inOrder.add(field));
        List<Bytes> byRank = new ArrayList<>();
        for (int rank = 0; rank < hash.size(); rank++) {
            hash.at(rank, (field, value) -> byRank.add(field));
        }
        List<Bytes> scanned = new ArrayList<>();
        long cursor = 0;
        do {
            cursor = hash.scan(cursor, 3, (field, value) -> scanned.add(field));
        } while (cursor != 0);
        assertEquals(inOrder, byRank, "seed " + seed);
        assertEquals(inOrder, scanned, "seed " + seed);
    }

    private static Limits limits(long entries, long valueBytes) {
        return Limits.STANDARD.with(Limit.HASH_ENTRIES, entries).with(Limit.HASH_VALUE_BYTES, valueBytes);
    }

    private HashValue put(HashValue hash, String field, String value) {
        return hash.put(Bytes.of(field), Bytes.of(value), shapes);
    }

    private static String told(HashValue hash) {
        List<String> told = new ArrayList<>();
        hash.forEach((field, value) -> told.add(field + "=" + value));
        return told.toString();
    }

    private static Map<Bytes, Bytes> asMap(HashValue hash, Map<Bytes, Bytes> into) {
        hash.forEach(into::put);
        return into;
    }
}

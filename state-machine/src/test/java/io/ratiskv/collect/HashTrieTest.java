package io.ratiskv.collect;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class HashTrieTest {
    @Test
    void it_equals_a_tree_map_ordered_by_hash_and_key_whatever_is_done_to_it() {
        for (Words words : Words.ALL) {
            for (long seed = 1; seed <= 6; seed++) compareWithTwin(words, seed, 20_000);
        }
    }

    private static void compareWithTwin(Words words, long seed, int steps) {
        SplittableRandom random = new SplittableRandom(seed);
        Epoch epoch = new Epoch();
        HashTrie<String> trie = new HashTrie<>(words, epoch);
        TreeMap<String, String> twin = new TreeMap<>(order(words));
        List<Frozen> frozen = new ArrayList<>();
        boolean slow = !words.equals(Words.KEYED_HASH);
        int range = slow ? 300 : 3_000;
        String where = "seed " + seed + ", words " + List.of(Words.ALL).indexOf(words);

        for (int step = 0; step < (slow ? steps / 4 : steps); step++) {
            // Long stretches of growing and of shrinking, so that nodes split and merge.
            boolean grows = step / 2_500 % 2 == 0;
            String key = "k" + random.nextInt(range);
            int choice = random.nextInt(100);
            if (step % 1_000 == 999) {
                int modulus = 1 + random.nextInt(4);
                trie.removeIf(element -> element.hashCode() % modulus == 0);
                twin.values().removeIf(element -> element.hashCode() % modulus == 0);
            } else if (choice < (grows ? 60 : 20)) {
                String element = key + "=" + step;
                assertEquals(twin.put(key, element), trie.put(words.hash(key), element), where);
            } else if (choice < 80) {
                assertEquals(twin.remove(key), remove(trie, words, key), where);
            } else if (choice < 98) {
                assertEquals(twin.get(key), get(trie, words, key), where);
            } else if (choice == 98 && frozen.size() < 40) {
                frozen.add(new Frozen(trie.freeze(), new ArrayList<>(twin.values())));
            }
            assertEquals(twin.size(), trie.size(), where);
        }
        assertEquals(new ArrayList<>(twin.values()), list(trie), where);
        assertIndexed(trie, where);
        for (Frozen then : frozen) {
            assertEquals(then.content(), list(then.view()), where);
            assertIndexed(then.view(), where);
        }
        for (String key : new ArrayList<>(twin.keySet()))
            assertEquals(twin.remove(key), remove(trie, words, key), where);
        assertTrue(trie.isEmpty(), where);
        for (Frozen then : frozen) assertEquals(then.content(), list(then.view()), where);
    }

    private record Frozen(HashTrieView<String> view, List<String> content) {}

    private static void assertIndexed(HashTrieView<String> trie, String where) {
        int index = 0;
        for (String element : trie) assertEquals(element, trie.byIndex(index++), where);
        assertEquals(index, trie.size(), where);
    }

    @Test
    void its_order_does_not_depend_on_the_order_of_insertion_or_on_what_was_removed() {
        for (Words words : Words.ALL) {
            int size = words.equals(Words.KEYED_HASH) ? 20_000 : 500;
            List<String> keys = new ArrayList<>();
            for (int i = 0; i < size; i++) keys.add("member:" + i);
            @Nullable List<String> expected = null;
            for (int round = 0; round < 4; round++) {
                Collections.shuffle(keys, new Random(round));
                HashTrie<String> trie = new HashTrie<>(words, new Epoch());
                for (int i = 0; i < 300 * round; i++) trie.put(words.hash("gone:" + i), "gone:" + i);
                for (String key : keys) trie.put(words.hash(key), key);
                for (int i = 0; i < 300 * round; i++) assertEquals("gone:" + i, remove(trie, words, "gone:" + i));
                if (expected == null) expected = list(trie);
                assertEquals(expected, list(trie), "round " + round);
            }
        }
    }

    @Test
    void a_scan_meets_every_element_that_is_there_all_the_time_exactly_once_in_order() {
        for (Words words : Words.ALL) {
            for (long seed = 1; seed <= 10; seed++) scanUnderChange(words, seed);
        }
    }

    private static void scanUnderChange(Words words, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        HashTrie<String> trie = new HashTrie<>(words, new Epoch());
        int size = 1 + random.nextInt(3_000) / (words.equals(Words.KEYED_HASH) ? 1 : 10);
        for (int i = 0; i < size; i++) trie.put(words.hash("stays" + i), "stays" + i);

        List<String> met = new ArrayList<>();
        long cursor = 0;
        do {
            int atLeast = 1 + random.nextInt(20);
            int before = met.size();
            cursor = trie.scan(cursor, atLeast, met::add);
            assertTrue(cursor >= 0 && cursor < HashTrieView.CURSOR_LIMIT, "seed " + seed);
            assertTrue(cursor == 0 || met.size() - before >= atLeast, "seed " + seed);
            for (int i = random.nextInt(30); i > 0; i--) {
                String key = "comes and goes" + random.nextInt(300);
                if (random.nextBoolean()) trie.put(words.hash(key), key);
                else remove(trie, words, key);
            }
            if (random.nextInt(5) == 0) trie.freeze();
        } while (cursor != 0);

        List<String> inOrder = new ArrayList<>(met);
        inOrder.sort(order(words));
        assertEquals(inOrder, met, "seed " + seed);
        met.removeIf(element -> !element.startsWith("stays"));
        Set<String> distinct = new HashSet<>(met);
        assertEquals(met.size(), distinct.size(), "seed " + seed);
        assertEquals(size, distinct.size(), "seed " + seed);
    }

    @Test
    void elements_that_agree_in_their_prefix_come_in_one_step() {
        Words words = Words.ONE_HASH;
        HashTrie<String> trie = new HashTrie<>(words, new Epoch());
        for (int i = 0; i < 100; i++) trie.put(words.hash("k" + i), "k" + i);
        List<String> met = new ArrayList<>();
        assertEquals(0, trie.scan(0, 1, met::add));
        assertEquals(100, met.size());
    }

    @Test
    void a_random_index_chooses_each_element_equally_often() {
        Words words = Words.KEYED_HASH;
        HashTrie<String> trie = new HashTrie<>(words, new Epoch());
        int size = 500;
        for (int i = 0; i < size; i++) trie.put(words.hash("k" + i), "k" + i);
        SplittableRandom random = new SplittableRandom(7);
        Map<String, Integer> drawn = new HashMap<>();
        int draws = 200 * size;
        for (int i = 0; i < draws; i++) drawn.merge(trie.byIndex(random.nextInt(trie.size())), 1, Integer::sum);
        assertEquals(size, drawn.size());
        double chiSquare = 0;
        for (int times : drawn.values()) chiSquare += (times - 200.0) * (times - 200.0) / 200;
        // 499 degrees of freedom: mean 499, standard deviation about 31.6.
        assertTrue(chiSquare > 400 && chiSquare < 600, "chi-square " + chiSquare + ", seed 7");
    }

    @Test
    void a_nested_trie_is_copied_only_when_it_is_older_than_the_epoch() {
        Words words = Words.KEYED_HASH;
        Epoch epoch = new Epoch();
        HashTrie<String> trie = new HashTrie<>(words, epoch);
        trie.put(words.hash("a"), "a");
        assertSame(trie, trie.writable());
        epoch.raise();
        HashTrie<String> successor = trie.writable();
        assertNotSame(trie, successor);
        successor.put(words.hash("b"), "b");
        assertEquals(List.of("a"), list(trie));
        assertEquals(2, successor.size());
        assertSame(successor, successor.writable());
    }

    @Test
    void what_is_out_of_range_is_refused() {
        HashTrie<String> trie = new HashTrie<>(Words.KEYED_HASH, new Epoch());
        assertThrows(IndexOutOfBoundsException.class, () -> trie.byIndex(0));
        assertThrows(IllegalArgumentException.class, () -> trie.scan(HashTrieView.CURSOR_LIMIT, 1, element -> {}));
        assertThrows(IllegalArgumentException.class, () -> trie.scan(-1, 1, element -> {}));
        assertThrows(IllegalArgumentException.class, () -> trie.scan(0, 0, element -> {}));
        assertEquals(0, trie.scan(5, 1, element -> {}));
        assertFalse(trie.iterator().hasNext());
        assertNull(get(trie, Words.KEYED_HASH, "absent"));
        assertNull(remove(trie, Words.KEYED_HASH, "absent"));
    }

    private static Comparator<String> order(Words words) {
        return (left, right) -> {
            int byHash = Long.compareUnsigned(words.hash(left), words.hash(right));
            return byHash != 0 ? byHash : words.compare(left, right);
        };
    }

    static <E> List<E> list(Iterable<E> elements) {
        List<E> list = new ArrayList<>();
        elements.forEach(list::add);
        return list;
    }

    private static @Nullable String get(HashTrieView<String> trie, Words words, String key) {
        byte[] bytes = Words.bytes("<" + key + ">");
        return trie.get(words.hash(key), bytes, 1, bytes.length - 2);
    }

    private static @Nullable String remove(HashTrie<String> trie, Words words, String key) {
        byte[] bytes = Words.bytes("<" + key + ">");
        return trie.remove(words.hash(key), bytes, 1, bytes.length - 2);
    }
}

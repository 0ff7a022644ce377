package io.ratiskv.collect;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class SlotTrieTest {
    private static final long DOUBLE_EXACT = 1L << 53;

    @Test
    void it_equals_a_tree_map_ordered_by_slot_hash_and_key_whatever_is_done_to_it() {
        for (Words words : Words.ALL) {
            for (long seed = 1; seed <= 2; seed++) compareWithTwin(words, seed);
        }
    }

    private static void compareWithTwin(Words words, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        SlotTrie<String> trie = new SlotTrie<>(words, new Epoch());
        TreeMap<String, String> twin = new TreeMap<>(order(words));
        List<Frozen> frozen = new ArrayList<>();
        GroupPrefetch prefetch = new GroupPrefetch();
        String where = "seed " + seed + ", words " + List.of(Words.ALL).indexOf(words);

        for (int step = 0; step < 12_000; step++) {
            boolean grows = step / 3_000 % 2 == 0;
            // Hash tags pile keys up in a few slots; others stay alone.
            String key = random.nextInt(3) == 0
                    ? "k" + random.nextInt(500)
                    : "{t" + random.nextInt(3) + "}" + random.nextInt(400);
            int choice = random.nextInt(1000);
            if (choice < (grows ? 600 : 200)) {
                String element = key + "=" + step;
                assertEquals(twin.put(key, element), trie.put(words.slot(key), words.hash(key), element), where);
            } else if (choice < 800) {
                assertEquals(twin.remove(key), remove(trie, words, key), where);
            } else if (choice < 990) {
                assertEquals(twin.get(key), get(trie, words, key), where);
            } else if (choice < 991) {
                frozen.add(new Frozen(trie.freeze(), new ArrayList<>(twin.values())));
            } else if (choice < 995) {
                int slot = words.slot(key);
                twin.keySet().removeIf(other -> words.slot(other) == slot);
                trie.clear(slot);
            } else if (choice < 999) {
                // Of keys that are there and others, in leaves and branches; it must not change anything.
                for (int i = 0; i < GroupPrefetch.SIZE; i++) {
                    prefetch.add(trie, words.slot(key), words.hash(i % 2 == 0 ? key : "other" + i));
                }
                prefetch.run();
                prefetch.clear();
            } else if (choice == 999 && random.nextInt(20) == 0) {
                twin.clear();
                trie.clear();
            }
            assertEquals(twin.size(), trie.size(), where);
        }
        assertSame(new ArrayList<>(twin.values()), trie, words, where);
        for (Frozen then : frozen) assertSame(then.content(), then.view(), words, where);
    }

    private record Frozen(SlotTrieView<String> view, List<String> content) {}

    private static void assertSame(List<String> expected, SlotTrieView<String> trie, Words words, String where) {
        assertEquals(expected.size(), trie.size(), where);
        assertEquals(expected, HashTrieTest.list(trie), where);
        int[] perSlot = new int[Slots.COUNT];
        for (int i = 0; i < expected.size(); i++) {
            assertEquals(expected.get(i), trie.byIndex(i), where);
            perSlot[words.slot(Words.key(expected.get(i)))]++;
        }
        for (int slot = 0; slot < Slots.COUNT; slot++) {
            assertEquals(perSlot[slot], trie.size(slot), where);
            if (perSlot[slot] == 0) continue;
            List<String> inSlot = new ArrayList<>();
            trie.iterator(slot).forEachRemaining(inSlot::add);
            assertEquals(perSlot[slot], inSlot.size(), where);
        }
    }

    @Test
    void its_order_does_not_depend_on_the_order_of_insertion() {
        Words words = Words.KEYED_HASH;
        List<String> keys = new ArrayList<>();
        for (int i = 0; i < 20_000; i++) keys.add(i % 2 == 0 ? "{one}" + i : "key:" + i);
        @Nullable List<String> expected = null;
        for (int round = 0; round < 3; round++) {
            Collections.shuffle(keys, new Random(round));
            SlotTrie<String> trie = new SlotTrie<>(words, new Epoch());
            for (String key : keys) trie.put(words.slot(key), words.hash(key), key);
            if (expected == null) expected = HashTrieTest.list(trie);
            assertEquals(expected, HashTrieTest.list(trie), "round " + round);
        }
    }

    @Test
    void a_scan_meets_every_element_that_is_there_all_the_time_exactly_once_in_order() {
        for (Words words : Words.ALL) {
            for (long seed = 1; seed <= 8; seed++) scanUnderChange(words, seed);
        }
    }

    private static void scanUnderChange(Words words, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        SlotTrie<String> trie = new SlotTrie<>(words, new Epoch());
        int size = random.nextInt(1_500);
        Set<String> stays = new HashSet<>();
        for (int i = 0; i < size; i++) stays.add(i % 2 == 0 ? "stays" + i : "{stays}" + i);
        for (String key : stays) trie.put(words.slot(key), words.hash(key), key);

        List<String> met = new ArrayList<>();
        long cursor = 0;
        do {
            int atLeast = 1 + random.nextInt(40);
            int before = met.size();
            cursor = trie.scan(cursor, atLeast, met::add);
            assertTrue(cursor >= 0 && cursor < DOUBLE_EXACT, "seed " + seed);
            assertTrue(cursor == 0 || met.size() - before >= atLeast, "seed " + seed);
            for (int i = random.nextInt(30); i > 0; i--) {
                String key = (i % 2 == 0 ? "{stays}" : "") + "comes and goes" + random.nextInt(300);
                if (random.nextBoolean()) trie.put(words.slot(key), words.hash(key), key);
                else remove(trie, words, key);
            }
            if (random.nextInt(5) == 0) trie.freeze();
        } while (cursor != 0);

        List<String> inOrder = new ArrayList<>(met);
        inOrder.sort(order(words));
        assertEquals(inOrder, met, "seed " + seed);
        met.retainAll(stays);
        assertEquals(stays.size(), met.size(), "seed " + seed);
        assertEquals(stays, new HashSet<>(met), "seed " + seed);
    }

    @Test
    void a_frozen_view_is_read_by_another_thread_while_the_owner_writes() throws Exception {
        Words words = Words.KEYED_HASH;
        SlotTrie<String> trie = new SlotTrie<>(words, new Epoch());
        for (int i = 0; i < 5_000; i++) put(trie, words, "{one}" + i);
        for (int i = 0; i < 5_000; i++) put(trie, words, "k" + i);
        List<String> expected = HashTrieTest.list(trie);
        SlotTrieView<String> view = trie.freeze();
        FutureTask<Boolean> reading = new FutureTask<>(() -> {
            boolean same = true;
            for (int round = 0; round < 10; round++)
                same &= HashTrieTest.list(view).equals(expected);
            return same;
        });
        Thread reader = new Thread(reading);
        reader.start();
        for (int i = 0; i < 5_000; i++) {
            put(trie, words, "{one}" + i + "=new");
            remove(trie, words, "k" + i);
            put(trie, words, "{one}more" + i);
        }
        assertTrue(reading.get());
    }

    private static void put(SlotTrie<String> trie, Words words, String element) {
        trie.put(words.slot(Words.key(element)), words.hash(element), element);
    }

    @Test
    void an_empty_trie_answers_and_a_wrong_cursor_is_refused() {
        SlotTrie<String> trie = new SlotTrie<>(Words.KEYED_HASH, new Epoch());
        assertEquals(0, trie.scan(0, 10, element -> {}));
        assertEquals(0, trie.scan(DOUBLE_EXACT - 1, 10, element -> {}));
        assertThrows(IllegalArgumentException.class, () -> trie.scan(DOUBLE_EXACT, 10, element -> {}));
        assertThrows(IllegalArgumentException.class, () -> trie.scan(-1, 10, element -> {}));
        assertThrows(IndexOutOfBoundsException.class, () -> trie.byIndex(0));
        assertThrows(IndexOutOfBoundsException.class, () -> trie.put(Slots.COUNT, 0, "x"));
        assertNull(get(trie, Words.KEYED_HASH, "absent"));
        assertNull(remove(trie, Words.KEYED_HASH, "absent"));
        assertTrue(trie.freeze().isEmpty());
    }

    private static Comparator<String> order(Words words) {
        Comparator<String> bySlot = Comparator.comparingInt(element -> words.slot(Words.key(element)));
        Comparator<String> byHash = (left, right) -> Long.compareUnsigned(words.hash(left), words.hash(right));
        return bySlot.thenComparing(byHash).thenComparing(words::compare);
    }

    private static @Nullable String get(SlotTrieView<String> trie, Words words, String key) {
        byte[] bytes = Words.bytes(key);
        return trie.get(words.slot(key), words.hash(key), bytes, 0, bytes.length);
    }

    private static @Nullable String remove(SlotTrie<String> trie, Words words, String key) {
        byte[] bytes = Words.bytes(key);
        return trie.remove(words.slot(key), words.hash(key), bytes, 0, bytes.length);
    }
}

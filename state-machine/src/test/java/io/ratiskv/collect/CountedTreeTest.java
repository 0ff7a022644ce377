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
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class CountedTreeTest {
    /** A deadline and a key, ordered by both; the tag does not take part. */
    private record Due(long atMillis, String key, int tag) {
        static final PrefixOrder<Due> ORDER = new ByTime();
    }

    private record ByTime() implements PrefixOrder<Due> {
        @Override
        public int compare(Due left, Due right) {
            int order = Long.compare(left.atMillis, right.atMillis);
            return order != 0 ? order : left.key.compareTo(right.key);
        }

        /** Of many elements the same. */
        @Override
        public long prefix(Due due) {
            return due.atMillis / 16;
        }
    }

    @Test
    void it_equals_a_tree_map_whatever_is_done_to_it() {
        for (long seed = 1; seed <= 6; seed++) compareWithTwin(seed);
    }

    private static void compareWithTwin(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        CountedTree<Due> tree = new CountedTree<>(Due.ORDER, new Epoch());
        NavigableMap<Due, Due> twin = new TreeMap<>(Due.ORDER);
        List<CountedTreeView<Due>> views = new ArrayList<>();
        List<List<Due>> contents = new ArrayList<>();
        String where = "seed " + seed;
        TreePrefetch<Due> prefetch = new TreePrefetch<>(Due.ORDER);
        int clock = 0;

        for (int step = 0; step < 30_000; step++) {
            // Stretches: random growth, ascending growth, random shrinking, popping.
            int phase = step / 3_000 % 4;
            clock++;
            Due due = new Due(phase == 1 ? 1_000_000 + clock : random.nextInt(8_000), "k" + random.nextInt(3), step);
            int choice = random.nextInt(1000);
            if (choice < 600) {
                switch (phase) {
                    case 0, 1 -> assertEquals(twin.put(due, due), put(tree, twin, due), where);
                    case 2 -> {
                        Due ceiling = twin.ceilingKey(due);
                        Due probe = ceiling == null ? due : ceiling;
                        assertEquals(twin.remove(probe), tree.remove(probe), where);
                    }
                    default -> {
                        if (random.nextBoolean()) assertEquals(value(twin.pollFirstEntry()), tree.pollFirst(), where);
                        else assertEquals(value(twin.pollLastEntry()), tree.pollLast(), where);
                    }
                }
            } else if (choice < 700) {
                assertEquals(twin.put(due, due), put(tree, twin, due), where);
            } else if (choice < 900) {
                assertBounds(twin, tree, due, where);
            } else if (choice < 902) {
                views.add(tree.freeze());
                contents.add(new ArrayList<>(twin.values()));
            } else if (choice < 903) {
                // Of elements that are there and others; it must not change anything.
                for (int i = 0; i < GroupPrefetch.SIZE; i++) {
                    prefetch.add(tree, random.nextInt(8_000) / 16);
                    prefetch.addHeld(tree, Due.ORDER.prefix(due));
                }
                prefetch.run();
            } else if (choice < 905 && !twin.isEmpty()) {
                removeRange(tree, twin, random);
            }
            assertEquals(twin.size(), tree.size(), where);
        }
        assertContent(new ArrayList<>(twin.values()), tree, where);
        for (int i = 0; i < views.size(); i++) assertContent(contents.get(i), views.get(i), where);
    }

    private static @Nullable Due put(CountedTree<Due> tree, NavigableMap<Due, Due> twin, Due due) {
        Due displaced = tree.put(due);
        assertSame(due, tree.get(due));
        // A map keeps the key it had; the tree's element is key and value in one.
        twin.remove(due);
        twin.put(due, due);
        return displaced;
    }

    private static void removeRange(CountedTree<Due> tree, NavigableMap<Due, Due> twin, SplittableRandom random) {
        int from = random.nextInt(twin.size() + 1);
        int most = random.nextInt(4) == 0 ? twin.size() : 200;
        int to = Math.min(twin.size(), from + random.nextInt(most + 1));
        tree.removeRange(from, to);
        List<Due> removed = new ArrayList<>(twin.values()).subList(from, to);
        removed.forEach(twin::remove);
    }

    private static void assertBounds(NavigableMap<Due, Due> twin, CountedTree<Due> tree, Due probe, String where) {
        assertEquals(twin.get(probe), tree.get(probe), where);
        // Counting in a TreeMap takes linear time: check by the neighbours instead.
        int lower = tree.lowerBound(probe);
        int upper = tree.upperBound(probe);
        boolean present = twin.containsKey(probe);
        assertEquals(present ? lower : -1, tree.rankOf(probe), where);
        assertEquals(present ? lower + 1 : lower, upper, where);
        assertEquals(lower == 0 ? null : tree.byIndex(lower - 1), twin.lowerKey(probe), where);
        assertEquals(upper == tree.size() ? null : tree.byIndex(upper), twin.higherKey(probe), where);
        assertEquals(lower, tree.countWhile(element -> Due.ORDER.compare(element, probe) < 0), where);
        assertEquals(twin.isEmpty() ? null : twin.firstKey(), tree.first(), where);
        assertEquals(twin.isEmpty() ? null : twin.lastKey(), tree.last(), where);
    }

    private static @Nullable Due value(Map.@Nullable Entry<Due, Due> entry) {
        return entry == null ? null : entry.getValue();
    }

    static <E> void assertContent(List<E> expected, CountedView<E> sequence, String where) {
        assertEquals(expected.size(), sequence.size(), where);
        assertEquals(expected, HashTrieTest.list(sequence), where);
        List<E> reversed = new ArrayList<>();
        sequence.descending(sequence.size() - 1).forEachRemaining(reversed::add);
        Collections.reverse(reversed);
        assertEquals(expected, reversed, where);
        for (int i = 0; i < expected.size(); i++) assertEquals(expected.get(i), sequence.byIndex(i), where);
    }

    @Test
    void a_tree_built_from_sorted_elements_is_like_one_filled_singly() {
        for (int size : new int[] {0, 1, 2, 63, 64, 65, 128, 4_095, 4_096, 4_097, 20_000}) {
            TreeSet<Integer> twin = new TreeSet<>();
            for (int i = 0; i < size; i++) twin.add(i * 2);
            CountedTree<Integer> tree = CountedTree.fromSorted(Comparator.naturalOrder(), new Epoch(), twin);
            assertContent(new ArrayList<>(twin), tree, "size " + size);
            SplittableRandom random = new SplittableRandom(size);
            for (int i = 0; i < 3_000; i++) {
                int element = random.nextInt(2 * size + 10);
                if (random.nextBoolean()) assertEquals(!twin.add(element), tree.put(element) != null, "size " + size);
                else assertEquals(twin.remove(element), tree.remove(element) != null, "size " + size);
            }
            assertContent(new ArrayList<>(twin), tree, "size " + size);
        }
    }

    @Test
    void elements_out_of_order_are_not_taken_for_sorted() {
        Comparator<Integer> order = Comparator.naturalOrder();
        assertThrows(
                IllegalArgumentException.class, () -> CountedTree.fromSorted(order, new Epoch(), List.of(1, 3, 2)));
        assertThrows(IllegalArgumentException.class, () -> CountedTree.fromSorted(order, new Epoch(), List.of(1, 1)));
    }

    @Test
    void ranges_are_walked_both_ways_from_any_rank() {
        CountedTree<Integer> tree = new CountedTree<>(Comparator.naturalOrder(), new Epoch());
        for (int i = 0; i < 1_000; i++) tree.put(i);
        for (int from = 0; from <= 1_000; from += 7) {
            Iterator<Integer> up = tree.ascending(from);
            for (int i = from; i < 1_000; i++) assertEquals(i, up.next());
            assertFalse(up.hasNext());
            Iterator<Integer> down = tree.descending(from - 1);
            for (int i = from - 1; i >= 0; i--) assertEquals(i, down.next());
            assertFalse(down.hasNext());
        }
    }

    @Test
    void what_is_out_of_range_is_refused() {
        CountedTree<Integer> tree = new CountedTree<>(Comparator.naturalOrder(), new Epoch());
        assertThrows(IndexOutOfBoundsException.class, () -> tree.byIndex(0));
        assertThrows(IndexOutOfBoundsException.class, () -> tree.removeAt(0));
        assertThrows(IndexOutOfBoundsException.class, () -> tree.removeRange(0, 1));
        assertThrows(IndexOutOfBoundsException.class, () -> tree.ascending(1));
        assertThrows(IndexOutOfBoundsException.class, () -> tree.descending(0));
        assertFalse(tree.descending(-1).hasNext());
        assertNull(tree.pollFirst());
        assertNull(tree.first());
        assertNull(tree.get(5));
        assertEquals(-1, tree.rankOf(5));
        tree.removeRange(0, 0);
        assertTrue(tree.isEmpty());
    }

    @Test
    void a_nested_tree_is_copied_only_when_it_is_older_than_the_epoch() {
        Epoch epoch = new Epoch();
        CountedTree<Integer> tree = new CountedTree<>(Comparator.naturalOrder(), epoch);
        for (int i = 0; i < 200; i++) tree.put(i);
        assertSame(tree, tree.writable());
        epoch.raise();
        CountedTree<Integer> successor = tree.writable();
        assertNotSame(tree, successor);
        successor.put(1_000);
        successor.removeRange(0, 100);
        assertEquals(200, HashTrieTest.list(tree).size());
        assertEquals(101, HashTrieTest.list(successor).size());
    }
}

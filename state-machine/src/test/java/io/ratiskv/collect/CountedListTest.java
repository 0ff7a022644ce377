package io.ratiskv.collect;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class CountedListTest {
    @Test
    void it_equals_an_array_list_whatever_is_done_to_it() {
        for (long seed = 1; seed <= 6; seed++) compareWithTwin(seed);
    }

    private static void compareWithTwin(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        CountedList<Integer> list = new CountedList<>(new Epoch());
        List<Integer> twin = new ArrayList<>();
        List<CountedView<Integer>> views = new ArrayList<>();
        List<List<Integer>> contents = new ArrayList<>();
        String where = "seed " + seed;

        for (int step = 0; step < 30_000; step++) {
            // Stretches: at the ends, in the middle, shrinking.
            int phase = step / 3_000 % 3;
            int choice = random.nextInt(1000);
            int index = random.nextInt(twin.size() + 1);
            if (choice < 600 && phase == 0) {
                if (random.nextBoolean()) {
                    list.addFirst(step);
                    twin.add(0, step);
                } else {
                    list.addLast(step);
                    twin.add(step);
                }
            } else if (choice < 700 && phase < 2) {
                list.insert(index, step);
                twin.add(index, step);
            } else if (choice < 900 && index < twin.size()) {
                assertEquals(twin.remove(/* index */ index), list.removeAt(index), where);
            } else if (choice < 990 && index < twin.size()) {
                assertEquals(twin.set(index, step), list.set(index, step), where);
                assertEquals(twin.get(index), list.byIndex(index), where);
            } else if (choice < 993) {
                views.add(list.freeze());
                contents.add(new ArrayList<>(twin));
            } else if (choice < 996) {
                int to = Math.min(twin.size(), index + random.nextInt(random.nextInt(10) == 0 ? 3_000 : 150));
                list.removeRange(index, to);
                twin.subList(index, to).clear();
            } else if (choice < 998 && !twin.isEmpty()) {
                assertEquals(twin.removeFirst(), list.pollFirst(), where);
            } else if (!twin.isEmpty()) {
                assertEquals(twin.removeLast(), list.pollLast(), where);
            }
            assertEquals(twin.size(), list.size(), where);
        }
        CountedTreeTest.assertContent(twin, list, where);
        for (int i = 0; i < views.size(); i++) CountedTreeTest.assertContent(contents.get(i), views.get(i), where);
    }

    @Test
    void a_list_built_at_once_is_like_one_filled_singly() {
        for (int size : new int[] {0, 1, 64, 65, 5_000}) {
            List<Integer> twin = new ArrayList<>();
            for (int i = 0; i < size; i++) twin.add(i);
            CountedList<Integer> list = CountedList.fromAll(new Epoch(), twin);
            list.insert(size / 2, -1);
            twin.add(size / 2, -1);
            CountedTreeTest.assertContent(twin, list, "size " + size);
        }
    }

    @Test
    void a_queue_of_any_length_is_drained_from_either_end() {
        CountedList<Integer> list = new CountedList<>(new Epoch());
        for (int i = 0; i < 10_000; i++) list.addLast(i);
        for (int i = 0; i < 5_000; i++) assertEquals(i, list.pollFirst());
        for (int i = 9_999; i >= 5_000; i--) assertEquals(i, list.pollLast());
        assertEquals(0, list.size());
        list.addFirst(1);
        CountedTreeTest.assertContent(List.of(1), list, "after draining");
    }

    @Test
    void a_nested_list_is_copied_only_when_it_is_older_than_the_epoch() {
        Epoch epoch = new Epoch();
        CountedList<Integer> list = CountedList.fromAll(epoch, List.of(1, 2, 3));
        assertSame(list, list.writable());
        epoch.raise();
        CountedList<Integer> successor = list.writable();
        assertNotSame(list, successor);
        successor.set(0, 9);
        CountedTreeTest.assertContent(List.of(1, 2, 3), list, "old");
        CountedTreeTest.assertContent(List.of(9, 2, 3), successor, "new");
    }

    @Test
    void what_is_out_of_range_is_refused() {
        CountedList<Integer> list = new CountedList<>(new Epoch());
        assertThrows(IndexOutOfBoundsException.class, () -> list.set(0, 1));
        assertThrows(IndexOutOfBoundsException.class, () -> list.insert(1, 1));
        assertThrows(IndexOutOfBoundsException.class, () -> list.removeAt(0));
    }
}

package io.ratiskv.value;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.ListEnd;
import io.ratiskv.collect.Epoch;
import io.ratiskv.collect.KeyedHash;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A list in either shape is a list; which shape it has follows Redis 7.2. */
class ListValueTest {
    private final Epoch epoch = new Epoch();

    private Shapes shapes(long limit) {
        Limits limits = Limits.STANDARD.with(Limit.LIST_PACK, limit);
        return new Shapes(epoch, new KeyedHash(1, 2), limits);
    }

    @Test
    void a_list_is_compact_up_to_a_number_of_elements_and_again_from_half_of_it() {
        Shapes shapes = shapes(6);
        ListValue list = of(shapes, "a", "b", "c", "d", "e", "f");
        assertTrue(list.isCompact());
        list = list.push(ListEnd.TAIL, words("g"), shapes);
        assertFalse(list.isCompact());
        list = list.removeRange(0, 3, shapes);
        assertFalse(list.isCompact());
        assertEquals(4, list.size());
        list = list.removeRange(0, 1, shapes);
        assertTrue(list.isCompact());
        assertEquals("[e, f, g]", told(list));
    }

    @Test
    void the_element_that_is_put_counts_beside_the_one_it_displaces() {
        Shapes shapes = shapes(3);
        assertTrue(of(shapes, "a", "b").set(0, Bytes.of("x"), shapes).isCompact());
        assertFalse(of(shapes, "a", "b", "c").set(0, Bytes.of("x"), shapes).isCompact());
    }

    @Test
    void a_list_is_compact_up_to_the_bytes_a_listpack_takes() {
        Shapes shapes = shapes(-1);
        // 7 bytes of head and end, and for each: 1 or 2 bytes of kind, its bytes, 1 or 2 bytes of length.
        assertTrue(of(shapes, "x".repeat(4096 - 7)).isCompact());
        assertFalse(of(shapes, "x".repeat(4096 - 6)).isCompact());
        assertTrue(of(shapes, "x".repeat(4080), "yyyyy").isCompact());
        assertFalse(of(shapes, "x".repeat(4080), "yyyyyy").isCompact());
        // An integer takes two bytes up to 127, three up to 4095, and so on, but comes with all its digits.
        String[] small = Collections.nCopies(2044, "100").toArray(String[]::new);
        assertTrue(of(shapes, small).push(ListEnd.HEAD, words("1"), shapes).isCompact());
        assertFalse(of(shapes, small).push(ListEnd.HEAD, words("10"), shapes).isCompact());
        String[] large = Collections.nCopies(407, "-9223372036854775808").toArray(String[]::new);
        assertTrue(of(shapes, large)
                .push(ListEnd.HEAD, words("x".repeat(19)), shapes)
                .isCompact());
        assertFalse(of(shapes, large)
                .push(ListEnd.HEAD, words("x".repeat(20)), shapes)
                .isCompact());
    }

    @Test
    void a_list_outgrown_by_bytes_is_compact_again_from_half_of_them() {
        Shapes shapes = shapes(-1);
        String[] words = {"x".repeat(2036), "y".repeat(2036), "z"};
        assertTrue(of(shapes, words).isCompact());
        // 2040 bytes of each long one, 3 of the short one: 2048 is half.
        assertTrue(grown(shapes, words).removeRange(1, 4, shapes).isCompact());
        assertFalse(grown(shapes, words).removeRange(1, 3, shapes).isCompact());
        assertFalse(grown(shapes, words).set(0, Bytes.of(""), shapes).isCompact());
        assertTrue(grown(shapes, words)
                .set(3, Bytes.of(""), shapes)
                .set(0, Bytes.of("x".repeat(2000)), shapes)
                .set(1, Bytes.of("1"), shapes)
                .isCompact());
    }

    /** With one more, which is too much. */
    private ListValue grown(Shapes shapes, String... words) {
        ListValue grown = of(shapes, words).push(ListEnd.TAIL, words("z".repeat(20)), shapes);
        assertFalse(grown.isCompact());
        return grown;
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void both_shapes_agree_with_an_array_list_and_on_their_cost(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        Shapes everCompact = shapes(-5);
        Shapes mostlyLarge = shapes(1);
        ListValue compact = ListValue.empty();
        ListValue large = ListValue.empty();
        List<Bytes> model = new ArrayList<>();
        for (int i = 0; i < 3_000; i++) {
            int size = model.size();
            int index = random.nextInt(size + 1);
            int choice = random.nextInt(10);
            if (choice < 4) {
                ListEnd end = random.nextBoolean() ? ListEnd.HEAD : ListEnd.TAIL;
                List<Bytes> more = List.of(element(random), element(random));
                compact = compact.push(end, more, everCompact);
                large = large.push(end, more, mostlyLarge);
                more.forEach(element -> model.add(end == ListEnd.HEAD ? 0 : model.size(), element));
            } else if (choice < 6) {
                Bytes element = element(random);
                compact = compact.insert(index, element, everCompact);
                large = large.insert(index, element, mostlyLarge);
                model.add(index, element);
            } else if (choice < 8 && index < size) {
                Bytes element = element(random);
                compact = compact.set(index, element, everCompact);
                large = large.set(index, element, mostlyLarge);
                model.set(index, element);
            } else if (choice < 9) {
                int to = index + random.nextInt(Math.min(size - index, size > 150 ? 100 : 6) + 1);
                compact = compact.removeRange(index, to, everCompact);
                large = large.removeRange(index, to, mostlyLarge);
                model.subList(index, to).clear();
            } else {
                Bytes element = element(random);
                int[] indexes = IntStream.range(0, size)
                        .filter(at -> model.get(at).equals(element))
                        .toArray();
                compact = compact.removeAll(indexes, everCompact);
                large = large.removeAll(indexes, mostlyLarge);
                model.removeIf(element::equals);
            }
            if (random.nextInt(50) == 0) {
                epoch.raise();
            }
            String where = "seed " + seed + ", step " + i;
            assertEquals(model.size(), compact.size(), where);
            assertEquals(compact.cost(), large.cost(), where);
            if (!model.isEmpty()) {
                int asked = random.nextInt(model.size());
                assertEquals(model.get(asked), compact.at(asked), where);
                assertEquals(model.get(asked), large.at(asked), where);
            }
        }
        for (ListValue list : List.of(compact, large)) {
            int from = random.nextInt(model.size());
            assertEquals(model.subList(from, model.size()), all(list.ascending(from)), "seed " + seed);
            assertEquals(model.subList(0, from + 1).reversed(), all(list.descending(from)), "seed " + seed);
            assertEquals(model, all(rebuilt(list, mostlyLarge).ascending(0)), "seed " + seed);
            assertEquals(list.isCompact(), rebuilt(list, mostlyLarge).isCompact());
            assertEquals(list.cost(), rebuilt(list, mostlyLarge).cost());
        }
    }

    private static Bytes element(SplittableRandom random) {
        return random.nextBoolean() ? Bytes.of(random.nextInt(20)) : Bytes.of("e".repeat(random.nextInt(30)));
    }

    private static ListValue rebuilt(ListValue list, Shapes shapes) {
        ListBuilder builder = new ListBuilder(list.isCompact(), shapes);
        list.ascending(0).forEachRemaining(builder::add);
        return builder.build();
    }

    @Test
    void removing_many_leaves_the_others_in_order() {
        Shapes shapes = shapes(4);
        ListValue list = ListValue.empty();
        for (int i = 0; i < 1_000; i++) {
            list = list.push(ListEnd.TAIL, List.of(Bytes.of(i)), shapes);
        }
        int[] odd = IntStream.range(0, 500).map(i -> 2 * i + 1).toArray();
        ListValue even = list.removeAll(odd, shapes);
        assertEquals(500, even.size());
        assertEquals(Bytes.of(998), even.at(499));
        assertEquals("[0]", told(even.removeAll(IntStream.range(1, 500).toArray(), shapes)));
        assertTrue(even.removeAll(IntStream.range(0, 500).toArray(), shapes).isEmpty());
    }

    @Test
    void a_value_of_an_older_epoch_is_never_changed() {
        Shapes shapes = shapes(4);
        ListValue list =
                of(shapes, IntStream.range(0, 300).mapToObj(Integer::toString).toArray(String[]::new));
        String before = told(list);
        ListValue old = list;
        epoch.raise();
        for (int i = 0; i < 200; i++) {
            list = list.set(i, Bytes.of("x"), shapes).insert(i, Bytes.of("y"), shapes);
            list = list.removeRange(i + 1, i + 3, shapes).push(ListEnd.HEAD, words("z"), shapes);
        }
        assertEquals(before, told(old));
    }

    private ListValue of(Shapes shapes, String... elements) {
        ListValue list = ListValue.empty();
        for (String element : elements) {
            list = list.push(ListEnd.TAIL, words(element), shapes);
        }
        return list;
    }

    private static List<Bytes> words(String... words) {
        return Arrays.stream(words).map(Bytes::of).toList();
    }

    private static List<Bytes> all(java.util.Iterator<Bytes> elements) {
        List<Bytes> all = new ArrayList<>();
        elements.forEachRemaining(all::add);
        return all;
    }

    private static String told(ListValue list) {
        return all(list.ascending(0)).stream().map(Bytes::utf8).toList().toString();
    }
}

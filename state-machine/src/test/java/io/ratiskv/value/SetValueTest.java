package io.ratiskv.value;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ratiskv.api.Bytes;
import io.ratiskv.collect.Epoch;
import io.ratiskv.collect.KeyedHash;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A set in any shape is a set; which shape it has follows from what was added, as in Redis 7.2. */
class SetValueTest {
    private final Epoch epoch = new Epoch();
    private final Shapes shapes = shapes(/* integers= */ 6, /* entries= */ 4, /* valueBytes= */ 8);

    private Shapes shapes(long integers, long entries, long valueBytes) {
        Limits limits = Limits.STANDARD
                .with(Limit.SET_INTEGERS, integers)
                .with(Limit.SET_ENTRIES, entries)
                .with(Limit.SET_VALUE_BYTES, valueBytes);
        return new Shapes(epoch, new KeyedHash(1, 2), limits);
    }

    @Test
    void integers_are_kept_ascending() {
        assertEquals("intset [-3, 0, 5, 12]", told(of("5", "-3", "12", "0", "5")));
        assertEquals("intset [-3, 5]", told(of("5", "-3", "12").remove(Bytes.of("12"), shapes)));
    }

    @Test
    void what_is_not_spelled_as_an_integer_is_none() {
        for (String text : List.of("", "x", "01", "-0", "+1", " 1", "1.0", "9223372036854775808")) {
            assertFalse(isInteger(text), text);
        }
        for (String text : List.of("0", "-1", "9223372036854775807", "-9223372036854775808")) {
            assertTrue(isInteger(text), text);
        }
    }

    private boolean isInteger(String text) {
        return of("7").add(Bytes.of(text), shapes).shape() == SetShape.INTEGERS;
    }

    @Test
    void a_word_makes_a_few_integers_compact() {
        assertEquals("listpack [1, 2, a]", told(of("2", "1", "a")));
        assertEquals("listpack [1, 2, 3, a]", told(of("3", "2", "1", "a")));
        assertEquals(SetShape.TRIE, of("4", "3", "2", "1", "a").shape());
        assertEquals(SetShape.TRIE, of("1", "123456789x").shape());
        assertEquals(SetShape.TRIE, of("123456789", "a").shape());
        assertEquals(SetShape.TRIE, of("-12345678", "a").shape());
    }

    @Test
    void one_member_too_many_ends_a_shape_for_good() {
        assertEquals(SetShape.INTEGERS, of("1", "2", "3", "4", "5", "6").shape());
        SetValue integers = of("1", "2", "3", "4", "5", "6", "7");
        assertEquals(SetShape.TRIE, integers.shape());
        assertEquals(SetShape.TRIE, integers.remove(Bytes.of("7"), shapes).shape());
        assertEquals(SetShape.COMPACT, of("a", "b", "c", "d", "a").shape());
        assertEquals(SetShape.TRIE, of("a", "b", "c", "d", "e").shape());
        assertEquals(SetShape.TRIE, of("a", "123456789").shape());
        assertEquals(
                SetShape.COMPACT, of("a", "1").remove(Bytes.of("a"), shapes).shape());
    }

    @Test
    void many_members_at_once_decide_the_shape_before_the_first() {
        assertEquals(SetShape.INTEGERS, empty("1", 6).shape());
        assertEquals(SetShape.TRIE, empty("1", 7).shape());
        assertEquals(SetShape.COMPACT, empty("a", 4).shape());
        assertEquals(SetShape.TRIE, empty("a", 5).shape());
        assertEquals(SetShape.TRIE, of("a").roomFor(5, shapes).shape());
        assertEquals(SetShape.COMPACT, of("a").roomFor(4, shapes).shape());
        assertEquals(SetShape.TRIE, of("1").roomFor(7, shapes).shape());
        assertEquals(SetShape.INTEGERS, of("1").roomFor(6, shapes).shape());
    }

    @Test
    void what_two_sets_have_in_common_is_kept_as_integers_if_it_can_be() {
        SetValue words = of("a", "b", "1", "2", "3");
        SetValue others = of("1", "3", "b", "c", "d", "e");
        assertEquals("intset [1, 3]", told(SetAlgebra.intersection(List.of(of("3", "1"), others), shapes)));
        assertEquals("intset [1, 3]", told(SetAlgebra.intersection(List.of(words, others, of("z", "1", "3")), shapes)));
        assertEquals(
                SetShape.COMPACT,
                SetAlgebra.intersection(List.of(words, others), shapes).shape());
        assertEquals(Set.of("1", "3", "b"), Set.copyOf(texts(SetAlgebra.intersection(List.of(words, others), shapes))));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void all_shapes_agree_with_a_set_and_on_their_cost(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        boolean integersAlone = random.nextBoolean();
        Shapes everSmall = shapes(Long.MAX_VALUE, Long.MAX_VALUE, Long.MAX_VALUE);
        SetValue small = SetValue.empty();
        SetValue trie = TrieSet.empty(shapes);
        Set<Bytes> model = new LinkedHashSet<>();
        for (int i = 0; i < 3_000; i++) {
            Bytes member = member(random, integersAlone);
            if (random.nextInt(3) > 0) {
                small = small.add(member, everSmall);
                trie = trie.add(member, shapes);
                model.add(member);
            } else {
                small = small.remove(member, everSmall);
                trie = trie.remove(member, shapes);
                model.remove(member);
            }
            if (random.nextInt(50) == 0) {
                epoch.raise();
            }
            String where = "seed " + seed + ", step " + i;
            Bytes asked = member(random, integersAlone);
            assertEquals(model.contains(asked), small.contains(asked), where);
            assertEquals(model.contains(asked), trie.contains(asked), where);
            assertEquals(model.size(), small.size(), where);
            assertEquals(small.cost(), trie.cost(), where);
        }
        assertEquals(new TreeSet<>(model), new TreeSet<>(members(small)), "seed " + seed);
        assertEquals(new TreeSet<>(model), new TreeSet<>(members(trie)), "seed " + seed);
        assertSteps(small, seed);
        assertSteps(trie, seed);
        assertEquals(told(small), told(rebuilt(small)), "seed " + seed);
        assertEquals(told(trie), told(rebuilt(trie)), "seed " + seed);
    }

    private static Bytes member(SplittableRandom random, boolean integersAlone) {
        boolean integer = integersAlone || random.nextInt(3) == 0;
        return integer ? Bytes.of(random.nextLong(-30, 30)) : Bytes.of("m".repeat(random.nextInt(40)));
    }

    private SetValue rebuilt(SetValue set) {
        SetBuilder builder = new SetBuilder(set.shape(), shapes);
        set.forEach(builder::add);
        return builder.build();
    }

    @ParameterizedTest
    @ValueSource(longs = {5, 6, 7, 8})
    void the_algebra_is_that_of_sets(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        for (int round = 0; round < 200; round++) {
            List<SetValue> sets = new ArrayList<>();
            List<Set<Bytes>> models = new ArrayList<>();
            for (int i = random.nextInt(1, 4); i > 0; i--) {
                SetValue set = SetValue.empty();
                for (int j = random.nextInt(random.nextBoolean() ? 40 : 4); j > 0; j--) {
                    set = set.add(member(random, random.nextInt(4) == 0), shapes);
                }
                sets.add(set);
                models.add(new TreeSet<>(members(set)));
            }
            Set<Bytes> union = new TreeSet<>();
            models.forEach(union::addAll);
            Set<Bytes> intersection = new TreeSet<>(models.getFirst());
            models.forEach(intersection::retainAll);
            Set<Bytes> difference = new TreeSet<>(models.getFirst());
            models.subList(1, models.size()).forEach(difference::removeAll);
            String where = "seed " + seed + ", round " + round;
            assertEquals(union, new TreeSet<>(members(SetAlgebra.union(sets, shapes))), where);
            assertEquals(intersection, new TreeSet<>(members(SetAlgebra.intersection(sets, shapes))), where);
            assertEquals(difference, new TreeSet<>(members(SetAlgebra.difference(sets, shapes))), where);
            int limit = random.nextInt(1, 5);
            assertEquals(
                    Math.min(limit, intersection.size()), SetAlgebra.forEachCommon(sets, limit, member -> {}), where);
        }
    }

    @Test
    void a_value_of_an_older_epoch_is_never_changed() {
        SetValue set = SetValue.empty();
        for (int i = 0; i < 200; i++) {
            set = set.add(Bytes.of("m" + i), shapes);
        }
        String before = told(set);
        SetValue old = set;
        epoch.raise();
        for (int i = 0; i < 200; i += 2) {
            set = set.add(Bytes.of("n" + i), shapes);
            set = set.remove(Bytes.of("m" + i), shapes);
        }
        assertEquals(before, told(old));
        assertFalse(set.contains(Bytes.of("m0")));
    }

    @Test
    void a_cursor_that_no_step_returned_ends_the_scan() {
        SetValue trie = SetValue.empty();
        for (int i = 0; i < 100; i++) {
            trie = trie.add(Bytes.of("m" + i), shapes);
        }
        for (SetValue set : List.of(trie, of("a", "b"), of("1", "2"))) {
            assertEquals(0, set.scan(-1, 1, member -> {}));
            assertEquals(0, set.scan(Long.MAX_VALUE, 1, member -> {}));
        }
    }

    /** Ranks and cursors tell every member once, in order. */
    private static void assertSteps(SetValue set, long seed) {
        List<Bytes> byRank = IntStream.range(0, set.size()).mapToObj(set::at).toList();
        List<Bytes> scanned = new ArrayList<>();
        long cursor = 0;
        do {
            cursor = set.scan(cursor, 3, scanned::add);
        } while (cursor != 0);
        assertEquals(members(set), byRank, "seed " + seed);
        assertEquals(members(set), scanned, "seed " + seed);
    }

    private SetValue empty(String first, int members) {
        return SetValue.empty(Bytes.of(first), members, shapes);
    }

    private SetValue of(String... members) {
        SetValue set = SetValue.empty(Bytes.of(members[0]), 1, shapes);
        for (String member : members) {
            set = set.add(Bytes.of(member), shapes);
        }
        return set;
    }

    private static List<Bytes> members(SetValue set) {
        List<Bytes> members = new ArrayList<>();
        set.forEach(members::add);
        return members;
    }

    private static List<String> texts(SetValue set) {
        return members(set).stream().map(Bytes::utf8).toList();
    }

    private static String told(SetValue set) {
        return set.encoding() + " " + texts(set);
    }
}

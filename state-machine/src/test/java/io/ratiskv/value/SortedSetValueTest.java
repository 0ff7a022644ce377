package io.ratiskv.value;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ratiskv.api.Bytes;
import io.ratiskv.collect.Epoch;
import io.ratiskv.collect.KeyedHash;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A sorted set in either shape is a map of scores and a set in their order. */
class SortedSetValueTest {
    private final Epoch epoch = new Epoch();
    private final Shapes shapes = shapes(4, 8);
    private final Shapes everCompact = shapes(Long.MAX_VALUE, Long.MAX_VALUE);

    /** What the naive twin holds. */
    private record Scored(Bytes member, double score) {
        static final Comparator<Scored> ORDER = Comparator.comparingDouble((Scored scored) -> scored.score + 0.0)
                .thenComparing(Scored::member);
    }

    private Shapes shapes(long entriesMax, long bytesMax) {
        Limits limits = Limits.STANDARD
                .with(Limit.SORTED_SET_ENTRIES, entriesMax)
                .with(Limit.SORTED_SET_MEMBER_BYTES, bytesMax);
        return new Shapes(epoch, new KeyedHash(1, 2), limits);
    }

    @Test
    void one_member_too_many_ends_the_compact_shape_for_good() {
        SortedSetValue set = SortedSetValue.empty();
        for (int i = 0; i < 4; i++) {
            set = put(set, "m" + i, i);
        }
        set = put(set, "m0", 9);
        assertTrue(set.isCompact());
        set = put(set, "m4", 4);
        assertFalse(set.isCompact());
        set = set.remove(Bytes.of("m4"));
        assertFalse(set.isCompact());
        assertEquals("[m1=1.0, m2=2.0, m3=3.0, m0=9.0]", told(set));
    }

    @Test
    void a_long_member_ends_the_compact_shape() {
        assertTrue(put(SortedSetValue.empty(), "12345678", 1).isCompact());
        assertFalse(put(SortedSetValue.empty(), "123456789", 1).isCompact());
    }

    @Test
    void a_compact_set_keeps_every_score() {
        List<Double> scores = new ArrayList<>(List.of(
                0.0,
                0.5,
                -0.1,
                1e300,
                Double.MIN_VALUE,
                Double.MAX_VALUE,
                Double.POSITIVE_INFINITY,
                Double.NEGATIVE_INFINITY,
                (double) Long.MIN_VALUE,
                0x1p63));
        for (int power = 0; power < 63; power++) {
            double whole = 1L << power;
            scores.addAll(List.of(whole, whole - 1, whole + 0.5, -whole, -whole - 1));
        }
        for (double score : scores) {
            assertEquals(score, put(SortedSetValue.empty(), "m", score).score(Bytes.of("m")));
        }
        SortedSetValue all = SortedSetValue.empty();
        for (int i = 0; i < scores.size(); i++) all = all.put(Bytes.of("m" + i), scores.get(i), everCompact);
        assertTrue(all.isCompact());
        for (int i = 0; i < scores.size(); i++) assertEquals(scores.get(i), all.score(Bytes.of("m" + i)));
        assertEquals(0.0, put(SortedSetValue.empty(), "m", -0.0).score(Bytes.of("m")));
    }

    @Test
    void a_compact_set_is_scanned_at_once_and_a_foreign_cursor_ends_the_walk() {
        SortedSetValue set = put(put(SortedSetValue.empty(), "b", 1), "a", 2);
        List<Bytes> members = new ArrayList<>();
        assertEquals(0, set.scan(0, 1, (member, score) -> members.add(member)));
        assertEquals(0, set.scan(7, 1, (member, score) -> members.add(member)));
        assertEquals(List.of(Bytes.of("b"), Bytes.of("a")), members);
        SortedSetValue tree = put(put(put(set, "c", 3), "d", 4), "e", 5);
        assertEquals(0, tree.scan(-1, 1, (member, score) -> members.add(member)));
        assertEquals(0, tree.scan(Long.MAX_VALUE, 1, (member, score) -> members.add(member)));
        assertEquals(2, members.size());
    }

    @Test
    void members_of_a_snapshot_are_refused_twice_or_out_of_order() {
        SortedSetBuilder twice = new SortedSetBuilder(shapes);
        twice.add(Bytes.of("a"), 1);
        assertThrows(IllegalArgumentException.class, () -> twice.add(Bytes.of("a"), 2));
        SortedSetBuilder unordered = new SortedSetBuilder(shapes);
        unordered.add(Bytes.of("a"), 2);
        unordered.add(Bytes.of("b"), 1);
        assertThrows(IllegalArgumentException.class, () -> unordered.restore(true));
        assertThrows(IllegalArgumentException.class, () -> unordered.restore(false));
        assertThrows(IllegalArgumentException.class, () -> new SortedSetBuilder(shapes).restore(true));
        assertEquals("[b=1.0, a=2.0]", told(unordered.build()));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void both_shapes_agree_with_their_twins_and_on_their_cost(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        SortedSetValue compact = SortedSetValue.empty();
        SortedSetValue tree = TreeSortedSet.empty(shapes);
        Map<Bytes, Double> scores = new HashMap<>();
        TreeSet<Scored> ordered = new TreeSet<>(Scored.ORDER);
        int members = seed % 2 == 0 ? 30 : 400;
        for (int i = 0; i < 4_000; i++) {
            Bytes member = Bytes.of("m" + "x".repeat(random.nextInt(3)) + random.nextInt(members));
            switch (random.nextInt(8)) {
                case 0, 1 -> {
                    compact = compact.remove(member);
                    tree = tree.remove(member);
                    Double score = scores.remove(member);
                    ordered.removeIf(scored -> score != null && scored.member.equals(member));
                }
                case 2 -> {
                    if (random.nextInt(10) == 0) {
                        int from = random.nextInt(scores.size() + 1);
                        Ranks ranks = new Ranks(from, random.nextInt(from, scores.size() + 1));
                        compact = compact.remove(ranks);
                        tree = tree.remove(ranks);
                        for (Scored scored : new ArrayList<>(ordered).subList(ranks.from(), ranks.to())) {
                            ordered.remove(scored);
                            scores.remove(scored.member);
                        }
                    }
                }
                default -> {
                    double score = random.nextInt(20) == 0 ? Double.NEGATIVE_INFINITY : random.nextInt(-20, 20) / 2.0;
                    compact = compact.put(member, score, everCompact);
                    tree = tree.put(member, score, shapes);
                    Double old = scores.put(member, score);
                    if (old != null) {
                        ordered.remove(new Scored(member, old));
                    }
                    ordered.add(new Scored(member, score));
                }
            }
            if (random.nextInt(50) == 0) {
                epoch.raise();
            }
            String where = "seed " + seed + ", step " + i;
            List<Scored> model = new ArrayList<>(ordered);
            Bytes asked = Bytes.of("m" + random.nextInt(members));
            for (SortedSetValue set : List.of(compact, tree)) {
                assertEquals(model.size(), set.size(), where);
                assertEquals(scores.getOrDefault(asked, Double.NaN), set.score(asked), where);
                int rank = model.stream().map(Scored::member).toList().indexOf(asked);
                assertEquals(rank, set.rank(asked), where);
                if (i % 20 == 0) {
                    assertEquals(model, all(set, false), where);
                    assertRange(model, set, random, where);
                }
            }
            assertEquals(compact.cost(), tree.cost(), where);
        }
        assertSteps(tree, seed);
    }

    private static void assertRange(List<Scored> model, SortedSetValue set, SplittableRandom random, String where) {
        List<Scored> descending = new ArrayList<>(model);
        Collections.reverse(descending);
        assertEquals(descending, all(set, true), where);
        double min = random.nextInt(-22, 22) / 2.0;
        double max = min + random.nextInt(-2, 20) / 2.0;
        ScoreRange range = new ScoreRange(min, random.nextBoolean(), max, random.nextBoolean());
        List<Scored> within = model.stream()
                .filter(scored -> range.reachesMin(scored.score, new byte[0], 0, 0)
                        && range.staysWithinMax(scored.score, new byte[0], 0, 0))
                .toList();
        assertEquals(within, told(set, set.ranks(range, random.nextBoolean()), false), where + ", " + range);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void a_range_of_strings_is_the_same_in_both_shapes_and_from_both_ends(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        SortedSetValue compact = SortedSetValue.empty();
        SortedSetValue tree = TreeSortedSet.empty(shapes);
        TreeSet<Bytes> model = new TreeSet<>();
        for (int i = 0; i < 300; i++) {
            Bytes member = Bytes.of(Integer.toString(random.nextInt(1_000), 3));
            compact = compact.put(member, 7, everCompact);
            tree = tree.put(member, 7, shapes);
            model.add(member);
            LexRange range = new LexRange(bound(random), bound(random));
            List<Scored> within = model.stream()
                    .filter(it -> range.reachesMin(7, it.array(), it.offset(), it.length())
                            && range.staysWithinMax(7, it.array(), it.offset(), it.length()))
                    .map(it -> new Scored(it, 7))
                    .toList();
            for (SortedSetValue set : List.of(compact, tree)) {
                for (boolean fromEnd : new boolean[] {false, true}) {
                    Ranks ranks = set.ranks(range, fromEnd);
                    assertEquals(within, told(set, ranks, false), "seed " + seed + ", step " + i + ", " + range);
                }
            }
        }
    }

    private static LexRange.Bound bound(SplittableRandom random) {
        return switch (random.nextInt(8)) {
            case 0 -> LexRange.Bound.LOWEST;
            case 1 -> LexRange.Bound.HIGHEST;
            default -> LexRange.Bound.at(Bytes.of(Integer.toString(random.nextInt(1_000), 3)), random.nextBoolean());
        };
    }

    @Test
    void a_value_of_an_older_epoch_is_never_changed() {
        SortedSetValue set = SortedSetValue.empty();
        for (int i = 0; i < 500; i++) {
            set = put(set, "m" + i, i % 7);
        }
        String before = told(set);
        SortedSetValue old = set;
        epoch.raise();
        for (int i = 0; i < 500; i += 2) {
            set = put(set, "m" + i, i);
            set = set.remove(Bytes.of("m" + (i + 1)));
        }
        set = set.remove(new Ranks(10, 200));
        assertEquals(60, set.size());
        assertEquals(before, told(old));
        assertEquals(0, old.score(Bytes.of("m0")));
        assertEquals(500, old.size());
    }

    /** Cursors tell every member once, with its score. */
    private static void assertSteps(SortedSetValue set, long seed) {
        List<Scored> scanned = new ArrayList<>();
        long cursor = 0;
        do {
            cursor = set.scan(cursor, 3, (member, score) -> scanned.add(new Scored(member, score)));
        } while (cursor != 0);
        scanned.sort(Scored.ORDER);
        assertEquals(all(set, false), scanned, "seed " + seed);
    }

    private SortedSetValue put(SortedSetValue set, String member, double score) {
        return set.put(Bytes.of(member), score, shapes);
    }

    private static List<Scored> all(SortedSetValue set, boolean descending) {
        return told(set, new Ranks(0, set.size()), descending);
    }

    private static List<Scored> told(SortedSetValue set, Ranks ranks, boolean descending) {
        List<Scored> told = new ArrayList<>();
        if (descending) {
            set.forEachDescending(ranks, (member, score) -> told.add(new Scored(member, score)));
        } else {
            set.forEach(ranks, (member, score) -> told.add(new Scored(member, score)));
        }
        return told;
    }

    private static String told(SortedSetValue set) {
        List<String> told = new ArrayList<>();
        set.forEach((member, score) -> told.add(member + "=" + score));
        return told.toString();
    }
}

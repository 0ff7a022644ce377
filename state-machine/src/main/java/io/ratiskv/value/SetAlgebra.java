package io.ratiskv.value;

import io.ratiskv.api.Bytes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.StreamSupport;

/** What sets have in common, together, or alone. Stateless; any thread. */
public final class SetAlgebra {
    /** So many members are passed by in the time that one is searched for. */
    private static final int SEARCH_FACTOR = 16;

    private SetAlgebra() {}

    /** All members of any of the sets. */
    public static SetValue union(List<? extends Members> sets, Shapes shapes) {
        SetValue union = IntegerSet.EMPTY;
        for (Members set : sets) {
            for (Bytes member : set) {
                union = union.add(member, shapes);
            }
        }
        return union;
    }

    /** The members that all sets have. */
    public static SetValue intersection(List<? extends Members> sets, Shapes shapes) {
        SetValue[] common = {smallest(sets) instanceof IntegerSet ? IntegerSet.EMPTY : CompactSet.EMPTY};
        forEachCommon(sets, Integer.MAX_VALUE, member -> common[0] = common[0].add(member, shapes));
        return asIntegers(common[0], shapes);
    }

    /** The members of the first set that no other has. */
    public static SetValue difference(List<? extends Members> sets, Shapes shapes) {
        SetValue[] left = {IntegerSet.EMPTY};
        forEachLeft(sets, member -> left[0] = left[0].add(member, shapes));
        return left[0];
    }

    /**
     * Tells the members that all sets have, {@code limit} of them at most.
     *
     * @return how many were told
     */
    public static int forEachCommon(List<? extends Members> sets, int limit, Consumer<Bytes> visitor) {
        List<Members> bySize = new ArrayList<>(sets);
        bySize.sort(Comparator.comparingInt(Members::size));
        boolean alone = bySize.size() == 1;
        Iterator<Bytes> candidates =
                alone ? bySize.getFirst().iterator() : compared(bySize.getFirst(), bySize.get(1), /* common= */ true);
        List<Members> others = bySize.subList(alone ? 1 : 2, bySize.size());
        int told = 0;
        while (told < limit && candidates.hasNext()) {
            Bytes member = candidates.next();
            if (inAll(others, member)) {
                visitor.accept(member);
                told++;
            }
        }
        return told;
    }

    /** Tells the members of the first set that no other has. */
    public static void forEachLeft(List<? extends Members> sets, Consumer<Bytes> visitor) {
        List<Members> others = new ArrayList<>(sets.subList(1, sets.size()));
        others.sort(Comparator.comparingInt(Members::size));
        Iterator<Bytes> candidates = others.isEmpty()
                ? sets.getFirst().iterator()
                : compared(sets.getFirst(), others.removeLast(), /* common= */ false);
        while (candidates.hasNext()) {
            Bytes member = candidates.next();
            if (!inAny(others, member)) {
                visitor.accept(member);
            }
        }
    }

    private static boolean inAll(List<Members> sets, Bytes member) {
        for (Members set : sets) {
            if (!set.contains(member)) {
                return false;
            }
        }
        return true;
    }

    private static boolean inAny(List<Members> sets, Bytes member) {
        for (Members set : sets) {
            if (set.contains(member)) {
                return true;
            }
        }
        return false;
    }

    /** The members of one set that another has too, or those that it does not have, found in the cheaper way. */
    private static Iterator<Bytes> compared(Members set, Members other, boolean common) {
        if (set instanceof TrieSet one && other instanceof TrieSet two && two.size() / SEARCH_FACTOR <= one.size()) {
            return one.compared(two, common);
        }
        return StreamSupport.stream(set.spliterator(), /* parallel= */ false)
                .filter(member -> other.contains(member) == common)
                .iterator();
    }

    private static Members smallest(List<? extends Members> sets) {
        return sets.stream().min(Comparator.comparingInt(Members::size)).orElseThrow();
    }

    /** The set in the shape for integers, if it has no other members and not too many. */
    private static SetValue asIntegers(SetValue set, Shapes shapes) {
        if (set.size() > shapes.limits().of(Limit.SET_INTEGERS)) {
            return set;
        }
        SetValue integers = IntegerSet.EMPTY;
        for (Bytes member : set) {
            if (Numeral.parseLong(member).isEmpty()) {
                return set;
            }
            integers = integers.add(member, shapes);
        }
        return integers;
    }
}

package io.ratiskv.value;

import io.ratiskv.api.Bytes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Union, intersection and difference of members with scores. Stateless; any thread. */
public final class ScoreAlgebra {
    private ScoreAlgebra() {}

    /** Members whose scores count {@code weight} times. */
    public record Weighted(ScoredMembers members, double weight) {
        double weigh(double score) {
            double weighed = score * weight;
            // Nothing of infinity is nothing.
            return Double.isNaN(weighed) ? 0 : weighed;
        }
    }

    /** The members of any input. Scores are joined from the smallest input to the largest: sums of doubles depend on it. */
    public static SortedSetBuilder union(List<Weighted> inputs, Joining joining, Shapes shapes) {
        SortedSetBuilder union = new SortedSetBuilder(shapes);
        for (Weighted input : smallestFirst(inputs)) {
            input.members.forEach((member, score) -> union.join(member, input.weigh(score), joining));
        }
        return union;
    }

    /** The members of all inputs; scores as in {@link #union}. */
    public static SortedSetBuilder intersection(List<Weighted> inputs, Joining joining, Shapes shapes) {
        SortedSetBuilder intersection = new SortedSetBuilder(shapes);
        List<Weighted> sorted = smallestFirst(inputs);
        Weighted smallest = sorted.getFirst();
        List<Weighted> others = sorted.subList(1, sorted.size());
        smallest.members.forEach((member, score) -> {
            double joined = smallest.weigh(score);
            for (Weighted other : others) {
                double found = other.members.score(member);
                if (Double.isNaN(found)) {
                    return;
                }
                // Unlike in a union, what is not a number is only mended by a sum.
                joined = joining.join(joined, found * other.weight);
            }
            intersection.add(member, joined);
        });
        return intersection;
    }

    /** How many members all inputs have; {@code max} if there are more. */
    public static int intersectionSize(List<Weighted> inputs, long max) {
        List<Weighted> sorted = smallestFirst(inputs);
        List<Weighted> others = sorted.subList(1, sorted.size());
        int[] size = new int[1];
        sorted.getFirst().members.forEach((member, score) -> {
            if (size[0] < max && isInAll(others, member)) {
                size[0]++;
            }
        });
        return size[0];
    }

    /** The members of the first input that no other has, with their scores. */
    public static SortedSetBuilder difference(List<Weighted> inputs, Shapes shapes) {
        SortedSetBuilder difference = new SortedSetBuilder(shapes);
        List<Weighted> others = inputs.subList(1, inputs.size());
        inputs.getFirst().members.forEach((member, score) -> {
            if (!isInAny(others, member)) {
                difference.add(member, score);
            }
        });
        return difference;
    }

    private static List<Weighted> smallestFirst(List<Weighted> inputs) {
        List<Weighted> sorted = new ArrayList<>(inputs);
        sorted.sort(Comparator.comparingInt(input -> input.members.size()));
        return sorted;
    }

    private static boolean isInAll(List<Weighted> inputs, Bytes member) {
        for (Weighted input : inputs) {
            if (Double.isNaN(input.members.score(member))) {
                return false;
            }
        }
        return true;
    }

    private static boolean isInAny(List<Weighted> inputs, Bytes member) {
        for (Weighted input : inputs) {
            if (!Double.isNaN(input.members.score(member))) {
                return true;
            }
        }
        return false;
    }
}

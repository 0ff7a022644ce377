package io.ratiskv.command;

import io.ratiskv.api.Bytes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Puts elements in order, of which only the first so many are wanted: what can be none of them is let go again, so that
 * the first ten of a million cost little more than a look at each. Equals stay in the order they come. Confined to one
 * request.
 */
final class Sorter {
    /** So many candidates at least are gathered before they are sorted and the worst let go. */
    private static final int GATHERED_MIN = 1_000;

    private static final Comparator<Candidate> BY_NUMBER = (one, other) -> {
        if (one.number != other.number) {
            return one.number < other.number ? -1 : 1;
        }
        return one.element.compareTo(other.element);
    };

    private static final Comparator<Candidate> BY_TEXT =
            Comparator.comparing(Candidate::text, Comparator.nullsFirst(Comparator.naturalOrder()));

    /**
     * An element and what decides on its place.
     *
     * @param text null comes first
     */
    private record Candidate(
            Bytes element, double number, @Nullable Bytes text) {}

    private final Comparator<Candidate> order;
    private final int wanted;
    private final List<Candidate> candidates = new ArrayList<>();
    /** Who is not before this one is not wanted; null while that is not known. */
    private @Nullable Candidate last;

    private Sorter(Comparator<Candidate> order, boolean descending, int wanted) {
        this.order = descending ? order.reversed() : order;
        this.wanted = wanted;
    }

    /** By numbers, and where these are the same by the elements. */
    static Sorter byNumber(boolean descending, int wanted) {
        return new Sorter(BY_NUMBER, descending, wanted);
    }

    static Sorter byText(boolean descending, int wanted) {
        return new Sorter(BY_TEXT, descending, wanted);
    }

    void add(Bytes element, double number) {
        add(new Candidate(element, number, null));
    }

    void add(Bytes element, @Nullable Bytes text) {
        add(new Candidate(element, 0, text));
    }

    private void add(Candidate candidate) {
        if (last != null && order.compare(candidate, last) >= 0) {
            return;
        }
        candidates.add(candidate);
        if (candidates.size() - wanted >= Math.max(wanted, GATHERED_MIN)) {
            settle();
        }
    }

    /** The wanted ones, in order, or as many as there are. */
    List<Bytes> sorted() {
        settle();
        List<Bytes> sorted = new ArrayList<>(candidates.size());
        candidates.forEach(candidate -> sorted.add(candidate.element));
        return sorted;
    }

    private void settle() {
        candidates.sort(order);
        if (candidates.size() > wanted) {
            candidates.subList(wanted, candidates.size()).clear();
        }
        if (candidates.size() == wanted && wanted > 0) {
            last = candidates.getLast();
        }
    }
}

package io.ratiskv.value;

/** The members of the ranks {@code from} to {@code to - 1} of a sorted set, from 0; none if the two are equal. */
public record Ranks(int from, int to) {
    public static final Ranks NONE = new Ranks(0, 0);

    public Ranks {
        if (from < 0 || to < from) {
            throw new IllegalArgumentException("no ranks: " + from + " to " + to);
        }
    }

    public int count() {
        return to - from;
    }
}

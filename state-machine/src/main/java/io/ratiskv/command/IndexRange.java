package io.ratiskv.command;

/**
 * Indexes of a sequence, from one, inclusive, to another, exclusive; neither is beyond the sequence. Immutable.
 *
 * @param to {@code from} at least
 */
record IndexRange(int from, int to) {
    /** What {@code start} and {@code stop}, both inclusive and counted from the end if below 0, mean in so many elements. */
    static IndexRange of(long start, long stop, int size) {
        long from = Math.max(start < 0 ? size + start : start, 0);
        long last = Math.min(stop < 0 ? size + stop : stop, size - 1L);
        return from > last ? new IndexRange(0, 0) : new IndexRange((int) from, (int) last + 1);
    }

    int length() {
        return to - from;
    }
}

package io.ratiskv.cli.load;

/**
 * One SET or GET. Immutable.
 *
 * @param key its number
 * @param beginNanos when it should have been sent, by {@link System#nanoTime}: what is late is late for the client too,
 *     so waiting counts (coordinated omission, as Gil Tene calls it where it does not)
 * @param counts false while the load warms up
 */
record Operation(boolean sets, int key, long beginNanos, boolean counts) {
    long deadlineNanos(Load load) {
        return beginNanos + load.timeoutMillis() * 1_000_000;
    }
}

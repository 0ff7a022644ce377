package io.ratiskv.cli.load;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Hands out the operations and when each begins. Any thread.
 *
 * <p>Those that warm up have numbers below 0, and time is counted from when number 0 begins. Nothing begins before all
 * clients have connected: else the first operations of a paced load would be as late as the last connection.
 */
final class Schedule {
    /** Where a number is asked for: there is none. */
    static final long NONE = Long.MIN_VALUE;

    private static final double NANOS = 1e9;

    private final Load load;
    private final AtomicLong next;
    private volatile long startNanos;

    Schedule(Load load) {
        this.load = load;
        this.next = new AtomicLong(-load.warmUp());
    }

    /** The first operation may begin then. Before anything else is asked. */
    void start(long nanos) {
        startNanos = paced() ? nanos - sinceStart(-load.warmUp()) : nanos;
    }

    /** When the first operation that counts began, or will. */
    long startNanos() {
        return startNanos;
    }

    /** Whether operations begin at times of their own. */
    boolean paced() {
        return load.operationsPerSecond() > 0;
    }

    /** The number of the next operation; {@link #NONE} when there is none. */
    long take() {
        return take(0, /* onlyDue= */ false);
    }

    /** As {@link #take}, but {@link #NONE} as well when that operation does not begin yet. */
    long takeDue(long nowNanos) {
        return take(nowNanos, paced());
    }

    private long take(long nowNanos, boolean onlyDue) {
        while (true) {
            long number = next.get();
            if (number >= load.operations() || onlyDue && beginNanos(number) - nowNanos > 0) return NONE;
            if (number == 0 && !paced()) startNanos = System.nanoTime();
            if (next.compareAndSet(number, number + 1)) return number;
        }
    }

    /** When a paced operation begins. */
    long beginNanos(long number) {
        return startNanos + sinceStart(number);
    }

    private long sinceStart(long number) {
        return (long) (number * NANOS / load.operationsPerSecond());
    }
}

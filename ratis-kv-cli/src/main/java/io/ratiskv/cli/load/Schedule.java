package io.ratiskv.cli.load;

import java.util.concurrent.atomic.AtomicLong;

/** Hands out the operations and when each begins. Any thread. */
final class Schedule {
    private static final double NANOS = 1e9;

    private final Load load;
    private final long startNanos;
    private final AtomicLong next = new AtomicLong();

    Schedule(Load load, long startNanos) {
        this.load = load;
        this.startNanos = startNanos;
    }

    /** Whether operations begin at times of their own. */
    boolean paced() {
        return load.operationsPerSecond() > 0;
    }

    /** The number of the next operation; -1 when there is none. */
    long take() {
        long number = next.getAndIncrement();
        return number < load.operations() ? number : -1;
    }

    /** As {@link #take}, but -1 as well when that operation does not begin yet. */
    long takeDue(long nowNanos) {
        while (true) {
            long number = next.get();
            if (number >= load.operations() || paced() && beginNanos(number) - nowNanos > 0) return -1;
            if (next.compareAndSet(number, number + 1)) return number;
        }
    }

    /** When a paced operation begins. */
    long beginNanos(long number) {
        return startNanos + (long) (number * NANOS / load.operationsPerSecond());
    }
}

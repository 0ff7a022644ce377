package io.ratiskv.cli.load;

import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Hands out the operations and when each begins. Any thread.
 *
 * <p>Time runs from when all clients have connected: else the first operations of a paced load would be as late as the
 * last connection.
 */
final class Schedule {
    private static final double NANOS = 1e9;

    private final Load load;
    private final AtomicLong next = new AtomicLong();
    private final CyclicBarrier connected;
    private volatile long startNanos;

    Schedule(Load load) {
        this.load = load;
        this.connected = new CyclicBarrier(load.clients(), () -> start(System.nanoTime()));
    }

    /** Time runs from then. */
    void start(long nanos) {
        startNanos = nanos;
    }

    /** Waits for all other clients to call this too; the last one starts. */
    void awaitStart() {
        try {
            connected.await();
        } catch (InterruptedException | BrokenBarrierException never) {
            throw new IllegalStateException("nobody interrupts a client", never);
        }
    }

    /** When time began to run. */
    long startNanos() {
        return startNanos;
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

package io.ratiskv.replication;

import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** Virtual time: tasks in the order of their instants, ties in the order they were made. One thread. */
final class SimulatedTime {
    private record Task(long atNanos, long number, Runnable body) {}

    private final PriorityQueue<Task> tasks =
            new PriorityQueue<>(Comparator.comparingLong(Task::atNanos).thenComparingLong(Task::number));
    private long nowNanos = 1_000_000_000L;
    private long made;

    long nowNanos() {
        return nowNanos;
    }

    long nowMillis() {
        return TimeUnit.NANOSECONDS.toMillis(nowNanos);
    }

    void after(long delayNanos, Runnable body) {
        tasks.add(new Task(nowNanos + delayNanos, made++, body));
    }

    /** Runs what is due within the next {@code nanos}, then moves the clock there. */
    void runFor(long nanos) {
        long until = nowNanos + nanos;
        while (!tasks.isEmpty() && tasks.element().atNanos() <= until) {
            step();
        }
        nowNanos = until;
    }

    /** Runs the next task; false when there is none. */
    boolean step() {
        Task next = tasks.poll();
        if (next == null) {
            return false;
        }
        nowNanos = Math.max(nowNanos, next.atNanos());
        next.body().run();
        return true;
    }

    /** A loop on this time whose turns take {@code turnNanos}. */
    Loop loop(long turnNanos) {
        return loop(turnNanos, new AtomicBoolean(true));
    }

    /** One that runs nothing any more once {@code life} is over. */
    Loop loop(long turnNanos, AtomicBoolean life) {
        return new Loop() {
            @Override
            public void execute(Runnable task) {
                after(turnNanos, () -> whileAlive(task));
            }

            @Override
            public void schedule(Runnable task, long delay, TimeUnit unit) {
                after(unit.toNanos(delay), () -> whileAlive(task));
            }

            private void whileAlive(Runnable task) {
                if (life.get()) {
                    task.run();
                }
            }

            @Override
            public boolean inLoop() {
                return true;
            }

            @Override
            public long nanoTime() {
                return nowNanos;
            }
        };
    }
}

package io.ratiskv.session;

import io.ratiskv.replication.Loop;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.PriorityQueue;
import java.util.concurrent.TimeUnit;

/** An event loop that turns when the test says so, with a clock of its own. Confined to the test's thread. */
final class ManualLoop implements Loop {
    private record Timer(long atNanos, long order, Runnable task) implements Comparable<Timer> {
        @Override
        public int compareTo(Timer other) {
            int byTime = Long.compare(atNanos, other.atNanos);
            return byTime != 0 ? byTime : Long.compare(order, other.order);
        }
    }

    private final Deque<Runnable> tasks = new ArrayDeque<>();
    private final PriorityQueue<Timer> timers = new PriorityQueue<>();
    private long now = 1;
    private long order;

    @Override
    public void execute(Runnable task) {
        tasks.add(task);
    }

    @Override
    public void schedule(Runnable task, long delay, TimeUnit unit) {
        timers.add(new Timer(now + unit.toNanos(delay), order++, task));
    }

    @Override
    public boolean inLoop() {
        return true;
    }

    @Override
    public long nanoTime() {
        return now;
    }

    /** Runs what was handed over, until nothing is left. */
    void turn() {
        for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
            task.run();
        }
    }

    /** Lets time go on and runs what falls due. */
    void advanceMillis(long millis) {
        now += TimeUnit.MILLISECONDS.toNanos(millis);
        for (Timer due = timers.peek(); due != null && due.atNanos() <= now; due = timers.peek()) {
            timers.remove();
            due.task().run();
            turn();
        }
    }
}

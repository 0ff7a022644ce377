package io.ratiskv.replication;

import java.util.concurrent.TimeUnit;

/** The one event loop of sockets, gateway and read checks; in tests a fake with a clock of its own. */
public interface Loop {
    /** Runs {@code task} in the loop, after what is being processed now. Any thread. */
    void execute(Runnable task);

    /** Runs {@code task} in the loop after a while. Any thread. */
    void schedule(Runnable task, long delay, TimeUnit unit);

    boolean inLoop();

    /** Monotonic nanoseconds. Any thread. */
    long nanoTime();
}

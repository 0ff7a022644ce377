package io.ratiskv.replication;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * The clock that a leader stamps entries with. Any thread.
 *
 * <p>It runs on the monotonic clock, from the later of log time and wall time when leadership begins. When it is ahead
 * of the wall it runs at half speed, when behind at double speed: it never jumps and never stands still, so a step of
 * the wall clock neither freezes deadlines nor makes them all fall due at once.
 */
public final class LogClock {
    private final LongSupplier wallMillis;
    private final LongSupplier monotonicNanos;

    private long nowNanos;
    private long readAtNanos;

    public LogClock(LongSupplier wallMillis, LongSupplier monotonicNanos) {
        this.wallMillis = wallMillis;
        this.monotonicNanos = monotonicNanos;
        this.readAtNanos = monotonicNanos.getAsLong();
        this.nowNanos = TimeUnit.MILLISECONDS.toNanos(wallMillis.getAsLong());
    }

    /** Milliseconds since the epoch as the log counts them; while this node leads never less than an earlier answer. */
    public synchronized long nowMillis() {
        long monotonic = monotonicNanos.getAsLong();
        long elapsed = Math.max(0, monotonic - readAtNanos);
        long wall = TimeUnit.MILLISECONDS.toNanos(wallMillis.getAsLong());
        readAtNanos = monotonic;
        long plain = nowNanos + elapsed;
        if (plain > wall) {
            // Slower, but no slower than needed to meet the wall.
            nowNanos = Math.max(nowNanos + elapsed / 2, Math.min(plain, wall));
        } else {
            nowNanos = Math.min(plain + elapsed, Math.max(plain, wall));
        }
        return TimeUnit.NANOSECONDS.toMillis(nowNanos);
    }

    /** Monotonic nanoseconds of the clock it runs on. */
    long nanoTime() {
        return monotonicNanos.getAsLong();
    }

    /** An entry with this time was applied: the clock is not behind it. */
    public synchronized void observe(long logTimeMillis) {
        nowNanos = Math.max(nowNanos, TimeUnit.MILLISECONDS.toNanos(logTimeMillis));
    }

    /** Leadership begins here: from the later of log time and wall time. */
    public synchronized void startLeading(long logTimeMillis) {
        readAtNanos = monotonicNanos.getAsLong();
        nowNanos = TimeUnit.MILLISECONDS.toNanos(Math.max(logTimeMillis, wallMillis.getAsLong()));
    }
}

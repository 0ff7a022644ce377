package io.ratiskv.replication;

import java.util.concurrent.TimeUnit;

/**
 * How long a batch that could go waits for more: for the clients that were just answered, most of whom are about to ask
 * again. Without that those who wait already would go alone, and from then on two halves of the clients take turns, each
 * waiting for the other's round, which costs the same whatever it carries. Event loop.
 *
 * <p>How many come again in time is learned: where few do, the next batch hardly waits for any.
 */
final class Gathering {
    /** Behind a batch of fewer runs nothing is gathered: a lone client never waits. */
    private static final int RUNS_MIN = 4;

    /** Of those that may come the last few are not worth the wait. */
    private static final int SIXTEENTHS_MAX = 14;

    /** Of the time of a round at most the third part is spent on waiting. */
    private static final int PARTS_OF_ROUND = 3;

    private static final long NANOS_MAX = TimeUnit.MILLISECONDS.toNanos(1);

    private int sixteenths = SIXTEENTHS_MAX;

    /** Runs that may be there when all come again; 0: nothing is gathered. */
    private int mayCome;

    private long untilNanos;

    /**
     * A batch was answered.
     *
     * @param runs that were in it
     * @param waiting runs that came meanwhile
     * @param roundNanos how long the batch took
     */
    void answered(int runs, int waiting, long roundNanos, long nowNanos) {
        mayCome = runs < RUNS_MIN ? 0 : runs + waiting;
        untilNanos = nowNanos + Math.min(roundNanos / PARTS_OF_ROUND, NANOS_MAX);
    }

    /** Whether the next batch should not go yet. */
    boolean waits(int waiting, long nowNanos) {
        return waiting < wanted() && nowNanos - untilNanos < 0;
    }

    /** When the next batch goes at the latest. */
    long untilNanos() {
        return untilNanos;
    }

    /** A batch goes, of so many runs. */
    void sealed(int waiting) {
        if (mayCome > 0) {
            sixteenths = waiting >= wanted()
                    ? Math.min(sixteenths + 1, SIXTEENTHS_MAX)
                    : Math.min(waiting * 16 / mayCome, SIXTEENTHS_MAX);
            mayCome = 0;
        }
    }

    private int wanted() {
        return mayCome * sixteenths / 16;
    }
}

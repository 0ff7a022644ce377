package io.ratiskv.lua;

/**
 * What one run of a script may still take: steps, and bytes held at a time. Both are counted, so that the run ends at
 * the same point on every machine. Confined to its interpreter.
 *
 * <p>What is allocated is added up; when the sum reaches the limit, a {@link Census} counts what can still be reached,
 * and only that is held against the script. So garbage is free but for the steps that making it takes, and the
 * collector of the machine has no say.
 */
public final class Meter {
    /** A step for so many bytes that are allocated or copied. */
    static final int BYTES_PER_STEP = 16;

    private final long stepsMax;
    private final long bytesMax;
    private final Census census;
    private long stepsLeft;
    /** Reached at the last census. */
    private long reached;
    /** Allocated since. */
    private long fresh;
    /** In buffers of functions that are running, which no census can reach. */
    private long pinned;

    Meter(long stepsMax, long bytesMax, Census census) {
        this.stepsMax = stepsMax;
        this.stepsLeft = stepsMax;
        this.bytesMax = bytesMax;
        this.census = census;
    }

    /** @throws Exhausted if so many steps are not left */
    public void spend(long steps) {
        stepsLeft -= steps;
        if (stepsLeft < 0) {
            throw new Exhausted("it took more than " + stepsMax + " steps");
        }
    }

    long stepsLeft() {
        return stepsLeft;
    }

    /** Steps for looking at or copying bytes. */
    void spendBytes(long bytes) {
        spend(bytes / BYTES_PER_STEP);
    }

    /**
     * To be called before {@code bytes} are allocated for something a script can reach.
     *
     * @throws Exhausted if it would hold too much then, or no steps are left
     */
    public void allocate(long bytes) {
        requirePossible(bytes);
        spend(bytes / BYTES_PER_STEP);
        fresh += bytes;
        if (reached + fresh + pinned > bytesMax) {
            count(bytes);
        }
    }

    /** As {@link #allocate}, for what is kept to the end of the run outside of all that a script can reach. */
    public void keep(long bytes) {
        pin(bytes);
    }

    /** As {@link #allocate}, until {@link #unpin}. */
    void pin(long bytes) {
        requirePossible(bytes);
        spend(bytes / BYTES_PER_STEP);
        pinned += bytes;
        if (reached + fresh + pinned > bytesMax) {
            count(0);
        }
    }

    void unpin(long bytes) {
        pinned -= bytes;
    }

    long pinned() {
        return pinned;
    }

    /** After an error was caught, the buffers of the functions it ended are gone. */
    void pinnedAgain(long bytes) {
        pinned = bytes;
    }

    /** Bytes held as of now, without asking what of it is garbage. */
    long bytes() {
        return reached + fresh + pinned;
    }

    private void requirePossible(long bytes) {
        if (bytes > bytesMax) {
            throw new Exhausted("it held more than " + bytesMax + " bytes");
        }
    }

    /** What is about to be made cannot be reached yet: it counts beside what can. */
    private void count(long pending) {
        reached = census.count(this);
        fresh = pending;
        // An eighth of room, or the next census would come at once.
        if (bytes() > bytesMax - bytesMax / 8) {
            throw new Exhausted("it held more than " + bytesMax + " bytes");
        }
    }
}

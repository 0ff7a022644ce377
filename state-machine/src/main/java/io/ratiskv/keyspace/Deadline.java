package io.ratiskv.keyspace;

/**
 * Deadlines of keys: milliseconds since 1970 on the log's clock, always above zero, beside the values that mean
 * something else.
 */
public final class Deadline {
    /** The key never expires. */
    public static final long NONE = Long.MAX_VALUE;

    /** There is no such key. */
    public static final long ABSENT = 0;

    /** As an argument: the deadline the key has already, {@link #NONE} if there is no key. */
    public static final long KEEP = Long.MIN_VALUE;

    private Deadline() {}
}

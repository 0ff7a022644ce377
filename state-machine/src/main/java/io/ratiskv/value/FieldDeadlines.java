package io.ratiskv.value;

/**
 * Between which times the fields of a hash expire. Immutable.
 *
 * @param soonestMillis when the first of them does, {@link #NEVER} if none does
 * @param lastMillis when the last field of all does, {@link #NEVER} if one stays
 */
public record FieldDeadlines(long soonestMillis, long lastMillis) {
    /** The deadline of a field that does not expire. */
    public static final long NEVER = Long.MAX_VALUE;

    /** No field expires. */
    public static final FieldDeadlines NONE = new FieldDeadlines(NEVER, NEVER);
}

package io.ratiskv.value;

/**
 * How pending entries change their consumer. Immutable.
 *
 * @param idleMinMillis only those are taken that were delivered at least so long ago; 0 any
 * @param deliveredAtMillis when they count as delivered
 * @param deliveries how often they count as delivered; {@link #ONE_MORE} or {@link #AS_OFTEN}
 * @param forced entries that are not pending become so
 */
public record StreamClaim(long idleMinMillis, long deliveredAtMillis, long deliveries, boolean forced) {
    public static final long ONE_MORE = -1;
    public static final long AS_OFTEN = -2;

    long deliveries(long before) {
        if (deliveries == ONE_MORE) {
            return before == Long.MAX_VALUE ? before : before + 1;
        }
        return deliveries == AS_OFTEN ? before : deliveries;
    }
}

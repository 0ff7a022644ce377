package io.ratiskv.value;

/**
 * How pending entries are given back to their group. Immutable.
 *
 * @param effect on how often they count as delivered
 * @param deliveries instead, unless it is below 0
 * @param forced entries that are not pending become so
 */
public record StreamRelease(Effect effect, long deliveries, boolean forced) {
    /** What having been delivered in vain means. */
    public enum Effect {
        /** As if it had not been delivered. */
        ONE_LESS,
        AS_OFTEN,
        /** It is not to be delivered again. */
        MOST
    }

    long deliveries(long before) {
        if (deliveries >= 0) {
            return deliveries;
        }
        return switch (effect) {
            case ONE_LESS -> Math.max(before - 1, 0);
            case AS_OFTEN -> before;
            case MOST -> Long.MAX_VALUE;
        };
    }
}

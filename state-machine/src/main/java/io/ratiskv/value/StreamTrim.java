package io.ratiskv.value;

import io.ratiskv.api.StreamId;

/**
 * Which entries of a stream are too many or too old. Immutable.
 *
 * @param sizeMax how many may stay; {@link Long#MAX_VALUE} when their number does not matter
 * @param idMin entries below go; {@link StreamId#MIN} when their age does not matter
 * @param approximately only chunks go as a whole, for that costs least
 * @param removedMax how many entries may go with whole chunks; 0 any number
 */
public record StreamTrim(long sizeMax, StreamId idMin, boolean approximately, long removedMax) {
    /** Whether age decides, not number. */
    boolean ages() {
        return sizeMax == Long.MAX_VALUE;
    }

    static StreamTrim toSize(long sizeMax) {
        return new StreamTrim(sizeMax, StreamId.MIN, false, 0);
    }
}

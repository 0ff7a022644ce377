package io.ratiskv.value;

import io.ratiskv.api.Bytes;
import java.util.Arrays;

/** Members between two strings, byte by byte; meant for sets whose scores are all the same. Immutable; any thread. */
public record LexRange(Bound min, Bound max) implements MemberRange {
    /**
     * An end of the range.
     *
     * @param beyond -1 below every string, 1 above every string, 0 at {@code text}
     * @param excluded whether {@code text} itself is not within the range
     */
    public record Bound(int beyond, Bytes text, boolean excluded) {
        public static final Bound LOWEST = new Bound(-1, Bytes.EMPTY, true);
        public static final Bound HIGHEST = new Bound(1, Bytes.EMPTY, true);

        public static Bound at(Bytes text, boolean excluded) {
            return new Bound(0, text, excluded);
        }
    }

    @Override
    public boolean isEmpty() {
        int order = min.beyond != 0 || max.beyond != 0
                ? Integer.compare(min.beyond, max.beyond)
                : min.text.compareTo(max.text);
        return order > 0 || order == 0 && (min.excluded || max.excluded);
    }

    @Override
    public boolean reachesMin(double score, byte[] array, int offset, int length) {
        int order = compare(array, offset, length, min);
        return min.excluded ? order > 0 : order >= 0;
    }

    @Override
    public boolean staysWithinMax(double score, byte[] array, int offset, int length) {
        int order = compare(array, offset, length, max);
        return max.excluded ? order < 0 : order <= 0;
    }

    private static int compare(byte[] array, int offset, int length, Bound bound) {
        if (bound.beyond != 0) {
            return -bound.beyond;
        }
        Bytes text = bound.text;
        return Arrays.compareUnsigned(
                array, offset, offset + length, text.array(), text.offset(), text.offset() + text.length());
    }
}

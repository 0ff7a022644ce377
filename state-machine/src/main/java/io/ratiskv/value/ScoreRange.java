package io.ratiskv.value;

/** Members whose score is between two, each within or not. Immutable; any thread. */
public record ScoreRange(double min, boolean minExcluded, double max, boolean maxExcluded) implements MemberRange {
    @Override
    public boolean isEmpty() {
        return min > max || min == max && (minExcluded || maxExcluded);
    }

    @Override
    public boolean reachesMin(double score, byte[] array, int offset, int length) {
        return minExcluded ? score > min : score >= min;
    }

    @Override
    public boolean staysWithinMax(double score, byte[] array, int offset, int length) {
        return maxExcluded ? score < max : score <= max;
    }
}

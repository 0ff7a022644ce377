package io.ratiskv.value;

/** Which members of a sorted set are asked for: those between two scores, or between two strings. Immutable; any thread. */
public sealed interface MemberRange permits ScoreRange, LexRange {
    /** Whether no member can be within it, by its bounds alone. */
    boolean isEmpty();

    /** Whether a member is not below the range. The member is {@code array[offset, offset + length)}. */
    boolean reachesMin(double score, byte[] array, int offset, int length);

    /** Whether a member is not above the range. */
    boolean staysWithinMax(double score, byte[] array, int offset, int length);
}

package io.ratiskv.value;

import io.ratiskv.api.Bytes;
import io.ratiskv.collect.ElementKeys;
import io.ratiskv.collect.KeyedHash;
import io.ratiskv.collect.PrefixOrder;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * A member of a large sorted set as one array, never written again: score (8 bytes), member. The same array stands in
 * the trie that finds it by its member and in the tree that has it in order. Stateless; any thread.
 */
final class ScoredMember {
    /** By score, both zeros being equal, then by member. */
    static final PrefixOrder<byte[]> ORDER = new ByScore();

    private static final VarHandle SCORE = MethodHandles.byteArrayViewVarHandle(double[].class, ByteOrder.BIG_ENDIAN);
    private static final int MEMBER_AT = Double.BYTES;

    private ScoredMember() {}

    static byte[] of(Bytes member, double score) {
        byte[] entry = new byte[MEMBER_AT + member.length()];
        SCORE.set(entry, 0, score);
        member.copyTo(entry, MEMBER_AT);
        return entry;
    }

    /** Of an entry that is not in a set yet. */
    static void setScore(byte[] entry, double score) {
        SCORE.set(entry, 0, score);
    }

    static double score(byte[] entry) {
        return (double) SCORE.get(entry, 0);
    }

    static int memberLength(byte[] entry) {
        return entry.length - MEMBER_AT;
    }

    static Bytes member(byte[] entry) {
        return Bytes.wrap(entry, MEMBER_AT, entry.length - MEMBER_AT);
    }

    /** Whether the range ends below the entry or elsewhere. */
    static boolean reachesMin(MemberRange range, byte[] entry) {
        return range.reachesMin(score(entry), entry, MEMBER_AT, entry.length - MEMBER_AT);
    }

    static boolean staysWithinMax(MemberRange range, byte[] entry) {
        return range.staysWithinMax(score(entry), entry, MEMBER_AT, entry.length - MEMBER_AT);
    }

    /** {@link #ORDER}'s of any member with this score. */
    static long prefix(double score) {
        long bits = Double.doubleToRawLongBits(score + 0.0); // both zeros are one
        return bits ^ (bits >> (Long.SIZE - 1) & Long.MAX_VALUE);
    }

    static int compare(byte[] left, byte[] right) {
        double leftScore = score(left);
        double rightScore = score(right);
        if (leftScore != rightScore) {
            return leftScore < rightScore ? -1 : 1;
        }
        return Arrays.compareUnsigned(left, MEMBER_AT, left.length, right, MEMBER_AT, right.length);
    }

    /** Scores as numbers that have their order. */
    private record ByScore() implements PrefixOrder<byte[]> {
        @Override
        public int compare(byte[] left, byte[] right) {
            return ScoredMember.compare(left, right);
        }

        @Override
        public long prefix(byte[] entry) {
            return ScoredMember.prefix(score(entry));
        }
    }

    /** How a trie reads the member in an entry. */
    record Keys(KeyedHash hash) implements ElementKeys<byte[]> {
        @Override
        public long hash(byte[] entry) {
            return hash.hash(entry, MEMBER_AT, entry.length - MEMBER_AT);
        }

        @Override
        public boolean matches(byte[] entry, byte[] key, int offset, int length) {
            return Arrays.equals(entry, MEMBER_AT, entry.length, key, offset, offset + length);
        }

        @Override
        public int compare(byte[] left, byte[] right) {
            return Arrays.compareUnsigned(left, MEMBER_AT, left.length, right, MEMBER_AT, right.length);
        }
    }
}

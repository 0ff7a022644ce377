package io.ratiskv.value;

import io.ratiskv.api.Bytes;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;

/**
 * A small sorted set as one array: length of a member (varint), its score, its bytes, and so on, in the order of {@link
 * ScoredMember#ORDER}. A score is a byte that says how many follow, up to 7 for a whole number, highest first and without
 * those that its sign tells, or 8 for any other {@code double}. Immutable; any thread.
 *
 * <p>Every change makes a new array, which costs no more than the search that precedes it, and lets replies and frozen
 * views point into the old one. Minus zero is kept as zero, as Redis keeps it in this shape.
 */
final class CompactSortedSet implements SortedSetValue {
    static final CompactSortedSet EMPTY = new CompactSortedSet(new byte[0], 0, 0);

    private static final VarHandle DOUBLE = MethodHandles.byteArrayViewVarHandle(double[].class, ByteOrder.BIG_ENDIAN);

    private final byte[] entries;
    private final int size;
    private final int memberBytes;

    private CompactSortedSet(byte[] entries, int size, int memberBytes) {
        this.entries = entries;
        this.size = size;
        this.memberBytes = memberBytes;
    }

    /**
     * A set of these {@link ScoredMember}s.
     *
     * @throws IllegalArgumentException unless they ascend
     */
    static CompactSortedSet ofSorted(List<byte[]> scored) {
        int length = 0;
        int memberBytes = 0;
        byte[] previous = null;
        for (byte[] entry : scored) {
            if (previous != null && ScoredMember.compare(previous, entry) >= 0) {
                throw new IllegalArgumentException("the members of a sorted set do not ascend");
            }
            previous = entry;
            memberBytes = Math.addExact(memberBytes, ScoredMember.memberLength(entry));
            length = Math.addExact(length, bytesOf(ScoredMember.memberLength(entry), ScoredMember.score(entry)));
        }
        byte[] entries = new byte[length];
        int at = 0;
        for (byte[] entry : scored) {
            at = write(entries, at, ScoredMember.member(entry), ScoredMember.score(entry));
        }
        return new CompactSortedSet(entries, scored.size(), memberBytes);
    }

    @Override
    public boolean isCompact() {
        return true;
    }

    @Override
    public String encoding() {
        return "listpack";
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public long memberBytes() {
        return memberBytes;
    }

    @Override
    public double score(Bytes member) {
        int at = find(member);
        return at < 0 ? Double.NaN : scoreAt(at);
    }

    @Override
    public int rank(Bytes member) {
        int found = find(member);
        if (found < 0) {
            return -1;
        }
        int rank = 0;
        for (int at = 0; at < found; at = end(at)) {
            rank++;
        }
        return rank;
    }

    @Override
    public SortedSetValue roomFor(int members, Shapes shapes) {
        return members > shapes.limits().of(Limit.SORTED_SET_ENTRIES) ? toTree(shapes) : this;
    }

    @Override
    public SortedSetValue put(Bytes member, double score, Shapes shapes) {
        int at = find(member);
        Limits limits = shapes.limits();
        boolean fits = size < limits.of(Limit.SORTED_SET_ENTRIES)
                && member.length() <= limits.of(Limit.SORTED_SET_MEMBER_BYTES);
        if (at < 0 && !fits) {
            return toTree(shapes).put(member, score, shapes);
        }
        return (at < 0 ? this : removed(at, end(at), 1)).inserted(member, score);
    }

    private CompactSortedSet inserted(Bytes member, double score) {
        int at = 0;
        while (at < entries.length && isBelow(at, member, score)) {
            at = end(at);
        }
        byte[] grown = new byte[Math.addExact(entries.length, bytesOf(member.length(), score))];
        System.arraycopy(entries, 0, grown, 0, at);
        int behind = write(grown, at, member, score);
        System.arraycopy(entries, at, grown, behind, entries.length - at);
        return new CompactSortedSet(grown, size + 1, memberBytes + member.length());
    }

    @Override
    public SortedSetValue remove(Bytes member) {
        int at = find(member);
        return at < 0 ? this : removed(at, end(at), 1);
    }

    @Override
    public SortedSetValue remove(Ranks ranks) {
        int from = offset(ranks.from());
        int to = from;
        for (int i = 0; i < ranks.count(); i++) {
            to = end(to);
        }
        return removed(from, to, ranks.count());
    }

    private CompactSortedSet removed(int from, int to, int count) {
        int lessBytes = 0;
        for (int at = from; at < to; at = end(at)) {
            lessBytes += lengthAt(at);
        }
        byte[] shrunk = new byte[entries.length - (to - from)];
        System.arraycopy(entries, 0, shrunk, 0, from);
        System.arraycopy(entries, to, shrunk, from, entries.length - to);
        return new CompactSortedSet(shrunk, size - count, memberBytes - lessBytes);
    }

    /** One by one from either end, as Redis does it: where scores differ, a range of strings depends on the way. */
    @Override
    public Ranks ranks(MemberRange range, boolean fromEnd) {
        if (size == 0 || range.isEmpty()) {
            return Ranks.NONE;
        }
        int[] offsets = new int[size];
        for (int rank = 1; rank < size; rank++) {
            offsets[rank] = end(offsets[rank - 1]);
        }
        if (!reachesMin(range, offsets[size - 1]) || !staysWithinMax(range, offsets[0])) {
            return Ranks.NONE;
        }
        if (fromEnd) {
            int to = size;
            while (to > 0 && !staysWithinMax(range, offsets[to - 1])) {
                to--;
            }
            int from = to;
            while (from > 0 && reachesMin(range, offsets[from - 1])) {
                from--;
            }
            return new Ranks(from, to);
        }
        int from = 0;
        while (from < size && !reachesMin(range, offsets[from])) {
            from++;
        }
        int to = from;
        while (to < size && staysWithinMax(range, offsets[to])) {
            to++;
        }
        return new Ranks(from, to);
    }

    @Override
    public void forEach(Ranks ranks, ScoreVisitor visitor) {
        int at = offset(ranks.from());
        for (int i = 0; i < ranks.count(); i++) {
            tell(visitor, at);
            at = end(at);
        }
    }

    @Override
    public void forEachDescending(Ranks ranks, ScoreVisitor visitor) {
        int[] offsets = new int[ranks.count()];
        int at = offset(ranks.from());
        for (int i = 0; i < offsets.length; i++) {
            offsets[i] = at;
            at = end(at);
        }
        for (int i = offsets.length - 1; i >= 0; i--) {
            tell(visitor, offsets[i]);
        }
    }

    @Override
    public long scan(long cursor, int count, ScoreVisitor visitor) {
        // All at once, as Redis does: there is no order that a cursor could keep across changes.
        if (cursor == 0) {
            forEach(visitor);
        }
        return 0;
    }

    private TreeSortedSet toTree(Shapes shapes) {
        TreeSortedSet tree = TreeSortedSet.empty(shapes);
        for (int at = 0; at < entries.length; at = end(at)) {
            tree = tree.put(memberAt(at), scoreAt(at), shapes);
        }
        return tree;
    }

    private void tell(ScoreVisitor visitor, int at) {
        visitor.visit(memberAt(at), scoreAt(at));
    }

    /** Where the entry of the member begins, -1 if there is none. */
    private int find(Bytes member) {
        byte[] wanted = member.array();
        int from = member.offset();
        int length = member.length();
        for (int at = 0; at < entries.length; at = end(at)) {
            int start = memberStart(at);
            if (lengthAt(at) == length && Arrays.equals(entries, start, start + length, wanted, from, from + length)) {
                return at;
            }
        }
        return -1;
    }

    private boolean isBelow(int at, Bytes member, double score) {
        double other = scoreAt(at);
        if (other != score) {
            return other < score;
        }
        int start = memberStart(at);
        int from = member.offset();
        return Arrays.compareUnsigned(
                        entries, start, start + lengthAt(at), member.array(), from, from + member.length())
                < 0;
    }

    private boolean reachesMin(MemberRange range, int at) {
        return range.reachesMin(scoreAt(at), entries, memberStart(at), lengthAt(at));
    }

    private boolean staysWithinMax(MemberRange range, int at) {
        return range.staysWithinMax(scoreAt(at), entries, memberStart(at), lengthAt(at));
    }

    /** Where the entry of a rank begins. */
    private int offset(int rank) {
        int at = 0;
        for (int i = 0; i < rank; i++) {
            at = end(at);
        }
        return at;
    }

    private double scoreAt(int at) {
        int widthAt = widthAt(at);
        int width = entries[widthAt];
        if (width == Double.BYTES) return (double) DOUBLE.get(entries, widthAt + 1);
        if (width == 0) return 0;
        long whole = entries[widthAt + 1];
        for (int i = 2; i <= width; i++) whole = whole << Byte.SIZE | entries[widthAt + i] & 0xff;
        return whole;
    }

    /** How many bytes a score takes behind the one that says it. */
    private static int width(double score) {
        long whole = (long) score;
        if (whole != score) return Double.BYTES;
        if (whole == 0) return 0;
        int bits = Long.SIZE - Long.numberOfLeadingZeros(whole ^ whole >> (Long.SIZE - 1)) + 1;
        return Math.min((bits + Byte.SIZE - 1) / Byte.SIZE, Double.BYTES);
    }

    private int lengthAt(int at) {
        return Varint.read(entries, at);
    }

    private int widthAt(int at) {
        return at + Varint.size(lengthAt(at));
    }

    private int memberStart(int at) {
        int widthAt = widthAt(at);
        return widthAt + 1 + entries[widthAt];
    }

    private Bytes memberAt(int at) {
        return Bytes.wrap(entries, memberStart(at), lengthAt(at));
    }

    /** Where the entry that begins at {@code at} ends. */
    private int end(int at) {
        return memberStart(at) + lengthAt(at);
    }

    private static int bytesOf(int memberLength, double score) {
        return Varint.size(memberLength) + 1 + width(score) + memberLength;
    }

    private static int write(byte[] target, int at, Bytes member, double score) {
        int widthAt = Varint.write(target, at, member.length());
        int width = width(score);
        target[widthAt] = (byte) width;
        int from = widthAt + 1 + width;
        if (width == Double.BYTES) {
            DOUBLE.set(target, widthAt + 1, score);
        } else {
            long whole = (long) score;
            for (int i = from - 1; i > widthAt; i--) {
                target[i] = (byte) whole;
                whole >>= Byte.SIZE;
            }
        }
        member.copyTo(target, from);
        return from + member.length();
    }
}

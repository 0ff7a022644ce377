package io.ratiskv.value;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.ValueType;

/** Members in the order of their scores, in one of two shapes. As {@link Value}. */
public sealed interface SortedSetValue extends Value, ScoredMembers permits CompactSortedSet, TreeSortedSet {
    /** What a member counts in the memory account beside its bytes, its score included. */
    int MEMBER_COST_BYTES = 40;

    /** A sorted set without members, compact. */
    static SortedSetValue empty() {
        return CompactSortedSet.EMPTY;
    }

    @Override
    default ValueType type() {
        return ValueType.SORTED_SET;
    }

    @Override
    default boolean isEmpty() {
        return size() == 0;
    }

    /** Whether it is still in the shape for few and short members. */
    boolean isCompact();

    /** Length of all members together. */
    long memberBytes();

    @Override
    default long cost() {
        return memberBytes() + (long) size() * MEMBER_COST_BYTES;
    }

    /** How many members stand before it; -1 if there is no such member. */
    int rank(Bytes member);

    /** This set in a shape that may take so many members at once; this itself if it may. */
    SortedSetValue roomFor(int members, Shapes shapes);

    /** This set with the member at that score; once it has outgrown the compact shape it never returns to it. */
    SortedSetValue put(Bytes member, double score, Shapes shapes);

    /** This set without the member; this itself if there is no such member. */
    SortedSetValue remove(Bytes member);

    /** This set without the members of these ranks. */
    SortedSetValue remove(Ranks ranks);

    /**
     * Where the members of a range stand.
     *
     * @param fromEnd which end to look from; it matters only where scores differ and strings are asked for: there is
     *     no one answer then
     */
    Ranks ranks(MemberRange range, boolean fromEnd);

    /** Tells the members of these ranks in ascending order. */
    void forEach(Ranks ranks, ScoreVisitor visitor);

    /** Tells the members of these ranks in descending order. */
    void forEachDescending(Ranks ranks, ScoreVisitor visitor);

    /** In ascending order. */
    @Override
    default void forEach(ScoreVisitor visitor) {
        forEach(new Ranks(0, size()), visitor);
    }

    /**
     * One step of a walk that outlives changes.
     *
     * @param cursor 0 to begin, else what the step before returned; one that no step returned ends the walk
     * @return 0 at the end
     */
    long scan(long cursor, int count, ScoreVisitor visitor);
}

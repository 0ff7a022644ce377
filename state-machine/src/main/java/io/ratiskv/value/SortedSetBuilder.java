package io.ratiskv.value;

import io.ratiskv.api.Bytes;
import io.ratiskv.collect.HashTrie;
import java.util.ArrayList;
import java.util.List;

/** A sorted set before it has its order. Confined to one thread. */
public final class SortedSetBuilder {
    private final Shapes shapes;
    private final HashTrie<byte[]> members;
    /** The entries of {@code members}, as they came. */
    private final List<byte[]> entries = new ArrayList<>();

    private boolean ascends = true;
    private int longest;

    public SortedSetBuilder(Shapes shapes) {
        this.shapes = shapes;
        this.members = new HashTrie<>(shapes.scored(), shapes.epoch());
    }

    public int size() {
        return entries.size();
    }

    /** @throws IllegalArgumentException if the member is there already */
    public void add(Bytes member, double score) {
        if (members.put(hashOf(member), append(member, score)) != null) {
            throw new IllegalArgumentException("a member is there twice: " + member);
        }
    }

    /** Adds the member, or, if it is there already, joins the score to the one it has. */
    public void join(Bytes member, double score, Joining joining) {
        long hash = hashOf(member);
        byte[] present = members.get(hash, member.array(), member.offset(), member.length());
        if (present == null) {
            members.put(hash, append(member, score));
        } else {
            ScoredMember.setScore(present, joining.join(ScoredMember.score(present), score));
            ascends = false;
        }
    }

    /** Tells all members in ascending order, their scores as they are: in a compact set zero has no sign. */
    public void forEach(ScoreVisitor visitor) {
        order();
        for (byte[] entry : entries) {
            visitor.visit(ScoredMember.member(entry), ScoredMember.score(entry));
        }
    }

    private void order() {
        if (!ascends) {
            entries.sort(ScoredMember.ORDER);
        }
    }

    /** The set, compact if it is within the limits. */
    public SortedSetValue build() {
        order();
        Limits limits = shapes.limits();
        return shaped(entries.size() <= limits.of(Limit.SORTED_SET_ENTRIES)
                && longest <= limits.of(Limit.SORTED_SET_MEMBER_BYTES));
    }

    /**
     * The set of a snapshot, in the shape it had.
     *
     * @throws IllegalArgumentException if there are no members, or they did not come in order
     */
    public SortedSetValue restore(boolean compact) {
        if (entries.isEmpty() || !ascends) {
            throw new IllegalArgumentException("no sorted set of " + entries.size() + " members");
        }
        return shaped(compact);
    }

    private SortedSetValue shaped(boolean compact) {
        return compact ? CompactSortedSet.ofSorted(entries) : TreeSortedSet.ofSorted(entries, members, shapes);
    }

    private byte[] append(Bytes member, double score) {
        byte[] entry = ScoredMember.of(member, score);
        ascends &= entries.isEmpty() || ScoredMember.compare(entries.getLast(), entry) < 0;
        longest = Math.max(longest, member.length());
        entries.add(entry);
        return entry;
    }

    private long hashOf(Bytes member) {
        return shapes.hash().hash(member.array(), member.offset(), member.length());
    }
}

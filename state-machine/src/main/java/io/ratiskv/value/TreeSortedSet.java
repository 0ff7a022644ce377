package io.ratiskv.value;

import io.ratiskv.api.Bytes;
import io.ratiskv.collect.CountedTree;
import io.ratiskv.collect.HashTrie;
import io.ratiskv.collect.HashTrieView;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A sorted set of any size: a trie that finds {@link ScoredMember}s by their member, and a tree that has them in order.
 * As {@link Value}.
 */
final class TreeSortedSet implements SortedSetValue {
    /** If more members go at once, all are looked at in turn: to search for one costs about as much as so many looks. */
    private static final int SEARCHED_AT_MOST_ONE_IN = 8;

    private final HashTrie<byte[]> members;
    /** Invariant: holds exactly the arrays of {@code members}. */
    private final CountedTree<byte[]> ordered;

    private final Shapes shapes;
    private final long memberBytes;

    private TreeSortedSet(HashTrie<byte[]> members, CountedTree<byte[]> ordered, Shapes shapes, long memberBytes) {
        this.members = members;
        this.ordered = ordered;
        this.shapes = shapes;
        this.memberBytes = memberBytes;
    }

    static TreeSortedSet empty(Shapes shapes) {
        return new TreeSortedSet(
                new HashTrie<>(shapes.scored(), shapes.epoch()),
                new CountedTree<>(ScoredMember.ORDER, shapes.epoch()),
                shapes,
                0);
    }

    /**
     * A set of these {@link ScoredMember}s, in O(n).
     *
     * @param members holds exactly them, and is not used by others
     * @throws IllegalArgumentException unless they ascend
     */
    static TreeSortedSet ofSorted(List<byte[]> entries, HashTrie<byte[]> members, Shapes shapes) {
        long memberBytes = 0;
        for (byte[] entry : entries) {
            memberBytes += ScoredMember.memberLength(entry);
        }
        CountedTree<byte[]> ordered = CountedTree.fromSorted(ScoredMember.ORDER, shapes.epoch(), entries);
        return new TreeSortedSet(members, ordered, shapes, memberBytes);
    }

    @Override
    public boolean isCompact() {
        return false;
    }

    @Override
    public String encoding() {
        return "skiplist";
    }

    @Override
    public int size() {
        return ordered.size();
    }

    @Override
    public long memberBytes() {
        return memberBytes;
    }

    @Override
    public double score(Bytes member) {
        byte[] entry = find(member);
        return entry == null ? Double.NaN : ScoredMember.score(entry);
    }

    @Override
    public int rank(Bytes member) {
        byte[] entry = find(member);
        return entry == null ? -1 : ordered.rankOf(entry);
    }

    @Override
    public SortedSetValue roomFor(int more, Shapes now) {
        return this;
    }

    @Override
    public TreeSortedSet put(Bytes member, double score, Shapes now) {
        HashTrie<byte[]> writableMembers = members.writable();
        CountedTree<byte[]> writableOrder = ordered.writable();
        byte[] entry = ScoredMember.of(member, score);
        byte[] displaced = writableMembers.put(hashOf(member), entry);
        if (displaced != null) {
            writableOrder.remove(displaced);
        }
        writableOrder.put(entry);
        long more = displaced == null ? member.length() : 0;
        return new TreeSortedSet(writableMembers, writableOrder, shapes, memberBytes + more);
    }

    @Override
    public SortedSetValue remove(Bytes member) {
        HashTrie<byte[]> writableMembers = members.writable();
        byte[] removed = writableMembers.remove(hashOf(member), member.array(), member.offset(), member.length());
        if (removed == null) {
            return this;
        }
        CountedTree<byte[]> writableOrder = ordered.writable();
        writableOrder.remove(removed);
        return new TreeSortedSet(writableMembers, writableOrder, shapes, memberBytes - member.length());
    }

    @Override
    public SortedSetValue remove(Ranks ranks) {
        HashTrie<byte[]> writableMembers = members.writable();
        CountedTree<byte[]> writableOrder = ordered.writable();
        boolean searches = ranks.count() < size() / SEARCHED_AT_MOST_ONE_IN;
        long less = 0;
        Iterator<byte[]> removed = ordered.ascending(ranks.from());
        for (int i = 0; i < ranks.count(); i++) {
            byte[] entry = removed.next();
            less += ScoredMember.memberLength(entry);
            if (searches) {
                Bytes member = ScoredMember.member(entry);
                writableMembers.remove(hashOf(member), member.array(), member.offset(), member.length());
            }
        }
        if (!searches && ranks.count() > 0) {
            byte[] first = ordered.byIndex(ranks.from());
            byte[] last = ordered.byIndex(ranks.to() - 1);
            writableMembers.removeIf(
                    entry -> ScoredMember.compare(entry, first) >= 0 && ScoredMember.compare(entry, last) <= 0);
        }
        writableOrder.removeRange(ranks.from(), ranks.to());
        return new TreeSortedSet(writableMembers, writableOrder, shapes, memberBytes - less);
    }

    @Override
    public Ranks ranks(MemberRange range, boolean fromEnd) {
        if (range.isEmpty()) {
            return Ranks.NONE;
        }
        int from = ordered.countWhile(entry -> !ScoredMember.reachesMin(range, entry));
        int to = ordered.countWhile(entry -> ScoredMember.staysWithinMax(range, entry));
        return to <= from ? Ranks.NONE : new Ranks(from, to);
    }

    @Override
    public void forEach(Ranks ranks, ScoreVisitor visitor) {
        tell(ordered.ascending(ranks.from()), ranks.count(), visitor);
    }

    @Override
    public void forEachDescending(Ranks ranks, ScoreVisitor visitor) {
        tell(ordered.descending(ranks.to() - 1), ranks.count(), visitor);
    }

    @Override
    public long scan(long cursor, int count, ScoreVisitor visitor) {
        if (cursor < 0 || cursor >= HashTrieView.CURSOR_LIMIT) {
            return 0;
        }
        return members.scan(cursor, count, entry -> tell(visitor, entry));
    }

    /** That the last word is the member is a guess, which is mostly right; so is that the one before is its score. */
    @Override
    public void expect(Bytes[] words, MemberPrefetch prefetch) {
        int last = words.length - 1;
        if (last > 1) {
            prefetch.add(members, shapes.hash(), words[last], ordered, last > 2 ? words[last - 1] : null);
        }
    }

    private static void tell(Iterator<byte[]> entries, int count, ScoreVisitor visitor) {
        for (int i = 0; i < count; i++) {
            tell(visitor, entries.next());
        }
    }

    private static void tell(ScoreVisitor visitor, byte[] entry) {
        visitor.visit(ScoredMember.member(entry), ScoredMember.score(entry));
    }

    private byte @Nullable [] find(Bytes member) {
        return members.get(hashOf(member), member.array(), member.offset(), member.length());
    }

    private long hashOf(Bytes member) {
        return shapes.hash().hash(member.array(), member.offset(), member.length());
    }
}

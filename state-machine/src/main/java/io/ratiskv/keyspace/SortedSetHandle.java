package io.ratiskv.keyspace;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.Change;
import io.ratiskv.value.MemberRange;
import io.ratiskv.value.Ranks;
import io.ratiskv.value.ScoreVisitor;
import io.ratiskv.value.ScoredMembers;
import io.ratiskv.value.SortedSetValue;
import java.util.ArrayList;
import java.util.List;

/**
 * A key that holds a sorted set, or nothing yet: putting a member makes the key, removing the last one removes it.
 * Confined to the request that asked for it; a change of the same key by other ways makes it stale.
 */
public final class SortedSetHandle {
    private final TypedKey<SortedSetValue> set;
    /** So many members are to be put. */
    private int incoming;

    SortedSetHandle(TypedKey<SortedSetValue> set) {
        this.set = set;
    }

    /** How many members, 0 when there is no such key. */
    public int size() {
        return value().size();
    }

    /** Whether the members are kept in the shape for few and short ones. */
    public boolean isCompact() {
        return value().isCompact();
    }

    /** All members, as of the next change no longer to be used. */
    public ScoredMembers members() {
        return value();
    }

    /** NaN, which no member has, if there is no such member. */
    public double score(Bytes member) {
        return value().score(member);
    }

    /** How many members stand before it; -1 if there is no such member. */
    public int rank(Bytes member) {
        return value().rank(member);
    }

    /** Makes room for so many members, as Redis does for all that a request names, new or not. */
    @SuppressWarnings("ReferenceEquality") // a set that came back itself has the room
    public void makeRoom(int members) {
        incoming = members;
        SortedSetValue before = set.valueToChange(SortedSetValue.empty());
        SortedSetValue roomy = before.roomFor(members, set.shapes());
        if (roomy != before && !set.isAbsent()) {
            set.reshape(roomy);
        }
    }

    /**
     * Gives a member a score that is not its present one.
     *
     * @param score not NaN
     * @param scoring what the caller let the score win against
     */
    public void put(Bytes member, double score, Change.Scoring scoring) {
        // Asked first: a large set is changed in place.
        int size = size();
        SortedSetValue after = with(member, score);
        boolean created = after.size() > size;
        set.store(after, new Change.ScorePut(set.database(), set.key(), member, score, scoring, created));
    }

    /** Puts the sum that the caller made of the member's score, 0 if it had none, and {@code amount}. */
    public void increment(Bytes member, double amount, double result) {
        int size = size();
        SortedSetValue after = with(member, result);
        boolean created = after.size() > size;
        set.store(after, new Change.ScoreIncremented(set.database(), set.key(), member, amount, result, created));
    }

    /** Returns how many of them there were. */
    @SuppressWarnings("ReferenceEquality") // a set that came back itself does not have the member
    public int remove(List<Bytes> members) {
        SortedSetValue rest = set.valueToChange(SortedSetValue.empty());
        List<Bytes> removed = new ArrayList<>(members.size());
        for (Bytes member : members) {
            SortedSetValue without = rest.remove(member);
            if (without != rest) {
                removed.add(member);
                rest = without;
            }
        }
        if (!removed.isEmpty()) {
            store(rest, removed, Change.Unscoring.BY_NAME);
        }
        return removed.size();
    }

    /** Removes the members of these ranks. */
    public void remove(Ranks ranks, Change.Unscoring unscoring) {
        if (ranks.count() == 0) {
            return;
        }
        SortedSetValue all = set.valueToChange(SortedSetValue.empty());
        List<Bytes> members = new ArrayList<>(ranks.count());
        all.forEach(ranks, (member, score) -> members.add(member));
        store(ranks.count() == all.size() ? SortedSetValue.empty() : all.remove(ranks), members, unscoring);
    }

    /** Where the members of a range stand; as {@link SortedSetValue#ranks}. */
    public Ranks ranks(MemberRange range, boolean fromEnd) {
        return value().ranks(range, fromEnd);
    }

    /** Tells the members of these ranks in ascending order, or, from the end, in descending order. */
    public void forEach(Ranks ranks, boolean fromEnd, ScoreVisitor visitor) {
        if (fromEnd) {
            value().forEachDescending(ranks, visitor);
        } else {
            value().forEach(ranks, visitor);
        }
    }

    /**
     * The members behind {@code cursor}, about {@code count} of them; a compact set tells all at once, as in Redis.
     *
     * @param cursor 0 to begin, else what the call before returned; one that no call returned ends the walk
     * @return 0 when all were told
     */
    public long scan(long cursor, int count, ScoreVisitor visitor) {
        return value().scan(cursor, count, visitor);
    }

    private SortedSetValue value() {
        return set.value(SortedSetValue.empty());
    }

    private SortedSetValue with(Bytes member, double score) {
        return set.valueToChange(SortedSetValue.empty())
                .roomFor(incoming, set.shapes())
                .put(member, score, set.shapes());
    }

    private void store(SortedSetValue rest, List<Bytes> removed, Change.Unscoring unscoring) {
        set.store(rest, new Change.MembersUnscored(set.database(), set.key(), removed, unscoring));
    }
}

package io.ratiskv.keyspace;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.Change;
import io.ratiskv.value.Members;
import io.ratiskv.value.SetValue;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.function.Consumer;

/**
 * A key that holds a set, or nothing yet: adding a member makes the key, removing the last one removes it. Confined to
 * the request that asked for it; a change of the same key by other ways makes it stale.
 */
public final class SetHandle {
    private final TypedKey<SetValue> set;

    SetHandle(TypedKey<SetValue> set) {
        this.set = set;
    }

    /** How many members, 0 when there is no such key. */
    public int size() {
        return value().size();
    }

    public boolean contains(Bytes member) {
        return value().contains(member);
    }

    /** All members, as of the next change no longer to be used: integers ascending, else as they came or by their hashes. */
    public Members members() {
        return value();
    }

    /** The member at {@code rank}, 0 to {@link #size()} - 1, in the order of {@link #members}; never written again. */
    public Bytes at(int rank) {
        return value().at(rank);
    }

    /**
     * The members behind {@code cursor}, about {@code count} of them; a set that is not large tells all at once, as in
     * Redis.
     *
     * @param cursor 0 to begin, else what the call before returned; one that no call returned ends the walk
     * @return 0 when all were told
     */
    public long scan(long cursor, int count, Consumer<Bytes> visitor) {
        return value().scan(cursor, count, visitor);
    }

    /** Returns how many of them, one at least, are new. As in Redis the set has room for all even if none is. */
    @SuppressWarnings("ReferenceEquality") // a set that came back itself has the member, or the room
    public int add(List<Bytes> members) {
        SetValue before = set.valueToChange(SetValue.empty());
        SetValue value = set.isAbsent()
                ? SetValue.empty(members.getFirst(), members.size(), set.shapes())
                : before.roomFor(members.size(), set.shapes());
        List<Bytes> added = new ArrayList<>(members.size());
        for (Bytes member : members) {
            SetValue with = value.add(member, set.shapes());
            if (with != value) {
                added.add(member);
                value = with;
            }
        }
        if (!added.isEmpty()) {
            set.store(value, new Change.SetMembersAdded(set.database(), set.key(), added));
        } else if (value != before) {
            set.reshape(value);
        }
        return added.size();
    }

    /** Returns how many of them there were. */
    public int remove(List<Bytes> members) {
        List<Bytes> removed = new ArrayList<>(members.size());
        SetValue rest = without(members, removed);
        if (!removed.isEmpty()) {
            set.store(rest, new Change.SetMembersRemoved(set.database(), set.key(), removed));
        }
        return removed.size();
    }

    /** Removes members that were chosen by luck. */
    public void pop(List<Bytes> members) {
        SetValue rest = without(members, new ArrayList<>(members.size()));
        set.store(rest, new Change.SetMembersPopped(set.database(), set.key(), members));
    }

    /** Removes all but those at some ranks, chosen by luck; returns what it removed. */
    public List<Bytes> popAllBut(BitSet ranks) {
        List<Bytes> popped = new ArrayList<>();
        SetValue rest = value().emptied();
        int rank = 0;
        for (Bytes member : value()) {
            if (ranks.get(rank++)) {
                rest = rest.add(member, set.shapes());
            } else {
                popped.add(member);
            }
        }
        set.store(rest, new Change.SetMembersPopped(set.database(), set.key(), popped));
        return popped;
    }

    @SuppressWarnings("ReferenceEquality") // a set that came back itself does not have the member
    private SetValue without(List<Bytes> members, List<Bytes> removed) {
        SetValue rest = set.valueToChange(SetValue.empty());
        for (Bytes member : members) {
            SetValue without = rest.remove(member, set.shapes());
            if (without != rest) {
                removed.add(member);
                rest = without;
            }
        }
        return rest;
    }

    private SetValue value() {
        return set.value(SetValue.empty());
    }
}

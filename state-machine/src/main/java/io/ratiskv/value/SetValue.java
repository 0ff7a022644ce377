package io.ratiskv.value;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.ValueType;
import java.util.Iterator;
import java.util.function.Consumer;

/** Members without order, in one of three shapes. As {@link Value}. */
public sealed interface SetValue extends Value, Members permits IntegerSet, CompactSet, TrieSet {
    /** What a member counts in the memory account beside its bytes. */
    int MEMBER_COST_BYTES = 24;

    /** A set without members, in the shape that suits {@code members} of them of which {@code first} comes first. */
    static SetValue empty(Bytes first, int members, Shapes shapes) {
        if (members <= shapes.limits().of(Limit.SET_INTEGERS)
                && Numeral.parseLong(first).isPresent()) {
            return IntegerSet.EMPTY;
        }
        return CompactSet.EMPTY.roomFor(members, shapes);
    }

    /** A set without members, in the shape that suits the fewest. */
    static SetValue empty() {
        return IntegerSet.EMPTY;
    }

    @Override
    default ValueType type() {
        return ValueType.SET;
    }

    SetShape shape();

    @Override
    default String encoding() {
        return shape().encoding();
    }

    /** Length of all members together. */
    long contentBytes();

    @Override
    default boolean isEmpty() {
        return size() == 0;
    }

    @Override
    default long cost() {
        return contentBytes() + (long) size() * MEMBER_COST_BYTES;
    }

    /** A set without members to begin anew with: of integers if this one is, else compact. */
    default SetValue emptied() {
        return shape() == SetShape.INTEGERS ? IntegerSet.EMPTY : CompactSet.EMPTY;
    }

    /** This set, ready for so many members more; once it has outgrown a shape it never returns to it. */
    SetValue roomFor(int members, Shapes shapes);

    /** This set with the member; this itself if it has it already. */
    SetValue add(Bytes member, Shapes shapes);

    /** This set without the member; this itself if it has no such member. */
    SetValue remove(Bytes member, Shapes shapes);

    /** All members: integers ascending, compact in the order they came, else in the order of the trie. */
    @Override
    Iterator<Bytes> iterator();

    /**
     * One step of a walk that outlives changes.
     *
     * @param cursor 0 to begin, else what the step before returned; one that no step returned ends the walk
     * @return 0 at the end
     */
    long scan(long cursor, int count, Consumer<Bytes> visitor);

    /** The member at {@code rank}, 0 to {@link #size()} - 1, in the order of {@link #iterator}. */
    Bytes at(int rank);
}

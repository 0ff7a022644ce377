package io.ratiskv.value;

import io.ratiskv.api.Bytes;
import java.util.Arrays;
import java.util.Iterator;
import java.util.OptionalLong;
import java.util.function.Consumer;

/** A set of integers alone, ascending in one array. Immutable; any thread. */
final class IntegerSet implements SetValue {
    static final IntegerSet EMPTY = new IntegerSet(new long[0], 0);

    private final long[] integers;
    private final long contentBytes;

    private IntegerSet(long[] integers, long contentBytes) {
        this.integers = integers;
        this.contentBytes = contentBytes;
    }

    /**
     * The members of a snapshot.
     *
     * @throws IllegalArgumentException if they do not ascend
     */
    static IntegerSet of(long[] integers) {
        long contentBytes = 0;
        for (int i = 0; i < integers.length; i++) {
            if (i > 0 && integers[i] <= integers[i - 1]) {
                throw new IllegalArgumentException(integers[i] + " comes after " + integers[i - 1]);
            }
            contentBytes += Bytes.of(integers[i]).length();
        }
        return new IntegerSet(integers, contentBytes);
    }

    @Override
    public SetShape shape() {
        return SetShape.INTEGERS;
    }

    @Override
    public int size() {
        return integers.length;
    }

    @Override
    public long contentBytes() {
        return contentBytes;
    }

    @Override
    public boolean contains(Bytes member) {
        OptionalLong integer = Numeral.parseLong(member);
        return integer.isPresent() && find(integer.getAsLong()) >= 0;
    }

    @Override
    public SetValue roomFor(int members, Shapes shapes) {
        return members > shapes.limits().of(Limit.SET_INTEGERS) ? inShapeOf(TrieSet.empty(shapes), shapes) : this;
    }

    @Override
    public SetValue add(Bytes member, Shapes shapes) {
        OptionalLong integer = Numeral.parseLong(member);
        if (integer.isEmpty()) {
            boolean fits = integers.length < shapes.limits().of(Limit.SET_ENTRIES)
                    && longest() <= shapes.limits().of(Limit.SET_VALUE_BYTES);
            // The member itself may still be too long or one too many.
            return inShapeOf(fits ? CompactSet.EMPTY : TrieSet.empty(shapes), shapes)
                    .add(member, shapes);
        }
        int index = find(integer.getAsLong());
        if (index >= 0) {
            return this;
        }
        if (integers.length >= shapes.limits().of(Limit.SET_INTEGERS)) {
            return inShapeOf(TrieSet.empty(shapes), shapes).add(member, shapes);
        }
        int at = -1 - index;
        long[] grown = Arrays.copyOf(integers, integers.length + 1);
        System.arraycopy(integers, at, grown, at + 1, integers.length - at);
        grown[at] = integer.getAsLong();
        return new IntegerSet(grown, contentBytes + member.length());
    }

    @Override
    public SetValue remove(Bytes member, Shapes shapes) {
        OptionalLong integer = Numeral.parseLong(member);
        int index = integer.isEmpty() ? -1 : find(integer.getAsLong());
        if (index < 0) {
            return this;
        }
        long[] shrunk = Arrays.copyOf(integers, integers.length - 1);
        System.arraycopy(integers, index + 1, shrunk, index, shrunk.length - index);
        return new IntegerSet(shrunk, contentBytes - member.length());
    }

    @Override
    public Iterator<Bytes> iterator() {
        return Arrays.stream(integers).mapToObj(Bytes::of).iterator();
    }

    @Override
    public long scan(long cursor, int count, Consumer<Bytes> visitor) {
        // All at once, as Redis does: there is no order that a cursor could keep across changes.
        if (cursor == 0) {
            forEach(visitor);
        }
        return 0;
    }

    @Override
    public Bytes at(int rank) {
        return Bytes.of(integers[rank]);
    }

    private int find(long integer) {
        return Arrays.binarySearch(integers, integer);
    }

    /** The most characters that a member has. */
    private int longest() {
        return integers.length == 0
                ? 0
                : Math.max(at(0).length(), at(integers.length - 1).length());
    }

    private SetValue inShapeOf(SetValue empty, Shapes shapes) {
        SetValue converted = empty;
        for (long integer : integers) {
            converted = converted.add(Bytes.of(integer), shapes);
        }
        return converted;
    }
}

package io.ratiskv.keyspace;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.Change;
import io.ratiskv.api.ListEnd;
import io.ratiskv.value.ListValue;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A key that holds a list, or nothing yet: pushing an element makes the key, removing the last one removes it. Confined
 * to the request that asked for it; a change of the same key by other ways makes it stale.
 *
 * <p>Indexes are those of the list, from 0 to {@link #size()} - 1; elements told are never written again.
 */
public final class ListHandle {
    private final TypedKey<ListValue> list;

    ListHandle(TypedKey<ListValue> list) {
        this.list = list;
    }

    /** How many elements, 0 when there is no such key. */
    public int size() {
        return value().size();
    }

    public Bytes at(int index) {
        return value().at(index);
    }

    /** The elements from {@code from}, which may be the size, to the last; as of the next change no longer to be used. */
    public Iterator<Bytes> ascending(int from) {
        return value().ascending(from);
    }

    /** The elements from {@code from}, which may be -1, back to the first; as of the next change no longer to be used. */
    public Iterator<Bytes> descending(int from) {
        return value().descending(from);
    }

    /** Puts the elements to an end, one after the other. */
    public void push(ListEnd end, List<Bytes> elements) {
        ListValue grown = valueToChange().push(end, elements, list.shapes());
        list.store(grown, new Change.ListPushed(list.database(), list.key(), end, elements));
    }

    /** Removes and returns {@code count} elements from an end, as many as there are at most, the outermost first. */
    public List<Bytes> pop(ListEnd end, int count) {
        int size = size();
        int from = end == ListEnd.HEAD ? 0 : size - count;
        List<Bytes> popped = new ArrayList<>(count);
        Iterator<Bytes> elements = ascending(from);
        for (int i = 0; i < count; i++) {
            popped.add(elements.next());
        }
        if (end == ListEnd.TAIL) {
            Collections.reverse(popped);
        }
        ListValue rest = valueToChange().removeRange(from, from + count, list.shapes());
        list.store(rest, new Change.ListPopped(list.database(), list.key(), end, count));
        return popped;
    }

    /** Moves an element from an end to an end and returns it: told as pushed, then popped, and never one more meanwhile. */
    public Bytes rotate(ListEnd from, ListEnd to) {
        int size = size();
        int index = from == ListEnd.HEAD ? 0 : size - 1;
        Bytes element = at(index);
        ListValue rotated = valueToChange();
        if (rotated.isCompact()) {
            rotated = rotated.removeRange(index, index + 1, list.shapes()).push(to, List.of(element), list.shapes());
        } else {
            // Pushed first, so that it is not taken for one that shrank.
            int behind = to == ListEnd.HEAD ? index + 1 : index;
            rotated = rotated.push(to, List.of(element), list.shapes()).removeRange(behind, behind + 1, list.shapes());
        }
        list.store(rotated, new Change.ListPushed(list.database(), list.key(), to, List.of(element)));
        list.store(rotated, new Change.ListPopped(list.database(), list.key(), from, 1));
        return element;
    }

    /** Puts an element before the one at {@code index}, or behind all. */
    public void insert(int index, Bytes element) {
        ListValue grown = valueToChange().insert(index, element, list.shapes());
        list.store(grown, new Change.ListElementInserted(list.database(), list.key(), index, element));
    }

    /** Puts an element in place of the one at {@code index}. */
    public void set(int index, Bytes element) {
        ListValue changed = valueToChange().set(index, element, list.shapes());
        list.store(changed, new Change.ListElementSet(list.database(), list.key(), index, element));
    }

    /** Removes all but the elements {@code [from, to)}. */
    public void trim(int from, int to) {
        ListValue kept = valueToChange().removeRange(to, size(), list.shapes()).removeRange(0, from, list.shapes());
        list.store(kept, new Change.ListTrimmed(list.database(), list.key(), from, to));
    }

    /** Removes elements that equal {@code element}, {@code most} of them at most, the first ones from {@code end}; returns how many. */
    public int removeEqual(Bytes element, ListEnd end, long most) {
        int[] indexes = indexesOf(element, end, most);
        if (indexes.length == 0) {
            return 0;
        }
        ListValue rest = valueToChange().removeAll(indexes, list.shapes());
        list.store(rest, new Change.ListElementsRemoved(list.database(), list.key(), end, element, indexes.length));
        return indexes.length;
    }

    /** Ascending. */
    private int[] indexesOf(Bytes element, ListEnd end, long most) {
        int size = size();
        IntStream.Builder found = IntStream.builder();
        Iterator<Bytes> elements = switch (end) {
            case HEAD -> ascending(0);
            case TAIL -> descending(size - 1);
        };
        long count = 0;
        for (int i = 0; i < size && count < most; i++) {
            if (elements.next().equals(element)) {
                found.add(end == ListEnd.HEAD ? i : size - 1 - i);
                count++;
            }
        }
        return found.build().sorted().toArray();
    }

    private ListValue value() {
        return list.value(ListValue.empty());
    }

    private ListValue valueToChange() {
        return list.valueToChange(ListValue.empty());
    }
}

package io.ratiskv.value;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.ListEnd;
import io.ratiskv.api.ValueType;
import java.util.Iterator;
import java.util.List;

/** Elements in the order their writers gave them, in one of two shapes. As {@link Value}. */
public sealed interface ListValue extends Value permits PackedList, TreeList {
    /** What an element counts in the memory account beside its bytes. */
    int ELEMENT_COST_BYTES = 16;

    /** A list without elements, compact. */
    static ListValue empty() {
        return PackedList.EMPTY;
    }

    @Override
    default ValueType type() {
        return ValueType.LIST;
    }

    /** Whether it is in the shape for few and short elements. */
    boolean isCompact();

    int size();

    /** Length of all elements together. */
    long contentBytes();

    @Override
    default boolean isEmpty() {
        return size() == 0;
    }

    @Override
    default long cost() {
        return contentBytes() + (long) size() * ELEMENT_COST_BYTES;
    }

    Bytes at(int index);

    /** The elements from {@code from}, 0 to {@link #size()}, to the last. */
    Iterator<Bytes> ascending(int from);

    /** The elements from {@code from}, -1 to {@link #size()} - 1, back to the first. */
    Iterator<Bytes> descending(int from);

    /** This list with the elements put to the end one after the other. */
    ListValue push(ListEnd end, List<Bytes> elements, Shapes shapes);

    /** This list with an element before the one at {@code index}, or behind all. */
    ListValue insert(int index, Bytes element, Shapes shapes);

    /** This list with another element at {@code index}. */
    ListValue set(int index, Bytes element, Shapes shapes);

    /** This list without the elements {@code [from, to)}. */
    ListValue removeRange(int from, int to, Shapes shapes);

    /** This list without the elements at {@code indexes}, which ascend. */
    ListValue removeAll(int[] indexes, Shapes shapes);
}

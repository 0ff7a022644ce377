package io.ratiskv.value;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.ListEnd;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/** A small list as {@link PackedStrings}. Immutable; any thread. */
final class PackedList implements ListValue {
    static final PackedList EMPTY = new PackedList(PackedStrings.NONE, 0, ListSize.NONE);

    private final byte[] elements;
    private final int count;
    private final ListSize size;

    private PackedList(byte[] elements, int count, ListSize size) {
        this.elements = elements;
        this.count = count;
        this.size = size;
    }

    /** The elements of a snapshot, or of a list that became small. */
    static PackedList of(byte[] elements) {
        int count = 0;
        for (int at = 0; at < elements.length; at = PackedStrings.end(elements, at)) {
            count++;
        }
        return new PackedList(elements, count, ListSize.of(PackedStrings.iterator(elements, 0), count));
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
        return count;
    }

    @Override
    public long contentBytes() {
        return size.contentBytes();
    }

    @Override
    public Bytes at(int index) {
        return PackedStrings.string(elements, seek(index));
    }

    @Override
    public Iterator<Bytes> ascending(int from) {
        return PackedStrings.iterator(elements, seek(from));
    }

    @Override
    public Iterator<Bytes> descending(int from) {
        Bytes[] backwards = new Bytes[from + 1];
        Iterator<Bytes> forwards = ascending(0);
        for (int i = from; i >= 0; i--) {
            backwards[i] = forwards.next();
        }
        return List.of(backwards).iterator();
    }

    @Override
    public ListValue push(ListEnd end, List<Bytes> more, Shapes shapes) {
        if (outgrows(more, shapes)) {
            return TreeList.of(with(end, more), shapes);
        }
        return switch (end) {
            case HEAD -> spliced(0, 0, more.reversed());
            case TAIL -> spliced(elements.length, elements.length, more);
        };
    }

    @Override
    public ListValue insert(int index, Bytes element, Shapes shapes) {
        if (outgrows(List.of(element), shapes)) {
            return toTree(shapes).insert(index, element, shapes);
        }
        int at = seek(index);
        return spliced(at, at, List.of(element));
    }

    @Override
    public ListValue set(int index, Bytes element, Shapes shapes) {
        // As if one more came: so Redis decides.
        if (outgrows(List.of(element), shapes)) {
            return toTree(shapes).set(index, element, shapes);
        }
        int at = seek(index);
        return spliced(at, PackedStrings.end(elements, at), List.of(element));
    }

    @Override
    public ListValue removeRange(int from, int to, Shapes shapes) {
        int at = seek(from);
        int end = at;
        for (int i = from; i < to; i++) {
            end = PackedStrings.end(elements, end);
        }
        return spliced(at, end, List.of());
    }

    @Override
    public ListValue removeAll(int[] indexes, Shapes shapes) {
        PackedList rest = this;
        for (int i = indexes.length - 1; i >= 0; i--) {
            int at = rest.seek(indexes[i]);
            rest = rest.spliced(at, PackedStrings.end(rest.elements, at), List.of());
        }
        return rest;
    }

    /** This list with {@code more} in place of the bytes {@code [from, to)}. */
    private PackedList spliced(int from, int to, List<Bytes> more) {
        ListSize changed = size;
        int countChanged = count;
        for (int at = from; at < to; at = PackedStrings.end(elements, at)) {
            changed = changed.minus(PackedStrings.string(elements, at));
            countChanged--;
        }
        for (Bytes element : more) {
            changed = changed.plus(element);
            countChanged++;
        }
        byte[] spliced = PackedStrings.splice(elements, from, to, more.toArray(Bytes[]::new));
        return new PackedList(spliced, countChanged, changed);
    }

    private int seek(int index) {
        return index == count ? elements.length : PackedStrings.seek(elements, index);
    }

    private boolean outgrows(List<Bytes> more, Shapes shapes) {
        long bytes = size.packedBytes();
        for (Bytes element : more) {
            bytes += element.length();
        }
        return ListSize.exceeds(shapes.limits().of(Limit.LIST_PACK), bytes, (long) count + more.size());
    }

    private List<Bytes> with(ListEnd end, List<Bytes> more) {
        List<Bytes> all = new ArrayList<>(count + more.size());
        ascending(0).forEachRemaining(all::add);
        switch (end) {
            case HEAD -> all.addAll(0, more.reversed());
            case TAIL -> all.addAll(more);
        }
        return all;
    }

    private TreeList toTree(Shapes shapes) {
        return TreeList.of(with(ListEnd.TAIL, List.of()), shapes);
    }
}

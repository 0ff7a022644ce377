package io.ratiskv.value;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.ListEnd;
import io.ratiskv.collect.CountedList;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/** A list of any size: a counted tree of its elements, each an array of its own. As {@link Value}. */
final class TreeList implements ListValue {
    /** Beyond one element of so many to be removed it is cheaper to build the rest anew. */
    private static final int REBUILD_ABOVE = 16;

    private final CountedList<byte[]> elements;
    private final ListSize size;

    private TreeList(CountedList<byte[]> elements, ListSize size) {
        this.elements = elements;
        this.size = size;
    }

    static TreeList of(List<Bytes> elements, Shapes shapes) {
        List<byte[]> arrays = new ArrayList<>(elements.size());
        for (Bytes element : elements) {
            arrays.add(array(element));
        }
        return new TreeList(
                CountedList.fromAll(shapes.epoch(), arrays), ListSize.of(elements.iterator(), elements.size()));
    }

    @Override
    public boolean isCompact() {
        return false;
    }

    @Override
    public String encoding() {
        return "quicklist";
    }

    @Override
    public int size() {
        return elements.size();
    }

    @Override
    public long contentBytes() {
        return size.contentBytes();
    }

    @Override
    public Bytes at(int index) {
        return Bytes.wrap(elements.byIndex(index));
    }

    @Override
    public Iterator<Bytes> ascending(int from) {
        return new Wrapped(elements.ascending(from));
    }

    @Override
    public Iterator<Bytes> descending(int from) {
        return new Wrapped(elements.descending(from));
    }

    @Override
    public TreeList push(ListEnd end, List<Bytes> more, Shapes shapes) {
        CountedList<byte[]> writable = elements.writable();
        ListSize grown = size;
        for (Bytes element : more) {
            switch (end) {
                case HEAD -> writable.addFirst(element.toByteArray());
                case TAIL -> writable.addLast(element.toByteArray());
            }
            grown = grown.plus(element);
        }
        return new TreeList(writable, grown);
    }

    @Override
    public TreeList insert(int index, Bytes element, Shapes shapes) {
        CountedList<byte[]> writable = elements.writable();
        writable.insert(index, element.toByteArray());
        return new TreeList(writable, size.plus(element));
    }

    @Override
    public ListValue set(int index, Bytes element, Shapes shapes) {
        CountedList<byte[]> writable = elements.writable();
        byte[] displaced = writable.set(index, element.toByteArray());
        return new TreeList(writable, size.minus(Bytes.wrap(displaced)).plus(element)).inItsShape(shapes);
    }

    @Override
    public ListValue removeRange(int from, int to, Shapes shapes) {
        ListSize left = sizeWithout(from, to);
        CountedList<byte[]> writable = elements.writable();
        writable.removeRange(from, to);
        return new TreeList(writable, left).inItsShape(shapes);
    }

    /** Visits what goes or what stays, whichever is less. */
    private ListSize sizeWithout(int from, int to) {
        int leaving = to - from;
        if (leaving <= size() - leaving) {
            return size.minus(ListSize.of(ascending(from), leaving));
        }
        return ListSize.of(ascending(0), from).plus(ListSize.of(ascending(to), size() - to));
    }

    @Override
    public ListValue removeAll(int[] indexes, Shapes shapes) {
        if (indexes.length > size() / REBUILD_ABOVE) {
            return rebuiltWithout(indexes, shapes).inItsShape(shapes);
        }
        ListSize left = size;
        CountedList<byte[]> writable = elements.writable();
        for (int i = indexes.length - 1; i >= 0; i--) {
            left = left.minus(Bytes.wrap(writable.removeAt(indexes[i])));
        }
        return new TreeList(writable, left).inItsShape(shapes);
    }

    private TreeList rebuiltWithout(int[] indexes, Shapes shapes) {
        List<byte[]> rest = new ArrayList<>(size() - indexes.length);
        ListSize left = size;
        Iterator<byte[]> all = elements.iterator();
        int at = 0;
        for (int index : indexes) {
            for (; at < index; at++) {
                rest.add(all.next());
            }
            left = left.minus(Bytes.wrap(all.next()));
            at++;
        }
        all.forEachRemaining(rest::add);
        return new TreeList(CountedList.fromAll(shapes.epoch(), rest), left);
    }

    private ListValue inItsShape(Shapes shapes) {
        if (!size.fitsAgain(shapes.limits().of(Limit.LIST_PACK), size())) {
            return this;
        }
        PackedStrings.Builder packed = new PackedStrings.Builder();
        ascending(0).forEachRemaining(packed::add);
        return PackedList.of(packed.build());
    }

    /** The bytes alone in an array: the one they are in, if nothing else is. */
    private static byte[] array(Bytes element) {
        return element.owned().array();
    }
}

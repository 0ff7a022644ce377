package io.ratiskv.value;

import io.ratiskv.api.Bytes;
import java.util.ArrayList;
import java.util.List;

/** A list while its elements are read from a snapshot, in the shape it had. Confined to the thread that reads. */
public final class ListBuilder {
    private final boolean compact;
    private final Shapes shapes;
    private final PackedStrings.Builder packed = new PackedStrings.Builder();
    private final List<Bytes> elements = new ArrayList<>();

    public ListBuilder(boolean compact, Shapes shapes) {
        this.compact = compact;
        this.shapes = shapes;
    }

    /** The next element. */
    public void add(Bytes element) {
        if (compact) {
            packed.add(element);
        } else {
            elements.add(element);
        }
    }

    /** @throws IllegalArgumentException if there is no element */
    public ListValue build() {
        ListValue list = compact ? PackedList.of(packed.build()) : TreeList.of(elements, shapes);
        if (list.isEmpty()) {
            throw new IllegalArgumentException("a list without elements");
        }
        return list;
    }
}

package io.ratiskv.value;

import io.ratiskv.api.Bytes;
import java.util.stream.LongStream;

/** A set while its members are read from a snapshot, in the shape it had. Confined to the thread that reads. */
public final class SetBuilder {
    private final SetShape shape;
    private final Shapes shapes;
    private final LongStream.Builder integers = LongStream.builder();
    private final PackedStrings.Builder packed = new PackedStrings.Builder();
    private TrieSet trie;
    private int size;

    public SetBuilder(SetShape shape, Shapes shapes) {
        this.shape = shape;
        this.shapes = shapes;
        this.trie = TrieSet.empty(shapes);
    }

    /**
     * The next member, in the order of {@link SetValue#iterator}.
     *
     * @throws IllegalArgumentException if it cannot be in a set of this shape
     */
    public void add(Bytes member) {
        size++;
        switch (shape) {
            case INTEGERS ->
                integers.add(Numeral.parseLong(member)
                        .orElseThrow(() -> new IllegalArgumentException("no integer: " + member)));
            case COMPACT -> packed.add(member);
            case TRIE -> trie = trie.add(member, shapes);
        }
    }

    /** @throws IllegalArgumentException if there is no member, one was there twice, or integers do not ascend */
    public SetValue build() {
        SetValue set = switch (shape) {
            case INTEGERS -> IntegerSet.of(integers.build().toArray());
            case COMPACT -> CompactSet.of(packed.build());
            case TRIE -> trie;
        };
        if (size == 0 || set.size() != size) {
            throw new IllegalArgumentException("a set of " + size + " members has " + set.size());
        }
        return set;
    }
}

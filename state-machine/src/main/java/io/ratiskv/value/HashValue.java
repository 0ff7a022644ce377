package io.ratiskv.value;

import io.ratiskv.api.Bytes;
import org.jspecify.annotations.Nullable;

/** Fields and their values, in one of two shapes. As {@link Value}. */
public sealed interface HashValue extends Value permits CompactHash, TrieHash {
    /** What a field counts in the memory account beside its bytes and those of its value. */
    int FIELD_COST_BYTES = 32;

    /** A hash without fields, compact. */
    static HashValue empty() {
        return CompactHash.EMPTY;
    }

    @Override
    default ValueType type() {
        return ValueType.HASH;
    }

    /** Whether it is still in the shape for few and short fields. */
    boolean isCompact();

    int size();

    /** Length of all fields and values together. */
    long contentBytes();

    @Override
    default boolean isEmpty() {
        return size() == 0;
    }

    @Override
    default long cost() {
        return contentBytes() + (long) size() * FIELD_COST_BYTES;
    }

    @Nullable
    Bytes get(Bytes field);

    /** This hash in a shape that may take so many fields at once; this itself if it may. */
    HashValue roomFor(int fields, Shapes shapes);

    /** This hash with the field; once it has outgrown the compact shape it never returns to it. */
    HashValue put(Bytes field, Bytes value, Shapes shapes);

    /** This hash without the field; this itself if there is no such field. */
    HashValue remove(Bytes field, Shapes shapes);

    /** All fields: compact in the order they came, else in the order of the trie. */
    void forEach(FieldVisitor visitor);

    /**
     * One step of a walk that outlives changes.
     *
     * @param cursor 0 to begin, else what the step before returned; one that no step returned ends the walk
     * @return 0 at the end
     */
    long scan(long cursor, int count, FieldVisitor visitor);

    /** Tells the field at {@code rank}, 0 to {@link #size()} - 1, in the order of {@link #forEach}. */
    void at(int rank, FieldVisitor visitor);
}

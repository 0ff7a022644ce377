package io.ratiskv.value;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.ValueType;
import org.jspecify.annotations.Nullable;

/**
 * Fields and their values, in one of two shapes, either of which may have deadlines beside it. As {@link Value}.
 *
 * <p>It knows no time: a field that is due is there until it is removed.
 */
public sealed interface HashValue extends Value permits CompactHash, TrieHash, ExpiringHash {
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

    /**
     * This hash with the field, which keeps the deadline it has; once it has outgrown the compact shape it never
     * returns to it.
     */
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

    /** Whether a field ever had a deadline. */
    default boolean isExpiring() {
        return false;
    }

    default FieldDeadlines fieldDeadlines() {
        return FieldDeadlines.NONE;
    }

    /** When the field expires, {@link FieldDeadlines#NEVER} if it does not or there is none. */
    default long deadline(Bytes field) {
        return FieldDeadlines.NEVER;
    }

    /**
     * This hash with another deadline of a field that is there.
     *
     * @param expireAtMillis below 2^53, or {@link FieldDeadlines#NEVER}
     */
    default HashValue withDeadline(Bytes field, long expireAtMillis, Shapes shapes) {
        return expireAtMillis == FieldDeadlines.NEVER
                ? this
                : new ExpiringHash(this, SortedSetValue.empty()).withDeadline(field, expireAtMillis, shapes);
    }

    /** How many fields have a deadline at or before {@code nowMillis}. */
    default int due(long nowMillis) {
        return 0;
    }

    /** This hash without those, or without {@code max} of them, soonest first. */
    default HashValue withoutDue(long nowMillis, int max, Shapes shapes) {
        return this;
    }

    /** A visitor that hands on all other fields of this hash, as it is now. */
    default FieldVisitor onlyLiving(long nowMillis, FieldVisitor visitor) {
        return visitor;
    }

    /** The fields that expire, with their deadlines for scores. */
    default ScoredMembers deadlines() {
        return SortedSetValue.empty();
    }
}

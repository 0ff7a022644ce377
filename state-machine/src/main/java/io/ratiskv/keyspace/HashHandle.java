package io.ratiskv.keyspace;

import io.ratiskv.api.Bytes;
import io.ratiskv.value.FieldVisitor;
import org.jspecify.annotations.Nullable;

/**
 * A key that holds a hash, or nothing yet: putting a field makes the key, removing the last one removes it. Confined
 * to the request that asked for it; another change of the same key makes it stale.
 */
public interface HashHandle {
    /** How many fields, 0 when there is no such key. */
    long size();

    boolean contains(Bytes field);

    /** The field's value, never written again; null if there is no such field. */
    @Nullable
    Bytes get(Bytes field);

    /** True if the field is new. */
    boolean put(Bytes field, Bytes value);

    /**
     * Adds to the integer a field holds, 0 if there is none.
     *
     * @return the sum
     * @throws io.ratiskv.api.CommandException if the field holds no integer or the sum exceeds 64 bits
     */
    long increment(Bytes field, long amount);

    /** Puts the sum that the caller made of the field's decimal number and {@code amount}. */
    void incrementByDecimal(Bytes field, Bytes amount, Bytes result);

    /** False if there was no such field. */
    boolean remove(Bytes field);

    /** All fields: in the order they came while the hash is compact, else in the order of their hashes. */
    void forEach(FieldVisitor visitor);

    /**
     * The fields behind {@code cursor}, about {@code count} of them; a compact hash tells all at once, as in Redis.
     *
     * @param cursor 0 to begin, else what the call before returned
     * @return 0 when all were told
     */
    long scan(long cursor, int count, FieldVisitor visitor);

    /** Tells the field at {@code rank}, 0 to {@link #size()} - 1, in the order of {@link #forEach}. */
    void at(long rank, FieldVisitor visitor);
}

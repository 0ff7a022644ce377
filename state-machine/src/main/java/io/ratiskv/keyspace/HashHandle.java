package io.ratiskv.keyspace;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.Change;
import io.ratiskv.api.CommandException;
import io.ratiskv.value.FieldVisitor;
import io.ratiskv.value.HashValue;
import io.ratiskv.value.Numeral;
import org.jspecify.annotations.Nullable;

/**
 * A key that holds a hash, or nothing yet: putting a field makes the key, removing the last one removes it. Confined
 * to the request that asked for it; a change of the same key by other ways makes it stale.
 */
public final class HashHandle {
    private static final CommandException NOT_INTEGER = new CommandException("ERR hash value is not an integer");

    private final TypedKey<HashValue> hash;
    /** So many fields are to be put. */
    private int incoming;

    HashHandle(TypedKey<HashValue> hash) {
        this.hash = hash;
    }

    /** How many fields, 0 when there is no such key. */
    public int size() {
        return value().size();
    }

    public boolean contains(Bytes field) {
        return get(field) != null;
    }

    /** The field's value, never written again; null if there is no such field. */
    public @Nullable Bytes get(Bytes field) {
        return value().get(field);
    }

    /** Lets the first put make room for so many, as Redis does for all that a request names, new or not. */
    public void expect(int fields) {
        incoming = fields;
    }

    /** True if the field is new. */
    public boolean put(Bytes field, Bytes value) {
        return store(field, value, new Change.HashFieldPut(hash.database(), hash.key(), field, value));
    }

    /**
     * Adds to the integer a field holds, 0 if there is none.
     *
     * @return the sum
     * @throws CommandException if the field holds no integer or the sum exceeds 64 bits
     */
    public long increment(Bytes field, long amount) {
        Bytes old = get(field);
        long sum = amount;
        if (old != null) {
            sum = Sums.exact(Numeral.parseLong(old).orElseThrow(() -> NOT_INTEGER), amount);
        }
        Change change = new Change.HashFieldIncremented(hash.database(), hash.key(), field, amount, sum);
        store(field, Bytes.of(sum), change);
        return sum;
    }

    /** Puts the sum that the caller made of the field's decimal number and {@code amount}. */
    public void incrementByDecimal(Bytes field, Bytes amount, Bytes result) {
        store(
                field,
                result,
                new Change.HashFieldIncrementedByDecimal(hash.database(), hash.key(), field, amount, result));
    }

    /** False if there was no such field. */
    public boolean remove(Bytes field) {
        if (!contains(field)) {
            return false;
        }
        HashValue rest = hash.valueToChange(HashValue.empty()).remove(field, hash.shapes());
        hash.store(rest, new Change.HashFieldRemoved(hash.database(), hash.key(), field));
        return true;
    }

    /** All fields: in the order they came while the hash is compact, else in the order of their hashes. */
    public void forEach(FieldVisitor visitor) {
        value().forEach(visitor);
    }

    /**
     * The fields behind {@code cursor}, about {@code count} of them; a compact hash tells all at once, as in Redis.
     *
     * @param cursor 0 to begin, else what the call before returned; one that no call returned ends the walk
     * @return 0 when all were told
     */
    public long scan(long cursor, int count, FieldVisitor visitor) {
        return value().scan(cursor, count, visitor);
    }

    /** Tells the field at {@code rank}, 0 to {@link #size()} - 1, in the order of {@link #forEach}. */
    public void at(int rank, FieldVisitor visitor) {
        value().at(rank, visitor);
    }

    private HashValue value() {
        return hash.value(HashValue.empty());
    }

    private boolean store(Bytes field, Bytes value, Change change) {
        HashValue before = hash.valueToChange(HashValue.empty());
        // Asked first: a large hash is changed in place.
        int size = before.size();
        HashValue after = before.roomFor(incoming, hash.shapes()).put(field, value, hash.shapes());
        hash.store(after, change);
        return after.size() > size;
    }
}

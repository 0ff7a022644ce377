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
        HashValue all = value();
        return hash.lives(all.fieldDeadlines().soonestMillis()) ? all.size() : all.size() - all.due(hash.nowMillis());
    }

    public boolean contains(Bytes field) {
        return get(field) != null;
    }

    /** The field's value, never written again; null if there is no such field. */
    public @Nullable Bytes get(Bytes field) {
        HashValue all = value();
        Bytes value = all.get(field);
        return value != null && hash.lives(all.deadline(field)) ? value : null;
    }

    /** Lets the first put make room for so many, as Redis does for all that a request names, new or not. */
    public void expect(int fields) {
        incoming = fields;
    }

    /** {@link Deadline#ABSENT} if there is no such field, {@link Deadline#NONE} if it does not expire. */
    public long deadline(Bytes field) {
        return contains(field) ? value().deadline(field) : Deadline.ABSENT;
    }

    /** Puts a field without a deadline. True if the field is new. */
    public boolean put(Bytes field, Bytes value) {
        return put(field, value, /* keepsDeadline= */ false);
    }

    /** Puts a field, with the deadline it has if it is there. True if the field is new. */
    public boolean putKeepingDeadline(Bytes field, Bytes value) {
        return put(field, value, /* keepsDeadline= */ true);
    }

    /**
     * Sets the deadline of a field; one that is not after the log's time removes the field.
     *
     * @param expireAtMillis above 0 and below 2^53
     * @return false if there is no such field
     */
    public boolean expireAt(Bytes field, long expireAtMillis) {
        if (!contains(field)) {
            return false;
        }
        if (expireAtMillis <= hash.nowMillis()) {
            return remove(field);
        }
        HashValue changed = hash.valueToChange(HashValue.empty()).withDeadline(field, expireAtMillis, hash.shapes());
        hash.store(changed, new Change.HashFieldDeadlineSet(hash.database(), hash.key(), field, expireAtMillis));
        return true;
    }

    /** False if there is no such field or it has no deadline. */
    public boolean persist(Bytes field) {
        long deadline = deadline(field);
        if (deadline == Deadline.ABSENT || deadline == Deadline.NONE) {
            return false;
        }
        HashValue changed = hash.valueToChange(HashValue.empty()).withDeadline(field, Deadline.NONE, hash.shapes());
        hash.store(changed, new Change.HashFieldDeadlineCleared(hash.database(), hash.key(), field));
        return true;
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
        store(field, Bytes.of(sum), /* keepsDeadline= */ true, change);
        return sum;
    }

    /** Puts the sum that the caller made of the field's decimal number and {@code amount}. */
    public void incrementByDecimal(Bytes field, Bytes amount, Bytes result) {
        store(
                field,
                result,
                /* keepsDeadline= */ true,
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

    /** Removes at most {@code max} fields that are due, soonest first; returns how many there were. */
    int removeDue(int max) {
        HashValue before = hash.valueToChange(HashValue.empty());
        int size = before.size();
        HashValue rest = before.withoutDue(hash.nowMillis(), max, hash.shapes());
        expired(rest, size - rest.size());
        return size - rest.size();
    }

    /** All fields: in the order they came while the hash is compact, else in the order of their hashes. */
    public void forEach(FieldVisitor visitor) {
        value().forEach(onlyLiving(visitor));
    }

    /**
     * The fields behind {@code cursor}, about {@code count} of them; a compact hash tells all at once, as in Redis.
     *
     * @param cursor 0 to begin, else what the call before returned; one that no call returned ends the walk
     * @return 0 when all were told
     */
    public long scan(long cursor, int count, FieldVisitor visitor) {
        return value().scan(cursor, count, onlyLiving(visitor));
    }

    /** How many ranks {@link #at} knows: {@link #size()} and one for each field that is due and not yet removed. */
    public int ranks() {
        return value().size();
    }

    /**
     * Tells the field at {@code rank}, 0 to {@link #ranks()} - 1, in the order of {@link #forEach}.
     *
     * @return false if it is due: then none is told
     */
    public boolean at(int rank, FieldVisitor visitor) {
        boolean[] told = new boolean[1];
        FieldVisitor living = onlyLiving((field, value) -> {
            visitor.visit(field, value);
            told[0] = true;
        });
        value().at(rank, living);
        return told[0];
    }

    private FieldVisitor onlyLiving(FieldVisitor visitor) {
        HashValue all = value();
        // Asked even of a field nobody may meet: else a read could tell one that another reader saw expire.
        return hash.lives(all.fieldDeadlines().soonestMillis()) ? visitor : all.onlyLiving(hash.nowMillis(), visitor);
    }

    private HashValue value() {
        return hash.value(HashValue.empty());
    }

    private boolean put(Bytes field, Bytes value, boolean keepsDeadline) {
        return store(
                field,
                value,
                keepsDeadline,
                new Change.HashFieldPut(hash.database(), hash.key(), field, value, keepsDeadline));
    }

    private boolean store(Bytes field, Bytes value, boolean keepsDeadline, Change change) {
        removeIfDue(field);
        HashValue before = hash.valueToChange(HashValue.empty());
        // Asked first: a large hash is changed in place.
        int size = before.size();
        HashValue after = before.roomFor(incoming, hash.shapes()).put(field, value, hash.shapes());
        if (!keepsDeadline) {
            after = after.withDeadline(field, Deadline.NONE, hash.shapes());
        }
        hash.store(after, change);
        return after.size() > size;
    }

    /** A field that is due goes by itself before another comes in its place. */
    private void removeIfDue(Bytes field) {
        HashValue before = hash.valueToChange(HashValue.empty());
        if (before.deadline(field) <= hash.nowMillis()) {
            expired(before.remove(field, hash.shapes()), 1);
        }
    }

    private void expired(HashValue rest, int count) {
        hash.countExpiredFields(count);
        hash.store(rest, new Change.HashFieldsExpired(hash.database(), hash.key(), count));
    }
}

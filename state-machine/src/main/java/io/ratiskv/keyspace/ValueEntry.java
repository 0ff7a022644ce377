package io.ratiskv.keyspace;

import io.ratiskv.value.FieldDeadlines;
import io.ratiskv.value.HashValue;
import io.ratiskv.value.Value;

/**
 * A key that holds anything but a plain string. Immutable, but for the value, which its owner may change in place and
 * then stores in an entry of a new version.
 *
 * @param expireAtMillis the key's own deadline
 * @param cost of the whole in the memory account as of this version: the value's own may have moved on
 * @param fields of a hash, as of this version
 */
@SuppressWarnings("ArrayRecordComponent") // never compared: tries compare the key's bytes
record ValueEntry(byte[] key, long version, long expireAtMillis, Value value, long cost, FieldDeadlines fields) {
    static ValueEntry of(byte[] key, long version, long expireAtMillis, Value value) {
        long cost = Entries.headCost(key.length, expireAtMillis) + value.cost();
        FieldDeadlines fields = value instanceof HashValue hash ? hash.fieldDeadlines() : FieldDeadlines.NONE;
        return new ValueEntry(key, version, expireAtMillis, value, cost, fields);
    }

    /** From when on the key is gone: at its own deadline, or with its last field. */
    long livesUntilMillis() {
        return Math.min(expireAtMillis, fields.lastMillis());
    }
}

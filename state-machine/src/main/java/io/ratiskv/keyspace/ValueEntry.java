package io.ratiskv.keyspace;

import io.ratiskv.value.Value;

/**
 * A key that holds anything but a plain string. Immutable, but for the value, which its owner may change in place and
 * then stores in an entry of a new version.
 *
 * @param cost of the whole in the memory account as of this version: the value's own may have moved on
 */
@SuppressWarnings("ArrayRecordComponent") // never compared: tries compare the key's bytes
record ValueEntry(byte[] key, long version, long expireAtMillis, Value value, long cost) {
    static ValueEntry of(byte[] key, long version, long expireAtMillis, Value value) {
        long cost = Entries.headCost(key.length, expireAtMillis) + value.cost();
        return new ValueEntry(key, version, expireAtMillis, value, cost);
    }
}

package io.ratiskv.keyspace;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.ValueType;
import io.ratiskv.collect.ElementKeys;
import io.ratiskv.collect.KeyedHash;
import java.util.Arrays;

/**
 * What an entry of a database is: a {@link StringEntry} or a {@link ValueEntry}, asked the same questions. Stateless; any
 * thread.
 */
final class Entries {
    /** What a key counts in the memory account beside its bytes and its value. */
    private static final long KEY_COST_BYTES = 48;

    private static final long DEADLINE_COST_BYTES = 24;

    private Entries() {}

    /** The deadline the key itself was given. */
    static long deadline(Object entry) {
        return entry instanceof byte[] string ? StringEntry.deadline(string) : ((ValueEntry) entry).expireAtMillis();
    }

    /** From when on the key is gone. */
    static long livesUntil(Object entry) {
        return entry instanceof byte[] string ? StringEntry.deadline(string) : ((ValueEntry) entry).livesUntilMillis();
    }

    /** When the first field of a hash expires, {@link Deadline#NONE} if none does. */
    static long soonestField(Object entry) {
        return entry instanceof ValueEntry other ? other.fields().soonestMillis() : Deadline.NONE;
    }

    static long version(Object entry) {
        return entry instanceof byte[] string ? StringEntry.version(string) : ((ValueEntry) entry).version();
    }

    static ValueType type(Object entry) {
        return entry instanceof byte[]
                ? ValueType.STRING
                : ((ValueEntry) entry).value().type();
    }

    static String encoding(Object entry) {
        return entry instanceof byte[] string
                ? StringEntry.encoding(string)
                : ((ValueEntry) entry).value().encoding();
    }

    /** What the entry counts in the memory account: a function of its logical content alone, not of its shape. */
    static long cost(Object entry) {
        return entry instanceof byte[] string
                ? headCost(StringEntry.keyLength(string), StringEntry.deadline(string))
                        + StringEntry.valueLength(string)
                : ((ValueEntry) entry).cost();
    }

    static long headCost(int keyLength, long expireAtMillis) {
        return KEY_COST_BYTES + keyLength + (expireAtMillis == Deadline.NONE ? 0 : DEADLINE_COST_BYTES);
    }

    static byte[] keyArray(Object entry) {
        return entry instanceof byte[] string ? string : ((ValueEntry) entry).key();
    }

    static int keyOffset(Object entry) {
        return entry instanceof byte[] string ? StringEntry.keyOffset(string) : 0;
    }

    static int keyLength(Object entry) {
        return entry instanceof byte[] string ? StringEntry.keyLength(string) : ((ValueEntry) entry).key().length;
    }

    static Bytes key(Object entry) {
        return Bytes.wrap(keyArray(entry), keyOffset(entry), keyLength(entry));
    }

    static int compareKeys(Object left, Object right) {
        int leftFrom = keyOffset(left);
        int rightFrom = keyOffset(right);
        return Arrays.compareUnsigned(
                keyArray(left),
                leftFrom,
                leftFrom + keyLength(left),
                keyArray(right),
                rightFrom,
                rightFrom + keyLength(right));
    }

    /** The same content under another key or deadline. */
    static Object copy(Object entry, Bytes key, long version, long expireAtMillis) {
        if (entry instanceof byte[] string) {
            return StringEntry.of(
                    key, StringEntry.value(string), version, expireAtMillis, StringEntry.isPieced(string));
        }
        ValueEntry old = (ValueEntry) entry;
        boolean sameKey =
                Arrays.equals(old.key(), 0, old.key().length, key.array(), key.offset(), key.offset() + key.length());
        return ValueEntry.of(sameKey ? old.key() : key.toByteArray(), version, expireAtMillis, old.value());
    }

    /** How a trie reads the key in an entry. */
    record Keys(KeyedHash hash) implements ElementKeys<Object> {
        @Override
        public long hash(Object entry) {
            return hash.hash(keyArray(entry), keyOffset(entry), keyLength(entry));
        }

        @Override
        public boolean matches(Object entry, byte[] key, int offset, int length) {
            if (keyLength(entry) != length) {
                return false;
            }
            int from = keyOffset(entry);
            return Arrays.equals(keyArray(entry), from, from + length, key, offset, offset + length);
        }

        @Override
        public int compare(Object left, Object right) {
            return compareKeys(left, right);
        }
    }
}

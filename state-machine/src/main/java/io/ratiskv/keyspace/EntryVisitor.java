package io.ratiskv.keyspace;

import io.ratiskv.api.Bytes;
import io.ratiskv.value.Value;

/** Is told of the keys of a frozen state with all that belongs to them, one by one. */
public interface EntryVisitor {
    /**
     * A plain string.
     *
     * @param expireAtMillis {@link Deadline#NONE} if it never expires
     * @param pieced whether the value was written in place
     */
    void string(Bytes key, long version, long expireAtMillis, boolean pieced, Bytes value);

    /** Anything else, a long string that was written in place included. */
    void value(Bytes key, long version, long expireAtMillis, Value value);
}

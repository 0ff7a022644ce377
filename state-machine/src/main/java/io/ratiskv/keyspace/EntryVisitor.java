package io.ratiskv.keyspace;

import io.ratiskv.api.Bytes;
import io.ratiskv.value.Value;

/** Is told of the keys of a frozen state with all that belongs to them, one by one. */
public interface EntryVisitor {
    /**
     * A plain string.
     *
     * @param expireAtMillis {@link Deadline#NONE} if it never expires
     * @param pieced whether the value is the outcome of APPEND or SETRANGE
     */
    void string(Bytes key, long version, long expireAtMillis, boolean pieced, Bytes value);

    /** Anything else. */
    void value(Bytes key, long version, long expireAtMillis, Value value);
}

package io.ratiskv.machine;

/** For whom an entry is applied: only the gateway that took the requests has someone to answer. */
public enum Audience {
    /** One reply per unit, and the reads that ride along are run. */
    GATEWAY,
    /** No reply is built. */
    REPLICA
}

package io.ratiskv.command;

import java.util.Locale;

/** A chapter of the command reference, as COMMAND DOCS names it. */
public enum Group {
    STRING,
    GENERIC,
    HASH,
    LIST,
    SET,
    SORTED_SET,
    STREAM,
    BITMAP,
    HYPERLOGLOG,
    GEO,
    SCRIPTING,
    PUBSUB,
    TRANSACTIONS,
    CONNECTION,
    SERVER,
    CLUSTER,
    /** What only this store has. */
    RAFT;

    public String wireName() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}

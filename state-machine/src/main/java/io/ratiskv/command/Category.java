package io.ratiskv.command;

import java.util.Locale;

/** A set of commands that access rules name, {@code @read}; declared in the order COMMAND INFO lists them. */
public enum Category {
    KEYSPACE,
    READ,
    WRITE,
    SET,
    SORTEDSET,
    LIST,
    HASH,
    STRING,
    BITMAP,
    HYPERLOGLOG,
    GEO,
    STREAM,
    PUBSUB,
    ADMIN,
    FAST,
    SLOW,
    BLOCKING,
    DANGEROUS,
    CONNECTION,
    TRANSACTION,
    SCRIPTING;

    /** The name without its {@code @}. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}

package io.ratiskv.command;

/** Where a command runs. */
public enum Kind {
    /** On a confirmed state, without an entry; or beside the writes of a batch, on its gateway alone. */
    READ,
    /** In the log, on every replica. */
    WRITE,
    /** In the session that received it: it concerns the connection or the node, never the replicated state. */
    LOCAL
}

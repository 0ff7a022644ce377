package io.ratiskv.command;

/** A property of a command, as COMMAND INFO names it; declared in the order COMMAND INFO lists them. */
public enum Flag {
    WRITE,
    READONLY,
    /** Refused when memory is full and nothing can be evicted. */
    DENYOOM,
    ADMIN,
    PUBSUB,
    /** Refused inside scripts. */
    NOSCRIPT,
    BLOCKING,
    /** Answered while the node loads its state. */
    LOADING,
    /** Answered by a node that lost its leader. */
    STALE,
    SKIP_MONITOR,
    SKIP_SLOWLOG,
    /** Let through to a slot that is being taken over. */
    ASKING,
    /** Constant or logarithmic time. */
    FAST,
    /** Answered before authentication. */
    NO_AUTH,
    /** Redis tells its replicas of it although it is no write. */
    MAY_REPLICATE,
    NO_ASYNC_LOADING,
    /** Refused inside MULTI. */
    NO_MULTI,
    /** Key positions cannot be told from first, last and step alone. Derived, never declared. */
    MOVABLEKEYS,
    ALLOW_BUSY;

    /** The name in COMMAND INFO. */
    public String wireName() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }
}

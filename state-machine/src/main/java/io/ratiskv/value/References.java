package io.ratiskv.value;

/** What becomes of an entry that is to be removed from a stream, and of the groups that have it pending. */
public enum References {
    /** The entry goes, and what groups have pending stays. */
    KEPT,
    /** It goes everywhere. */
    DROPPED,
    /** It goes only if all groups have acknowledged it. */
    RESPECTED
}

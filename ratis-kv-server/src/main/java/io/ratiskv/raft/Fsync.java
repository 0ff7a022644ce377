package io.ratiskv.raft;

/** When an entry counts as stored on a node. */
public enum Fsync {
    /** Once it is on the disk: what was acknowledged survives the loss of power of all nodes. */
    ALWAYS,
    /**
     * Once it was handed to the operating system, which writes it soon after. Unsafe: if a majority of nodes lose power
     * together, acknowledged writes are lost.
     */
    RELAXED
}

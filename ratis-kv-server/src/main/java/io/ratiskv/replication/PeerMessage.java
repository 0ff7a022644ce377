package io.ratiskv.replication;

/** What nodes say to each other beside Raft. Immutable. */
public sealed interface PeerMessage {
    /**
     * To the leader: put this batch into the log.
     *
     * @param entry encoded and unstamped; the array is the receiver's
     */
    record Propose(long epoch, long id, byte[] entry) implements PeerMessage {}

    /** The answer to a {@link Propose} that did not go into the log, or may not have. */
    record Refused(long epoch, long id, Refusal refusal) implements PeerMessage {}

    /** To a voter: which term are you in? */
    record AskTerm(long sequence) implements PeerMessage {}

    /**
     * The answer to {@link AskTerm}.
     *
     * @param running false while the voter's server does not take part: its term then means nothing
     */
    record Term(long sequence, long term, boolean running) implements PeerMessage {}

    /**
     * To the leader: confirm an index that covers everything acknowledged so far.
     *
     * @param knownCommit the asking node's own commit index: the leader sends a newer one at once
     */
    record AskIndex(long sequence, long knownCommit) implements PeerMessage {}

    /**
     * The answer to {@link AskIndex}.
     *
     * @param nowMillis the leader's log clock
     */
    record Index(long sequence, long commitIndex, long nowMillis) implements PeerMessage {}

    /** The asked node could not confirm an index. */
    record NoIndex(long sequence) implements PeerMessage {}
}

package io.ratiskv.replication;

/** One change of who the members are. Immutable. */
public sealed interface MemberChange {
    /** Id of the node that it is about. */
    String node();

    /**
     * The node becomes a listener: it receives the log and does not vote.
     *
     * @param raftAddress where it speaks Raft, {@code host:port}
     * @param peerAddress where it speaks the node-to-node service, {@code host:port}
     */
    record Add(String node, String raftAddress, String peerAddress) implements MemberChange {}

    /** The listener becomes a voter. */
    record Promote(String node) implements MemberChange {}

    /** The voter or listener does not belong to the group any more. */
    record Remove(String node) implements MemberChange {}
}

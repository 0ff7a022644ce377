package io.ratiskv.replication;

import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The port to one shard's replicated log. Any thread; no method blocks unless it says so.
 *
 * <p>What is applied comes back through {@link Replica}; this side only submits and tells what it knows.
 */
public interface Consensus {
    /** The id of the node this runs on. */
    String self();

    /**
     * Appends an entry if this node leads. That it was applied is learned from {@link Replica#apply} alone.
     *
     * @param entry as {@code EntryCodec} encodes it; handed over: nobody else reads or writes it any more, and the
     *     leader's clock is stamped into it in log order
     * @param refused called at most once, on any thread, when the entry will not or may not be applied
     */
    void submit(byte[] entry, Consumer<Refusal> refused);

    /** The node that leads as far as this one knows, or null. */
    @Nullable
    String leader();

    /** True on a leader that has committed an entry of its own term. */
    boolean leaderReady();

    /**
     * This node's current term; 0 until its log is open. A vote for, or an answer in, a term leaves the node only when
     * the term is durable, so no leader of a higher one rests on this node while the answer here is lower.
     */
    long currentTerm();

    /** True while the server takes part in the consensus (not starting, paused, closing). */
    boolean running();

    /** The highest index known to be committed. */
    long commitIndex();

    /** Who votes now. */
    Configuration configuration();

    /**
     * Sends the follower the commit index at once instead of with the next entry or heartbeat: as soon as it holds what
     * is committed. Coalesced; nothing where this node does not lead.
     */
    void pushCommitIndex(String follower);

    /** For {@code /status}: the log and the followers as this node sees them. */
    LogStatus status();

    /** Who belongs to the group, and where the others find them. */
    Roster roster();

    /**
     * Changes the members, where this node leads; one change at a time. A node that is added gets everything first.
     *
     * @param incarnation of the data directory of a node that is added, else anything
     * @return completes when it is committed; exceptionally when it was not, or, if this node ceased to lead meanwhile,
     *     when that is not known
     */
    CompletableFuture<Void> changeMembers(MemberChange change, String incarnation);

    /** Completes when {@code node} leads, exceptionally when the transfer failed or timed out. */
    CompletableFuture<Void> transferLeadership(String node, long timeoutMillis);

    /**
     * Tells the log that a snapshot is durable, so that what lies behind it can be purged.
     *
     * <p>Two snapshots are kept, and the log from the older one on, so that a damaged one costs nothing.
     *
     * @param file complete and synced, in {@link #snapshotDirectory()}; renamed to its final name by this call
     */
    CompletableFuture<Void> publishSnapshot(java.nio.file.Path file, long term, long index);

    /** Where snapshots are written before they are published. */
    java.nio.file.Path snapshotDirectory();

    /** The disk that the log is on. */
    default Disk disk() {
        return new Disk(Long.MAX_VALUE, false);
    }

    /** What of the log has been archived. */
    default Archive archive() {
        return Archive.NONE;
    }

    /** True while this node gets its data anew from the others: it neither votes nor stands for election. */
    default boolean rebuilding() {
        return false;
    }

    /** This node has applied everything that was acknowledged before it was asked: from now on it votes again. */
    default void rebuilt() throws java.io.IOException {}

    /** Leaves the consensus: hands leadership over first if this node leads, then closes. Blocks. */
    void close();

    /**
     * Voters, of both sets while the configuration changes.
     *
     * @param voters node ids of the current configuration
     * @param oldVoters node ids of the previous one while both are needed, else empty
     * @param listeners node ids that receive the log and do not vote
     */
    record Configuration(Set<String> voters, Set<String> oldVoters, Set<String> listeners) {}

    /**
     * @param freeBytes that this process may still use
     * @param full so few that this node takes no writes into its log when it leads
     */
    record Disk(long freeBytes, boolean full) {}

    /**
     * The archive of this node's log.
     *
     * @param index up to which what is committed is archived; -1: nothing is, and nothing is to be
     * @param failures how often since the start something could not be archived
     */
    record Archive(long index, long failures) {
        /** There is none. */
        public static final Archive NONE = new Archive(-1, 0);
    }

    /**
     * @param role LEADER, FOLLOWER, CANDIDATE or LISTENER
     * @param appliedTerm of the last applied entry; the present term as soon as the leader's first entry is applied
     */
    record LogStatus(
            String role,
            long term,
            long commitIndex,
            long appliedTerm,
            long appliedIndex,
            long firstIndex,
            long lastIndex,
            long snapshotIndex,
            List<Peer> peers) {}

    /**
     * A member of the group.
     *
     * @param matchIndex what it is known to hold; -1 where this node cannot know
     * @param lastContactMillis since it last answered; -1 where this node cannot know
     */
    record Peer(String id, String raftAddress, boolean voter, long matchIndex, long lastContactMillis) {}
}

package io.ratiskv.replication;

import io.ratiskv.api.Bytes;
import io.ratiskv.machine.Digest;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What nodes say to each other beside Raft. Immutable. */
public sealed interface PeerMessage {
    /**
     * To the leader: put this batch into the log.
     *
     * @param entry encoded and unstamped; the array is the receiver's
     * @param traceparent where the receiver's part of a request that is followed hangs; null when none is
     */
    record Propose(
            long epoch, long id, byte[] entry, @Nullable String traceparent) implements PeerMessage {
        /** Of requests that nobody follows. */
        public Propose(long epoch, long id, byte[] entry) {
            this(epoch, id, entry, null);
        }
    }

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

    /**
     * To the leader: hand your leadership over.
     *
     * @param node that shall lead; null for any that is up to date
     */
    record Transfer(long sequence, @Nullable String node, long timeoutMillis) implements PeerMessage {}

    /**
     * The answer to {@link Transfer}.
     *
     * @param problem why it was not handed over, as a client is told; null when it was
     */
    record Transferred(long sequence, @Nullable String problem) implements PeerMessage {}

    /** To the leader: change who the members are. */
    record ChangeMembers(long sequence, MemberChange change) implements PeerMessage {}

    /**
     * The answer to {@link ChangeMembers}.
     *
     * @param problem why nothing was changed, as a client is told; null when it was
     */
    record MembersChanged(long sequence, @Nullable String problem) implements PeerMessage {}

    /**
     * To any node: what do you know of these keys?
     *
     * @param keys as {@link io.ratiskv.keyspace.Accesses} names them
     */
    record AskAccesses(long sequence, List<Long> keys) implements PeerMessage {}

    /**
     * The answer to {@link AskAccesses}.
     *
     * @param records one for each key: seconds without access (24 bits), then the counter of accesses (8)
     */
    record Accesses(long sequence, List<Integer> records) implements PeerMessage {}

    /** To every member: my state was this right after the entry at {@code index}. */
    record StateDigest(long index, Digest digest) implements PeerMessage {}

    /** What leader and follower of a log say to each other; in the form that the consensus gives it. */
    sealed interface Replication extends PeerMessage {}

    /**
     * To a follower: entries of the log.
     *
     * @param pipeline which leadership over this follower it belongs to; the answer bears it
     * @param request the array is the receiver's
     */
    record Append(long pipeline, byte[] request) implements Replication {}

    /**
     * The answer to {@link Append}, once the entries are stored.
     *
     * @param reply empty when the receiver does not follow the sender
     */
    record Appended(long pipeline, byte[] reply) implements Replication {}

    /** What clients of one node tell those of another. */
    sealed interface AmongClients extends PeerMessage {}

    /** What a client can listen to. */
    enum Listening {
        CHANNEL,
        PATTERN,
        SHARD_CHANNEL
    }

    /** A client published a message: hand it to yours. */
    record Publish(Listening kind, Bytes channel, Bytes message) implements AmongClients {}

    /** So many bytes of {@link Publish} were handed on since the last of these: more may be sent. */
    record Heard(long bytes) implements AmongClients {}

    /**
     * How many of the sending node's clients listen to what.
     *
     * @param anew all that was told before is void
     */
    record Listeners(boolean anew, List<ListenerCount> counts) implements AmongClients {}

    /** @param clients 0: none any more */
    record ListenerCount(Listening kind, Bytes channel, int clients) {}
}

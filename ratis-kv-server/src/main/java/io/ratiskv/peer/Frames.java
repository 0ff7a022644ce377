package io.ratiskv.peer;

import com.google.protobuf.ByteOutput;
import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.ratiskv.api.Bytes;
import io.ratiskv.machine.Digest;
import io.ratiskv.proto.peer.Listening;
import io.ratiskv.proto.peer.PeerFrame;
import io.ratiskv.replication.MemberChange;
import io.ratiskv.replication.PeerMessage;
import io.ratiskv.replication.Refusal;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Messages ⇄ frames. Immutable; any thread.
 *
 * <p>The sequence numbers of this process' questions are moved by a random number of its own before they go on the wire
 * and moved back in the answers. So an answer to a question that the node asked before it was restarted, which may
 * reach it over its new links, matches no question of now: it would confirm a read that came after it.
 */
final class Frames {
    /** What a sequence number stays below: at a million questions per second, for 12 days. */
    private static final long SEQUENCES = 1L << 40;

    private final long life;

    /** @param life random, not used by an earlier process of this node */
    Frames(long life) {
        this.life = life;
    }

    /** The message on the wire. An entry is not copied: its array must not change until the frame is written. */
    PeerFrame encode(PeerMessage message) {
        PeerFrame.Builder frame = PeerFrame.newBuilder();
        switch (message) {
            case PeerMessage.Propose propose -> {
                var body = frame.getProposeBuilder()
                        .setEpoch(propose.epoch())
                        .setId(propose.id())
                        .setEntry(UnsafeByteOperations.unsafeWrap(propose.entry()));
                @Nullable String traceparent = propose.traceparent();
                if (traceparent != null) body.setTraceparent(traceparent);
            }
            case PeerMessage.Refused refused -> frame.setRefused(encode(refused));
            case PeerMessage.AskTerm ask -> frame.getAskTermBuilder().setSeq(asked(ask.sequence()));
            case PeerMessage.Term term ->
                frame.getTermBuilder()
                        .setSeq(term.sequence())
                        .setTerm(term.term())
                        .setRunning(term.running());
            case PeerMessage.AskIndex ask ->
                frame.getAskIndexBuilder().setSeq(asked(ask.sequence())).setKnownCommit(ask.knownCommit());
            case PeerMessage.Index index ->
                frame.getIndexBuilder()
                        .setSeq(index.sequence())
                        .setCommitIndex(index.commitIndex())
                        .setNowMillis(index.nowMillis());
            case PeerMessage.NoIndex none -> frame.getNoIndexBuilder().setSeq(none.sequence());
            case PeerMessage.Transfer transfer -> {
                var body = frame.getTransferBuilder()
                        .setSeq(asked(transfer.sequence()))
                        .setTimeoutMillis(transfer.timeoutMillis());
                @Nullable String node = transfer.node();
                if (node != null) body.setNode(node);
            }
            case PeerMessage.Transferred transferred -> {
                var body = frame.getTransferredBuilder().setSeq(transferred.sequence());
                @Nullable String problem = transferred.problem();
                if (problem != null) body.setProblem(problem);
            }
            case PeerMessage.ChangeMembers asked -> frame.setChangeMembers(encode(asked));
            case PeerMessage.MembersChanged changed -> {
                var body = frame.getMembersChangedBuilder().setSeq(changed.sequence());
                @Nullable String problem = changed.problem();
                if (problem != null) body.setProblem(problem);
            }
            case PeerMessage.AskAccesses ask ->
                frame.getAskAccessesBuilder().setSeq(asked(ask.sequence())).addAllKeys(ask.keys());
            case PeerMessage.Accesses accesses ->
                frame.getAccessesBuilder().setSeq(accesses.sequence()).addAllRecords(accesses.records());
            case PeerMessage.StateDigest told ->
                frame.getStateDigestBuilder()
                        .setIndex(told.index())
                        .setVersion(Digest.VERSION)
                        .setSums(UnsafeByteOperations.unsafeWrap(told.digest().encode()));
            case PeerMessage.Append append ->
                frame.getAppendBuilder()
                        .setPipeline(append.pipeline())
                        .setRequest(UnsafeByteOperations.unsafeWrap(append.request()));
            case PeerMessage.Appended appended ->
                frame.getAppendedBuilder()
                        .setPipeline(appended.pipeline())
                        .setReply(UnsafeByteOperations.unsafeWrap(appended.reply()));
            case PeerMessage.Publish publish ->
                frame.getPublishBuilder()
                        .setKind(onWire(publish.kind()))
                        .setChannel(bytes(publish.channel()))
                        .setMessage(bytes(publish.message()));
            case PeerMessage.Heard heard -> frame.getHeardBuilder().setBytes(heard.bytes());
            case PeerMessage.Listeners listeners -> frame.setListeners(encode(listeners));
        }
        return frame.build();
    }

    /** The message of a frame; null when it is of a later version, or answers a question that this process never asked. */
    @Nullable
    PeerMessage decode(PeerFrame frame) {
        return switch (frame.getBodyCase()) {
            case PROPOSE -> {
                var propose = frame.getPropose();
                yield new PeerMessage.Propose(
                        propose.getEpoch(),
                        propose.getId(),
                        array(propose.getEntry()),
                        nullIfEmpty(propose.getTraceparent()));
            }
            case REFUSED -> decode(frame.getRefused());
            case ASK_TERM -> new PeerMessage.AskTerm(frame.getAskTerm().getSeq());
            case TERM -> {
                var term = frame.getTerm();
                long sequence = answered(term.getSeq());
                yield sequence < 0 ? null : new PeerMessage.Term(sequence, term.getTerm(), term.getRunning());
            }
            case ASK_INDEX -> {
                var ask = frame.getAskIndex();
                yield new PeerMessage.AskIndex(ask.getSeq(), ask.getKnownCommit());
            }
            case INDEX -> {
                var index = frame.getIndex();
                long sequence = answered(index.getSeq());
                yield sequence < 0
                        ? null
                        : new PeerMessage.Index(sequence, index.getCommitIndex(), index.getNowMillis());
            }
            case NO_INDEX -> {
                long sequence = answered(frame.getNoIndex().getSeq());
                yield sequence < 0 ? null : new PeerMessage.NoIndex(sequence);
            }
            case TRANSFER -> {
                var transfer = frame.getTransfer();
                yield new PeerMessage.Transfer(
                        transfer.getSeq(), nullIfEmpty(transfer.getNode()), transfer.getTimeoutMillis());
            }
            case TRANSFERRED -> {
                var transferred = frame.getTransferred();
                long sequence = answered(transferred.getSeq());
                yield sequence < 0
                        ? null
                        : new PeerMessage.Transferred(sequence, nullIfEmpty(transferred.getProblem()));
            }
            case CHANGE_MEMBERS -> decode(frame.getChangeMembers());
            case MEMBERS_CHANGED -> {
                var changed = frame.getMembersChanged();
                long sequence = answered(changed.getSeq());
                yield sequence < 0 ? null : new PeerMessage.MembersChanged(sequence, nullIfEmpty(changed.getProblem()));
            }
            case ASK_ACCESSES ->
                new PeerMessage.AskAccesses(
                        frame.getAskAccesses().getSeq(),
                        List.copyOf(frame.getAskAccesses().getKeysList()));
            case ACCESSES -> {
                long sequence = answered(frame.getAccesses().getSeq());
                yield sequence < 0
                        ? null
                        : new PeerMessage.Accesses(
                                sequence, List.copyOf(frame.getAccesses().getRecordsList()));
            }
            case STATE_DIGEST -> {
                var told = frame.getStateDigest();
                yield told.getVersion() != Digest.VERSION
                        ? null
                        : new PeerMessage.StateDigest(told.getIndex(), Digest.decode(array(told.getSums())));
            }
            case APPEND -> {
                var append = frame.getAppend();
                yield new PeerMessage.Append(append.getPipeline(), array(append.getRequest()));
            }
            case APPENDED -> {
                var appended = frame.getAppended();
                yield new PeerMessage.Appended(appended.getPipeline(), array(appended.getReply()));
            }
            case PUBLISH -> {
                var publish = frame.getPublish();
                PeerMessage.@Nullable Listening kind = listening(publish.getKind());
                yield kind == null
                        ? null
                        : new PeerMessage.Publish(kind, bytes(publish.getChannel()), bytes(publish.getMessage()));
            }
            case HEARD -> new PeerMessage.Heard(frame.getHeard().getBytes());
            case LISTENERS -> decode(frame.getListeners());
            case HELLO, PING, PONG, BODY_NOT_SET -> null;
        };
    }

    private static @Nullable String nullIfEmpty(String text) {
        return text.isEmpty() ? null : text;
    }

    private io.ratiskv.proto.peer.ChangeMembers encode(PeerMessage.ChangeMembers asked) {
        var frame = io.ratiskv.proto.peer.ChangeMembers.newBuilder()
                .setSeq(asked(asked.sequence()))
                .setNode(asked.change().node());
        switch (asked.change()) {
            case MemberChange.Add add ->
                frame.setKind(io.ratiskv.proto.peer.ChangeMembers.Kind.ADD)
                        .setRaftAddress(add.raftAddress())
                        .setPeerAddress(add.peerAddress());
            case MemberChange.Promote promote -> frame.setKind(io.ratiskv.proto.peer.ChangeMembers.Kind.PROMOTE);
            case MemberChange.Remove remove -> frame.setKind(io.ratiskv.proto.peer.ChangeMembers.Kind.REMOVE);
        }
        return frame.build();
    }

    /** Null for a kind of a later version: the question is not answered. */
    private static @Nullable PeerMessage decode(io.ratiskv.proto.peer.ChangeMembers asked) {
        @Nullable
        MemberChange change = switch (asked.getKind()) {
            case ADD -> new MemberChange.Add(asked.getNode(), asked.getRaftAddress(), asked.getPeerAddress());
            case PROMOTE -> new MemberChange.Promote(asked.getNode());
            case REMOVE -> new MemberChange.Remove(asked.getNode());
            case KIND_UNSPECIFIED, UNRECOGNIZED -> null;
        };
        return change == null ? null : new PeerMessage.ChangeMembers(asked.getSeq(), change);
    }

    private static io.ratiskv.proto.peer.Listeners encode(PeerMessage.Listeners listeners) {
        var frame = io.ratiskv.proto.peer.Listeners.newBuilder().setAnew(listeners.anew());
        for (PeerMessage.ListenerCount count : listeners.counts()) {
            frame.addCountsBuilder()
                    .setKind(onWire(count.kind()))
                    .setChannel(bytes(count.channel()))
                    .setClients(count.clients());
        }
        return frame.build();
    }

    private static PeerMessage decode(io.ratiskv.proto.peer.Listeners listeners) {
        List<PeerMessage.ListenerCount> counts = new ArrayList<>(listeners.getCountsCount());
        for (var count : listeners.getCountsList()) {
            PeerMessage.@Nullable Listening kind = listening(count.getKind());
            if (kind != null) {
                counts.add(new PeerMessage.ListenerCount(kind, bytes(count.getChannel()), count.getClients()));
            }
        }
        return new PeerMessage.Listeners(listeners.getAnew(), counts);
    }

    private static Listening onWire(PeerMessage.Listening kind) {
        return switch (kind) {
            case CHANNEL -> Listening.LISTENING_CHANNEL;
            case PATTERN -> Listening.LISTENING_PATTERN;
            case SHARD_CHANNEL -> Listening.LISTENING_SHARD_CHANNEL;
        };
    }

    /** Null for one of a later version. */
    private static PeerMessage.@Nullable Listening listening(Listening onWire) {
        return switch (onWire) {
            case LISTENING_CHANNEL -> PeerMessage.Listening.CHANNEL;
            case LISTENING_PATTERN -> PeerMessage.Listening.PATTERN;
            case LISTENING_SHARD_CHANNEL -> PeerMessage.Listening.SHARD_CHANNEL;
            case UNRECOGNIZED -> null;
        };
    }

    private static ByteString bytes(Bytes bytes) {
        return UnsafeByteOperations.unsafeWrap(bytes.array(), bytes.offset(), bytes.length());
    }

    private static Bytes bytes(ByteString bytes) {
        return Bytes.wrap(array(bytes));
    }

    private long asked(long sequence) {
        if (sequence < 0 || sequence >= SEQUENCES) {
            throw new IllegalArgumentException("sequence " + sequence + " is not in [0, 2^40)");
        }
        return sequence + life;
    }

    /** The sequence of the question, or -1 if it was another process'. */
    private long answered(long onWire) {
        long sequence = onWire - life;
        return sequence >= 0 && sequence < SEQUENCES ? sequence : -1;
    }

    private static io.ratiskv.proto.peer.Refused encode(PeerMessage.Refused refused) {
        var frame = io.ratiskv.proto.peer.Refused.newBuilder()
                .setEpoch(refused.epoch())
                .setId(refused.id());
        switch (refused.refusal()) {
            case Refusal.NotLeader notLeader -> {
                frame.setReason(io.ratiskv.proto.peer.Refused.Reason.NOT_LEADER);
                @Nullable String leader = notLeader.leader();
                if (leader != null) frame.setLeaderHint(leader);
            }
            case Refusal.Overloaded overloaded -> frame.setReason(io.ratiskv.proto.peer.Refused.Reason.OVERLOADED);
            case Refusal.NoSpace noSpace -> frame.setReason(io.ratiskv.proto.peer.Refused.Reason.NO_SPACE);
            case Refusal.Indeterminate indeterminate ->
                frame.setReason(io.ratiskv.proto.peer.Refused.Reason.INDETERMINATE)
                        .setDetail(indeterminate.reason());
        }
        return frame.build();
    }

    private static PeerMessage decode(io.ratiskv.proto.peer.Refused refused) {
        String leader = refused.getLeaderHint();
        Refusal refusal = switch (refused.getReason()) {
            case NOT_LEADER -> new Refusal.NotLeader(leader.isEmpty() ? null : leader);
            case OVERLOADED -> new Refusal.Overloaded();
            case NO_SPACE -> new Refusal.NoSpace();
            case INDETERMINATE -> new Refusal.Indeterminate(refused.getDetail());
            case REASON_UNSPECIFIED, UNRECOGNIZED ->
                new Refusal.Indeterminate("refused for a reason of a later version");
        };
        return new PeerMessage.Refused(refused.getEpoch(), refused.getId(), refusal);
    }

    /** The bytes as an array that nobody else holds: the one that the parser made, where there is exactly one. */
    private static byte[] array(ByteString bytes) {
        Sole sole = new Sole();
        try {
            UnsafeByteOperations.unsafeWriteTo(bytes, sole);
        } catch (IOException impossible) {
            throw new IllegalStateException("an output in memory failed", impossible);
        }
        byte[] array = sole.array;
        return array != null && array.length == bytes.size() ? array : bytes.toByteArray();
    }

    /** Keeps the last array that was written whole. Confined to one call. */
    private static final class Sole extends ByteOutput {
        private byte @Nullable [] array;

        @Override
        public void writeLazy(byte[] value, int offset, int length) {
            array = offset == 0 && length == value.length ? value : null;
        }

        @Override
        public void write(byte value) {
            array = null;
        }

        @Override
        public void write(byte[] value, int offset, int length) {
            array = null;
        }

        @Override
        public void write(ByteBuffer value) {
            array = null;
        }

        @Override
        public void writeLazy(ByteBuffer value) {
            array = null;
        }
    }
}

package io.ratiskv.raft;

import io.ratiskv.replication.PeerMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.ratis.proto.RaftProtos.AppendEntriesReplyProto;
import org.apache.ratis.proto.RaftProtos.AppendEntriesRequestProto;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.server.leader.FollowerInfo;
import org.apache.ratis.server.raftlog.RaftLog;
import org.apache.ratis.server.raftlog.RaftLogIOException;
import org.apache.ratis.thirdparty.com.google.protobuf.InvalidProtocolBufferException;
import org.apache.ratis.util.TimeDuration;
import org.apache.ratis.util.Timestamp;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends entries to a follower that keeps up over the link between the two nodes, without the threads that Ratis' own way
 * passes: the appender's, and those of gRPC's executors on either side. Any thread; sends and hears on the links' thread.
 *
 * <p>The pipeline of Raft (section 10.2 of Ongaro's dissertation; etcd calls it {@code StateReplicate}), and nothing
 * else: a follower that is behind, unreachable or of another mind is Ratis' appender's, as are heartbeats, snapshots and
 * new members. It begins when an empty request was answered over the link and nothing that Ratis sent is under way, and
 * ends with the first answer that is not a success or does not come. What was under way then is sent again by Ratis, from
 * the last entry that is known to be stored; a follower that gets entries twice keeps them once.
 */
final class AppendPipeline {
    private static final Logger LOG = LoggerFactory.getLogger(AppendPipeline.class);
    private static final long SILENCE_NANOS_MAX = TimeUnit.SECONDS.toNanos(1);
    private static final long NANOS_BETWEEN_TRIALS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final int REQUESTS_MAX = 256;

    /** A message of a link has at most 2 MiB, an entry somewhat more than 1 MiB. */
    private static final int BYTES_OF_MANY_ENTRIES_MAX = 768 << 10;

    private static final int BYTES_UNDER_WAY_MAX = 4 << 20;

    private enum State {
        /** Ratis sends. */
        OFF,
        /** Whether the follower can be reached over its link has been asked. */
        ASKED,
        /** It can. What Ratis has sent is awaited, and nothing is sent. */
        DRAINING,
        ON,
        /** What was under way is to be taken for not sent, by Ratis' thread. */
        BROKEN
    }

    private record Sent(Timestamp at, int bytes) {}

    private final ReachableLogAppender appender;
    private final String follower;
    private final LinkReplication links;
    private final long id = ThreadLocalRandom.current().nextLong();
    private final AtomicReference<State> state = new AtomicReference<>(State.OFF);
    private final AtomicBoolean due = new AtomicBoolean();

    /** When the pipeline last heard the follower, or began to wait for it. */
    private volatile long heardAtNanos = System.nanoTime();

    private volatile int underWay;

    /** By call id. Confined to the links' thread, as what follows. */
    private final TreeMap<Long, Sent> sent = new TreeMap<>();

    private long bytesUnderWay;
    private long callId;
    private long triedAtNanos = System.nanoTime() - NANOS_BETWEEN_TRIALS;

    AppendPipeline(ReachableLogAppender appender, LinkReplication links) {
        this.appender = appender;
        this.follower = appender.getFollowerId().toString();
        this.links = links;
    }

    long id() {
        return id;
    }

    private State current() {
        return Objects.requireNonNull(state.get());
    }

    /**
     * There may be something to send.
     *
     * @return whether it will be sent here
     */
    boolean offer() {
        State now = current();
        if (now != State.BROKEN && (now != State.OFF || links.connected(follower)) && due.compareAndSet(false, true)) {
            links.execute(this::run);
        }
        return now == State.ON;
    }

    /** Ratis is to send nothing but heartbeats. */
    boolean carries() {
        State now = current();
        return now == State.ON || now == State.DRAINING;
    }

    boolean on() {
        return current() == State.ON;
    }

    /** Whether entries may be under way here. */
    boolean underWay() {
        return on() && underWay > 0;
    }

    /** Gives up when the follower has been silent for too long; true when there is something for {@link #mend}. */
    boolean ailing() {
        State now = current();
        boolean waits = now == State.DRAINING || underWay();
        if (waits && System.nanoTime() - heardAtNanos > SILENCE_NANOS_MAX) {
            end(now, "it is silent");
        }
        return current() == State.BROKEN;
    }

    /** True when it has ended since the last call: what was sent is to be taken for lost. */
    boolean mend() {
        return state.compareAndSet(State.BROKEN, State.OFF);
    }

    void linkLost() {
        State now = current();
        if (now == State.ON || now == State.DRAINING) {
            end(now, "the link is lost");
        } else {
            state.compareAndSet(State.ASKED, State.OFF);
        }
    }

    private void end(State from, String why) {
        if (state.compareAndSet(from, State.BROKEN)) {
            LOG.info("Entries for {} go over Ratis' connection: {}", follower, why);
            appender.wake();
        }
    }

    private void run() {
        due.set(false);
        if (!appender.isRunning()) {
            return;
        }
        try {
            switch (current()) {
                case OFF -> ask();
                case ASKED -> {
                    if (System.nanoTime() - triedAtNanos > SILENCE_NANOS_MAX) {
                        state.compareAndSet(State.ASKED, State.OFF);
                    }
                }
                case DRAINING -> begin();
                case ON -> sendDue();
                case BROKEN -> {}
            }
        } catch (RaftLogIOException | RuntimeException e) {
            LOG.debug("for {}", follower, e);
            end(State.ON, e.toString());
        }
    }

    private void ask() {
        long now = System.nanoTime();
        if (now - triedAtNanos < NANOS_BETWEEN_TRIALS
                || appender.getLeaderState().isFollowerBootstrapping(appender.getFollower())) {
            return;
        }
        triedAtNanos = now;
        sent.clear();
        bytesUnderWay = 0;
        underWay = 0;
        if (state.compareAndSet(State.OFF, State.ASKED)) {
            send(List.of(), appender.getFollower().getMatchIndex() + 1);
        }
    }

    /** Once Ratis has heard of all it sent. */
    private void begin() throws RaftLogIOException {
        FollowerInfo info = appender.getFollower();
        if (!appender.awaitsReplies()
                && info.getNextIndex() == info.getMatchIndex() + 1
                && state.compareAndSet(State.DRAINING, State.ON)) {
            LOG.info("Entries for {} go over the link", follower);
            sendDue();
        }
    }

    private void sendDue() throws RaftLogIOException {
        FollowerInfo info = appender.getFollower();
        RaftLog log = appender.getRaftLog();
        while (sent.size() < REQUESTS_MAX && bytesUnderWay < BYTES_UNDER_WAY_MAX && on()) {
            long next = info.getNextIndex();
            List<LogEntryProto> entries = entries(log, next);
            if (!entries.isEmpty()) {
                info.increaseNextIndex(next + entries.size());
                send(entries, next);
            } else if (appender.pushDue()) {
                send(entries, info.getMatchIndex() + 1);
            } else {
                return;
            }
        }
    }

    private static List<LogEntryProto> entries(RaftLog log, long from) throws RaftLogIOException {
        long end = log.getNextIndex();
        List<LogEntryProto> entries = new ArrayList<>();
        long bytes = 0;
        for (long index = from; index < end && bytes < BYTES_OF_MANY_ENTRIES_MAX; index++) {
            LogEntryProto entry = entry(log, index);
            bytes += entry.getSerializedSize();
            if (bytes > BYTES_OF_MANY_ENTRIES_MAX && !entries.isEmpty()) {
                break;
            }
            entries.add(entry);
        }
        return entries;
    }

    private static LogEntryProto entry(RaftLog log, long index) throws RaftLogIOException {
        RaftLog.@Nullable EntryWithData entry = log.getEntryWithData(index);
        if (entry == null) {
            throw new RaftLogIOException("entry " + index + " is not in the log any more");
        }
        try {
            return entry.getEntry(TimeDuration.ONE_SECOND);
        } catch (TimeoutException e) {
            throw new RaftLogIOException("entry " + index + " was not read in time", e);
        }
    }

    private void send(List<LogEntryProto> entries, long first) {
        FollowerInfo info = appender.getFollower();
        AppendEntriesRequestProto request = appender.getLeaderState()
                .newAppendEntriesRequestProto(info, entries, appender.getPrevious(first), callId);
        byte[] bytes = request.toByteArray();
        if (sent.isEmpty()) {
            heardAtNanos = System.nanoTime();
        }
        sent.put(callId++, new Sent(Timestamp.currentTime(), bytes.length));
        bytesUnderWay += bytes.length;
        underWay = sent.size();
        appender.told(request.getLeaderCommit());
        info.updateLastRpcSendTime(entries.isEmpty());
        links.send(follower, new PeerMessage.Append(id, bytes));
    }

    /** On the links' thread. */
    void answered(byte[] answer) {
        State now = current();
        if (now == State.OFF || now == State.BROKEN || !appender.isRunning()) {
            return;
        }
        if (answer.length == 0) {
            refused(now, "it does not follow");
            return;
        }
        AppendEntriesReplyProto reply;
        try {
            reply = AppendEntriesReplyProto.parseFrom(answer);
        } catch (InvalidProtocolBufferException e) {
            refused(now, e.toString());
            return;
        }
        @Nullable Sent request = sent.remove(reply.getServerReply().getCallId());
        if (request == null) {
            return;
        }
        bytesUnderWay -= request.bytes();
        underWay = sent.size();
        heardAtNanos = System.nanoTime();
        FollowerInfo info = appender.getFollower();
        info.updateLastRespondedAppendEntriesSendTime(request.at());
        info.updateLastRpcResponseTime();
        switch (reply.getResult()) {
            case SUCCESS -> {
                state.compareAndSet(State.ASKED, State.DRAINING);
                appender.getLeaderState().onFollowerCommitIndex(info, reply.getFollowerCommit());
                if (info.updateMatchIndex(reply.getMatchIndex())) {
                    info.updateNextIndex(reply.getMatchIndex() + 1);
                    appender.getLeaderState().onFollowerSuccessAppendEntries(info);
                }
                run();
            }
            case NOT_LEADER -> {
                refused(now, "it knows of another leader");
                appender.onFollowerTerm(reply.getTerm());
            }
            default -> refused(now, reply.getResult() + ", next " + reply.getNextIndex());
        }
    }

    private void refused(State now, String why) {
        if (now == State.ASKED) {
            state.compareAndSet(State.ASKED, State.OFF);
        } else {
            end(now, why);
        }
    }
}

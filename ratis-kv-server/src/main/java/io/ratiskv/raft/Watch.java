package io.ratiskv.raft;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.TimeUnit;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.raftlog.RaftLog;
import org.apache.ratis.util.LifeCycle;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at a running server a few times a second, on a thread of its own, for what Ratis reports to nobody: that it is no
 * longer alive, that its log's writer stands still, that it is a candidate whose election ended by an error (a vote that
 * could not be written), that a follower lost its leader, that the members changed, that its disk fills up. It also keeps
 * the {@link CommitMark} up.
 */
final class Watch implements Closeable {
    private static final Logger LOG = LoggerFactory.getLogger(Watch.class);
    private static final long PERIOD_MILLIS = 100;

    /** A sync of one page a second is lost among those of the log. */
    private static final int LOOKS_BETWEEN_FORCES = 10;

    /** A leader that got nothing to the disk for so long lets another lead: what it still appends piles up here. */
    private static final long SLOW_NANOS = TimeUnit.SECONDS.toNanos(3);

    /** A writer that got nothing to the disk for so long is dead, or its disk is. */
    private static final long STALL_NANOS = TimeUnit.SECONDS.toNanos(30);

    /** What a look counts for at most: a process that was stopped meanwhile has not seen its writer stand still. */
    private static final long LOOK_NANOS_MAX = TimeUnit.SECONDS.toNanos(1);

    /** Others may have room again. */
    private static final long SPACE_RETRY_NANOS = TimeUnit.SECONDS.toNanos(10);

    /**
     * A candidate is one before its election begins, and a thread of a machine with too much to do may stand still there:
     * ten looks were too few once, with sixty threads waiting for two processors.
     */
    private static final int IDLE_CANDIDACIES = 80;

    private final RaftServer server;
    private final RaftServer.Division division;
    private final Leadership leadership;
    private final Runnable handOver;
    private final Runnable members;
    private final FailStop failStop;
    private final DiskSpace disk;
    private final @Nullable CommitMark mark;
    private final Thread thread;

    /** How many looks in a row found a candidate without an election. */
    private int idleCandidacies;

    private long flushedIndex = -1;

    /** For how long nothing was flushed although something waits. */
    private long standingNanos;

    private long lookedAtNanos;
    private boolean handedOver;
    private int looks;
    private long triedForSpaceAtNanos;

    /**
     * @param handOver makes another node lead, if it can; may block for a while
     * @param members looks who the members are
     * @param mark null where entries count before they are stored
     */
    Watch(
            RaftServer server,
            RaftServer.Division division,
            Leadership leadership,
            Runnable handOver,
            Runnable members,
            FailStop failStop,
            DiskSpace disk,
            @Nullable CommitMark mark) {
        this.server = server;
        this.division = division;
        this.leadership = leadership;
        this.handOver = handOver;
        this.members = members;
        this.failStop = failStop;
        this.disk = disk;
        this.mark = mark;
        this.thread = Thread.ofPlatform().name("raft-watch").daemon().unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    private void run() {
        lookedAtNanos = System.nanoTime();
        triedForSpaceAtNanos = lookedAtNanos - SPACE_RETRY_NANOS;
        try {
            while (!Thread.interrupted()) {
                look(System.nanoTime());
                Thread.sleep(PERIOD_MILLIS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            failStop.stop("the node could not be watched any further", e);
        }
    }

    private void look(long nowNanos) {
        members.run();
        if (dead(server.getLifeCycleState()) || dead(division.getInfo().getLifeCycleState())) {
            leadership.closed();
            return;
        }
        leadership.refresh();
        idleCandidacies = division.getInfo().isCandidate() && !electing() ? idleCandidacies + 1 : 0;
        if (idleCandidacies >= IDLE_CANDIDACIES) {
            failStop.stop("an election ended by an error; is the disk full?", null);
        }
        watchWriter(nowNanos);
        watchDisk(nowNanos);
        if (mark != null) {
            raise(mark);
        }
    }

    private void raise(CommitMark ofThisLog) {
        RaftLog log = division.getRaftLog();
        ofThisLog.raise(Math.min(log.getFlushIndex(), log.getLastCommittedIndex()));
        if (++looks % LOOKS_BETWEEN_FORCES == 0) {
            try {
                ofThisLog.force();
            } catch (UncheckedIOException e) {
                failStop.stop("up to where the log is committed could not be stored", e);
            }
        }
    }

    private void watchWriter(long nowNanos) {
        RaftLog log = division.getRaftLog();
        long flushed = log.getFlushIndex();
        long sinceLastLook = nowNanos - lookedAtNanos;
        lookedAtNanos = nowNanos;
        if (flushed != flushedIndex || flushed >= log.getNextIndex() - 1) {
            flushedIndex = flushed;
            standingNanos = 0;
            handedOver = false;
            return;
        }
        standingNanos += Math.min(sinceLastLook, LOOK_NANOS_MAX);
        if (standingNanos > STALL_NANOS) {
            failStop.stop(
                    "nothing was written to the log for " + TimeUnit.NANOSECONDS.toSeconds(standingNanos)
                            + " s; entries wait since index " + (flushed + 1),
                    null);
        } else if (standingNanos > SLOW_NANOS
                && !handedOver
                && division.getInfo().isLeader()) {
            handedOver = true;
            LOG.warn("nothing was written to the log for {} ms: another node should lead", standingNanos / 1_000_000);
            handOver.run();
        }
    }

    private void watchDisk(long nowNanos) {
        try {
            disk.look();
        } catch (IOException e) {
            LOG.warn("the free space of the disk cannot be told", e);
            return;
        }
        if (disk.full() && division.getInfo().isLeader() && nowNanos - triedForSpaceAtNanos > SPACE_RETRY_NANOS) {
            triedForSpaceAtNanos = nowNanos;
            handOver.run();
        }
    }

    private boolean electing() {
        ThreadGroup threads = division.getThreadGroup();
        Thread[] alive = new Thread[threads.activeCount() + 16];
        int count = threads.enumerate(alive);
        for (int i = 0; i < count; i++) {
            if (alive[i].getName().contains("-LeaderElection")) {
                return true;
            }
        }
        return count == alive.length;
    }

    private static boolean dead(LifeCycle.State state) {
        return state.isClosingOrClosed() || state == LifeCycle.State.EXCEPTION;
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}

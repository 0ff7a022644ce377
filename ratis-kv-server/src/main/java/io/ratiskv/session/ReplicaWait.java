package io.ratiskv.session;

import io.ratiskv.replication.Consensus;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;

/**
 * WAIT: until so many other nodes hold what was acknowledged so far. Confined to the event loop.
 *
 * <p>An acknowledged write is synced on a majority, so without looking there are as many other nodes as a majority has
 * beside one. Which nodes beyond that hold it only the leader knows.
 */
final class ReplicaWait {
    private static final long LOOK_MILLIS = 5;

    private final Session session;
    private final long wanted;
    private final long index;
    private final long deadlineNanos;
    private final boolean unlimited;
    private final LongConsumer then;

    private ReplicaWait(Session session, long wanted, long timeoutMillis, LongConsumer then) {
        Sessions sessions = session.sessions();
        this.session = session;
        this.wanted = wanted;
        this.index = sessions.node().log().commitIndex();
        this.deadlineNanos = sessions.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMillis);
        this.unlimited = timeoutMillis == 0;
        this.then = then;
    }

    /** @param timeoutMillis 0: as long as it takes */
    static void begin(Session session, long wanted, long timeoutMillis, LongConsumer then) {
        new ReplicaWait(session, wanted, timeoutMillis, then).look();
    }

    private void look() {
        Sessions sessions = session.sessions();
        Consensus.LogStatus log = sessions.node().log();
        long held = held(sessions.node(), log);
        boolean late = !unlimited && sessions.nanoTime() - deadlineNanos >= 0;
        // More nodes than there are will never hold it, but Redis waits for them too: the time-out decides.
        if (held >= wanted || late || session.gone() || !sessions.node().leads()) {
            then.accept(held);
        } else {
            sessions.loop().schedule(this::look, LOOK_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    private long held(NodeView node, Consensus.LogStatus log) {
        long voters = 0;
        long others = 0;
        for (Consensus.Peer peer : log.peers()) {
            voters += peer.voter() ? 1 : 0;
            others += !peer.id().equals(node.nodeId()) && peer.matchIndex() >= index ? 1 : 0;
        }
        return Math.max(others, voters / 2);
    }
}

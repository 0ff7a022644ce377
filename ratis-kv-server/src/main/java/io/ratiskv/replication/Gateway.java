package io.ratiskv.replication;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.Effect;
import io.ratiskv.api.Entry;
import io.ratiskv.api.EntryCodec;
import io.ratiskv.api.Outcome;
import io.ratiskv.api.Reply;
import io.ratiskv.api.Unit;
import io.ratiskv.machine.KeyValueStateMachine;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Takes the runs of this node's connections, puts their writes into the log as batches, and answers them when their
 * entry is applied here. Event loop, but for the methods that say otherwise.
 *
 * <p>All runs that arrive while earlier batches are under way share the next one (group commit); an idle gateway
 * proposes at the end of the turn. Only behind a batch of several runs, whose clients are about to ask again, the next is
 * gathered for a moment ({@link Gathering}). A batch carries (epoch, id, floor): the state applies an id once, so the
 * gateway may hand the same batch to any leader any number of times, and a change of leader is a pause for its clients, not
 * an error.
 *
 * <p>The epoch is the index of the {@link Entry.OpenGateway} this process proposed. When another opens (because this
 * one was closed after long silence, or a copy of the proposal came late) whatever is under way moves to the new
 * epoch: this node has applied every entry itself, so what was not taken by then never will be.
 */
public final class Gateway implements Intake {
    /** Limits and times. */
    public record Settings(
            int batchesUnderWay,
            int maxEntryBytes,
            long requestTimeoutMillis,
            long maxWaitingBytes,
            boolean readsThroughLog) {}

    /** Who this gateway is in the log. */
    public record Identity(String node, long incarnation, String respAddress, String httpAddress) {}

    private static final long REPROPOSE_NANOS = TimeUnit.MILLISECONDS.toNanos(1000);
    private static final long REOPEN_NANOS = TimeUnit.MILLISECONDS.toNanos(300);
    private static final long KEEP_ALIVE_NANOS = TimeUnit.MINUTES.toNanos(2);
    private static final long REFUSED_RETRY_MILLIS = 5;

    private record Waiting(Run run, long sinceNanos) {}

    private final Settings settings;
    private final Identity identity;
    private final Consensus consensus;
    private final Proposals proposals;
    private final Loop loop;
    private final ApplyLoop state;
    private final ReadGate reads;

    private final Deque<Waiting> waiting = new ArrayDeque<>();

    /** Written by the event loop alone. */
    private volatile long waitingBytes;

    /** By id, lowest first. Written by the event loop; the apply thread looks up and removes. */
    private final ConcurrentSkipListMap<Long, Batch> underWay = new ConcurrentSkipListMap<>();

    /** The pieces of the oversized batches under way, by id. */
    private final ConcurrentSkipListMap<Long, FragmentRun> fragmented = new ConcurrentSkipListMap<>();

    /** 0 while no epoch is open. The event loop sets it, the apply thread clears it. */
    private volatile long epoch;

    private long nextId = 1;
    private long openProposedAtNanos;
    private long lastSealedAtNanos;
    private boolean sealScheduled;

    private final Gathering gathering = new Gathering();
    private boolean gatherScheduled;
    private boolean closed;

    private final LongAdder batches = new LongAdder();
    private final LongAdder requests = new LongAdder();
    private final LongAdder entryBytes = new LongAdder();
    private final Durations queued = new Durations();

    /** Batches applied and not yet answered by the loop; handed over in one task. Guarded by itself. */
    private final List<Applied> answers = new ArrayList<>();

    private record Applied(Batch batch, Outcome outcome) {}

    public Gateway(
            Settings settings,
            Identity identity,
            Consensus consensus,
            Proposals proposals,
            Loop loop,
            ApplyLoop state,
            ReadGate reads) {
        this.settings = settings;
        this.identity = identity;
        this.consensus = consensus;
        this.proposals = proposals;
        this.loop = loop;
        this.state = state;
        this.reads = reads;
    }

    @Override
    public void submit(Run run) {
        if (closed) {
            run.fail(ClusterErrors.SHUTTING_DOWN, ClusterErrors.SHUTTING_DOWN);
        } else if (run.hasWrites() || settings.readsThroughLog() || hasTransaction(run)) {
            throughLog(run);
        } else {
            reads.submit(run);
        }
    }

    /** Evaluates the run at its own position in the log, whatever it holds. */
    @SuppressWarnings("NonAtomicVolatileUpdate") // one thread writes it
    public void throughLog(Run run) {
        if (waitingBytes + run.writeBytes() > settings.maxWaitingBytes() && !waiting.isEmpty()) {
            run.fail(ClusterErrors.OVERLOADED, ClusterErrors.OVERLOADED);
            return;
        }
        waitingBytes += run.writeBytes();
        waiting.add(new Waiting(run, loop.nanoTime()));
        sealSoon();
    }

    /** The batch under way with that identity, or null. Apply thread. */
    @Nullable
    Batch underWay(long ofEpoch, long id) {
        return ofEpoch == epoch && ofEpoch != 0 ? underWay.get(id) : null;
    }

    /** Its entry was applied. Apply thread. */
    void applied(Batch batch, Outcome outcome) {
        if (outcome.taken() && outcome.replies().size() < batch.units.size()) {
            FragmentRun pieces = fragmented.get(batch.id);
            if (pieces != null) {
                loop.execute(() -> fragmentApplied(batch, pieces));
                return;
            }
        }
        underWay.remove(batch.id);
        boolean first;
        synchronized (answers) {
            first = answers.isEmpty();
            answers.add(new Applied(batch, outcome));
        }
        if (first) {
            loop.execute(this::answerApplied);
        }
    }

    /** A gateway was opened in the log. Apply thread. */
    void opened(Effect.GatewayOpened effect) {
        if (effect.node().equals(identity.node()) && effect.incarnation() == identity.incarnation()) {
            // From here on no batch of the old epoch is taken; those under way move once the loop gets there.
            epoch = 0;
            loop.execute(() -> startEpoch(effect.epoch()));
        }
    }

    /** A snapshot was installed over the state: what it swallowed of this gateway's batches nobody can tell. */
    void stateReplaced() {
        for (Batch batch : underWay.values()) {
            loop.execute(() -> giveUp(batch, ClusterErrors.UNKNOWN, ClusterErrors.TRY_AGAIN));
        }
        loop.execute(this::leaveClosedEpoch);
    }

    /** The leader, its term or the link to it changed. */
    void leadershipMoved() {
        if (consensus.leader() == null) {
            return; // watch() and the next change come back
        }
        if (epoch == 0) {
            open();
        }
        List.copyOf(underWay.values()).forEach(this::propose);
        sealSoon();
    }

    /** The leader answered that a batch did not, or may not have, gone into its log. */
    void refused(long ofEpoch, long id, Refusal refusal) {
        Batch batch = underWay(ofEpoch, id);
        if (batch == null) {
            return;
        }
        switch (refusal) {
            case Refusal.NotLeader r -> {
                batch.copiesOut--;
                retry(batch);
            }
            case Refusal.Indeterminate r -> retry(batch);
            case Refusal.Overloaded r -> giveUpUnlessCopied(batch, ClusterErrors.OVERLOADED);
            case Refusal.NoSpace r -> giveUpUnlessCopied(batch, ClusterErrors.NO_SPACE);
        }
    }

    /** One copy is certain not to be in the log; what became of others only the log can tell. */
    private void giveUpUnlessCopied(Batch batch, Reply error) {
        batch.copiesOut--;
        if (batch.copiesOut > 0) {
            retry(batch);
        } else {
            giveUp(batch, error, error);
        }
    }

    /** Called every few milliseconds: proposes again what got no answer, gives up what waited too long. */
    void watch() {
        long now = loop.nanoTime();
        long timeoutNanos = TimeUnit.MILLISECONDS.toNanos(settings.requestTimeoutMillis());
        if (epoch == 0 && now - openProposedAtNanos > REOPEN_NANOS) {
            open();
        }
        for (Batch batch : underWay.values()) {
            FragmentRun pieces = fragmented.get(batch.id);
            long progress =
                    pieces == null ? batch.sealedAtNanos : Math.max(batch.sealedAtNanos, pieces.progressAtNanos);
            if (now - progress > timeoutNanos) {
                boolean unknown = batch.copiesOut > 0;
                giveUp(
                        batch,
                        unknown ? ClusterErrors.UNKNOWN : ClusterErrors.NO_LEADER,
                        unknown ? ClusterErrors.TRY_AGAIN : ClusterErrors.NO_LEADER);
            } else if (now - Math.max(batch.proposedAtNanos, progress) > REPROPOSE_NANOS) {
                propose(batch);
            }
        }
        while (!waiting.isEmpty() && now - waiting.element().sinceNanos() > timeoutNanos) {
            Reply error = consensus.leader() == null ? ClusterErrors.NO_LEADER : ClusterErrors.LOADING;
            dequeue().fail(error, error);
        }
        long current = epoch;
        if (current != 0 && now - lastSealedAtNanos > KEEP_ALIVE_NANOS && underWay.isEmpty()) {
            seal(current, List.of());
        }
        sealSoon();
    }

    /** Refuses what was not proposed yet and whatever comes; what is under way is still answered. */
    void close() {
        closed = true;
        while (!waiting.isEmpty()) {
            dequeue().fail(ClusterErrors.SHUTTING_DOWN, ClusterErrors.SHUTTING_DOWN);
        }
    }

    /** As {@link #close}, and gives up what is under way: this node does not hear any more what becomes of it. */
    void abandon() {
        close();
        for (Batch batch : List.copyOf(underWay.values())) {
            giveUp(batch, ClusterErrors.UNKNOWN, ClusterErrors.TRY_AGAIN);
        }
    }

    /** True when no client waits for an answer of this gateway. */
    boolean idle() {
        return underWay.isEmpty() && waiting.isEmpty();
    }

    /** Batches sealed, and requests and bytes of entries in them, since the start. Any thread. */
    public record Figures(long batches, long requests, long bytes, int underWay, long waitingBytes) {}

    public Figures figures() {
        return new Figures(batches.sum(), requests.sum(), entryBytes.sum(), underWay.size(), waitingBytes);
    }

    /** How long runs waited for their batch. */
    public Durations queued() {
        return queued;
    }

    private static boolean hasTransaction(Run run) {
        for (int i = 0; i < run.size(); i++) {
            if (run.unit(i) instanceof Unit.Transaction) {
                return true;
            }
        }
        return false;
    }

    private void open() {
        if (state.<Boolean>ask(KeyValueStateMachine::needsHashKey)) {
            return; // the leader's first entry brings it
        }
        openProposedAtNanos = loop.nanoTime();
        Entry entry = new Entry.OpenGateway(
                identity.node(), identity.incarnation(), identity.respAddress(), identity.httpAddress());
        proposals.send(EntryCodec.encode(entry, 1), 0, 0, null, refusal -> {});
    }

    private void startEpoch(long opened) {
        List<Batch> moved = List.copyOf(underWay.values());
        underWay.clear();
        fragmented.clear();
        nextId = 1;
        epoch = opened;
        lastSealedAtNanos = loop.nanoTime();
        for (Batch batch : moved) {
            start(batch.under(opened, nextId++));
        }
        sealSoon();
    }

    private void sealSoon() {
        if (!sealScheduled && !waiting.isEmpty()) {
            sealScheduled = true;
            loop.execute(this::sealWaiting);
        }
    }

    private void sealWaiting() {
        sealScheduled = false;
        long current = epoch;
        while (current != 0 && !waiting.isEmpty() && mayPropose()) {
            gathering.sealed(waiting.size());
            List<Run> runs = new ArrayList<>();
            int room = settings.maxEntryBytes();
            while (!waiting.isEmpty()
                    && (runs.isEmpty() || waiting.element().run().writeBytes() <= room)) {
                Run run = dequeue();
                if (!run.owner().gone()) {
                    room -= run.writeBytes();
                    runs.add(run);
                }
            }
            if (!runs.isEmpty()) {
                seal(current, runs);
            }
        }
        if (!waiting.isEmpty() && !gatherScheduled && gathers()) {
            gatherScheduled = true;
            loop.schedule(this::gathered, gathering.untilNanos() - loop.nanoTime(), TimeUnit.NANOSECONDS);
        }
    }

    private void gathered() {
        gatherScheduled = false;
        sealSoon();
    }

    private boolean gathers() {
        return gathering.waits(waiting.size(), loop.nanoTime());
    }

    /**
     * As Nagle's algorithm has it (RFC 896): when nothing is under way, or when what waits fills an entry. What is
     * larger than an entry takes long and holds nobody up.
     */
    private boolean mayPropose() {
        int whole = underWay.size() - fragmented.size();
        return underWay.size() < settings.batchesUnderWay()
                && (whole <= 0 && !gathers() || waitingBytes >= settings.maxEntryBytes());
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // one thread writes it
    private Run dequeue() {
        Waiting first = waiting.remove();
        Run run = first.run();
        waitingBytes -= run.writeBytes();
        queued.record(loop.nanoTime() - first.sinceNanos());
        return run;
    }

    private void seal(long current, List<Run> runs) {
        lastSealedAtNanos = loop.nanoTime();
        Batch batch = new Batch(current, nextId++, runs, lastSealedAtNanos);
        runs.forEach(run -> run.leftQueue(lastSealedAtNanos));
        batches.increment();
        requests.add(batch.units.size());
        start(batch);
        if (batch.trace != null) {
            long now = loop.nanoTime();
            runs.forEach(run -> run.proposed(now));
        }
    }

    private void start(Batch batch) {
        entryBytes.add(batch.writeBytes);
        if (batch.writeBytes > settings.maxEntryBytes()) {
            fragmented.put(batch.id, new FragmentRun(batch, settings.maxEntryBytes()));
        }
        underWay.put(batch.id, batch);
        propose(batch);
    }

    private long floor() {
        return underWay.isEmpty() ? nextId : underWay.firstKey();
    }

    private void propose(Batch batch) {
        if (Sabotage.ONCE && batch.proposedAtNanos != 0 && underWay.remove(batch.id, batch)) {
            start(batch.under(batch.epoch, nextId++));
            return;
        }
        batch.proposedAtNanos = loop.nanoTime();
        FragmentRun pieces = fragmented.get(batch.id);
        if (pieces == null) {
            sendBatch(batch, EntryCodec.encode(batch.writes(floor()), batch.writeBytes, 1));
        } else {
            pieces.restart();
            sendPieces(batch, pieces);
        }
    }

    private void sendPieces(Batch batch, FragmentRun pieces) {
        for (Entry.Fragment next = pieces.next(floor()); next != null; next = pieces.next(floor())) {
            sendBatch(batch, EntryCodec.encode(next, 1));
        }
    }

    private void fragmentApplied(Batch batch, FragmentRun pieces) {
        if (fragmented.get(batch.id) == pieces) {
            pieces.applied(loop.nanoTime());
            sendPieces(batch, pieces);
        }
    }

    private void sendBatch(Batch batch, byte[] entry) {
        // Counted before it is sent: a refusal may come back before send returns.
        batch.copiesOut++;
        boolean sent = proposals.send(
                entry,
                batch.epoch,
                batch.id,
                batch.trace == null ? null : batch.trace.traceparent(),
                refusal -> loop.execute(() -> refused(batch.epoch, batch.id, refusal)));
        if (!sent) {
            batch.copiesOut--;
        }
    }

    private void retry(Batch batch) {
        loop.schedule(
                () -> {
                    if (underWay.get(batch.id) == batch) {
                        propose(batch);
                    }
                },
                REFUSED_RETRY_MILLIS,
                TimeUnit.MILLISECONDS);
    }

    private void giveUp(Batch batch, Reply forWrites, Reply forReads) {
        if (underWay.remove(batch.id, batch)) {
            fragmented.remove(batch.id);
            batch.fail(forWrites, forReads);
            sealSoon();
        }
    }

    private void answerApplied() {
        List<Applied> all;
        synchronized (answers) {
            all = List.copyOf(answers);
            answers.clear();
        }
        int answered = 0;
        long roundNanos = 0;
        for (Applied applied : all) {
            Batch batch = applied.batch();
            fragmented.remove(batch.id);
            if (applied.outcome().taken()) {
                answered += batch.runs.size();
                roundNanos = loop.nanoTime() - batch.sealedAtNanos;
                batch.answer(applied.outcome().replies());
            } else {
                notTaken(batch);
            }
        }
        gathering.answered(answered, waiting.size(), roundNanos, loop.nanoTime());
        sealSoon();
    }

    /**
     * The log refused the id. When that is because the epoch was closed, it was never taken before either, since this
     * node applied everything in between itself: it moves to the next epoch.
     */
    private void notTaken(Batch batch) {
        leaveClosedEpoch();
        if (batch.epoch == epoch) {
            batch.fail(ClusterErrors.UNKNOWN, ClusterErrors.TRY_AGAIN);
        } else if (epoch == 0) {
            underWay.put(batch.id, batch);
        } else {
            start(batch.under(epoch, nextId++));
        }
    }

    private void leaveClosedEpoch() {
        if (epoch != 0 && state.<Long>ask(machine -> machine.epochOf(identity.node())) != epoch) {
            epoch = 0;
            open();
        }
    }

    /** The pieces of a batch whose writes do not fit one entry. Event loop, but for the time of progress. */
    private static final class FragmentRun {
        private static final int WINDOW = 4;

        private final long epoch;
        private final long id;
        private final Bytes units;
        private final int pieceBytes;
        private final int count;
        private int next;
        private int applied;
        private volatile long progressAtNanos;

        FragmentRun(Batch batch, int pieceBytes) {
            this.epoch = batch.epoch;
            this.id = batch.id;
            this.units = Bytes.wrap(EntryCodec.encodeUnits(batch.writes(0).units()));
            this.pieceBytes = pieceBytes;
            this.count = (units.length() + pieceBytes - 1) / pieceBytes;
        }

        void restart() {
            next = 0;
            applied = 0;
        }

        void applied(long nowNanos) {
            applied++;
            progressAtNanos = nowNanos;
        }

        /** The next piece to send, or null while the window is full or all are sent. */
        Entry.@Nullable Fragment next(long floor) {
            if (next >= count || next >= applied + WINDOW) {
                return null;
            }
            int from = next * pieceBytes;
            Bytes piece = units.slice(from, Math.min(pieceBytes, units.length() - from));
            return new Entry.Fragment(epoch, id, floor, next++, count, piece);
        }
    }
}

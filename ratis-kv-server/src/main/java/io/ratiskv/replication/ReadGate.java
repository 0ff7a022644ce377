package io.ratiskv.replication;

import io.ratiskv.api.Reply;
import io.ratiskv.replication.Consensus.Configuration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Confirms reads with a majority before they are evaluated. Event loop only.
 *
 * <p>A check fixes the commit index C and asks voters for their current term. When a majority of the configuration, this
 * node included, is in no later term than T, the term of the last entry applied here, then no later leader had been
 * elected when the check was sent: whatever was acknowledged before is at or below C. A read that arrived before the
 * check was sent is evaluated once C is applied. One check is under way at a time and serves exactly the reads that had
 * arrived when it was sent; later ones wait for the next, which makes one round serve any number of connections.
 *
 * <p>The order of the observations is part of the proof: T, then that the leader is ready, then the configuration, then
 * C, then that the current term still is T. Ratis' own linearizable reads are not used: they can answer from a deposed
 * leader. This is ReadIndex (Ongaro, <i>Consensus: Bridging Theory and Practice</i>, section 6.4) with the round of
 * heartbeats replaced by a question for the term.
 *
 * <p>On a follower the question goes to the leader, which confirms an index along with its own reads.
 *
 * <p>Reads that ask for less need no check of their own: those of a bounded age are served by one that was sent no longer
 * ago, those of a session wait until this node has applied what their client has seen.
 */
public final class ReadGate {
    private static final long WIDEN_NANOS = TimeUnit.MILLISECONDS.toNanos(2);
    private static final long RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(5);
    private static final long ABANDON_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

    /** In place of the leader's clock: keys are due by the time of the log. */
    private static final long TIME_OF_THE_LOG = Long.MIN_VALUE;

    private static final Configuration NOBODY = new Configuration(Set.of(), Set.of(), Set.of());

    /** What waits for a confirmed index. */
    private sealed interface Reader {
        long arrivedAtNanos();
    }

    private record LocalRun(Run run, long arrivedAtNanos) implements Reader {}

    private record RemoteAsk(String node, long sequence, long knownCommit, long arrivedAtNanos) implements Reader {}

    /** One round of questions. */
    private static final class Check {
        final long sequence;
        final List<Reader> served;
        final long sentAtNanos;
        final @Nullable String askedLeader;
        final long term;
        final long commitIndex;
        final Configuration configuration;
        final Set<String> agreed = new HashSet<>();
        final Set<String> asked = new HashSet<>();

        Check(
                long sequence,
                List<Reader> served,
                long sentAtNanos,
                @Nullable String askedLeader,
                long term,
                long commitIndex,
                Configuration configuration) {
            this.sequence = sequence;
            this.served = served;
            this.sentAtNanos = sentAtNanos;
            this.askedLeader = askedLeader;
            this.term = term;
            this.commitIndex = commitIndex;
            this.configuration = configuration;
        }
    }

    /** Reads whose index is confirmed and not applied here yet. */
    private static final class Confirmed {
        List<Run> runs;
        final long nowMillis;
        final long sinceNanos;

        Confirmed(List<Run> runs, long nowMillis, long sinceNanos) {
            this.runs = runs;
            this.nowMillis = nowMillis;
            this.sinceNanos = sinceNanos;
        }

        void fail(Reply error) {
            List<Run> all = runs;
            runs = List.of();
            all.forEach(run -> run.fail(error, error));
        }
    }

    private final Consensus consensus;
    private final Peers peers;
    private final Loop loop;
    private final ApplyLoop state;
    private final LogClock clock;
    private final long timeoutNanos;
    private final long gapNanos;
    private final Consumer<Run> throughLog;

    /** Of a check that was confirmed: what was acknowledged before it was sent is at or below the index. */
    private record Freshness(long sentAtNanos, long index) {}

    /** That of the latest check; null before the first. */
    private @Nullable Freshness freshness;

    /** Reads of sessions that have seen more than is applied here. */
    private final List<LocalRun> ahead = new ArrayList<>();

    private final Set<Confirmed> behind = new LinkedHashSet<>();
    private List<Reader> waiting = new ArrayList<>();
    private @Nullable Check underWay;
    private long nextSequence = 1;
    private long lastSentAtNanos;
    private boolean sendScheduled;
    private boolean closed;

    /** The voter that answered last: the next check asks it first. */
    private @Nullable String quickVoter;

    private final LongAdder checksSent = new LongAdder();
    private final LongAdder checksConfirmed = new LongAdder();
    private final Durations confirmed = new Durations();

    /**
     * @param timeoutMillis how long a read may wait before it is refused
     * @param gapMicros the least time between two checks under load
     * @param throughLog takes a run that must be evaluated at a position in the log, because it met a key whose
     *     deadline has come for the leader's clock and not yet for the log
     */
    public ReadGate(
            Consensus consensus,
            Peers peers,
            Loop loop,
            ApplyLoop state,
            LogClock clock,
            long timeoutMillis,
            long gapMicros,
            Consumer<Run> throughLog) {
        this.consensus = consensus;
        this.peers = peers;
        this.loop = loop;
        this.state = state;
        this.clock = clock;
        this.timeoutNanos = TimeUnit.MILLISECONDS.toNanos(timeoutMillis);
        this.gapNanos = TimeUnit.MICROSECONDS.toNanos(gapMicros);
        this.throughLog = throughLog;
    }

    /** A run of reads arrives. */
    void submit(Run run) {
        if (closed) {
            run.fail(ClusterErrors.SHUTTING_DOWN, ClusterErrors.SHUTTING_DOWN);
            return;
        }
        LocalRun reader = new LocalRun(run, loop.nanoTime());
        if (isServed(run.reads())) {
            evaluate(List.of(run), TIME_OF_THE_LOG);
        } else if (run.reads() instanceof ReadLevel.Session) {
            ahead.add(reader);
        } else {
            arrive(reader);
        }
    }

    /** Whether what is applied here will do, without a check. */
    private boolean isServed(ReadLevel level) {
        return switch (level) {
            case ReadLevel.Linearizable all -> false;
            case ReadLevel.Bounded bound -> isFresh(bound.millis());
            case ReadLevel.Session seen -> seen.index() <= state.appliedIndex();
            case ReadLevel.Stale any -> true;
        };
    }

    /** Whether everything that was acknowledged anywhere so long ago is applied here. */
    private boolean isFresh(long maxAgeMillis) {
        Freshness known = freshness;
        return known != null
                && known.index() <= state.appliedIndex()
                && TimeUnit.NANOSECONDS.toMillis(loop.nanoTime() - known.sentAtNanos()) < maxAgeMillis;
    }

    /** Another node asks for an index to read at. */
    void asked(String node, PeerMessage.AskIndex ask) {
        if (closed || !consensus.self().equals(consensus.leader())) {
            peers.send(node, new PeerMessage.NoIndex(ask.sequence()));
            return;
        }
        arrive(new RemoteAsk(node, ask.sequence(), ask.knownCommit(), loop.nanoTime()));
    }

    /** A voter tells its term. An answer counts for the check it was asked in, once. */
    void termOf(String voter, PeerMessage.Term answer) {
        Check check = underWay;
        if (check == null || check.sequence != answer.sequence() || check.askedLeader != null) {
            return;
        }
        if (!answer.running()) {
            widen(check);
            return;
        }
        if (answer.term() > check.term) {
            retryLater(check);
            return;
        }
        quickVoter = voter;
        check.agreed.add(voter);
        confirmIfMajority(check);
    }

    /** The leader confirmed an index. */
    void confirmed(String leader, PeerMessage.Index answer) {
        Check check = underWay;
        if (check != null && check.sequence == answer.sequence() && leader.equals(check.askedLeader)) {
            underWay = null;
            finish(check, answer.commitIndex(), answer.nowMillis());
            sendSoon();
        }
    }

    /** The asked node cannot confirm. */
    void notConfirmed(String node, PeerMessage.NoIndex answer) {
        Check check = underWay;
        if (check != null && check.sequence == answer.sequence() && node.equals(check.askedLeader)) {
            retryLater(check);
        }
    }

    /** The leader changed, or the link to it: a check that asked it is sent anew to whoever leads. */
    void leadershipMoved() {
        Check check = underWay;
        if (check != null) {
            giveBack(check);
        }
        sendSoon();
    }

    /** Called every few milliseconds: gives up what waited too long and checks that got no answer. */
    void watch() {
        long now = loop.nanoTime();
        Check check = underWay;
        if (check != null && now - check.sentAtNanos > ABANDON_NANOS) {
            giveBack(check);
        }
        List<Reader> late = new ArrayList<>();
        waiting.removeIf(reader -> now - reader.arrivedAtNanos() > timeoutNanos && late.add(reader));
        for (Reader reader : late) {
            refuse(reader, consensus.leader() == null ? ClusterErrors.NO_LEADER : ClusterErrors.TRY_AGAIN);
        }
        failBehind(batch -> now - batch.sinceNanos > timeoutNanos, ClusterErrors.TRY_AGAIN);
        watchSessions(now);
        sendSoon();
    }

    private void watchSessions(long nowNanos) {
        if (ahead.isEmpty()) {
            return;
        }
        List<LocalRun> all = List.copyOf(ahead);
        ahead.clear();
        for (LocalRun reader : all) {
            if (isServed(reader.run().reads())) {
                evaluate(List.of(reader.run()), TIME_OF_THE_LOG);
            } else if (nowNanos - reader.arrivedAtNanos() > timeoutNanos) {
                refuse(reader, ClusterErrors.TRY_AGAIN);
            } else {
                ahead.add(reader);
            }
        }
    }

    private void failBehind(Predicate<Confirmed> which, Reply error) {
        List<Confirmed> failed = behind.stream().filter(which).toList();
        failed.forEach(behind::remove);
        failed.forEach(batch -> batch.fail(error));
    }

    /** Refuses everything that waits, and whatever comes. */
    void close() {
        closed = true;
        Check check = underWay;
        if (check != null) {
            giveBack(check);
        }
        List<Reader> all = waiting;
        waiting = new ArrayList<>();
        all.forEach(reader -> refuse(reader, ClusterErrors.SHUTTING_DOWN));
        ahead.forEach(reader -> refuse(reader, ClusterErrors.SHUTTING_DOWN));
        ahead.clear();
        failBehind(batch -> true, ClusterErrors.SHUTTING_DOWN);
    }

    /** Rounds sent and rounds confirmed since the start. Any thread. */
    public long[] rounds() {
        return new long[] {checksSent.sum(), checksConfirmed.sum()};
    }

    /** How long the confirmed rounds took. */
    public Durations confirmed() {
        return confirmed;
    }

    private void arrive(Reader reader) {
        waiting.add(reader);
        sendSoon();
    }

    /** At the end of the loop's turn, so that everything that came in this turn shares the check. */
    private void sendSoon() {
        if (sendScheduled || underWay != null || waiting.isEmpty()) {
            return;
        }
        sendScheduled = true;
        long wait = lastSentAtNanos + gapNanos - loop.nanoTime();
        if (wait > 0 && lastSentAtNanos != 0) {
            loop.schedule(this::sendNow, wait, TimeUnit.NANOSECONDS);
        } else {
            loop.execute(this::sendNow);
        }
    }

    private void sendNow() {
        sendScheduled = false;
        if (underWay != null || waiting.isEmpty()) {
            return;
        }
        String leader = consensus.leader();
        if (leader == null) {
            return; // watch() comes back
        }
        lastSentAtNanos = loop.nanoTime();
        if (leader.equals(consensus.self())) {
            askVoters();
        } else {
            askLeader(leader);
        }
    }

    private void askLeader(String leader) {
        if (!peers.connected(leader)) {
            return;
        }
        checksSent.increment();
        long known = consensus.commitIndex();
        Check check = new Check(nextSequence++, takeLocalReaders(), lastSentAtNanos, leader, 0, known, NOBODY);
        underWay = check;
        peers.send(leader, new PeerMessage.AskIndex(check.sequence, known));
    }

    /** What other nodes asked cannot be passed on: they ask whoever leads themselves. */
    private List<Reader> takeLocalReaders() {
        List<Reader> local = new ArrayList<>(waiting.size());
        for (Reader reader : waiting) {
            switch (reader) {
                case LocalRun run -> local.add(run);
                case RemoteAsk ask -> refuse(ask, ClusterErrors.TRY_AGAIN);
            }
        }
        waiting = new ArrayList<>();
        return local;
    }

    private void askVoters() {
        // The order of these five is part of the proof.
        long term = state.appliedTerm();
        boolean ready = consensus.leaderReady();
        Configuration configuration = consensus.configuration();
        long commitIndex = consensus.commitIndex();
        boolean sameTerm = consensus.currentTerm() == term;
        if (!ready || !sameTerm) {
            scheduleRetry();
            return;
        }
        checksSent.increment();
        Check check = new Check(nextSequence++, waiting, lastSentAtNanos, null, term, commitIndex, configuration);
        waiting = new ArrayList<>();
        underWay = check;
        check.agreed.add(consensus.self());
        if (!confirmIfMajority(check)) {
            askQuickest(check);
            loop.schedule(() -> widen(check), WIDEN_NANOS, TimeUnit.NANOSECONDS);
        }
    }

    /** As many voters as a majority still needs, the one that answered last among them. */
    private void askQuickest(Check check) {
        List<String> others = new ArrayList<>(check.configuration.voters());
        others.remove(consensus.self());
        others.sort(Comparator.comparingInt(this::rank).thenComparing(Comparator.naturalOrder()));
        int needed = check.configuration.voters().size() / 2;
        for (int i = 0; i < Math.min(needed, others.size()); i++) {
            ask(check, others.get(i));
        }
        check.configuration.oldVoters().forEach(voter -> ask(check, voter));
    }

    private int rank(String voter) {
        if (!peers.connected(voter)) {
            return 2;
        }
        return voter.equals(quickVoter) ? 0 : 1;
    }

    private void ask(Check check, String voter) {
        if (!voter.equals(consensus.self()) && check.asked.add(voter)) {
            peers.send(voter, new PeerMessage.AskTerm(check.sequence));
        }
    }

    private void widen(Check check) {
        if (underWay == check) {
            check.configuration.voters().forEach(voter -> ask(check, voter));
            check.configuration.oldVoters().forEach(voter -> ask(check, voter));
        }
    }

    private boolean confirmIfMajority(Check check) {
        if (!majority(check.agreed, check.configuration.voters())
                || !check.configuration.oldVoters().isEmpty()
                        && !majority(check.agreed, check.configuration.oldVoters())) {
            return false;
        }
        underWay = null;
        finish(check, check.commitIndex, clock.nowMillis());
        sendSoon();
        return true;
    }

    private static boolean majority(Set<String> agreed, Set<String> voters) {
        int count = 0;
        for (String voter : voters) {
            if (agreed.contains(voter)) {
                count++;
            }
        }
        return count > voters.size() / 2 || Sabotage.READS;
    }

    private void finish(Check check, long commitIndex, long nowMillis) {
        checksConfirmed.increment();
        freshness = new Freshness(check.sentAtNanos, commitIndex);
        long now = loop.nanoTime();
        confirmed.record(now - check.sentAtNanos);
        List<Run> runs = new ArrayList<>(check.served.size());
        for (Reader reader : check.served) {
            switch (reader) {
                case LocalRun local -> {
                    local.run().leftQueue(check.sentAtNanos);
                    local.run().confirmed(now);
                    runs.add(local.run());
                }
                case RemoteAsk ask -> {
                    peers.send(ask.node(), new PeerMessage.Index(ask.sequence(), commitIndex, nowMillis));
                    if (ask.knownCommit() < commitIndex) {
                        consensus.pushCommitIndex(ask.node());
                    }
                }
            }
        }
        if (runs.isEmpty()) {
            return;
        }
        Confirmed batch = new Confirmed(runs, nowMillis, now);
        if (state.appliedIndex() >= commitIndex) {
            evaluate(batch);
        } else {
            behind.add(batch);
            state.whenApplied(commitIndex, () -> loop.execute(() -> evaluate(batch)));
        }
    }

    private void evaluate(Confirmed batch) {
        behind.remove(batch);
        List<Run> runs = batch.runs;
        batch.runs = List.of();
        if (!runs.isEmpty()) {
            evaluate(runs, batch.nowMillis);
        }
    }

    /** Evaluates runs at the applied state and answers them; those that need the log's time to move go there. */
    private void evaluate(List<Run> runs, long nowMillis) {
        long turnAtNanos = loop.nanoTime();
        List<@Nullable List<Reply>> answers = state.evaluate(runs, nowMillis);
        long doneAtNanos = loop.nanoTime();
        for (int i = 0; i < runs.size(); i++) {
            List<Reply> replies = answers.get(i);
            Run run = runs.get(i);
            if (replies == null) {
                throughLog.accept(run);
            } else {
                run.applied(turnAtNanos, doneAtNanos);
                run.answer(replies);
            }
        }
    }

    private void retryLater(Check check) {
        giveBack(check);
        scheduleRetry();
    }

    private void scheduleRetry() {
        if (!sendScheduled) {
            sendScheduled = true;
            loop.schedule(this::sendNow, RETRY_NANOS, TimeUnit.NANOSECONDS);
        }
    }

    /** The reads of a failed check wait for the next one: nothing was evaluated. */
    private void giveBack(Check check) {
        underWay = null;
        List<Reader> all = new ArrayList<>(check.served);
        all.addAll(waiting);
        waiting = all;
    }

    private void refuse(Reader reader, Reply error) {
        switch (reader) {
            case LocalRun local -> local.run().fail(error, error);
            case RemoteAsk ask -> peers.send(ask.node(), new PeerMessage.NoIndex(ask.sequence()));
        }
    }
}

package io.ratiskv.replication;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.Effect;
import io.ratiskv.api.Entry;
import io.ratiskv.api.Outcome;
import io.ratiskv.keyspace.Databases;
import io.ratiskv.tracing.Tracing;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One shard of this node put together: its state, its gateway, its read gate, and what a leader does; it hears the
 * consensus and the peers and passes on. Any thread may call in; the parts say where they run.
 */
public final class Shard implements ApplyLoop.Listener, Peers.Listener {
    private static final Logger LOG = LoggerFactory.getLogger(Shard.class);
    private static final long WATCH_MILLIS = 10;
    private static final long CLOSE_GATEWAY_MILLIS = 5_000;

    /**
     * What the node lends its shard.
     *
     * @param randomHashKey 16 bytes of luck, for a new log
     * @param effects hears what applied entries did
     * @param folding runs what takes long over a state that does not change
     * @param diverged ends the node: its state is not that of the others, and why is said in one line
     * @param tracing null when nobody collects traces
     */
    public record House(
            Supplier<Bytes> randomHashKey,
            EffectSink effects,
            Executor folding,
            Consumer<String> diverged,
            @Nullable Tracing tracing) {}

    private final Consensus consensus;
    private final Peers peers;
    private final Loop loop;
    private final Gateway gateway;
    private final ReadGate reads;
    private final LeaderDuties duties;
    private final AccessTable accesses;
    private final Evictions evictions;
    private final ApplyLoop state;
    private final Announcements announcements;
    private final Transfers transfers;
    private final Memberships memberships;
    private final long incarnation;
    private final AtomicLong closedGateways = new AtomicLong();
    private final EffectSink effects;
    private final Digests digests;
    private final Divergence divergence;
    private final Rebuilding rebuilding;
    private final @Nullable ProposalTraces traces;

    /** Which node's gateway an epoch is, learned from its proposals: it is told the commit index at once. */
    private final Map<Long, String> proposers = new ConcurrentHashMap<>();

    private final long startedAtNanos;
    private volatile boolean closed;

    /** Since the start, as the accesses count them. Event loop. */
    private int seconds;

    public Shard(
            Consensus consensus,
            Peers peers,
            Loop loop,
            ApplyLoop state,
            LogClock clock,
            Gateway.Settings settings,
            Gateway.Identity identity,
            long readGapMicros,
            House house) {
        this.consensus = consensus;
        this.peers = peers;
        this.loop = loop;
        this.effects = house.effects();
        this.traces = house.tracing() == null ? null : new ProposalTraces(house.tracing());
        this.rebuilding = new Rebuilding(consensus, run -> intake().submit(run));
        this.divergence = new Divergence(consensus, peers, house.diverged());
        this.digests = new Digests(
                state, house.folding(), (index, digest) -> loop.execute(() -> divergence.folded(index, digest)));
        Proposals proposals = new Proposals(consensus, peers);
        this.announcements = new Announcements(proposals, loop);
        this.transfers = new Transfers(consensus, peers, loop);
        this.memberships = new Memberships(consensus, peers, loop, transfers, this::closeGateway);
        this.incarnation = identity.incarnation();
        this.reads = new ReadGate(
                consensus,
                peers,
                loop,
                state,
                clock,
                settings.requestTimeoutMillis(),
                readGapMicros,
                run -> intake().throughLog(run));
        this.gateway = new Gateway(settings, identity, consensus, proposals, loop, state, reads);
        this.duties = new LeaderDuties(consensus, state, clock, loop, house.randomHashKey());
        this.state = state;
        this.startedAtNanos = loop.nanoTime();
        this.accesses = new AccessTable(identity.incarnation());
        this.evictions = new Evictions(consensus, peers, loop, state, accesses, identity.incarnation());
        state.record(accesses);
    }

    /** Begins to watch over what waits; once, after the consensus started. */
    public void start() {
        loop.execute(() -> {
            leadershipMoved();
            watch();
        });
    }

    /**
     * Puts an entry that is no batch into the log, and again until it is seen to have taken effect.
     *
     * @param entry one that may take effect any number of times, such as a setting
     * @param visible recognises its effect
     * @return completes with the entry's index once it was applied on this node
     */
    public CompletableFuture<Long> announce(Entry entry, Predicate<Effect> visible, long timeoutMillis) {
        return announcements.announce(entry, visible, timeoutMillis);
    }

    /**
     * Hands the leadership over, whichever node has it.
     *
     * @param node that shall lead; null for any that is up to date
     * @return completes when it leads, else with the error that a client is told
     */
    public CompletableFuture<Void> transferLeadership(@Nullable String node, long timeoutMillis) {
        return transfers.begin(node, timeoutMillis);
    }

    /** What this replica's state was where the log asked. */
    public Digests digests() {
        return digests;
    }

    /** Comparisons of replicas since the start. */
    public Divergence.Figures comparisons() {
        return divergence.figures();
    }

    /**
     * Changes who the members are, whichever node leads.
     *
     * @return completes when it is committed, else with the error that a client is told
     */
    public CompletableFuture<Void> changeMembers(MemberChange change) {
        return memberships.begin(change);
    }

    /**
     * Of a node that was removed: an epoch that nobody uses closes those that it had, so that nothing of it that is still
     * on its way takes effect.
     */
    private void closeGateway(String node) {
        long unused = incarnation + closedGateways.incrementAndGet();
        CompletableFuture<Long> closed = announce(
                new Entry.OpenGateway(node, unused, "", ""),
                effect -> effect instanceof Effect.GatewayOpened opened
                        && opened.node().equals(node)
                        && opened.incarnation() == unused,
                CLOSE_GATEWAY_MILLIS);
        closed.exceptionally(late -> {
            LOG.warn("the gateway of {}, which was removed, is closed by its silence: {}", node, late.getMessage());
            return -1L;
        });
    }

    public Gateway intake() {
        return gateway;
    }

    public ReadGate reads() {
        return reads;
    }

    /** Refuses what is not proposed yet; what is under way is still answered. Event loop. */
    public void close() {
        closed = true;
        gateway.close();
        reads.close();
    }

    /** Refuses everything, what is under way too: this node does not belong to the group any more. Event loop. */
    public void abandon() {
        closed = true;
        gateway.abandon();
        reads.close();
    }

    /** True when no client waits for an answer any more. Event loop. */
    public boolean idle() {
        return gateway.idle();
    }

    @Override
    public @Nullable Batch underWay(long epoch, long id) {
        return gateway.underWay(epoch, id);
    }

    @Override
    public void applied(Batch batch, Outcome outcome) {
        gateway.applied(batch, outcome);
    }

    @Override
    public void appliedForeign(long epoch, long id, long turnAtNanos, long doneAtNanos) {
        pushCommitIndex(epoch);
        if (traces != null) {
            traces.applied(epoch, id, turnAtNanos, doneAtNanos);
        }
    }

    /** To the node whose gateway the epoch is, which waits for it. */
    private void pushCommitIndex(long epoch) {
        String proposer = proposers.get(epoch);
        if (proposer != null && consensus.self().equals(consensus.leader())) {
            consensus.pushCommitIndex(proposer);
        }
    }

    @Override
    public void effects(List<Effect> happened, long index, Origins origins) {
        for (Effect effect : happened) {
            if (effect instanceof Effect.GatewayOpened opened) {
                proposers.values().removeIf(opened.node()::equals);
                gateway.opened(opened);
                if (!opened.node().equals(consensus.self())) {
                    proposers.put(opened.epoch(), opened.node());
                    pushCommitIndex(opened.epoch());
                }
            }
        }
        digests.happened(happened);
        effects.happened(happened, index, origins);
        announcements.happened(happened, index);
    }

    @Override
    public void restored(long index) {
        gateway.stateReplaced();
        if (traces != null) {
            traces.forget();
        }
        // What changed in between nobody saw: whoever waits asks again, whoever keeps copies drops them.
        List<Effect> unseen = new ArrayList<>(Databases.COUNT + 1);
        unseen.add(new Effect.UsersReplaced());
        unseen.add(new Effect.AllInvalidated(-1));
        for (int database = 0; database < Databases.COUNT; database++) {
            unseen.add(new Effect.AllReady(database));
        }
        effects.happened(unseen, index, Origins.NOBODY);
    }

    @Override
    public void crowded() {
        evictions.wanted();
    }

    @Override
    public void leaderChanged(@Nullable String leader, long term) {
        loop.execute(this::leadershipMoved);
    }

    @Override
    public void received(String from, PeerMessage message) {
        switch (message) {
            case PeerMessage.Propose propose -> propose(from, propose);
            case PeerMessage.AskTerm ask -> {
                // Running first: the term of a server that is not is worth nothing, and it is durable once it is.
                boolean running = consensus.running();
                peers.send(from, new PeerMessage.Term(ask.sequence(), consensus.currentTerm(), running));
            }
            case PeerMessage.Refused refused ->
                loop.execute(() -> gateway.refused(refused.epoch(), refused.id(), refused.refusal()));
            case PeerMessage.Term term -> loop.execute(() -> reads.termOf(from, term));
            case PeerMessage.AskIndex ask -> loop.execute(() -> reads.asked(from, ask));
            case PeerMessage.Index index -> loop.execute(() -> reads.confirmed(from, index));
            case PeerMessage.NoIndex none -> loop.execute(() -> reads.notConfirmed(from, none));
            case PeerMessage.Transfer transfer -> loop.execute(() -> transfers.asked(from, transfer));
            case PeerMessage.Transferred transferred -> loop.execute(() -> transfers.answered(from, transferred));
            case PeerMessage.ChangeMembers change -> loop.execute(() -> memberships.asked(from, change));
            case PeerMessage.MembersChanged changed -> loop.execute(() -> memberships.answered(from, changed));
            case PeerMessage.AskAccesses ask -> loop.execute(() -> tellAccesses(from, ask));
            case PeerMessage.Accesses known -> loop.execute(() -> evictions.told(from, known));
            case PeerMessage.StateDigest told -> loop.execute(() -> divergence.told(from, told.index(), told.digest()));
            case PeerMessage.AmongClients other ->
                throw new IllegalStateException("what clients tell each other is not the shard's");
            case PeerMessage.Replication other ->
                throw new IllegalStateException("what the log's replication says is the consensus'");
        }
    }

    @Override
    public void linkChanged(String node, boolean up) {
        loop.execute(() -> {
            if (node.equals(consensus.leader())) {
                leadershipMoved();
            }
        });
    }

    private void tellAccesses(String from, PeerMessage.AskAccesses ask) {
        long[] keys = ask.keys().stream().mapToLong(Long::longValue).toArray();
        int[] records = state.ask(machine -> accesses.records(keys));
        peers.send(
                from,
                new PeerMessage.Accesses(
                        ask.sequence(), Arrays.stream(records).boxed().toList()));
    }

    private void propose(String from, PeerMessage.Propose propose) {
        if (propose.epoch() != 0) {
            proposers.putIfAbsent(propose.epoch(), from);
        }
        if (traces != null) {
            traces.received(propose);
        }
        consensus.submit(propose.entry(), refusal -> {
            if (traces != null) {
                traces.refused(propose, refusal);
            }
            peers.send(from, new PeerMessage.Refused(propose.epoch(), propose.id(), refusal));
        });
        if (traces != null) {
            traces.appended(propose);
        }
    }

    private void leadershipMoved() {
        duties.leadershipMoved();
        gateway.leadershipMoved();
        reads.leadershipMoved();
    }

    private void keepTime() {
        int now = (int) TimeUnit.NANOSECONDS.toSeconds(loop.nanoTime() - startedAtNanos);
        if (now != seconds) {
            seconds = now;
            state.tell(machine -> accesses.adapt(now, machine.storedKeys()));
        }
    }

    private void watch() {
        duties.watch();
        keepTime();
        evictions.watch();
        gateway.watch();
        reads.watch();
        announcements.watch();
        transfers.watch();
        rebuilding.watch();
        memberships.watch();
        if (!closed) {
            loop.schedule(this::watch, WATCH_MILLIS, TimeUnit.MILLISECONDS);
        }
    }
}

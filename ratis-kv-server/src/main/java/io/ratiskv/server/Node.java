package io.ratiskv.server;

import io.ratiskv.api.Bytes;
import io.ratiskv.backup.BackupKey;
import io.ratiskv.backup.Backups;
import io.ratiskv.machine.KeyValueStateMachine;
import io.ratiskv.machine.Statistics;
import io.ratiskv.metrics.NodeFigures;
import io.ratiskv.metrics.NodeMeters;
import io.ratiskv.peer.Introduction;
import io.ratiskv.peer.LinkSettings;
import io.ratiskv.peer.PeerLinks;
import io.ratiskv.raft.FailStop;
import io.ratiskv.raft.Fsync;
import io.ratiskv.raft.LogArchive;
import io.ratiskv.raft.Member;
import io.ratiskv.raft.RaftOptions;
import io.ratiskv.raft.RatisConsensus;
import io.ratiskv.raft.RatisMetrics;
import io.ratiskv.replication.ApplyLoop;
import io.ratiskv.replication.Consensus;
import io.ratiskv.replication.Gateway;
import io.ratiskv.replication.LogClock;
import io.ratiskv.replication.Peers;
import io.ratiskv.replication.Shard;
import io.ratiskv.replication.Snapshots;
import io.ratiskv.resp.NettyLoop;
import io.ratiskv.resp.RespServer;
import io.ratiskv.resp.RespSettings;
import io.ratiskv.rest.RestServer;
import io.ratiskv.rest.RestSettings;
import io.ratiskv.session.Aftermath;
import io.ratiskv.session.Credentials;
import io.ratiskv.session.Guard;
import io.ratiskv.session.PubSub;
import io.ratiskv.session.SessionSettings;
import io.ratiskv.session.Sessions;
import io.ratiskv.tls.Tls;
import io.ratiskv.tls.TlsFiles;
import io.ratiskv.tracing.OtlpTracing;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running node: every part of the server, wired here and nowhere else. Any thread; {@link #start} and {@link #close}
 * block.
 */
public final class Node implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Node.class);

    /** Stands in the name of a cluster between the members it began with and what it was restored from. */
    static final String RESTORED = "#";

    /** Entries stay below Ratis' limits with their header. */
    private static final int ENTRY_BYTES_MAX = (1 << 20) - 1024;

    private static final int BATCHES_UNDER_WAY = 3;
    private static final long READ_GAP_MICROS = 150;
    private static final long JOIN_MILLIS = 60_000;
    private static final long DRAIN_MILLIS = 5_000;
    private static final long TRANSFER_MILLIS = 1_500;
    private static final long SNAPSHOT_WATCH_MILLIS = 1_000;

    private final NettyLoop loop;
    private final RatisConsensus consensus;
    private final PeerLinks peers;
    private final Shard shard;
    private final Snapshots snapshots;
    private final ExecutorService folding;
    private final UsersFile users;
    private final RespServer resp;
    private final RestServer rest;
    private final NodeMeters meters;
    private final @Nullable OtlpTracing tracing;
    private volatile boolean closing;

    private Node(
            NettyLoop loop,
            RatisConsensus consensus,
            PeerLinks peers,
            Shard shard,
            Snapshots snapshots,
            ExecutorService folding,
            UsersFile users,
            RespServer resp,
            RestServer rest,
            NodeMeters meters,
            @Nullable OtlpTracing tracing) {
        this.loop = loop;
        this.consensus = consensus;
        this.peers = peers;
        this.shard = shard;
        this.snapshots = snapshots;
        this.folding = folding;
        this.users = users;
        this.resp = resp;
        this.rest = rest;
        this.meters = meters;
        this.tracing = tracing;
    }

    /**
     * Starts all parts of a node; it serves once a leader is known.
     *
     * @param failStop ends the process when going on could lose or falsify data
     * @throws IOException with a message for the operator
     */
    public static Node start(ServerConfig config, FailStop failStop) throws IOException, GeneralSecurityException {
        TlsFiles files = config.security().tls();
        Tls tls = files == null ? null : Tls.load(files);
        boolean mutual = tls != null && tls.isMutual();
        Path keyFile = config.backup().keyFile();
        BackupKey backupKey = keyFile == null ? null : BackupKey.load(keyFile);

        LogClock clock = new LogClock(System::currentTimeMillis, System::nanoTime);
        ApplyLoop state = new ApplyLoop(new KeyValueStateMachine(), clock, Snapshots::read);
        NettyLoop loop = NettyLoop.start("loop");
        RaftOptions raft = raft(config, cluster(config, mutual ? tls : null), mutual ? tls : null);
        RatisConsensus consensus = RatisConsensus.start(raft, state, clock::nowMillis, failStop);
        if (config.backup().archive() != null) {
            consensus.archiveTo(new LogArchive.Settings(
                    config.backup().archive(),
                    TimeUnit.SECONDS.toMillis(config.backup().archiveIntervalSeconds()),
                    backupKey,
                    Version.current()));
        }
        PeerLinks peers = new PeerLinks(links(config, raft, consensus.incarnation()));
        peers.follow(consensus.roster());
        LogOutput.locate(new JsonLines.Position(consensus::currentTerm, state::appliedIndex));
        ExecutorService folding = Executors.newSingleThreadExecutor(
                task -> Thread.ofPlatform().name("digest").daemon().unstarted(task));
        UsersFile users = UsersFile.open(config.data(), state);
        OtlpTracing tracing = tracing(config);
        PubSub pubSub = new PubSub(loop, peers);
        Aftermath aftermath = new Aftermath(loop, pubSub, state::reportInvalidations);
        Shard shard = new Shard(
                consensus,
                peers,
                loop,
                state,
                clock,
                new Gateway.Settings(
                        BATCHES_UNDER_WAY,
                        ENTRY_BYTES_MAX,
                        config.requestTimeoutMillis(),
                        waitingBytesMax(),
                        config.reads() == ServerConfig.ReadMode.LOG),
                new Gateway.Identity(
                        config.id(),
                        new SecureRandom().nextLong(),
                        config.announced().resp().toString(),
                        config.announced().http().toString()),
                READ_GAP_MICROS,
                new Shard.House(
                        Node::randomHashKey,
                        (effects, index, origins) -> {
                            users.happened(effects, index);
                            aftermath.happened(effects, index, origins);
                        },
                        folding,
                        reason -> diverged(consensus, reason, failStop),
                        tracing));
        state.listen(shard);
        consensus.replicateOver(peers, peers::execute, config.raftLog().rpc() == ServerConfig.RaftRpc.LINKS);
        peers.start(new PeerTraffic(shard, pubSub, consensus));
        shard.start();

        Snapshots snapshots = new Snapshots(
                new Snapshots.Settings(
                        config.raftLog().snapshotLogBytes(), config.raftLog().snapshotEntries()),
                state,
                consensus);
        Backups backups = new Backups(
                new Backups.Origin(RatisConsensus.groupOf(raft), config.id(), Version.current()),
                shard,
                state,
                consensus.snapshotDirectory(),
                snapshots,
                consensus::openSnapshot,
                backupKey);
        NodeFacts facts = new NodeFacts(config, consensus, state, snapshots, users);
        NodeAdministration administration = new NodeAdministration(shard, snapshots, Node::exit);
        Sessions sessions = new Sessions(
                state.ask(KeyValueStateMachine::commands),
                shard.intake(),
                loop,
                facts,
                administration,
                credentials(config.security().requirepass()),
                aftermath,
                sessionSettings(config),
                tracing);
        RespServer resp = sessions.listen(loop, respSettings(config), tls);
        Supplier<NodeFigures> figures = () -> figures(consensus, state, shard, snapshots, resp, sessions);
        NodeMeters meters = new NodeMeters(figures);
        RestServer rest = RestServer.start(
                restSettings(config, tls, sessions.guard()),
                facts,
                sessions::visit,
                meters::scrape,
                figures,
                sessions::slowest,
                backups::take);
        Node node = new Node(loop, consensus, peers, shard, snapshots, folding, users, resp, rest, meters, tracing);
        loop.execute(node::watchSnapshots);
        consensus.followMembers(peers::follow, reason -> Departure.begin(node::leave));
        return node;
    }

    /**
     * Puts aside what a node that does not run holds, so that its next start gets everything from the others.
     *
     * @return where it is now
     * @throws IOException with a message for the operator
     */
    static Path rebuild(ServerConfig config) throws IOException {
        return RatisConsensus.rebuild(raft(config, cluster(config, null), null));
    }

    /** Where RESP clients connect. */
    public InetSocketAddress respAddress() {
        return resp.address();
    }

    /** Hands leadership over, answers what is in flight, and leaves. */
    @Override
    public void close() {
        closing = true;
        handOver();
        CompletableFuture<Void> restDrained = rest.drain();
        await(resp.drain(DRAIN_MILLIS), DRAIN_MILLIS + 1_000, "open connections");
        await(restDrained, DRAIN_MILLIS, "requests over HTTP");
        CompletableFuture<Void> refused = new CompletableFuture<>();
        loop.execute(() -> {
            shard.close();
            refused.complete(null);
        });
        await(refused, 1_000, "the gateway");
        rest.close();
        meters.close();
        snapshots.close();
        folding.shutdownNow();
        users.close();
        consensus.close();
        peers.close();
        loop.close();
        if (tracing != null) {
            tracing.close();
        }
    }

    /** Ends a node that was removed: nobody tells it any more what becomes of what its clients wait for. */
    private void leave() {
        loop.execute(shard::abandon);
        close();
    }

    /** To the follower that holds most of the log, while this node still serves. */
    private void handOver() {
        if (!consensus.self().equals(consensus.leader())) {
            return;
        }
        consensus.status().peers().stream()
                .filter(peer -> peer.voter() && !peer.id().equals(consensus.self()) && peers.connected(peer.id()))
                .max(Comparator.comparingLong(peer -> peer.matchIndex()))
                .ifPresent(next -> await(
                        consensus.transferLeadership(next.id(), TRANSFER_MILLIS),
                        TRANSFER_MILLIS + 500,
                        "the transfer of leadership to " + next.id()));
    }

    private static void await(CompletableFuture<?> done, long millis, String what) {
        try {
            done.get(millis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            LOG.warn("while leaving, {} did not end in order: {}", what, e.toString());
        }
    }

    /** SHUTDOWN: ends the process as SIGTERM does; the hook waits for the event loop, so it is not called there. */
    private static void exit() {
        Thread.ofPlatform().name("shutdown-command").start(() -> System.exit(0));
    }

    /** The mark comes first: started again, the node would go on with the same wrong state. */
    private static void diverged(RatisConsensus consensus, String reason, FailStop failStop) {
        try {
            consensus.condemn(reason);
        } catch (IOException unmarked) {
            LOG.error("the data directory could not be marked", unmarked);
        }
        failStop.stop(reason, null);
    }

    private void watchSnapshots() {
        if (!closing) {
            snapshots.watch();
            loop.schedule(this::watchSnapshots, SNAPSHOT_WATCH_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    /** Null when nobody collects traces: then nothing of the library is loaded. */
    private static @Nullable OtlpTracing tracing(ServerConfig config) {
        ServerConfig.Diagnostics diagnostics = config.diagnostics();
        if (diagnostics.otlpEndpoint() == null) {
            return null;
        }
        return OtlpTracing.start(
                diagnostics.otlpEndpoint(), diagnostics.otlpSampleRatio(), config.id(), Version.current());
    }

    private static Bytes randomHashKey() {
        byte[] key = new byte[16];
        new SecureRandom().nextBytes(key);
        return Bytes.wrap(key);
    }

    private static long waitingBytesMax() {
        return Math.max(64L << 20, Runtime.getRuntime().maxMemory() / 4);
    }

    /**
     * What names the cluster: the members it began with, and what it was restored from if it was. Nodes of another name
     * never talk to these, nor share their folders. A node that joins is told by a member, once.
     */
    private static String cluster(ServerConfig config, @Nullable Tls tls) throws IOException {
        String known = RatisConsensus.clusterOf(config.data());
        if (config.join().isEmpty()) {
            String members = firstMembers(config);
            return known != null && known.startsWith(members + RESTORED) ? known : members;
        }
        if (known != null) {
            return known;
        }
        List<InetSocketAddress> members = config.join().stream()
                .map(address -> InetSocketAddress.createUnresolved(address.host(), address.port()))
                .toList();
        Peers.Identity member = Introduction.await(config.id(), members, tls, JOIN_MILLIS);
        LOG.info("node {} tells that its cluster is {}", member.node(), member.cluster());
        return member.cluster();
    }

    static String firstMembers(ServerConfig config) {
        return config.peers().stream()
                .map(peer -> peer.id() + "=" + peer.raft())
                .sorted()
                .collect(Collectors.joining(","));
    }

    private static LinkSettings links(ServerConfig config, RaftOptions raft, String incarnation) {
        return new LinkSettings(
                config.id(), raft.cluster(), incarnation, config.self().peer().toSocketAddress(), Map.of(), raft.tls());
    }

    static RaftOptions raft(ServerConfig config, String cluster, @Nullable Tls tls) {
        return new RaftOptions(
                config.id(),
                cluster,
                0,
                config.peers().stream()
                        .map(peer -> new Member(
                                peer.id(),
                                peer.raft().host(),
                                peer.raft().port(),
                                peer.peer().toString()))
                        .toList(),
                config.data(),
                null,
                config.raftLog().electionTimeoutMinMillis(),
                config.raftLog().electionTimeoutMaxMillis(),
                switch (config.fsync()) {
                    case ALWAYS -> Fsync.ALWAYS;
                    case RELAXED -> Fsync.RELAXED;
                },
                tls,
                config.raftLog().segmentBytes(),
                config.raftLog().diskReserveBytes(),
                !config.join().isEmpty());
    }

    private static Credentials credentials(@Nullable Secret password) {
        if (password == null) {
            return Credentials.NONE;
        }
        return new Credentials() {
            @Override
            public boolean required() {
                return true;
            }

            @Override
            public boolean accepts(Bytes user, Bytes given) {
                return password.matches(given.toByteArray()) && user.equals(io.ratiskv.api.Request.DEFAULT_USER);
            }
        };
    }

    private static RespSettings respSettings(ServerConfig config) {
        ServerConfig.Clients clients = config.clients();
        RespSettings defaults = RespSettings.defaults(config.resp().toSocketAddress());
        return new RespSettings(
                config.resp().toSocketAddress(),
                clients.maxClients(),
                clients.idleTimeoutSeconds(),
                clients.tcpKeepaliveSeconds(),
                (int) clients.maxBulkBytes(),
                Math.max(defaults.receiveBytesMax(), 2 * clients.maxBulkBytes()),
                clients.outputBufferBytes());
    }

    private static RestSettings restSettings(ServerConfig config, @Nullable Tls tls, Guard guard) {
        ServerConfig.Web web = config.web();
        Set<String> hosts = new HashSet<>(web.allowedHosts());
        Peer self = config.self();
        hosts.addAll(List.of(
                config.http().host(),
                config.announced().http().host(),
                self.raft().host(),
                self.peer().host()));
        return new RestSettings(
                config.http().host(),
                config.http().port(),
                guard,
                tls,
                config.clients().maxClients(),
                web.bodyBytesMax(),
                Math.max(Runtime.getRuntime().maxMemory() / 8, 2 * web.bodyBytesMax()),
                (int) config.clients().maxBulkBytes(),
                web.requestsPerSecondMax(),
                hosts,
                web.allowedOrigins());
    }

    private static NodeFigures figures(
            Consensus consensus,
            ApplyLoop state,
            Shard shard,
            Snapshots snapshots,
            RespServer resp,
            Sessions sessions) {
        Statistics statistics = state.ask(KeyValueStateMachine::statistics);
        RespServer.Traffic traffic = resp.traffic();
        Gateway.Figures batches = shard.intake().figures();
        long[] rounds = shard.reads().rounds();
        Snapshots.Last last = snapshots.last();
        return new NodeFigures(
                consensus.status(),
                consensus.disk(),
                consensus.archive(),
                statistics.databases().stream()
                        .mapToLong(Statistics.DatabaseStatistics::keys)
                        .sum(),
                statistics.memoryBytes(),
                statistics.expiredKeys(),
                statistics.evictedKeys(),
                statistics.clientSessions(),
                shard.comparisons(),
                new NodeFigures.Clients(
                        traffic.connections(),
                        traffic.connectionsAccepted(),
                        traffic.connectionsRejected(),
                        traffic.bytesIn(),
                        traffic.bytesOut(),
                        sessions.commandCalls()),
                new NodeFigures.Batches(
                        batches.batches(),
                        batches.requests(),
                        batches.bytes(),
                        batches.underWay(),
                        batches.waitingBytes()),
                new NodeFigures.Reads(rounds[0], rounds[1]),
                new NodeFigures.LastSnapshot(
                        last.atMillis() == 0
                                ? Double.NaN
                                : Math.max(0, System.currentTimeMillis() - last.atMillis()) / 1e3,
                        last.durationMillis() < 0 ? Double.NaN : last.durationMillis() / 1e3,
                        last.fileBytes()),
                new NodeFigures.Times(
                        shard.intake().queued().figures(),
                        state.committed().figures(),
                        state.applied().figures(),
                        state.frozen().figures(),
                        shard.reads().confirmed().figures(),
                        sessions.latencies()),
                RatisMetrics.figures(consensus.self()));
    }

    private static SessionSettings sessionSettings(ServerConfig config) {
        return new SessionSettings(
                SessionSettings.defaults().transactionBytesMax(),
                config.diagnostics().slowlogMicros(),
                config.diagnostics().slowlogMaxLength());
    }
}

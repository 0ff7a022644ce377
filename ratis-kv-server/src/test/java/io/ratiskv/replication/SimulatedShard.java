package io.ratiskv.replication;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.Reply;
import io.ratiskv.api.Request;
import io.ratiskv.api.Unit;
import io.ratiskv.machine.KeyValueStateMachine;
import io.ratiskv.snapshot.SnapshotReader;
import io.ratiskv.snapshot.SnapshotWriter;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Three nodes with the real shard over a modelled Raft and network, in virtual time. One thread. Nodes take snapshots,
 * crash, start again from the last of them, and are sent the leader's.
 */
final class SimulatedShard {
    static final long LATENCY_MIN_NANOS = 20_000;
    static final long LATENCY_MAX_NANOS = 1_000_000;

    final SimulatedTime time = new SimulatedTime();
    final SplittableRandom random;
    final SimulatedRaft raft;
    final List<String> ids;
    final Map<String, Shard> shards = new LinkedHashMap<>();
    final Map<String, ApplyLoop> states = new LinkedHashMap<>();
    private final Map<String, Long> linkFreeAt = new HashMap<>();

    /** How far the wall clock of a node is ahead, in milliseconds. */
    final Map<String, Long> aheadMillis = new HashMap<>();

    private final Gateway.Settings settings;
    private final Function<String, EffectSink> sinks;
    private final Map<Path, byte[]> files = new HashMap<>();
    private final Map<String, SimulatedRaft.InstalledState> snapshots = new HashMap<>();
    private final Map<String, AtomicBoolean> lives = new HashMap<>();

    double lossRate;

    SimulatedShard(long seed, int count, boolean readsThroughLog) {
        this(seed, count, readsThroughLog, id -> (effects, index, origins) -> {});
    }

    /** @param sinks who hears of effects at each node */
    SimulatedShard(long seed, int count, boolean readsThroughLog, Function<String, EffectSink> sinks) {
        random = new SplittableRandom(seed);
        ids = new ArrayList<>();
        for (int i = 1; i <= count; i++) {
            ids.add("n" + i);
        }
        raft = new SimulatedRaft(time, random.split(), ids);
        this.sinks = sinks;
        settings = new Gateway.Settings(2, 1 << 16, 3_000, 1 << 24, readsThroughLog);
        ids.forEach(this::build);
        shards.values().forEach(Shard::start);
    }

    private void build(String id) {
        LogClock clock = new LogClock(() -> time.nowMillis() + aheadMillis.getOrDefault(id, 0L), time::nowNanos);
        ApplyLoop state = new ApplyLoop(new KeyValueStateMachine(), clock, this::read);
        SimulatedRaft.Node node = raft.node(id);
        AtomicBoolean life = new AtomicBoolean(true);
        Shard shard = new Shard(
                node,
                peersOf(id),
                time.loop(5_000, life),
                state,
                clock,
                settings,
                new Gateway.Identity(id, random.nextLong(), id + ":6379", id + ":8080"),
                100,
                house(sinks.apply(id)));
        shards.put(id, shard);
        states.put(id, state);
        lives.put(id, life);
        SimulatedRaft.InstalledState snapshot = snapshots.get(id);
        if (snapshot != null) {
            restore(state, snapshot);
        }
        state.listen(shard);
        node.drive(state, clock);
    }

    private static void restore(ApplyLoop state, SimulatedRaft.InstalledState snapshot) {
        try {
            state.restore(snapshot.file(), snapshot.term(), snapshot.index());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private KeyValueStateMachine read(Path file) throws IOException {
        return SnapshotReader.read(new ByteArrayInputStream(Objects.requireNonNull(files.get(file))));
    }

    /** The node's state goes to its disk. */
    SimulatedRaft.InstalledState snapshot(String id) {
        ApplyLoop.FrozenState frozen = state(id).freeze();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            SnapshotWriter.write(frozen.state(), bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Path file = Path.of(id + "-" + files.size());
        files.put(file, bytes.toByteArray());
        SimulatedRaft.InstalledState taken =
                new SimulatedRaft.InstalledState(file, frozen.term(), Math.toIntExact(frozen.index()));
        snapshots.put(id, taken);
        return taken;
    }

    /** The leader's state goes to a node that is behind, and to its disk. */
    void install(String id) {
        String leader = raft.trueLeader();
        if (leader != null && !leader.equals(id)) {
            raft.install(id, () -> {
                SimulatedRaft.InstalledState sent = snapshot(leader);
                snapshots.put(id, sent);
                return sent;
            });
        }
    }

    /** What was asked of the node is never answered. */
    void crash(String id) {
        Objects.requireNonNull(lives.get(id)).set(false);
        raft.crash(id);
    }

    void restart(String id) {
        SimulatedRaft.InstalledState snapshot = snapshots.get(id);
        raft.restart(id, snapshot == null ? 0 : snapshot.index(), snapshot == null ? 0 : snapshot.term());
        build(id);
        shard(id).start();
    }

    /** That folds at once and in which no replica may differ. */
    static Shard.House house(EffectSink effects) {
        return new Shard.House(
                () -> Bytes.of("0123456789abcdef"),
                effects,
                Runnable::run,
                reason -> {
                    throw new AssertionError(reason);
                },
                null);
    }

    Shard shard(String id) {
        Shard shard = shards.get(id);
        if (shard == null) {
            throw new IllegalArgumentException(id);
        }
        return shard;
    }

    ApplyLoop state(String id) {
        ApplyLoop state = states.get(id);
        if (state == null) {
            throw new IllegalArgumentException(id);
        }
        return state;
    }

    /** One request on a node; the reply comes in virtual time. */
    void request(String node, boolean write, Consumer<Reply> answered, String... words) {
        Run run = new Run(
                new Run.Owner() {
                    @Override
                    public void answered(Run done) {
                        answered.accept(done.reply(0));
                    }

                    @Override
                    public boolean gone() {
                        return false;
                    }
                },
                ReadLevel.LINEARIZABLE);
        run.add(new Unit.Single(Request.of(words)), write);
        shard(node).intake().submit(run);
    }

    private Peers peersOf(String from) {
        return new Peers() {
            @Override
            public void send(String to, PeerMessage message) {
                if (!raft.reaches(from, to) || random.nextDouble() < lossRate) {
                    return;
                }
                long arrives = Math.max(
                        time.nowNanos() + random.nextLong(LATENCY_MIN_NANOS, LATENCY_MAX_NANOS),
                        linkFreeAt.getOrDefault(from + to, 0L) + 1);
                linkFreeAt.put(from + to, arrives);
                time.after(arrives - time.nowNanos(), () -> {
                    if (raft.reaches(from, to)) {
                        shard(to).received(from, message);
                    }
                });
            }

            @Override
            public boolean connected(String to) {
                return raft.reaches(from, to);
            }

            @Override
            public CompletableFuture<Identity> identify(String address) {
                return CompletableFuture.failedFuture(new UnsupportedOperationException());
            }
        };
    }
}

package io.ratiskv.replication;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.Reply;
import io.ratiskv.api.Request;
import io.ratiskv.api.Unit;
import io.ratiskv.machine.KeyValueStateMachine;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.function.Function;

/** Three nodes with the real shard over a modelled Raft and network, in virtual time. One thread. */
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
        Gateway.Settings settings = new Gateway.Settings(2, 1 << 16, 3_000, 1 << 24, readsThroughLog);
        for (String id : ids) {
            LogClock clock = new LogClock(() -> time.nowMillis() + aheadMillis.getOrDefault(id, 0L), time::nowNanos);
            ApplyLoop state = new ApplyLoop(new KeyValueStateMachine(), clock, file -> {
                throw new IOException("no snapshots in this model: " + file);
            });
            SimulatedRaft.Node node = raft.node(id);
            Shard shard = new Shard(
                    node,
                    peersOf(id),
                    time.loop(5_000),
                    state,
                    clock,
                    settings,
                    new Gateway.Identity(id, random.nextLong(), id + ":6379", id + ":8080"),
                    100,
                    house(sinks.apply(id)));
            state.listen(shard);
            node.drive(state, clock);
            shards.put(id, shard);
            states.put(id, state);
        }
        shards.values().forEach(Shard::start);
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
                Run.Reads.LINEARIZABLE);
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
        };
    }
}

package io.ratiskv.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ratiskv.cli.load.Benchmark;
import io.ratiskv.cli.load.Load;
import io.ratiskv.cli.load.Measured;
import io.ratiskv.cli.load.Outcome;
import io.ratiskv.cli.load.Target;
import io.ratiskv.cli.load.Target.Protocol;
import io.ratiskv.cli.wire.Endpoint;
import java.net.URI;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Benchmarks over both protocols of three real nodes whose leader is killed meanwhile. */
final class BenchmarkFailoverTest {
    private static final int OPERATIONS = 5_000;
    private static final Load LOAD = new Load(0, OPERATIONS, 50, 1, 1, 1, 64, 1_000, 1_000, 60_000);

    /** Benchmarks that are well under way. Guarded by itself, as is the kill. */
    private final Set<Protocol> underWay = EnumSet.noneOf(Protocol.class);

    private boolean killed;

    @TempDir
    private Path directory;

    @Test
    void what_the_leader_took_with_it_is_unknown_and_all_else_is_done() throws Exception {
        List<RealNode> nodes = RealNode.group(directory, 3, "http", Map.of());
        try {
            Map<Protocol, FutureTask<Measured>> running = new EnumMap<>(Protocol.class);
            for (Protocol protocol : Protocol.values()) {
                FutureTask<Measured> run = new FutureTask<>(() -> run(protocol, nodes));
                running.put(protocol, run);
                Thread.ofPlatform().name(protocol.name()).start(run);
            }
            for (Map.Entry<Protocol, FutureTask<Measured>> run : running.entrySet()) {
                Measured measured = run.getValue().get();
                String told = run.getKey() + " " + measured;
                long unknown = measured.count(Outcome.UNKNOWN);
                assertEquals(OPERATIONS, measured.count(Outcome.OK) + unknown, told);
                // A client has one operation under way; only a SET that was can be lost.
                assertTrue(unknown <= LOAD.clients(), told);
            }
            assertTrue(killed, "a benchmark was over before the leader was killed");
        } finally {
            nodes.forEach(RealNode::close);
        }
    }

    private Measured run(Protocol protocol, List<RealNode> nodes) throws Exception {
        List<Target> targets = nodes.stream()
                .map(node -> new Target(protocol, endpoint(protocol, node), null, null))
                .toList();
        return new Benchmark(LOAD, targets, 1).run(ended -> {
            if (ended > OPERATIONS / 10 && ended < OPERATIONS) killLeader(protocol, nodes);
        });
    }

    private void killLeader(Protocol protocol, List<RealNode> nodes) {
        synchronized (underWay) {
            underWay.add(protocol);
            if (killed || underWay.size() < Protocol.values().length) return;
            leader(nodes).close();
            killed = true;
        }
    }

    private static Endpoint endpoint(Protocol protocol, RealNode node) {
        return Endpoint.of(URI.create(protocol == Protocol.HTTP ? node.http() : "http://" + node.resp()), null);
    }

    private static RealNode leader(List<RealNode> nodes) {
        for (RealNode node : nodes) {
            String status =
                    Calls.call("status", "-o", "json", "-a", node.http()).out();
            if (status.contains("\"state\":\"LEADER\"")) return node;
        }
        throw new AssertionError("nobody leads");
    }
}

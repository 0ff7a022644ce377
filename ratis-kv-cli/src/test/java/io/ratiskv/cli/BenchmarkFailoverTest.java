package io.ratiskv.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
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
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A benchmark of three real nodes whose leader is killed meanwhile. */
final class BenchmarkFailoverTest {
    private static final int OPERATIONS = 6_000;
    private static final Load LOAD = new Load(OPERATIONS, 50, 1, 1, 1, 64, 1_000, 2_000, 60_000);

    @TempDir
    private Path directory;

    @Test
    void over_resp_what_the_leader_took_with_it_is_unknown_and_all_else_is_done() throws Exception {
        run(Protocol.RESP);
    }

    @Test
    void over_http_what_the_leader_took_with_it_is_unknown_and_all_else_is_done() throws Exception {
        run(Protocol.HTTP);
    }

    private void run(Protocol protocol) throws Exception {
        List<RealNode> nodes = RealNode.group(directory, 3, "http", Map.of());
        try {
            List<Target> targets = nodes.stream()
                    .map(node -> new Target(protocol, endpoint(protocol, node), null, null))
                    .toList();
            AtomicReference<RealNode> killed = new AtomicReference<>();
            Measured measured = new Benchmark(LOAD, targets, 1).run(ended -> {
                if (ended > OPERATIONS / 10 && killed.get() == null) {
                    RealNode leader = leader(nodes);
                    leader.close();
                    killed.set(leader);
                }
            });
            assertNotNull(killed.get(), "the benchmark was over before its leader was killed");
            long unknown = measured.count(Outcome.UNKNOWN);
            assertEquals(OPERATIONS, measured.count(Outcome.OK) + unknown, measured.toString());
            // A client has one operation under way; only a SET that was can be lost.
            assertTrue(unknown <= LOAD.clients(), measured.toString());
        } finally {
            nodes.forEach(RealNode::close);
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

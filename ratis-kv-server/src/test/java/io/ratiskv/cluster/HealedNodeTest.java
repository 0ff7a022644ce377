package io.ratiskv.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.exceptions.JedisException;

/**
 * A follower is cut off until its leader's TCP waits long before it tries again, and is given back. Needs namespaces,
 * see {@link Network}, and is skipped without. {@code -Dratiskv.rounds=N} sets how often; the times are printed.
 */
@Tag("alone")
class HealedNodeTest {
    /** How long TCP must be about to wait when the network heals, and how soon a write must be answered all the same. */
    private static final int TCP_WAITS_SECONDS = 10;

    private static final long ANSWERED_MILLIS = 6_000;

    @TempDir
    Path directory = Path.of("");

    @Test
    @Timeout(300)
    void a_node_that_was_cut_off_serves_as_soon_as_the_network_heals_and_costs_no_leader() throws Exception {
        int rounds = Integer.getInteger("ratiskv.rounds", 1);
        StringBuilder why = new StringBuilder();
        try (Network network = Network.open(3, why)) {
            assumeTrue(network != null, () -> "skipped, no network can be cut here: " + why);
            List<String> arguments = List.of(
                    "--insecure-bind",
                    // A busy machine is not to look like a lost leader.
                    "--election-timeout-min-millis",
                    "1500",
                    "--election-timeout-max-millis",
                    "3000");
            try (Processes cluster =
                    new Processes(network.places(), io.ratiskv.server.Main.class, directory, "256m", arguments)) {
                cluster.startAll();
                cluster.awaitAllServing();
                List<Long> millis = new ArrayList<>();
                for (int round = 0; round < rounds; round++) {
                    millis.add(heal(cluster, network));
                }
                System.out.println("A write through the healed node was answered after " + millis + " ms");
                assertTrue(millis.stream().allMatch(each -> each < ANSWERED_MILLIS), millis + cluster.logs());
            }
        }
    }

    /** How long after the network healed a write through the node was answered, in milliseconds. */
    private static long heal(Processes cluster, Network network) throws Exception {
        int leader = cluster.awaitLeader();
        int cutOff = leader % cluster.count() + 1;
        String term = cluster.raftStatus(leader).getOrDefault("term", "none");
        network.cut(cutOff);
        try (Jedis client = cluster.connect(leader, 10_000)) {
            client.set("written", "meanwhile");
            String raft = cluster.addresses(cutOff).getFirst();
            cluster.await("TCP waits long before it tries again", 120, () -> {
                client.incr("more");
                return network.retransmitSeconds(leader, raft) >= TCP_WAITS_SECONDS;
            });
        }
        network.mend(cutOff);
        long healedAt = System.nanoTime();
        cluster.await("a write through the healed node", 120, () -> {
            try (Jedis client = cluster.connect(cutOff, 10_000)) {
                return "OK".equals(client.set("healed", "n" + cutOff));
            } catch (JedisException notYet) {
                return false;
            }
        });
        long millis = (System.nanoTime() - healedAt) / 1_000_000;
        assertEquals(term, cluster.raftStatus(leader).get("term"), cluster::logs);
        return millis;
    }
}

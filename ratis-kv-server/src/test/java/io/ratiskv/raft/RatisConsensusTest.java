package io.ratiskv.raft;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ratiskv.raft.RaftCluster.Node;
import io.ratiskv.replication.Consensus;
import io.ratiskv.replication.Refusal;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.apache.ratis.client.RaftClient;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftGroup;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.retry.RetryPolicies;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The adapter on real Ratis servers in this process. */
class RatisConsensusTest {
    @TempDir
    Path directory;

    @Test
    void an_entry_submitted_on_the_leader_is_applied_by_every_node_in_one_order() throws Exception {
        try (RaftCluster cluster = new RaftCluster(directory, 3, UnaryOperator.identity()).start()) {
            cluster.write("a");
            cluster.write("b");
            cluster.awaitEverywhere(List.of("a", "b"));

            Node leader = cluster.leader();
            Await.until(
                    "all caught up",
                    () -> cluster.running().stream()
                            .allMatch(node -> node.consensus().appliedIndex()
                                    == leader.consensus().appliedIndex()));
            List<RecordingReplica.Applied> applied = leader.replica.applied();
            for (int i = 0; i < applied.size(); i++) {
                assertEquals(i, applied.get(i).index(), "entries with and without content, each index once");
            }
            List<Long> stamps = applied.stream()
                    .filter(entry -> !entry.text().isEmpty())
                    .map(RecordingReplica.Applied::stampMillis)
                    .toList();
            assertEquals(stamps.stream().sorted().distinct().toList(), stamps, "stamped in log order");
            assertTrue(stamps.getFirst() > 1_000, "by the clock of the leader");
            for (Node node : cluster.running()) {
                assertEquals(applied, node.replica.applied());
                assertEquals(List.of(), node.stops);
            }
        }
    }

    @Test
    void a_node_alone_leads_at_once() throws Exception {
        try (RaftCluster cluster = new RaftCluster(directory, 1, UnaryOperator.identity()).start()) {
            cluster.write("a");
            RatisConsensus consensus = cluster.leader().consensus();
            assertEquals("n1", consensus.leader());
            assertEquals(Set.of("n1"), consensus.configuration().voters());
            assertEquals(consensus.currentTerm(), consensus.appliedTerm());
            assertTrue(consensus.running());
        }
    }

    @Test
    void a_follower_refuses_an_entry_and_names_the_leader() throws Exception {
        try (RaftCluster cluster = new RaftCluster(directory, 3, UnaryOperator.identity()).start()) {
            Node leader = cluster.leader();
            Node follower = cluster.follower();
            Await.until(
                    "the follower knows the leader",
                    () -> leader.options.node().equals(follower.consensus().leader()));
            List<Refusal> refusals = new CopyOnWriteArrayList<>();
            follower.consensus().submit(RecordingReplica.entry("a"), refusals::add);
            Await.until("refused", () -> !refusals.isEmpty());
            assertEquals(List.of(new Refusal.NotLeader(leader.options.node())), refusals);
        }
    }

    @Test
    void an_entry_in_the_log_of_a_leader_that_loses_its_majority_is_indeterminate() throws Exception {
        try (RaftCluster cluster = new RaftCluster(directory, 3, UnaryOperator.identity()).start()) {
            Node leader = cluster.leader();
            CompletableFuture<Void> killed = CompletableFuture.runAsync(() -> cluster.kill(
                    cluster.running().stream().filter(node -> node != leader).toList()));
            List<Refusal> refusals = new CopyOnWriteArrayList<>();
            Await.until("one was in the log when leadership went", () -> {
                leader.consensus().submit(RecordingReplica.entry("a"), refusals::add);
                return refusals.stream().anyMatch(Refusal.Indeterminate.class::isInstance);
            });
            killed.join();

            List<Refusal> later = new CopyOnWriteArrayList<>();
            leader.consensus().submit(RecordingReplica.entry("b"), later::add);
            Await.until("refused", () -> !later.isEmpty());
            assertEquals(List.of(new Refusal.NotLeader(null)), later, "this one was never appended");
            Await.until(
                    "told that nobody leads",
                    () -> leader.replica.leaders.getLast().startsWith("null@"));
            assertNull(leader.consensus().leader());
        }
    }

    @Test
    void when_the_leader_is_gone_another_leads_with_all_that_was_applied() throws Exception {
        try (RaftCluster cluster = new RaftCluster(directory, 3, UnaryOperator.identity()).start()) {
            cluster.write("a");
            Node first = cluster.leader();
            long firstTerm = first.consensus().currentTerm();
            cluster.kill(List.of(first));

            cluster.write("b");
            Node second = cluster.leader();
            assertTrue(second.consensus().currentTerm() > firstTerm);
            cluster.awaitEverywhere(List.of("a", "b"));
            String told = second.options.node() + "@" + second.consensus().currentTerm();
            for (Node node : cluster.running()) {
                Await.until("told who leads", () -> node.replica.leaders.contains(told));
            }

            Node again = cluster.start(first.options.node());
            cluster.awaitEverywhere(List.of("a", "b"));
            Await.until(
                    "the applied term is the new leader's",
                    () -> again.consensus().appliedTerm() == second.consensus().currentTerm());
        }
    }

    @Test
    void all_nodes_restarted_have_all_entries() throws Exception {
        try (RaftCluster cluster = new RaftCluster(directory, 3, UnaryOperator.identity()).start()) {
            cluster.write("a");
            cluster.write("b");
            cluster.kill(cluster.running());
            cluster.start();
            cluster.write("c");
            cluster.awaitEverywhere(List.of("a", "b", "c"));
        }
    }

    /** The others are down, so nobody leads and nobody can tell it what is committed. */
    @Test
    void a_node_that_starts_alone_applies_what_it_knew_to_be_committed() throws Exception {
        try (RaftCluster cluster = new RaftCluster(directory, 3, UnaryOperator.identity()).start()) {
            cluster.write("a");
            cluster.write("b");
            cluster.awaitEverywhere(List.of("a", "b"));
            Node follower = cluster.follower();
            long last = follower.consensus().status().lastIndex();
            Await.until("the mark is up", () -> follower.consensus().markedIndex() >= last);
            cluster.kill(cluster.running());

            Node alone = cluster.start(follower.options.node());
            cluster.awaitEverywhere(List.of("a", "b"));
            assertNull(alone.consensus().leader());
        }
    }

    @Test
    void a_leader_that_closes_hands_over_first() throws Exception {
        try (RaftCluster cluster = patient()) {
            Node leader = cluster.leader();
            Node follower = cluster.follower();
            leader.consensus()
                    .transferLeadership(follower.options.node(), 2_000)
                    .get(5, TimeUnit.SECONDS);
            Await.until("the other leads", () -> cluster.leader() == follower);

            cluster.stop(follower);
            Await.until(
                    "a third leads",
                    () -> cluster.running().stream()
                            .anyMatch(node -> node.consensus().leaderReady()));
            assertEquals(List.of(), follower.stops);
        }
    }

    @Test
    void a_follower_learns_a_commit_at_once_when_it_is_pushed() throws Exception {
        try (RaftCluster cluster = patient()) {
            Node leader = cluster.leader();
            cluster.write("a");
            long index = leader.consensus().appliedIndex();
            for (Node node : cluster.running()) {
                leader.consensus().pushCommitIndex(node.options.node());
            }
            for (Node node : cluster.running()) {
                Await.until(
                        "applied by " + node.options.node(),
                        () -> node.consensus().appliedIndex() >= index);
            }
        }
    }

    /** Three nodes that elect at once when they start; after that no time-out and no heartbeat is due for a minute. */
    private RaftCluster patient() throws IOException {
        return new RaftCluster(directory, 3, options -> options.withElectionTimeout(240_000, 250_000)).start();
    }

    @Test
    void a_stranger_can_neither_write_nor_administer() throws Exception {
        try (RaftCluster cluster = new RaftCluster(directory, 1, UnaryOperator.identity()).start()) {
            Node node = cluster.leader();
            RaftPeer peer = RaftPeer.newBuilder()
                    .setId("n1")
                    .setAddress(node.options.self().address())
                    .build();
            RaftGroup group = RaftGroup.valueOf(RaftGroupId.valueOf(node.options.groupUuid()), peer);
            try (RaftClient client = RaftClient.newBuilder()
                    .setProperties(new RaftProperties())
                    .setRaftGroup(group)
                    .setRetryPolicy(RetryPolicies.noRetry())
                    .build()) {
                assertThrows(IOException.class, () -> client.io().send(Message.valueOf("a")));
                assertThrows(IOException.class, () -> client.io().sendReadOnly(Message.valueOf("a")));
                assertThrows(IOException.class, () -> client.admin().setConfiguration(List.of(peer)));
                assertThrows(
                        IOException.class,
                        () -> client.getGroupManagementApi(RaftPeerId.valueOf("n1"))
                                .remove(group.getGroupId(), true, false));
            }
            cluster.write("b");
            assertEquals(List.of("b"), node.replica.words());
        }
    }

    @Test
    void an_entry_that_cannot_be_applied_stops_the_node() throws Exception {
        try (RaftCluster cluster = new RaftCluster(directory, 1, UnaryOperator.identity()).start()) {
            Node node = cluster.leader();
            node.consensus().submit(RecordingReplica.entry("poison"), refusal -> {});
            Await.until("stopped", () -> !node.stops.isEmpty());
            assertTrue(node.stops.getFirst().contains("could not be applied"), node.stops.getFirst());
        }
    }

    @Test
    void a_server_that_closed_itself_stops_the_node() throws Exception {
        try (RaftCluster cluster = new RaftCluster(directory, 1, UnaryOperator.identity()).start()) {
            Node node = cluster.leader();
            node.consensus().server().close();
            Await.until("stopped", () -> !node.stops.isEmpty());
            assertTrue(node.stops.getFirst().contains("closed itself"), node.stops.getFirst());
        }
    }

    @Test
    void a_busy_port_is_said_in_one_line() throws Exception {
        RaftCluster cluster = new RaftCluster(directory, 1, UnaryOperator.identity());
        int port = cluster.node("n1").options.self().port();
        try (ServerSocket busy = new ServerSocket()) {
            busy.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            String refusal = String.valueOf(
                    assertThrows(IOException.class, cluster::start).getMessage());
            assertTrue(refusal.startsWith("cannot listen on 127.0.0.1:" + port), refusal);
        }
    }

    @Test
    void the_status_tells_the_followers_apart() throws Exception {
        try (RaftCluster cluster = new RaftCluster(directory, 3, UnaryOperator.identity()).start()) {
            cluster.write("a");
            Node leader = cluster.leader();
            Await.until(
                    "all match",
                    () -> leader.consensus().status().peers().stream()
                            .allMatch(peer -> peer.matchIndex()
                                    == leader.consensus().status().lastIndex()));
            Consensus.LogStatus status = leader.consensus().status();
            assertEquals("LEADER", status.role());
            assertEquals(0, status.firstIndex());
            assertEquals(3, status.peers().size());

            Consensus.LogStatus other = cluster.follower().consensus().status();
            assertEquals("FOLLOWER", other.role());
            List<Long> unknown = new ArrayList<>();
            other.peers().forEach(peer -> unknown.add(peer.matchIndex()));
            assertEquals(2, unknown.stream().filter(index -> index == -1).count());
        }
    }
}

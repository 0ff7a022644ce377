package io.ratiskv.raft;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ratiskv.api.CommandException;
import io.ratiskv.net.TestPorts;
import io.ratiskv.raft.RaftCluster.Node;
import io.ratiskv.replication.MemberChange;
import io.ratiskv.replication.Roster;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.ratis.server.RaftServerConfigKeys;
import org.apache.ratis.util.TimeDuration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nodes come and go while others write. */
@Tag("alone")
class MembershipTest {
    @TempDir
    Path directory;

    private final List<String> written = new ArrayList<>();

    private RaftCluster cluster(int size) {
        return new RaftCluster(directory, size, options -> options);
    }

    private void write(RaftCluster cluster) {
        String word = "w" + written.size();
        cluster.write(word);
        written.add(word);
    }

    private static void change(RaftCluster cluster, MemberChange change) throws Exception {
        Node node = cluster.running().stream()
                .filter(each -> each.options.node().equals(change.node()))
                .findFirst()
                .orElse(null);
        String incarnation = node == null ? "none" : node.consensus().incarnation();
        cluster.leader().consensus().changeMembers(change, incarnation).get(40, TimeUnit.SECONDS);
    }

    private static void add(RaftCluster cluster, Node node) throws Exception {
        Member self = node.options.self();
        change(cluster, new MemberChange.Add(self.id(), self.address(), String.valueOf(self.peerAddress())));
    }

    private void grow(RaftCluster cluster, String id) throws Exception {
        Node node = cluster.join(id, directory.resolve(id));
        add(cluster, node);
        cluster.awaitEverywhere(written);
        assertEquals("LISTENER", node.consensus().status().role());
        change(cluster, new MemberChange.Promote(id));
    }

    @Test
    void a_group_of_one_grows_to_three() throws Exception {
        try (RaftCluster cluster = cluster(1).start()) {
            write(cluster);
            Node first = cluster.leader();
            grow(cluster, "n2");
            write(cluster);
            grow(cluster, "n3");
            write(cluster);
            cluster.awaitEverywhere(written);
            assertEquals(
                    Set.of("n1", "n2", "n3"), first.consensus().configuration().voters());
        }
    }

    @Test
    void members_and_where_they_are_come_from_the_log_whatever_a_node_was_started_with() throws Exception {
        try (RaftCluster cluster = cluster(1).start()) {
            write(cluster);
            grow(cluster, "n2");
            String address = cluster.node("n2").options.self().peerAddress();
            for (int life = 0; life < 2; life++) {
                for (Node node : cluster.running()) {
                    Await.until("n2 is known on " + node.options.node(), () -> {
                        Roster roster = node.consensus().roster();
                        return roster.settled()
                                && roster.seats().size() == 2
                                && roster.seats().values().stream()
                                        .anyMatch(seat -> seat.peerAddress().equals(address));
                    });
                    String incarnation = cluster.node("n2").consensus().incarnation();
                    assertTrue(node.consensus().roster().seats("n2", incarnation));
                    assertFalse(node.consensus().roster().seats("n2", "another"));
                }
                cluster.kill(cluster.running());
                cluster.start("n1");
                cluster.start("n2");
                write(cluster);
            }
        }
    }

    @Test
    void an_addition_that_fails_costs_no_member_its_entries() throws Exception {
        // An election would be the machine's fault: nobody is killed here.
        try (RaftCluster cluster = new RaftCluster(directory, 1, options -> options.withElectionTimeout(5_000, 10_000))
                .setting(properties -> RaftServerConfigKeys.setStagingTimeout(
                        properties, TimeDuration.valueOf(500, TimeUnit.MILLISECONDS)))
                .start()) {
            write(cluster);
            grow(cluster, "n2");
            long term = cluster.leader().consensus().currentTerm();
            String nobody = "127.0.0.1:" + TestPorts.free();
            ExecutionException failed = assertThrows(
                    ExecutionException.class, () -> change(cluster, new MemberChange.Add("n9", nobody, nobody)));
            assertTrue(failed.getCause() instanceof CommandException, failed::toString);
            assertEquals(
                    "ERR n9 did not catch up: it is not heard; nothing was changed",
                    failed.getCause().getMessage());
            write(cluster);
            cluster.awaitEverywhere(written);
            assertEquals(term, cluster.leader().consensus().currentTerm(), "no election was needed");
        }
    }

    @Test
    void a_node_that_was_removed_is_told_and_does_not_start_again() throws Exception {
        try (RaftCluster cluster = cluster(3).start()) {
            write(cluster);
            Node gone = cluster.follower();
            String id = gone.options.node();
            List<String> departed = new CopyOnWriteArrayList<>();
            gone.consensus().followMembers(roster -> {}, departed::add);
            cluster.awaitEverywhere(written);
            change(cluster, new MemberChange.Remove(id));
            Node leader = cluster.leader();
            Await.until(
                    "the removal is committed",
                    () -> leader.consensus().roster().settled()
                            && !leader.consensus().roster().seats().containsKey(id));
            gone.consensus()
                    .disowned(leader.options.node(), leader.consensus().roster().index());
            Await.until("it was told", () -> !departed.isEmpty());
            cluster.kill(List.of(gone));
            write(cluster);
            assertThrows(RemovedException.class, () -> cluster.start(id));
            write(cluster);
        }
    }

    @Test
    void a_node_that_was_away_when_it_was_removed_gets_no_vote_and_costs_no_leader() throws Exception {
        try (RaftCluster cluster = cluster(3).start()) {
            write(cluster);
            Node gone = cluster.follower();
            cluster.awaitEverywhere(written);
            cluster.kill(List.of(gone));
            change(cluster, new MemberChange.Remove(gone.options.node()));
            long term = cluster.leader().consensus().currentTerm();
            Node back = cluster.start(gone.options.node());
            Await.until("it has given up", () -> !back.stops.isEmpty());
            assertEquals(term, cluster.leader().consensus().currentTerm());
            cluster.kill(List.of(back));
            write(cluster);
        }
    }

    @Test
    void a_directory_that_joined_is_not_one_that_began() throws IOException {
        RaftOptions began = RaftOptions.of("n1", "c", List.of(new Member("n1", "h", 1)), directory.resolve("began"));
        NodeIdentity.claim(began, DirectorySync.POSIX).close();
        IOException refused =
                assertThrows(IOException.class, () -> NodeIdentity.claim(began.asJoining(), DirectorySync.POSIX));
        assertTrue(String.valueOf(refused.getMessage()).contains("not to join"), refused::getMessage);
        try (NodeIdentity identity = NodeIdentity.claim(
                RaftOptions.of("n2", "c", List.of(new Member("n2", "h", 2)), directory.resolve("joined"))
                        .asJoining(),
                DirectorySync.POSIX)) {
            assertFalse(identity.incarnation().isEmpty());
            assertFalse(identity.wasMember());
        }
        RaftOptions listed = RaftOptions.of("n2", "c", List.of(new Member("n2", "h", 2)), directory.resolve("joined"));
        refused = assertThrows(IOException.class, () -> NodeIdentity.claim(listed, DirectorySync.POSIX));
        assertTrue(String.valueOf(refused.getMessage()).endsWith("start it to join"), refused::getMessage);
        try (NodeIdentity identity = NodeIdentity.claim(listed.asJoining(), DirectorySync.POSIX)) {
            identity.added();
            assertTrue(identity.wasMember());
        }
        NodeIdentity.claim(listed, DirectorySync.POSIX).close();
    }
}

package io.ratiskv.raft;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ratiskv.raft.RaftCluster.Node;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.proto.RaftProtos.InstallSnapshotReplyProto;
import org.apache.ratis.proto.RaftProtos.InstallSnapshotRequestProto;
import org.apache.ratis.proto.RaftProtos.InstallSnapshotRequestProto.SnapshotChunkProto;
import org.apache.ratis.proto.RaftProtos.InstallSnapshotResult;
import org.apache.ratis.proto.RaftProtos.RaftRpcRequestProto;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.RaftServerConfigKeys;
import org.apache.ratis.util.ProtoUtils;
import org.apache.ratis.util.TimeDuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What must be on the disk before it is told to anyone. Syncs of directories are held back to see what waits. */
class DurabilityTest {
    @TempDir
    Path directory;

    /** Syncs, but from {@link #shut} to {@link #open} makes whoever syncs the log's directory wait. */
    private static final class Gate implements DirectorySync {
        private volatile CountDownLatch open = new CountDownLatch(0);
        private final AtomicInteger waiting = new AtomicInteger();
        private volatile boolean inElectionsOnly;

        void shut() {
            open = new CountDownLatch(1);
        }

        /** Lets a node start; it waits once there is a vote to be synced. */
        Gate shutForVotes() {
            inElectionsOnly = true;
            shut();
            return this;
        }

        void open() {
            open.countDown();
        }

        int waiting() {
            return waiting.get();
        }

        @Override
        public void sync(Path synced) throws IOException {
            if (synced.endsWith("current") && (!inElectionsOnly || term(synced) > 0)) {
                waiting.incrementAndGet();
                try {
                    open.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    throw new InterruptedIOException();
                } finally {
                    waiting.decrementAndGet();
                }
            }
            DirectorySync.POSIX.sync(synced);
        }
    }

    private static long term(Path current) throws IOException {
        Path metadata = current.resolve("raft-meta");
        if (!Files.exists(metadata)) {
            return 0;
        }
        Properties properties = new Properties();
        try (var reader = Files.newBufferedReader(metadata)) {
            properties.load(reader);
        }
        return Long.parseLong(properties.getProperty("term"));
    }

    /** Starts {@code n2} and {@code n3}, which will not stand for election, then {@code n1}, which will at once. */
    private static void start(RaftCluster cluster, DirectorySync candidate, DirectorySync voters) throws IOException {
        cluster.setting(properties -> standsAfter(properties, 240));
        cluster.start("n2", voters);
        cluster.start("n3", voters);
        cluster.setting(properties -> standsAfter(properties, 0));
        cluster.start("n1", candidate);
    }

    private static void standsAfter(RaftProperties properties, long seconds) {
        TimeDuration timeout = TimeDuration.valueOf(500 + seconds * 1_000, TimeUnit.MILLISECONDS);
        RaftServerConfigKeys.Rpc.setFirstElectionTimeoutMin(properties, timeout);
        RaftServerConfigKeys.Rpc.setFirstElectionTimeoutMax(properties, timeout);
    }

    @Test
    void an_interrupt_is_no_failure_of_the_disk() throws Exception {
        Path file = Files.createFile(directory.resolve("file"));
        Thread.currentThread().interrupt();
        DirectorySync.POSIX.sync(directory);
        DirectorySync.syncFile(file);
        assertTrue(Thread.interrupted(), "whoever interrupted is heard afterwards");
    }

    @Test
    void no_candidacy_leaves_a_node_before_its_own_vote_is_durable() throws Exception {
        try (RaftCluster cluster = new RaftCluster(directory, 3, UnaryOperator.identity())) {
            Gate gate = new Gate().shutForVotes();
            start(cluster, gate, DirectorySync.POSIX);
            Await.until("the candidate waits for its vote to be durable", () -> gate.waiting() > 0);
            assertEquals(1, cluster.node("n1").consensus().currentTerm());
            assertEquals(0, cluster.node("n2").consensus().currentTerm(), "nobody asked for its vote");
            assertEquals(0, cluster.node("n3").consensus().currentTerm(), "nobody asked for its vote");
            gate.open();
            cluster.write("a");
        }
    }

    @Test
    void no_vote_leaves_a_node_before_it_is_durable() throws Exception {
        try (RaftCluster cluster = new RaftCluster(directory, 3, UnaryOperator.identity())) {
            Gate gate = new Gate().shutForVotes();
            start(cluster, DirectorySync.POSIX, gate);
            Await.until("both voters wait for their votes to be durable", () -> gate.waiting() >= 2);
            assertEquals("CANDIDATE", cluster.node("n1").consensus().status().role());
            gate.open();
            cluster.write("a");
        }
    }

    @Test
    void an_entry_does_not_count_as_stored_before_the_name_of_its_file_does() throws Exception {
        try (RaftCluster cluster = new RaftCluster(directory, 1, options -> options.withSegmentBytes(1_024))) {
            Gate gate = new Gate();
            Node node = cluster.start("n1", gate);
            cluster.write("first");
            gate.shut();
            int submitted = 0;
            while (gate.waiting() == 0 && submitted < 100) {
                node.consensus().submit(RecordingReplica.entry("w" + submitted + "x".repeat(100)), refusal -> {});
                submitted++;
                int count = submitted;
                Await.until(
                        "applied, or waiting for the directory",
                        () -> gate.waiting() > 0 || node.replica.words().size() == count + 1);
            }
            assertTrue(gate.waiting() > 0, "a new file of the log");
            assertEquals(submitted, node.replica.words().size(), "all but the one in the new file");
            gate.open();
            int count = submitted;
            Await.until("applied", () -> node.replica.words().size() == count + 1);
        }
    }

    @Test
    void a_log_whose_directory_cannot_be_synced_stops_the_node_and_stores_nothing_more() throws Exception {
        AtomicBoolean broken = new AtomicBoolean();
        DirectorySync sync = synced -> {
            if (broken.get() && synced.endsWith("current")) {
                throw new IOException("broken");
            }
            DirectorySync.POSIX.sync(synced);
        };
        try (RaftCluster cluster = new RaftCluster(directory, 1, options -> options.withSegmentBytes(1_024))) {
            Node node = cluster.start("n1", sync);
            cluster.write("first");
            cluster.awaitEverywhere(List.of("first"));
            broken.set(true);
            int submitted = 0;
            while (node.stops.isEmpty() && submitted < 100) {
                node.consensus().submit(RecordingReplica.entry("w" + submitted + "x".repeat(100)), refusal -> {});
                submitted++;
                int count = submitted;
                Await.until(
                        "applied or stopped",
                        () -> !node.stops.isEmpty() || node.replica.words().size() == count + 1);
            }
            assertTrue(node.stops.getFirst().contains("could not be synced"), node.stops.getFirst());
            Await.until("Ratis' own report", () -> node.stops.stream().anyMatch(stop -> stop.contains("at index")));
            assertEquals(submitted, node.replica.words().size(), "all but the one in the new file");
        }
    }

    @Test
    void a_leader_whose_disk_stands_still_hands_over() throws Exception {
        try (RaftCluster cluster = new RaftCluster(directory, 3, options -> options.withSegmentBytes(1_024))) {
            Map<String, Gate> gates = Map.of("n1", new Gate(), "n2", new Gate(), "n3", new Gate());
            for (Map.Entry<String, Gate> gate : gates.entrySet()) {
                cluster.start(gate.getKey(), gate.getValue());
            }
            Node leader = cluster.leader();
            Gate gate = Objects.requireNonNull(gates.get(leader.options.node()));
            gate.shut();
            for (int i = 0; i < 100 && gate.waiting() == 0; i++) {
                cluster.write("w" + i + "x".repeat(200));
            }
            Await.until(
                    "another leads",
                    () -> cluster.running().stream()
                            .anyMatch(node -> node != leader && node.consensus().leaderReady()));
            gate.open();
            cluster.write("after");
            assertEquals(List.of(), leader.stops);
        }
    }

    /** What Ratis remembers of the entries under way goes with the connection; a leader that is idle sends nothing else. */
    @Test
    void an_acknowledgement_that_was_lost_with_its_connection_is_asked_for_again() throws Exception {
        try (RaftCluster cluster = new RaftCluster(directory, 3, options -> options.withSegmentBytes(1_024))) {
            Map<Node, Gate> followers = followersBehindGates(cluster);
            Node leader = cluster.leader();
            int written = writeUntilAllWait(leader, followers.values());
            for (Node follower : followers.keySet()) {
                // As Reconnection does, which need not wait for the calls of the old connection either.
                Thread.currentThread().interrupt();
                leader.consensus()
                        .server()
                        .getServerRpc()
                        .handleException(
                                RaftPeerId.valueOf(follower.options.node()), new IOException("made anew"), true);
                assertTrue(Thread.interrupted());
            }
            followers.values().forEach(Gate::open);
            Await.until("applied", () -> leader.replica.words().size() == written);
            assertTrue(leader.consensus().leaderReady());
        }
    }

    @Test
    void a_snapshot_waits_until_the_log_stands_still_and_is_not_installed_over_its_last_entry() throws Exception {
        try (RaftCluster cluster = new RaftCluster(directory, 3, options -> options.withSegmentBytes(1_024))) {
            Map<Node, Gate> followers = followersBehindGates(cluster);
            Node leader = cluster.leader();
            int written = writeUntilAllWait(leader, followers.values());
            Node follower = followers.keySet().iterator().next();
            RaftServer server = follower.consensus().server();
            InstallSnapshotRequestProto snapshot = snapshotUpToTheEnd(follower, leader.options.node());
            CompletableFuture<InstallSnapshotReplyProto> reply = new CompletableFuture<>();
            Thread installing = Thread.ofPlatform().start(() -> {
                try {
                    reply.complete(new InstallGuard(server).install(snapshot));
                } catch (IOException refused) {
                    reply.completeExceptionally(refused);
                }
            });
            Await.until("the snapshot waits", () -> installing.getState() == Thread.State.TIMED_WAITING);
            assertFalse(reply.isDone(), "an entry is still to be stored");
            followers.values().forEach(Gate::open);
            assertEquals(
                    InstallSnapshotResult.ALREADY_INSTALLED,
                    reply.get(20, TimeUnit.SECONDS).getResult());
            Await.until("applied", () -> leader.replica.words().size() == written);
            cluster.write("after");
            assertEquals(List.of(), follower.stops);
        }
    }

    /** The last piece of a snapshot that ends with the last entry of the node's log. */
    private static InstallSnapshotRequestProto snapshotUpToTheEnd(Node node, String leader) throws IOException {
        RaftGroupId group = RaftGroupId.valueOf(node.options.groupUuid());
        RaftServer.Division division = node.consensus().server().getDivision(group);
        return InstallSnapshotRequestProto.newBuilder()
                .setServerRequest(RaftRpcRequestProto.newBuilder()
                        .setRequestorId(RaftPeerId.valueOf(leader).toByteString())
                        .setReplyId(division.getId().toByteString())
                        .setRaftGroupId(ProtoUtils.toRaftGroupIdProtoBuilder(group)))
                .setLeaderTerm(division.getInfo().getCurrentTerm())
                .setSnapshotChunk(SnapshotChunkProto.newBuilder()
                        .setTermIndex(
                                Objects.requireNonNull(division.getRaftLog().getLastEntryTermIndex())
                                        .toProto())
                        .setDone(true))
                .build();
    }

    /** Starts three nodes; the gates of those that follow are shut once a first word is everywhere. */
    private static Map<Node, Gate> followersBehindGates(RaftCluster cluster) throws IOException {
        Map<String, Gate> gates = Map.of("n1", new Gate(), "n2", new Gate(), "n3", new Gate());
        for (Map.Entry<String, Gate> gate : gates.entrySet()) {
            cluster.start(gate.getKey(), gate.getValue());
        }
        cluster.write("first");
        cluster.awaitEverywhere(List.of("first"));
        Node leader = cluster.leader();
        Map<Node, Gate> followers = new HashMap<>();
        gates.forEach((id, gate) -> {
            if (!id.equals(leader.options.node())) {
                gate.shut();
                followers.put(cluster.node(id), gate);
            }
        });
        return followers;
    }

    /**
     * Submits until what is submitted needs a new file of the followers' logs, which waits.
     *
     * @return how many words there are with that one
     */
    private static int writeUntilAllWait(Node leader, Collection<Gate> gates) {
        int words = 1;
        while (gates.stream().anyMatch(gate -> gate.waiting() == 0)) {
            assertTrue(words < 100, "no new file of the log");
            leader.consensus().submit(RecordingReplica.entry("w" + words + "x".repeat(100)), refusal -> {});
            words++;
            int count = words;
            Await.until(
                    "applied, or the followers wait for their directories",
                    () -> leader.replica.words().size() == count
                            || gates.stream().allMatch(gate -> gate.waiting() > 0));
        }
        assertEquals(words - 1, leader.replica.words().size(), "all but the one in the new file");
        return words;
    }

    @Test
    void a_candidate_whose_vote_cannot_be_written_stops_the_node() throws Exception {
        // A directory in the place of Ratis' temporary file: as good as a full disk.
        DirectorySync obstructing = synced -> {
            DirectorySync.POSIX.sync(synced);
            if (synced.endsWith("current")) {
                Files.createDirectories(synced.resolve("raft-meta.tmp").resolve("in-the-way"));
            }
        };
        try (RaftCluster cluster = new RaftCluster(directory, 1, UnaryOperator.identity())) {
            Node node = cluster.start("n1", obstructing);
            Await.until("stopped", () -> !node.stops.isEmpty());
            assertEquals("an election ended by an error; is the disk full?", node.stops.getFirst());
        }
    }

    private static String another(RaftCluster cluster, Node leader, Node follower) {
        return cluster.running().stream()
                .filter(node -> node != leader && node != follower)
                .findAny()
                .orElseThrow()
                .options
                .node();
    }

    @Test
    void a_follower_whose_term_cannot_be_written_stops_before_it_tells_it() throws Exception {
        try (RaftCluster cluster = new RaftCluster(directory, 3, UnaryOperator.identity()).start()) {
            cluster.write("first");
            Node leader = cluster.leader();
            Node follower = cluster.follower();
            Path current = follower.options.groupDirectory().resolve("current");
            Files.createDirectories(current.resolve("raft-meta.tmp").resolve("in-the-way"));
            long before = term(current);
            var unused = leader.consensus().transferLeadership(another(cluster, leader, follower), 5_000);
            Await.until("stopped", () -> !follower.stops.isEmpty());
            assertTrue(follower.stops.getFirst().contains("could not be stored in"), follower.stops.getFirst());
            assertEquals(before, term(current));
        }
    }

    @Test
    void a_configuration_that_cannot_be_written_stops_the_node() throws Exception {
        try (RaftCluster cluster = new RaftCluster(directory, 3, UnaryOperator.identity()).start()) {
            cluster.write("first");
            cluster.awaitEverywhere(List.of("first"));
            Node leader = cluster.leader();
            Node follower = cluster.follower();
            Path current = follower.options.groupDirectory().resolve("current");
            Files.createDirectories(current.resolve("raft-meta.conf.tmp").resolve("in-the-way"));
            // Every new leader begins with an entry that says who the members are.
            var unused = leader.consensus().transferLeadership(another(cluster, leader, follower), 5_000);
            Await.until("stopped", () -> !follower.stops.isEmpty());
            assertTrue(follower.stops.getFirst().contains("who the members are"), follower.stops.getFirst());
        }
    }

    @Test
    void a_file_of_the_same_name_made_anew_is_synced_again() throws Exception {
        List<Path> synced = new ArrayList<>();
        Path file = directory.resolve("log_inprogress_7");
        Files.createFile(file);
        try (SegmentDurability segments = new SegmentDurability(directory, synced::add)) {
            segments.beforeFlush();
            segments.beforeFlush();
            assertEquals(1, synced.size(), "once per file");

            Files.delete(file);
            Files.createFile(file);
            segments.beforeFlush();
            assertEquals(2, synced.size(), "the first file's inode was held, so the new one's differs");

            Files.move(file, directory.resolve("log_7-9"));
            segments.beforeFlush();
            assertEquals(3, synced.size());
            segments.beforeFlush();
            assertEquals(4, synced.size(), "always while there is no file to go by");

            Files.createFile(directory.resolve("log_inprogress_10"));
            segments.beforeFlush();
            segments.beforeFlush();
            assertEquals(5, synced.size());
        }
    }

    @Test
    void what_a_start_finds_in_the_open_file_of_the_log_is_written_again() throws Exception {
        byte[] entries = new byte[(1 << 20) + 1_000];
        new Random(1).nextBytes(entries);
        Path open = Files.write(directory.resolve("log_inprogress_7"), entries);
        Path closed = Files.write(directory.resolve("log_0-6"), entries);
        FileTime before = FileTime.fromMillis(1_000);
        Files.setLastModifiedTime(open, before);
        Files.setLastModifiedTime(closed, before);
        SegmentDurability.storeAgain(directory);
        assertNotEquals(before, Files.getLastModifiedTime(open));
        assertArrayEquals(entries, Files.readAllBytes(open));
        assertEquals(before, Files.getLastModifiedTime(closed), "synced before it got its name");
    }

    @Test
    void a_term_told_in_an_answer_is_synced_once() throws Exception {
        List<Path> synced = new ArrayList<>();
        VoteDurability votes = new VoteDurability(directory, synced::add, (reason, cause) -> {});
        Files.writeString(directory.resolve("raft-meta"), "term=2\nvotedFor=n1\n");
        votes.beforeTermLeaves(1);
        votes.beforeTermLeaves(1);
        assertEquals(1, synced.size());
        votes.beforeTermLeaves(2);
        assertEquals(2, synced.size());
        votes.beforeVoteLeaves(2);
        assertEquals(3, synced.size(), "a vote may be new within a term");
    }

    @Test
    void a_directory_that_cannot_be_synced_stops_the_node() throws Exception {
        List<String> stops = new ArrayList<>();
        Files.writeString(directory.resolve("raft-meta"), "term=1\nvotedFor=n1\n");
        VoteDurability votes = new VoteDurability(
                directory,
                path -> {
                    throw new IOException("no");
                },
                (reason, cause) -> stops.add(reason));
        assertThrows(IOException.class, () -> votes.beforeVoteLeaves(1));
        assertEquals(1, stops.size());
    }

    @Test
    void a_tree_is_synced_with_its_files() throws Exception {
        Path file = directory.resolve("a").resolve("b");
        Files.createDirectories(Objects.requireNonNull(file.getParent()));
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            assertTrue(channel.isOpen());
        }
        List<Path> synced = new ArrayList<>();
        DirectorySync sync = synced::add;
        sync.syncTree(directory);
        assertEquals(List.of(directory, directory.resolve("a")), synced);
    }
}

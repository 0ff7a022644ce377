package io.ratiskv.raft;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ratiskv.raft.RaftCluster.Node;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
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

        boolean someoneWaits() {
            return waiting.get() > 0;
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

    private Map<String, Gate> startBehindGates(RaftCluster cluster) throws IOException {
        Map<String, Gate> gates = new HashMap<>();
        for (String id : List.of("n1", "n2", "n3")) {
            Gate gate = new Gate().shutForVotes();
            gates.put(id, gate);
            cluster.start(id, gate);
        }
        return gates;
    }

    private static Gate gate(Map<String, Gate> gates, String id) {
        return Objects.requireNonNull(gates.get(id));
    }

    @Test
    void no_candidacy_leaves_a_node_before_its_own_vote_is_durable() throws Exception {
        try (RaftCluster cluster = new RaftCluster(directory, 3, UnaryOperator.identity())) {
            Map<String, Gate> gates = startBehindGates(cluster);
            Await.until(
                    "a candidate waits for its vote to be durable",
                    () -> gates.values().stream().anyMatch(Gate::someoneWaits));
            // Whoever has raised its term did so by itself: a request for a vote would have raised the others'.
            for (Node node : cluster.running()) {
                boolean candidate = gate(gates, node.options.node()).someoneWaits();
                assertTrue(candidate || node.consensus().currentTerm() == 0, "told of a term by someone");
            }
            gates.values().forEach(Gate::open);
            cluster.write("a");
        }
    }

    @Test
    void no_vote_leaves_a_node_before_it_is_durable() throws Exception {
        try (RaftCluster cluster = new RaftCluster(directory, 3, UnaryOperator.identity())) {
            Map<String, Gate> gates = startBehindGates(cluster);
            String first = Await.value(
                    "a candidate",
                    () -> gates.keySet().stream()
                            .filter(id -> gate(gates, id).someoneWaits())
                            .findFirst()
                            .orElse(null));
            gate(gates, first).open();
            List<Gate> voters = new ArrayList<>(gates.values());
            voters.remove(gate(gates, first));
            Await.until(
                    "both others wait for their votes to be durable",
                    () -> voters.stream().allMatch(Gate::someoneWaits));
            // In Ratis alone both votes would be with the candidate by now, and it would lead.
            assertFalse(cluster.node(first).consensus().leaderReady());
            assertTrue(cluster.running().stream()
                    .noneMatch(node -> "LEADER".equals(node.consensus().status().role())));
            gates.values().forEach(Gate::open);
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
            while (!gate.someoneWaits() && submitted < 100) {
                node.consensus().submit(RecordingReplica.entry("w" + submitted + "x".repeat(100)), refusal -> {});
                submitted++;
                int count = submitted;
                Await.until(
                        "applied, or waiting for the directory",
                        () -> gate.someoneWaits() || node.replica.words().size() == count + 1);
            }
            assertTrue(gate.someoneWaits(), "a new file of the log");
            assertEquals(submitted, node.replica.words().size(), "all but the one in the new file");
            gate.open();
            int count = submitted;
            Await.until("applied", () -> node.replica.words().size() == count + 1);
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
    void a_term_told_in_an_answer_is_synced_once() throws Exception {
        List<Path> synced = new ArrayList<>();
        VoteDurability votes = new VoteDurability(directory, synced::add, (reason, cause) -> {});
        votes.beforeTermLeaves(1);
        votes.beforeTermLeaves(1);
        assertEquals(1, synced.size());
        votes.beforeTermLeaves(2);
        assertEquals(2, synced.size());
        votes.beforeVoteLeaves(2);
        assertEquals(3, synced.size(), "a vote may be new within a term");
    }

    @Test
    void a_directory_that_cannot_be_synced_stops_the_node() {
        List<String> stops = new ArrayList<>();
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

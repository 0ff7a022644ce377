package io.ratiskv.raft;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ratiskv.raft.RaftCluster.Node;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node whose data is damaged: it does not start, and gets everything anew without putting what was acknowledged at risk. */
class RebuildTest {
    @TempDir
    Path directory;

    private final List<String> written = new ArrayList<>();

    private RaftCluster cluster(int size) throws IOException {
        RaftCluster cluster = new RaftCluster(directory, size, options -> options).start();
        write(cluster, 20);
        return cluster;
    }

    private void write(RaftCluster cluster, int count) {
        for (int i = 0; i < count; i++) {
            String word = "word-" + written.size();
            cluster.write(word);
            written.add(word);
        }
        cluster.awaitEverywhere(written);
    }

    @Test
    void a_flipped_bit_in_the_log_keeps_the_node_from_starting_and_it_says_where() throws Exception {
        try (RaftCluster cluster = cluster(3)) {
            Node damaged = cluster.follower();
            cluster.kill(List.of(damaged));
            Path log = logOf(damaged);
            flip(log, 200);
            String refusal = refusal(cluster, damaged);
            assertTrue(refusal.contains(log.toString()), refusal);
            assertTrue(refusal.contains("offset "), refusal);
            assertTrue(refusal.contains("--rebuild"), refusal);
            assertFalse(refusal.contains("\n"), refusal);

            Path discarded = RatisConsensus.rebuild(damaged.options);
            assertTrue(Files.exists(discarded.resolve(Objects.requireNonNull(log.getFileName()))));
            Node again = cluster.start(damaged.options.node());
            cluster.awaitEverywhere(written);
            again.consensus().rebuilt();
            write(cluster, 5);
            assertEquals(List.of(), again.stops);
        }
    }

    /** Cut where an entry ends, the log looks whole; only the mark knows better. */
    @Test
    void a_log_whose_stored_end_is_missing_keeps_the_node_from_starting() throws Exception {
        try (RaftCluster cluster = cluster(3)) {
            Node damaged = stopOnceMarked(cluster);
            Path log = logOf(damaged);
            truncate(log, endOfEntry(log, 5));
            String refusal = refusal(cluster, damaged);
            assertTrue(refusal.contains("its end is lost"), refusal);
            assertTrue(refusal.contains("--rebuild"), refusal);
        }
    }

    @Test
    void a_log_whose_stored_end_was_zeroed_keeps_the_node_from_starting() throws Exception {
        try (RaftCluster cluster = cluster(3)) {
            Node damaged = stopOnceMarked(cluster);
            Path log = logOf(damaged);
            long size = Files.size(log);
            truncate(log, endOfEntry(log, 5) + 3);
            truncate(log, size);
            assertTrue(refusal(cluster, damaged).contains("--rebuild"));
        }
    }

    /** Entries of a leader alone are in no other log and were acknowledged to nobody. */
    @Test
    void an_entry_that_was_torn_while_it_was_written_is_cut_off() throws Exception {
        try (RaftCluster cluster = cluster(3)) {
            Node leader = cluster.leader();
            Await.until("the mark is up", () -> leader.consensus().markedIndex() >= lastIndex(leader));
            cluster.kill(
                    cluster.running().stream().filter(node -> node != leader).toList());
            long alone = lastIndex(leader) + 1;
            leader.consensus().submit(RecordingReplica.entry("alone"), refusal -> {});
            Await.until("it is stored", () -> leader.consensus().flushedIndex() >= alone);
            cluster.kill(List.of(leader));
            Path log = logOf(leader);
            flip(log, endOfEntry(log, lastEntry(log)) - 2);

            for (String id : List.of("n1", "n2", "n3")) {
                cluster.start(id);
            }
            cluster.awaitEverywhere(written);
            write(cluster, 5);
        }
    }

    @Test
    void a_node_that_was_condemned_starts_only_after_it_was_rebuilt() throws Exception {
        try (RaftCluster cluster = cluster(3)) {
            Node wrong = cluster.follower();
            wrong.consensus().condemn("its state differs");
            assertTrue(problem(wrong.options).contains("is in use by a running node"));
            cluster.kill(List.of(wrong));
            assertTrue(
                    refusal(cluster, wrong).contains("is not to be used: its state differs; to get everything anew"));
            RatisConsensus.rebuild(wrong.options);
            cluster.start(wrong.options.node());
            cluster.awaitEverywhere(written);
        }
    }

    /**
     * One node holds what was acknowledged by it and the damaged one, the third does not. The damaged one must not help
     * the third to lead: neither before it has everything again nor by having forgotten that it has not.
     */
    @Test
    void a_node_that_is_being_rebuilt_elects_nobody() throws Exception {
        try (RaftCluster cluster = cluster(3)) {
            Node behind = cluster.follower();
            cluster.kill(List.of(behind));
            write(cluster, 5);
            Node rebuilt = cluster.follower();
            Node leader = cluster.leader();
            cluster.kill(List.of(rebuilt, leader));

            RatisConsensus.rebuild(rebuilt.options);
            Node third = cluster.start(behind.options.node());
            Node empty = cluster.start(rebuilt.options.node());
            assertTrue(empty.consensus().rebuilding());
            RatisConsensus asked = empty.consensus();
            Await.until("the third asked for its vote twice", () -> asked.abstentions() >= 2);
            assertFalse(third.consensus().leaderReady());
            cluster.kill(List.of(empty));
            empty = cluster.start(rebuilt.options.node());
            assertTrue(empty.consensus().rebuilding(), "it remembers");

            cluster.start(leader.options.node());
            cluster.awaitEverywhere(written);
            assertEquals(leader.options.node(), cluster.leader().options.node(), "nobody else has everything");

            empty.consensus().rebuilt();
            cluster.kill(List.of(cluster.leader()));
            write(cluster, 5);
            assertFalse(empty.consensus().rebuilding());
        }
    }

    @Test
    void what_cannot_be_rebuilt_is_refused() throws Exception {
        try (RaftCluster cluster = cluster(1)) {
            Node only = cluster.node("n1");
            cluster.kill(cluster.running());
            assertTrue(problem(only.options).contains("of 1 members no majority is left without this one"));
        }
        RaftOptions nobody =
                RaftOptions.of("n1", "test", List.of(new Member("n1", "127.0.0.1", 1)), directory.resolve("nobody"));
        assertTrue(problem(nobody).contains("never held a log"));
    }

    @Test
    void a_node_that_lost_its_vote_is_not_rebuilt() throws Exception {
        try (RaftCluster cluster = cluster(3)) {
            Node node = cluster.follower();
            cluster.kill(List.of(node));
            Files.delete(node.options.groupDirectory().resolve("current").resolve("raft-meta"));
            assertTrue(problem(node.options).contains("does not know how it voted"));
        }
    }

    /** A follower, stopped when its mark says that all was stored. */
    private Node stopOnceMarked(RaftCluster cluster) {
        Node follower = cluster.follower();
        Await.until("the mark is up", () -> follower.consensus().markedIndex() >= lastIndex(follower));
        cluster.kill(List.of(follower));
        return follower;
    }

    private static long lastIndex(Node node) {
        return node.consensus().status().lastIndex();
    }

    private static int lastEntry(Path log) throws IOException {
        int entries = 0;
        for (long end = 0; end >= 0; end = endOfEntry(log, entries + 1)) {
            entries++;
        }
        return entries;
    }

    /** The offset behind the n-th entry of a file; -1 if there is none. */
    private static long endOfEntry(Path log, int n) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(log)).position(8);
        for (int entry = 0; entry < n; entry++) {
            if (!bytes.hasRemaining() || bytes.get(bytes.position()) == 0) {
                return -1;
            }
            int length = 0;
            for (int shift = 0, next = 0x80; next >= 0x80; shift += 7) {
                next = bytes.get() & 0xff;
                length |= (next & 0x7f) << shift;
            }
            bytes.position(bytes.position() + length + 4);
        }
        return bytes.position();
    }

    private static void truncate(Path file, long size) throws IOException {
        try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
            bytes.setLength(size);
        }
    }

    private static String problem(RaftOptions options) {
        return String.valueOf(assertThrows(IOException.class, () -> RatisConsensus.rebuild(options))
                .getMessage());
    }

    private static String refusal(RaftCluster cluster, Node node) {
        return String.valueOf(assertThrows(IOException.class, () -> cluster.start(node.options.node()))
                .getMessage());
    }

    private static Path logOf(Node node) throws IOException {
        try (Stream<Path> files = Files.list(node.options.groupDirectory().resolve("current"))) {
            return files.filter(file -> Objects.requireNonNull(file.getFileName())
                            .toString()
                            .startsWith("log"))
                    .findFirst()
                    .orElseThrow();
        }
    }

    private static void flip(Path file, long offset) throws IOException {
        try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
            bytes.seek(offset);
            int value = bytes.read();
            bytes.seek(offset);
            bytes.write(value ^ 1);
        }
    }
}

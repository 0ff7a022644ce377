package io.ratiskv.raft;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ratiskv.raft.RaftCluster.Node;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Snapshots on real Ratis servers, with files of the log so small that a few entries fill one. */
class SnapshotTest {

    @TempDir
    Path directory;

    private final List<String> written = new ArrayList<>();

    private RaftCluster cluster(int size) {
        return new RaftCluster(directory, size, options -> options.withSegmentBytes(1_024));
    }

    /** Enough for several files of the log. */
    private void write(RaftCluster cluster) {
        for (int i = 0; i < 20; i++) {
            String word = "word-" + written.size() + "-" + "x".repeat(200);
            cluster.write(word);
            written.add(word);
        }
    }

    /** The index the snapshot ends at. */
    private static long snapshot(Node node) throws Exception {
        long term = node.consensus().appliedTerm();
        long index = node.consensus().appliedIndex();
        Path file = node.replica.snapshot(node.consensus().snapshotDirectory());
        node.consensus().publishSnapshot(file, term, index).get(20, TimeUnit.SECONDS);
        return index;
    }

    private static List<String> files(RaftOptions options, String folder, String prefix) {
        try (Stream<Path> files = Files.list(options.groupDirectory().resolve(folder))) {
            return files.map(file -> Objects.requireNonNull(file.getFileName()).toString())
                    .filter(name -> name.startsWith(prefix) && !name.endsWith(".md5"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path newestSnapshot(RaftOptions options) {
        Path folder = options.groupDirectory().resolve("sm");
        return files(options, "sm", "snapshot.").stream()
                .max((a, b) -> Long.compare(index(a), index(b)))
                .map(folder::resolve)
                .orElseThrow();
    }

    private static long index(String snapshotName) {
        return Long.parseLong(snapshotName.substring(snapshotName.indexOf('_') + 1));
    }

    /** One node; its first entry and the configuration are in the log no more. */
    private RaftCluster stoppedWithoutTheBeginningOfItsLog() throws Exception {
        RaftCluster cluster = cluster(1).start();
        try (cluster) {
            for (int i = 0; i < 2; i++) {
                write(cluster);
                snapshot(cluster.leader());
            }
            Await.until(
                    "the beginning of the log is gone",
                    () -> cluster.node("n1").consensus().status().firstIndex() > 0);
        }
        return cluster;
    }

    @Test
    void two_snapshots_are_kept_and_the_log_from_the_older_on() throws Exception {
        try (RaftCluster cluster = cluster(1).start()) {
            Node node = cluster.leader();
            write(cluster);
            long first = snapshot(node);
            assertEquals(0, node.consensus().status().firstIndex(), "nothing is dropped for one alone");
            assertEquals(first, node.consensus().status().snapshotIndex());

            write(cluster);
            long second = snapshot(node);
            Await.until(
                    "the log before the first is gone",
                    () -> node.consensus().status().firstIndex() > 0);
            assertTrue(node.consensus().status().firstIndex() <= first + 1);

            write(cluster);
            long third = snapshot(node);
            Await.until(
                    "the log before the second is gone",
                    () -> node.consensus().status().firstIndex() > first + 1);
            assertTrue(node.consensus().status().firstIndex() <= second + 1);
            assertEquals(2, files(node.options, "sm", "snapshot.").size());
            assertEquals(
                    third,
                    index(Objects.requireNonNull(newestSnapshot(node.options).getFileName())
                            .toString()));
        }
    }

    @Test
    void a_node_starts_from_its_newest_snapshot_and_the_log_behind_it() throws Exception {
        try (RaftCluster cluster = cluster(1).start()) {
            write(cluster);
            snapshot(cluster.leader());
            write(cluster);
            long index = snapshot(cluster.leader());
            write(cluster);
            cluster.kill(cluster.running());

            Node again = cluster.start("n1");
            cluster.awaitEverywhere(written);
            assertEquals(List.of(newestSnapshot(again.options)), again.replica.restored());
            assertEquals(index + 1, again.replica.applied().getFirst().index());
        }
    }

    @Test
    void a_damaged_snapshot_is_replaced_by_the_older_one_and_the_log() throws Exception {
        try (RaftCluster cluster = cluster(1).start()) {
            write(cluster);
            snapshot(cluster.leader());
            write(cluster);
            snapshot(cluster.leader());
            write(cluster);
            RaftOptions options = cluster.node("n1").options;
            cluster.kill(cluster.running());
            Files.writeString(newestSnapshot(options), "flipped");

            cluster.start("n1");
            cluster.awaitEverywhere(written);
            assertEquals(1, files(options, "sm", "damaged.").size(), "kept for whoever wants to know why");
        }
    }

    @Test
    void a_node_with_no_sound_snapshot_for_its_log_does_not_start() throws Exception {
        RaftCluster cluster = stoppedWithoutTheBeginningOfItsLog();
        RaftOptions options = cluster.node("n1").options;
        for (String name : files(options, "sm", "snapshot.")) {
            Files.writeString(options.groupDirectory().resolve("sm").resolve(name), "flipped");
        }
        String refusal = String.valueOf(
                assertThrows(IOException.class, () -> cluster.start("n1")).getMessage());
        assertTrue(refusal.contains("is damaged: no end mark"), refusal);
        assertTrue(refusal.contains("covers what is before index"), refusal);
        assertFalse(refusal.contains("\n"), refusal);
    }

    @Test
    void a_node_that_lost_who_the_members_are_does_not_go_by_those_of_the_beginning() throws Exception {
        RaftCluster cluster = stoppedWithoutTheBeginningOfItsLog();
        RaftOptions options = cluster.node("n1").options;
        Files.delete(options.groupDirectory().resolve("current").resolve("raft-meta.conf"));
        String refusal = String.valueOf(
                assertThrows(IOException.class, () -> cluster.start("n1")).getMessage());
        assertTrue(refusal.contains("has lost raft-meta.conf"), refusal);
    }

    @Test
    void a_follower_that_fell_behind_the_log_gets_a_snapshot() throws Exception {
        try (RaftCluster cluster = cluster(3).start()) {
            write(cluster);
            Node behind = cluster.follower();
            cluster.awaitEverywhere(written);
            cluster.kill(List.of(behind));
            for (int i = 0; i < 2; i++) {
                write(cluster);
                cluster.awaitEverywhere(written);
                for (Node node : cluster.running()) {
                    snapshot(node);
                }
            }
            long held = behind.replica.applied().getLast().index();
            for (Node node : cluster.running()) {
                Await.until(
                        "what it needs is gone", () -> node.consensus().status().firstIndex() > held + 1);
            }

            Node again = cluster.start(behind.options.node());
            cluster.awaitEverywhere(written);
            assertEquals(1, again.replica.restored().size(), "by a snapshot, not by replaying");
            write(cluster);
            cluster.awaitEverywhere(written);
            assertEquals(List.of(), again.stops);

            cluster.kill(List.of(again));
            write(cluster);
            Node third = cluster.start(again.options.node());
            cluster.awaitEverywhere(written);
            assertEquals(1, third.replica.restored().size(), "it starts from what was installed");
        }
    }

    @Test
    void a_wiped_follower_catches_up_although_nobody_writes() throws Exception {
        try (RaftCluster cluster = cluster(3).start()) {
            write(cluster);
            cluster.awaitEverywhere(written);
            Node wiped = cluster.follower();
            cluster.kill(List.of(wiped));
            try (Stream<Path> tree = Files.walk(wiped.options.directory())) {
                for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(path);
                }
            }
            cluster.start(wiped.options.node());
            cluster.awaitEverywhere(written);
        }
    }

    @Test
    void an_install_that_was_interrupted_between_its_moves_is_undone() throws Exception {
        try (RaftCluster cluster = cluster(1).start()) {
            write(cluster);
            snapshot(cluster.leader());
            write(cluster);
            snapshot(cluster.leader());
            RaftOptions options = cluster.node("n1").options;
            cluster.kill(cluster.running());
            Files.move(
                    options.groupDirectory().resolve("sm"),
                    options.groupDirectory().resolve("sm.tmp20260101_000000_000"));

            cluster.start("n1");
            cluster.awaitEverywhere(written);
        }
    }
}

package io.ratiskv.raft;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ratiskv.backup.BackupKey;
import io.ratiskv.raft.RaftCluster.Node;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The log of real Ratis servers, archived and applied once more; its files are so small that a few entries fill one. */
class ArchiveTest {
    @TempDir
    Path directory;

    private final List<String> written = new ArrayList<>();

    private RaftCluster cluster() {
        return new RaftCluster(directory.resolve("nodes"), 1, options -> options.withSegmentBytes(1_024));
    }

    private Path archive() {
        return directory.resolve("archive");
    }

    private void write(RaftCluster cluster, int count) {
        for (int i = 0; i < count; i++) {
            String word = "word-" + written.size() + "-" + "x".repeat(100);
            cluster.write(word);
            written.add(word);
        }
    }

    private void archiveTo(Node node, @Nullable BackupKey key) throws IOException {
        node.consensus().archiveTo(new LogArchive.Settings(archive(), 10, key, "test"));
    }

    private static void awaitArchived(Node node) {
        long last = node.consensus().appliedIndex();
        Await.until("everything is archived", () -> node.consensus().archive().index() >= last);
    }

    private static long snapshot(Node node) throws Exception {
        long index = node.consensus().appliedIndex();
        Path file = node.replica.snapshot(node.consensus().snapshotDirectory());
        node.consensus()
                .publishSnapshot(file, node.consensus().appliedTerm(), index)
                .get(20, TimeUnit.SECONDS);
        return index;
    }

    private RecordingReplica replayed(Node node, @Nullable BackupKey key, RestoreTarget target) throws IOException {
        RecordingReplica replica = new RecordingReplica();
        RatisConsensus.replay(archive(), RatisConsensus.groupOf(node.options), key, -1, target, replica);
        return replica;
    }

    private List<Path> files(Node node) throws IOException {
        Path folder = archive().resolve(RatisConsensus.groupOf(node.options)).resolve("n1");
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> name(file).startsWith("entries."))
                    .sorted(Comparator.comparingLong(ArchiveTest::firstOf))
                    .toList();
        }
    }

    private static String name(Path file) {
        return Objects.requireNonNull(file.getFileName()).toString();
    }

    private static long firstOf(Path file) {
        String name = name(file);
        return Long.parseLong(name.substring("entries.".length(), name.indexOf('-')));
    }

    @Test
    void what_was_written_is_applied_again_up_to_an_index_or_a_time_or_the_end() throws Exception {
        try (RaftCluster cluster = cluster().start()) {
            Node node = cluster.leader();
            archiveTo(node, null);
            write(cluster, 15);
            awaitArchived(node);
            write(cluster, 15);
            awaitArchived(node);

            assertEquals(written, replayed(node, null, RestoreTarget.LATEST).words());
            RecordingReplica.Applied middle = node.replica.applied().stream()
                    .filter(applied -> applied.text().equals(written.get(17)))
                    .findFirst()
                    .orElseThrow();
            List<String> upToMiddle = written.subList(0, 18);
            assertEquals(
                    upToMiddle,
                    replayed(node, null, new RestoreTarget(middle.index(), Long.MAX_VALUE))
                            .words());
            assertEquals(
                    upToMiddle,
                    replayed(node, null, new RestoreTarget(Long.MAX_VALUE, middle.stampMillis()))
                            .words());
            String beyond = String.valueOf(assertThrows(
                            IOException.class, () -> replayed(node, null, new RestoreTarget(1_000_000, Long.MAX_VALUE)))
                    .getMessage());
            assertTrue(
                    beyond.contains(
                            "ends with entry " + node.consensus().archive().index()),
                    beyond);
        }
    }

    @Test
    void the_log_is_not_purged_before_it_is_archived() throws Exception {
        try (RaftCluster cluster = cluster().start()) {
            Node node = cluster.leader();
            Files.createDirectories(archive());
            archiveTo(node, null);
            awaitArchived(node);
            Path folder = archive().resolve(RatisConsensus.groupOf(node.options));
            // Nothing can be stored while the folder is a file.
            Files.move(folder, directory.resolve("away"));
            Files.writeString(folder, "");
            for (int i = 0; i < 3; i++) {
                write(cluster, 20);
                snapshot(node);
            }
            long archived = node.consensus().archive().index();
            assertTrue(node.consensus().status().firstIndex() <= archived + 1, "nothing is dropped");
            Await.until(
                    "the failures are counted", () -> node.consensus().archive().failures() > 0);

            Files.delete(folder);
            Files.move(directory.resolve("away"), folder);
            awaitArchived(node);
            write(cluster, 1);
            snapshot(node);
            Await.until("the log is purged", () -> node.consensus().status().firstIndex() > archived + 1);
            awaitArchived(node);
            assertEquals(written, replayed(node, null, RestoreTarget.LATEST).words());
        }
    }

    @Test
    void a_restart_goes_on_where_the_archive_ends() throws Exception {
        RaftCluster cluster = cluster().start();
        try (cluster) {
            archiveTo(cluster.leader(), null);
            write(cluster, 5);
            long last = cluster.leader().consensus().appliedIndex();
            cluster.stop(cluster.node("n1"));
            Node node = cluster.start("n1");
            archiveTo(node, null);
            assertTrue(node.consensus().archive().index() >= last, "the end of the first life was archived");
            cluster.leader();
            write(cluster, 5);
            awaitArchived(node);
            assertEquals(written, replayed(node, null, RestoreTarget.LATEST).words());
        }
    }

    @Test
    void an_encrypted_archive_is_read_with_its_key_alone() throws Exception {
        BackupKey key = BackupKey.load(Files.writeString(directory.resolve("key"), "ab".repeat(32)));
        BackupKey other = BackupKey.load(Files.writeString(directory.resolve("other"), "ac".repeat(32)));
        try (RaftCluster cluster = cluster().start()) {
            Node node = cluster.leader();
            archiveTo(node, key);
            write(cluster, 5);
            awaitArchived(node);
            assertEquals(written, replayed(node, key, RestoreTarget.LATEST).words());
            assertThrows(IOException.class, () -> replayed(node, other, RestoreTarget.LATEST));
            assertThrows(IOException.class, () -> replayed(node, null, RestoreTarget.LATEST));
            for (Path file : files(node)) {
                assertFalse(Files.readString(file, java.nio.charset.StandardCharsets.ISO_8859_1)
                        .contains("word-"));
            }
        }
    }

    @Test
    void a_file_that_is_missing_or_damaged_is_named() throws Exception {
        try (RaftCluster cluster = cluster().start()) {
            Node node = cluster.leader();
            archiveTo(node, null);
            for (int i = 0; i < 3; i++) {
                write(cluster, 5);
                awaitArchived(node);
            }
            cluster.stop(cluster.node("n1"));
            Path second = files(node).get(1);
            byte[] bytes = Files.readAllBytes(second);
            for (int at : new int[] {20, bytes.length / 2, bytes.length - 1}) {
                byte[] damaged = bytes.clone();
                damaged[at] ^= 4;
                Files.write(second, damaged);
                String message =
                        String.valueOf(assertThrows(IOException.class, () -> replayed(node, null, RestoreTarget.LATEST))
                                .getMessage());
                assertTrue(message.contains(second.toString()), message);
            }
            Files.delete(second);
            String message =
                    String.valueOf(assertThrows(IOException.class, () -> replayed(node, null, RestoreTarget.LATEST))
                            .getMessage());
            assertTrue(message.contains("lacks the entries " + firstOf(second) + " to "), message);
            // Another node's file stands in for it.
            Path substitute = Files.createDirectories(
                    archive().resolve(RatisConsensus.groupOf(node.options)).resolve("n2"));
            Files.write(substitute.resolve(name(second)), bytes);
            assertEquals(written, replayed(node, null, RestoreTarget.LATEST).words());
        }
    }
}

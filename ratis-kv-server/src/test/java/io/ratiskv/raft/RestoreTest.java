package io.ratiskv.raft;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ratiskv.raft.RaftCluster.Node;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real Ratis servers whose cluster begins with a state. */
class RestoreTest {
    private static final long INDEX = 41;

    @TempDir
    Path directory;

    /** As {@link RecordingReplica} writes it. */
    private static void restore(RaftOptions options) throws IOException {
        RatisConsensus.restore(options, INDEX, file -> Files.write(file, List.of("before", "end 1")));
    }

    @Test
    void three_nodes_go_on_from_the_state_they_were_given() throws Exception {
        RaftCluster cluster = new RaftCluster(directory, 3, options -> options);
        for (String node : List.of("n1", "n2", "n3")) {
            restore(cluster.node(node).options);
        }
        cluster.start();
        try (cluster) {
            cluster.write("after");
            for (Node node : cluster.running()) {
                Await.until("it is everywhere", () -> node.replica.words().contains("after"));
                assertEquals(List.of("before", "after"), node.replica.words());
                assertTrue(node.consensus().status().firstIndex() > INDEX);
                assertEquals(3, node.consensus().configuration().voters().size());
            }
            Node follower = cluster.follower();
            cluster.stop(follower);
            cluster.write("later");
            Node again = cluster.start(follower.options.node());
            Await.until(
                    "the log goes on from the state",
                    () -> again.replica.words().contains("later"));
            assertEquals(List.of("before", "after", "later"), again.replica.words());
        }
    }

    @Test
    void a_directory_that_holds_something_is_left_alone() throws Exception {
        RaftOptions options = new RaftCluster(directory, 1, unchanged -> unchanged).node("n1").options;
        Files.createDirectories(options.directory());
        Path file = Files.writeString(options.directory().resolve("notes"), "mine");
        String message = String.valueOf(
                assertThrows(IOException.class, () -> restore(options)).getMessage());
        assertTrue(message.contains("is not empty"), message);
        Files.delete(file);
        restore(options);
        assertThrows(IOException.class, () -> restore(options));
    }

    @Test
    void what_a_failed_restore_leaves_is_no_nodes() {
        RaftOptions options = new RaftCluster(directory, 1, unchanged -> unchanged).node("n1").options;
        assertThrows(
                IOException.class,
                () -> RatisConsensus.restore(options, INDEX, file -> {
                    throw new IOException("the disk is full");
                }));
        String message = String.valueOf(assertThrows(
                        IOException.class,
                        () -> RatisConsensus.start(
                                options, new RecordingReplica(), System::currentTimeMillis, (reason, cause) -> {}))
                .getMessage());
        assertTrue(message.contains("that says whose it is"), message);
    }
}

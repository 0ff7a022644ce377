package io.ratiskv.raft;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NodeIdentityTest {
    private static final List<Member> MEMBERS = List.of(new Member("n1", "h", 1), new Member("n2", "h", 2));

    @TempDir
    Path temporary;

    private Path data;

    @BeforeEach
    void name() {
        data = temporary.resolve("data");
    }

    private RaftOptions options(String node, String cluster) {
        return RaftOptions.of(node, cluster, MEMBERS, data);
    }

    private static void claim(RaftOptions options) throws IOException {
        NodeIdentity.claim(options, DirectorySync.POSIX).close();
    }

    private static String refusal(RaftOptions options) {
        return String.valueOf(
                assertThrows(IOException.class, () -> claim(options)).getMessage());
    }

    @Test
    void a_directory_is_its_nodes_again_and_again() throws IOException {
        claim(options("n1", "c"));
        claim(options("n1", "c"));
    }

    @Test
    void another_nodes_directory_is_refused() throws IOException {
        claim(options("n1", "c"));
        assertEquals(
                "data directory " + data.toAbsolutePath() + " belongs to node n1, not to node n2",
                refusal(options("n2", "c")));
    }

    @Test
    void another_clusters_directory_is_refused() throws IOException {
        claim(options("n1", "c"));
        assertEquals(
                "data directory " + data.toAbsolutePath() + " belongs to cluster c, not to cluster d",
                refusal(options("n1", "d")));
    }

    @Test
    void a_directory_in_use_is_refused() throws IOException {
        RaftOptions options = options("n1", "c");
        NodeIdentity held = NodeIdentity.claim(options, DirectorySync.POSIX);
        assertTrue(refusal(options).endsWith("is in use by a running node"));
        held.close();
        claim(options);
    }

    @Test
    void a_log_that_is_gone_is_not_begun_anew() throws IOException {
        RaftOptions options = options("n1", "c");
        try (NodeIdentity identity = NodeIdentity.claim(options, DirectorySync.POSIX)) {
            identity.formatted(options);
        }
        assertTrue(refusal(options).contains("has lost its log"));
    }

    @Test
    void a_log_of_nobody_is_refused() throws IOException {
        RaftOptions options = options("n1", "c");
        Files.createDirectories(options.groupDirectory());
        assertTrue(refusal(options).contains("holds a log but no node.properties"));
    }
}

package io.ratiskv.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ratiskv.server.FailStop;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;

/** Three real processes, one of which has another state than the log makes: it is found out, and made anew. */
@Tag("alone")
class DivergedReplicaTest {
    private static final Pattern SNAPSHOT = Pattern.compile("snapshot\\.(\\d+)_(\\d+)(\\.md5)?");

    @TempDir
    Path directory;

    @Test
    void a_replica_that_differs_stops_and_is_rebuilt_from_the_others() throws Exception {
        try (Processes nodes = new Processes(3, directory, "192m", List.of())) {
            nodes.startAll();
            nodes.awaitAllServing();
            int leader = nodes.awaitLeader();
            int wrong = leader % 3 + 1;
            try (Jedis client = nodes.connect(wrong, 10_000)) {
                client.sendCommand(() -> "RAFT.SNAPSHOT".getBytes(StandardCharsets.US_ASCII));
                client.set("skipped", "v");
                client.set("kept", "v");
            }
            nodes.kill(wrong);
            // It will take the write behind its snapshot for one that is in it.
            pretendToCoverOneEntryMore(directory.resolve("n" + wrong));

            nodes.start(wrong);
            nodes.awaitServing(wrong);
            try (Jedis client = nodes.connect(wrong, 10_000)) {
                assertEquals("v", client.get("kept"));
                assertNull(client.get("skipped"), "it differs, and nobody knows yet");
            }
            assertNotNull(nodes.raftStatus(leader).get("digest"), "now they compare");
            assertEquals(FailStop.EXIT_CODE, nodes.awaitEnd(wrong));
            assertTrue(log(nodes, wrong).contains("was not that of the majority: slots "), nodes.logs());
            assertTrue(log(nodes, leader).contains("the state of n" + wrong + " is not that of the majority"));

            assertEquals(1, nodes.awaitEnd(wrong), "it does not start again on that");
            assertTrue(log(nodes, wrong).contains("run it once with --rebuild"), nodes.logs());
            assertEquals(0, nodes.awaitEnd(wrong, "--rebuild"), nodes.logs());
            nodes.start(wrong);
            nodes.await("it votes again", 60, () -> log(nodes, wrong).contains("holds everything again and votes"));
            try (Jedis client = nodes.connect(wrong, 10_000)) {
                assertEquals("v", client.get("skipped"));
            }
            nodes.kill(leader);
            nodes.awaitServing(wrong);
        }
    }

    private static void pretendToCoverOneEntryMore(Path data) throws IOException {
        try (Stream<Path> tree = Files.walk(data)) {
            for (Path file : tree.toList()) {
                Matcher name = SNAPSHOT.matcher(
                        Objects.requireNonNull(file.getFileName()).toString());
                if (name.matches()) {
                    String more = "snapshot." + name.group(1) + "_" + (Long.parseLong(name.group(2)) + 1);
                    Files.move(file, file.resolveSibling(name.group(3) == null ? more : more + name.group(3)));
                }
            }
        }
    }

    private static String log(Processes nodes, int node) {
        try {
            return Files.readString(nodes.log(node));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}

package io.ratiskv.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Pipeline;
import redis.clients.jedis.exceptions.JedisException;

/**
 * A real process joins one whose log does not reach back any more, and is killed while it receives the snapshot. {@code
 * -Dratiskv.kills=N} sets how often, each time later in what it receives.
 */
@Tag("alone")
class JoinBySnapshotTest {
    private static final int KEYS = 300;
    private static final int VALUE_BYTES = 100_000;
    private static final int ROUNDS = 3;

    @TempDir
    Path directory = Path.of("");

    @Test
    void a_node_that_joins_when_the_log_was_purged_gets_the_snapshot_however_often_it_is_killed_meanwhile()
            throws Exception {
        int kills = Integer.getInteger("ratiskv.kills", 2);
        List<String> smallLog = List.of("--segment-bytes", "4MiB", "--snapshot-log-bytes", "8MiB");
        try (Processes cluster = new Processes(2, directory, "512m", smallLog).withFounders(1)) {
            cluster.start(1);
            cluster.awaitServing(1);
            for (int round = 1; round <= ROUNDS; round++) {
                write(cluster, round);
                snapshot(cluster);
            }
            cluster.await("the log is purged", 60, () -> number(cluster, 1, "first-index") > 1);

            long snapshotBytes =
                    (long) KEYS * VALUE_BYTES * 7 / 8; // it is compressed: seven bits of each byte are random
            Thread adding = Thread.ofPlatform()
                    .start(() -> cluster.await("the node is added", 240, () -> ask(cluster, "RAFT.ADD")));
            for (int kill = 1; kill <= kills; kill++) {
                long atBytes = snapshotBytes * kill / (kills + 1);
                cluster.start(2);
                cluster.await("the node receives the snapshot", 120, () -> received(2) >= atBytes);
                cluster.kill(2);
            }
            cluster.start(2);
            adding.join();
            cluster.await("the node is promoted", 120, () -> ask(cluster, "RAFT.PROMOTE"));
            cluster.awaitServing(2);

            assertTrue(number(cluster, 2, "first-index") > 1, "it must have been sent a snapshot");
            assertEquals(0, received(2), "nothing is left of what was interrupted");
            try (Jedis client = cluster.connect(2, 30_000)) {
                SplittableRandom random = new SplittableRandom(ROUNDS);
                for (int key = 0; key < KEYS; key++) {
                    assertEquals(value(random), client.get("key-" + key));
                }
            }
            assertEquals(
                    cluster.raftStatus(1).get("digest"), cluster.raftStatus(2).get("digest"), cluster::logs);
        }
    }

    /** Several files of the log, of which the snapshot cannot be made smaller. */
    private static void write(Processes cluster, int round) {
        SplittableRandom random = new SplittableRandom(round);
        try (Jedis client = cluster.connect(1, 60_000);
                Pipeline pipeline = client.pipelined()) {
            for (int key = 0; key < KEYS; key++) {
                pipeline.set("key-" + key, value(random));
            }
            pipeline.sync();
        }
    }

    private static String value(SplittableRandom random) {
        byte[] bytes = new byte[VALUE_BYTES];
        random.nextBytes(bytes);
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] &= 0x7f;
        }
        return new String(bytes, StandardCharsets.US_ASCII);
    }

    private static void snapshot(Processes cluster) {
        try (Jedis client = cluster.connect(1, 60_000)) {
            client.sendCommand(() -> "RAFT.SNAPSHOT".getBytes(StandardCharsets.US_ASCII));
        }
    }

    /** True once it is done, or was done by an earlier try. */
    private static boolean ask(Processes cluster, String change) {
        List<String> addresses = cluster.addresses(2);
        String[] words = change.equals("RAFT.ADD")
                ? new String[] {"n2", addresses.getFirst(), addresses.getLast()}
                : new String[] {"n2"};
        try (Jedis client = cluster.connect(1, 50_000)) {
            client.sendCommand(() -> change.getBytes(StandardCharsets.US_ASCII), words);
            return true;
        } catch (JedisException notNow) {
            return String.valueOf(notNow.getMessage()).endsWith("is a member already");
        }
    }

    private static long number(Processes cluster, int node, String field) {
        return Long.parseLong(cluster.raftStatus(node).getOrDefault(field, "-1"));
    }

    /** Bytes of snapshots that are not there as a whole yet. */
    private long received(int node) {
        Path raft = directory.resolve("n" + node).resolve("raft");
        long bytes = 0;
        try (DirectoryStream<Path> groups = Files.newDirectoryStream(raft)) {
            for (Path group : groups) {
                try (Stream<Path> files = Files.walk(group.resolve("tmp"))) {
                    bytes += files.mapToLong(JoinBySnapshotTest::size).sum();
                }
            }
            return bytes;
        } catch (IOException | UncheckedIOException moved) {
            return bytes;
        }
    }

    private static long size(Path path) {
        try {
            return Files.isRegularFile(path) ? Files.size(path) : 0;
        } catch (IOException moved) {
            return 0;
        }
    }
}

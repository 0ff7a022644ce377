package io.ratiskv.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Pipeline;

/** Three real processes and their snapshots: taken on demand and by themselves, started from, and installed. */
@Tag("alone")
class SnapshotRecoveryTest {
    private static final int KEYS = 2_000;

    @TempDir
    Path directory = Path.of("");

    @Test
    void snapshots_are_taken_installed_and_started_from() throws Exception {
        List<String> smallLog = List.of("--segment-bytes", "4MiB", "--snapshot-log-bytes", "4MiB");
        try (Processes cluster = new Processes(3, directory, "256m", smallLog)) {
            cluster.startAll();
            cluster.awaitAllServing();
            write(cluster, 1, "a");
            for (int node = 1; node <= 3; node++) {
                assertTrue(snapshot(cluster, node) > 0);
            }
            long heldByThird = number(cluster, 3, "last-index");
            cluster.kill(3);

            for (String round : List.of("b", "c", "d", "e")) {
                write(cluster, 1, round);
                assertTrue(snapshot(cluster, 1) > heldByThird);
                assertTrue(snapshot(cluster, 2) > heldByThird);
            }
            for (int node = 1; node <= 2; node++) {
                int purged = node;
                cluster.await("the log is purged", 30, () -> number(cluster, purged, "first-index") > heldByThird + 1);
            }
            cluster.start(3);
            cluster.awaitServing(3);
            checkAll(cluster, "e");
            assertTrue(number(cluster, 3, "first-index") > heldByThird, "it must have been sent a snapshot");

            for (int node = 1; node <= 3; node++) {
                cluster.kill(node);
            }
            cluster.startAll();
            cluster.awaitAllServing();
            checkAll(cluster, "e");
        }
    }

    /** More than a file of the log. */
    private static void write(Processes cluster, int node, String round) {
        try (Jedis client = cluster.connect(node, 20_000);
                Pipeline pipeline = client.pipelined()) {
            for (int i = 0; i < KEYS; i++) {
                pipeline.set("key-" + i, round + "x".repeat(3_000));
                pipeline.hset("hash", "field-" + i, round);
            }
            pipeline.sync();
        }
    }

    /** The index it is of. */
    private static long snapshot(Processes cluster, int node) {
        try (Jedis client = cluster.connect(node, 20_000)) {
            return (Long) client.sendCommand(() -> "RAFT.SNAPSHOT".getBytes(StandardCharsets.US_ASCII));
        }
    }

    private static long number(Processes cluster, int node, String field) {
        return Long.parseLong(cluster.raftStatus(node).getOrDefault(field, "-1"));
    }

    private static void checkAll(Processes cluster, String round) {
        for (int node = 1; node <= cluster.count(); node++) {
            try (Jedis client = cluster.connect(node, 20_000)) {
                assertEquals(KEYS, client.hlen("hash"));
                for (int i = 0; i < KEYS; i += 100) {
                    assertEquals(round + "x".repeat(3_000), client.get("key-" + i));
                    assertEquals(round, client.hget("hash", "field-" + i));
                }
            }
        }
        List<String> digests = IntStream.rangeClosed(1, cluster.count())
                .mapToObj(node -> digest(cluster.raftStatus(node)))
                .toList();
        assertEquals(1, digests.stream().distinct().count(), () -> "the replicas differ: " + digests + cluster.logs());
    }

    private static String digest(Map<String, String> status) {
        return status.getOrDefault("digest", "none");
    }
}

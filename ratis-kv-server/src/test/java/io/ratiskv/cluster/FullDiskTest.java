package io.ratiskv.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.exceptions.JedisException;

/** Three real processes, each with a small disk of its own that something else fills up. */
@Tag("alone")
class FullDiskTest {
    private static final int NODES = 3;
    private static final long DISK_BYTES = 256L << 20;
    private static final long LEFT_BYTES = 24L << 20;

    @TempDir
    Path directory;

    @BeforeEach
    void mount() throws Exception {
        for (int node = 1; node <= NODES; node++) {
            Files.createDirectories(disk(node));
            assumeTrue(
                    run(
                            "mount",
                            "-t",
                            "tmpfs",
                            "-o",
                            "size=" + DISK_BYTES,
                            "tmpfs",
                            disk(node).toString()),
                    "may mount file systems");
        }
    }

    @AfterEach
    void unmount() throws Exception {
        for (int node = 1; node <= NODES; node++) {
            run("umount", disk(node).toString());
        }
    }

    @Test
    void a_leader_whose_disk_fills_up_lets_another_lead_and_without_any_writes_are_refused_until_there_is_room()
            throws Exception {
        try (Processes nodes = new Processes(NODES, directory, "192m", List.of("--disk-reserve-bytes", "64MiB"))) {
            nodes.startAll();
            nodes.awaitAllServing();
            int first = nodes.awaitLeader();
            set(nodes, first, "before");

            fill(first);
            nodes.await("another leads", 30, () -> !List.of(0, first).contains(nodes.leader()));
            set(nodes, first, "through another");

            for (int node = 1; node <= NODES; node++) {
                fill(node);
            }
            nodes.await("writes are refused", 30, () -> error(nodes, first).startsWith("MISCONF "));
            for (int node = 1; node <= NODES; node++) {
                assertTrue(error(nodes, node).startsWith("MISCONF "), "whoever is asked");
                try (Jedis client = nodes.connect(node, 10_000)) {
                    assertEquals("v", client.get("through another"), "reads go on");
                }
            }
            nodes.await("all see it", 10, () -> metric(nodes, 1) + metric(nodes, 2) + metric(nodes, 3) == NODES);

            for (int node = 1; node <= NODES; node++) {
                Files.delete(ballast(node));
            }
            nodes.await("writes are taken again", 10, () -> error(nodes, first).isEmpty());
            nodes.await("all see it", 10, () -> metric(nodes, 1) + metric(nodes, 2) + metric(nodes, 3) == 0);
            for (int node = 1; node <= NODES; node++) {
                try (Jedis client = nodes.connect(node, 10_000)) {
                    assertEquals("v", client.get("before"));
                    assertEquals("v", client.get("through another"));
                }
            }
        }
    }

    private Path disk(int node) {
        return directory.resolve("n" + node);
    }

    private Path ballast(int node) {
        return disk(node).resolve("ballast");
    }

    private void fill(int node) throws IOException {
        long free = Files.getFileStore(disk(node)).getUsableSpace();
        try (RandomAccessFile ballast = new RandomAccessFile(ballast(node).toFile(), "rw")) {
            byte[] piece = new byte[1 << 20];
            ballast.seek(ballast.length());
            for (long left = free - LEFT_BYTES; left > 0; left -= piece.length) {
                ballast.write(piece);
            }
        }
    }

    private static void set(Processes nodes, int node, String key) {
        nodes.await("a write is taken", 10, () -> {
            try (Jedis client = nodes.connect(node, 10_000)) {
                return "OK".equals(client.set(key, "v"));
            } catch (JedisException e) {
                return false;
            }
        });
    }

    /** Of a write; empty if it was taken. */
    private static String error(Processes nodes, int node) {
        try (Jedis client = nodes.connect(node, 10_000)) {
            client.set("k", "v");
            return "";
        } catch (JedisException e) {
            return String.valueOf(e.getMessage());
        }
    }

    private static int metric(Processes nodes, int node) {
        return nodes.page(node, "/metrics", 2).contains("\nratiskv_disk_full 1") ? 1 : 0;
    }

    private static boolean run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getInputStream().readAllBytes();
        return process.waitFor(10, TimeUnit.SECONDS) && process.exitValue() == 0;
    }
}

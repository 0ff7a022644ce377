package io.ratiskv.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Pipeline;
import redis.clients.jedis.exceptions.JedisException;

/**
 * A follower of three real processes takes nothing more while clients write as fast as they can: its connections stay up
 * and fill. The others must neither collect what it does not take, in memory or on disk, nor wait for it; once it goes on
 * it catches up. {@code -Dratiskv.seconds=N} sets for how long; the figures are printed.
 */
@Tag("alone")
class SlowFollowerTest {
    private static final int CLIENTS = 3;
    private static final int PIPELINE = 32;
    private static final int KEYS = 5_000;
    private static final int VALUE_BYTES = 1_024;
    private static final long LOG_BYTES = 16L << 20;

    /** The heap, as much again outside it, and what a JVM has besides. */
    private static final long RESIDENT_KIBIBYTES_MAX = (256 + 256 + 256) << 10;

    @TempDir
    Path directory = Path.of("");

    private final AtomicBoolean over = new AtomicBoolean();
    private final AtomicLong written = new AtomicLong();

    @Test
    @Timeout(400)
    void a_follower_that_takes_nothing_costs_the_others_neither_memory_nor_disk_and_catches_up() throws Exception {
        int seconds = Integer.getInteger("ratiskv.seconds", 8);
        List<String> arguments = List.of(
                "--segment-bytes",
                "4MiB",
                "--snapshot-log-bytes",
                Long.toString(LOG_BYTES),
                // A busy machine is not to look like a lost leader.
                "--election-timeout-min-millis",
                "3000",
                "--election-timeout-max-millis",
                "6000");
        try (Processes cluster = new Processes(3, directory, "256m", arguments)) {
            cluster.startAll();
            cluster.awaitAllServing();
            int leader = cluster.awaitLeader();
            String term = cluster.raftStatus(leader).getOrDefault("term", "none");
            int slow = leader % cluster.count() + 1;
            cluster.signal(slow, "STOP");
            List<Thread> clients = new ArrayList<>();
            for (int client = 0; client < CLIENTS; client++) {
                clients.add(Thread.ofPlatform().start(() -> write(cluster, leader)));
            }
            long mostOnDisk = 0;
            for (int second = 0; second < seconds; second++) {
                TimeUnit.SECONDS.sleep(1);
                mostOnDisk = Math.max(
                        mostOnDisk, bytesIn(directory.resolve("n" + leader).toFile()));
            }
            long writtenWithout = written.get();
            cluster.signal(slow, "CONT");
            long continuedAt = System.nanoTime();
            long reached = applied(cluster, leader);
            cluster.await("the slow follower has what the leader had", 60, () -> applied(cluster, slow) >= reached);
            long catchUpMillis = (System.nanoTime() - continuedAt) / 1_000_000;
            over.set(true);
            for (Thread client : clients) client.join();

            long resident = cluster.peakKibibytes(leader);
            System.out.printf(
                    "%,d writes of %d bytes in %d s without the follower; the leader had %d MiB in memory and %d MiB on disk"
                            + " at most; the follower had caught up after %d ms%n",
                    writtenWithout, VALUE_BYTES, seconds, resident >> 10, mostOnDisk >> 20, catchUpMillis);
            assertTrue(writtenWithout > 0);
            assertTrue(resident < RESIDENT_KIBIBYTES_MAX, resident + " KiB");
            // The log up to a snapshot, that since then, and the snapshots themselves.
            long snapshots = 2L * KEYS * 2 * VALUE_BYTES;
            assertTrue(mostOnDisk < 4 * LOG_BYTES + snapshots, mostOnDisk + " bytes");
            assertEquals(term, cluster.raftStatus(leader).get("term"), cluster::logs);
            cluster.await(
                    "the replicas are equal",
                    60,
                    () -> cluster.raftStatus(slow)
                            .getOrDefault("digest", "")
                            .equals(cluster.raftStatus(leader).get("digest")));
        }
    }

    private void write(Processes cluster, int node) {
        String value = "v".repeat(VALUE_BYTES);
        long next = 0;
        try (Jedis client = cluster.connect(node, 60_000);
                Pipeline pipeline = client.pipelined()) {
            while (!over.get()) {
                for (int i = 0; i < PIPELINE; i++) pipeline.set("key-" + next++ % KEYS, value);
                pipeline.sync();
                written.addAndGet(PIPELINE);
            }
        }
    }

    private static long applied(Processes cluster, int node) {
        try {
            return Long.parseLong(cluster.raftStatus(node).getOrDefault("applied-index", "-1"));
        } catch (JedisException broken) {
            throw new AssertionError("n" + node + " gives no status\n" + cluster.logs(), broken);
        }
    }

    /** Files that vanish meanwhile count for nothing. */
    private static long bytesIn(File folder) {
        long bytes = 0;
        for (File file : Objects.requireNonNullElse(folder.listFiles(), new File[0])) {
            bytes += file.isDirectory() ? bytesIn(file) : file.length();
        }
        return bytes;
    }
}

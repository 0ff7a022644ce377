package io.ratiskv.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.exceptions.JedisException;
import redis.clients.jedis.params.SetParams;

/** Three real processes that are backed up while they serve, lost, and restored as a new cluster at the same addresses. */
@Tag("alone")
class BackupTest {
    private static final Pattern ARCHIVED = Pattern.compile("(?m)^ratiskv_archived_index (\\S+)$");
    private static final Pattern RESTORED = Pattern.compile("as of index (\\d+), digest ([0-9a-f]+),");

    @TempDir
    Path directory;

    private Path backup = Path.of("");

    @BeforeEach
    void name() {
        backup = directory.resolve("backup.rkv");
    }

    private List<String> arguments() throws IOException {
        Path key = Files.writeString(directory.resolve("key"), "5a".repeat(32));
        return List.of(
                "--archive",
                directory.resolve("archive").toString(),
                "--archive-interval-seconds",
                "1",
                "--backup-key-file",
                key.toString());
    }

    private void takeBackup(Processes nodes, int node) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + nodes.httpPort(node) + "/backup"))
                .build();
        try (HttpClient client = HttpClient.newHttpClient()) {
            assertEquals(
                    200,
                    client.send(request, HttpResponse.BodyHandlers.ofFile(backup))
                            .statusCode());
        }
    }

    private static long archived(Processes nodes, int node) {
        Matcher line = ARCHIVED.matcher(nodes.page(node, "/metrics", 10));
        return line.find() ? (long) Double.parseDouble(line.group(1)) : -1;
    }

    private static String lastRestored(Processes nodes, int node, int group) throws IOException {
        Matcher line = RESTORED.matcher(Files.readString(nodes.log(node)));
        String found = "";
        while (line.find()) {
            found = line.group(group);
        }
        return found;
    }

    private void killAllAndPutAside(Processes nodes, List<Integer> lost, String suffix) throws IOException {
        for (int node = 1; node <= 3; node++) {
            nodes.kill(node);
        }
        for (int node : lost) {
            Files.move(directory.resolve("n" + node), directory.resolve("n" + node + suffix));
        }
    }

    @Test
    void a_lost_cluster_comes_back_whole_and_its_old_members_stay_outside() throws Exception {
        try (Processes nodes = new Processes(3, directory, "192m", arguments())) {
            nodes.startAll();
            nodes.awaitAllServing();
            int follower = nodes.awaitLeader() % 3 + 1;
            long acknowledgedBefore;
            try (Load load = new Load(nodes)) {
                load.await(200);
                acknowledgedBefore = load.acknowledged.get();
                takeBackup(nodes, follower);
                load.await(acknowledgedBefore + 200);
            }

            long acknowledged;
            try (Jedis client = nodes.connect(1, 10_000)) {
                client.set("expires", "v", SetParams.setParams().ex(3_600));
                acknowledged = Long.parseLong(client.get("count"));
            }
            String digest = nodes.raftStatus(1).get("digest");
            long last = Long.parseLong(nodes.raftStatus(1).get("last-index"));
            nodes.await("everything is archived", 30, () -> archived(nodes, 1) >= last);

            killAllAndPutAside(nodes, List.of(1, 2), "-old");
            assertEquals(0, nodes.awaitEnd(1, "--verify-backup", backup.toString()));
            for (int node : List.of(1, 2)) {
                assertEquals(
                        0,
                        nodes.awaitEnd(
                                node,
                                "--restore",
                                backup.toString(),
                                "--restore-as",
                                "second",
                                "--restore-archive",
                                directory.resolve("archive").toString()));
                assertEquals(digest, lastRestored(nodes, node, 2));
            }
            // The third is as it was: a member of a cluster that is gone.
            nodes.startAll();
            nodes.awaitServing(1);
            try (Jedis client = nodes.connect(2, 10_000)) {
                assertEquals(acknowledged, Long.parseLong(client.get("count")));
                assertTrue(client.ttl("expires") > 3_000);
            }
            nodes.kill(2);
            try (Jedis client = nodes.connect(1, 10_000)) {
                assertThrows(JedisException.class, () -> client.set("alone", "v"), "the third does not vote");
            }

            // To the state of the backup alone.
            killAllAndPutAside(nodes, List.of(1, 2, 3), "-second");
            for (int node = 1; node <= 3; node++) {
                assertEquals(
                        0, nodes.awaitEnd(node, "--restore", backup.toString(), "--restore-as", "third"), nodes.logs());
            }
            nodes.startAll();
            nodes.awaitAllServing();
            try (Jedis client = nodes.connect(3, 10_000)) {
                long count = Long.parseLong(client.get("count"));
                assertTrue(acknowledgedBefore <= count && count <= acknowledged, count + " of " + acknowledgedBefore);
            }

            killAllAndPutAside(nodes, List.of(1), "-third");
            String tooEarly = Long.toString(Long.parseLong(lastRestored(nodes, 1, 1)) - 1);
            assertEquals(
                    1,
                    nodes.awaitEnd(
                            1,
                            "--restore",
                            backup.toString(),
                            "--restore-as",
                            "fourth",
                            "--restore-archive",
                            directory.resolve("archive").toString(),
                            "--restore-to",
                            tooEarly));
            cutOffEnd(backup);
            assertEquals(1, nodes.awaitEnd(1, "--verify-backup", backup.toString()));
            assertEquals(1, nodes.awaitEnd(1, "--restore", backup.toString(), "--restore-as", "fourth"));
            assertTrue(Files.notExists(directory.resolve("n1").resolve("node.properties")));
        }
    }

    private static void cutOffEnd(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(bytes, bytes.length - 100));
    }

    /** One client that counts as fast as it is answered. */
    private static final class Load implements AutoCloseable {
        final AtomicLong acknowledged = new AtomicLong();
        private final AtomicBoolean ends = new AtomicBoolean();
        private final Thread thread;
        private final Processes nodes;

        Load(Processes nodes) {
            this.nodes = nodes;
            this.thread = Thread.ofPlatform().start(() -> {
                try (Jedis client = nodes.connect(1, 10_000)) {
                    while (!ends.get()) {
                        acknowledged.set(client.incr("count"));
                    }
                }
            });
        }

        void await(long count) {
            nodes.await(count + " are acknowledged", 60, () -> acknowledged.get() >= count);
        }

        @Override
        public void close() {
            ends.set(true);
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}

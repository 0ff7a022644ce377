package io.ratiskv.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;

/** A client that waits at one of three real nodes is served by what comes through another, whoever leads. */
@Tag("alone")
class BlockingClusterTest {
    @TempDir
    Path directory = Path.of("");

    @Test
    void a_wait_outlasts_the_death_of_the_leader() throws Exception {
        try (Processes cluster = new Processes(3, directory, "256m", List.of())) {
            cluster.startAll();
            cluster.awaitAllServing();
            int leader = cluster.awaitLeader();
            int waiting = leader % 3 + 1;
            int pushing = waiting % 3 + 1;
            try (Jedis waiter = cluster.connect(waiting, 120_000);
                    Jedis pusher = cluster.connect(pushing, 60_000);
                    Jedis watcher = cluster.connect(waiting, 60_000)) {
                assertNull(waiter.blpop(0.1, "queue"));

                CompletableFuture<List<String>> popped = onAThread(() -> waiter.blpop(0, "queue"));
                cluster.await(
                        "the client waits", 20, () -> watcher.info("clients").contains("blocked_clients:1\r"));
                pusher.rpush("queue", "before");
                assertEquals(List.of("queue", "before"), popped.get(20, TimeUnit.SECONDS));

                CompletableFuture<List<String>> again = onAThread(() -> waiter.blpop(0, "queue"));
                cluster.await(
                        "the client waits", 20, () -> watcher.info("clients").contains("blocked_clients:1\r"));
                cluster.kill(leader);
                pusher.rpush("queue", "after");
                assertEquals(List.of("queue", "after"), again.get(30, TimeUnit.SECONDS));
                assertEquals(0, pusher.llen("queue"));
            }
        }
    }

    /** Not on the common pool, of which two processors have one thread, and the ends of processes need it. */
    private static <T> CompletableFuture<T> onAThread(Supplier<T> work) {
        return CompletableFuture.supplyAsync(
                work, task -> Thread.ofPlatform().daemon().start(task));
    }
}

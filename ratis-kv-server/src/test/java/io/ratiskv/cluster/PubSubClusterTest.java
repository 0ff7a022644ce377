package io.ratiskv.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.JedisPubSub;
import redis.clients.jedis.params.SetParams;

/** A message published at one of three real nodes, and what happens to a key, reaches those who listen at the others. */
@Tag("alone")
class PubSubClusterTest {
    @TempDir
    Path directory = Path.of("");

    @Test
    void a_message_reaches_the_clients_of_all_nodes() throws Exception {
        try (Processes cluster = new Processes(3, directory, "256m", List.of())) {
            cluster.startAll();
            cluster.awaitAllServing();
            try (Listener second = new Listener(cluster.connect(2, 60_000));
                    Listener third = new Listener(cluster.connect(3, 60_000));
                    Jedis first = cluster.connect(1, 20_000)) {
                cluster.await(
                        "node 1 knows who listens",
                        20,
                        () -> first.pubsubNumSub("news").equals(Map.of("news", 2L)));
                assertEquals(List.of("news"), first.pubsubChannels("new*"));
                assertEquals(2, first.publish("news", "hello"));
                assertEquals("news hello", second.next());
                assertEquals("news hello", third.next());

                first.configSet("notify-keyspace-events", "KA");
                first.set("k", "v", SetParams.setParams().px(50));
                for (Listener listener : List.of(second, third)) {
                    assertEquals("__keyspace@0__:k set", listener.next());
                    assertEquals("__keyspace@0__:k expire", listener.next());
                    assertEquals("__keyspace@0__:k expired", listener.next(), "though nobody asks for the key");
                }

                cluster.kill(3);
                cluster.await(
                        "node 1 knows who is gone",
                        20,
                        () -> first.pubsubNumSub("news").equals(Map.of("news", 1L)));
                assertEquals(1, first.publish("news", "again"));
                assertEquals("news again", second.next());

                cluster.start(3);
                cluster.awaitServing(3);
                try (Listener anew = new Listener(cluster.connect(3, 60_000))) {
                    cluster.await(
                            "node 1 knows who came",
                            20,
                            () -> first.pubsubNumSub("news").equals(Map.of("news", 2L)));
                    assertEquals(2, first.publish("news", "back"));
                    assertEquals("news back", anew.next());
                }
            }
        }
    }

    /** A client that listens to {@code news} and to a key on a thread of its own. */
    private static final class Listener extends JedisPubSub implements AutoCloseable {
        private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();
        private final Jedis client;

        Listener(Jedis client) {
            this.client = client;
            Thread.ofPlatform().daemon().start(() -> {
                try {
                    client.subscribe(this, "news", "__keyspace@0__:k");
                } catch (RuntimeException ended) {
                    // Its node was killed, or the test is over.
                }
            });
        }

        @Override
        public void onMessage(String channel, String message) {
            heard.add(channel + " " + message);
        }

        String next() throws InterruptedException {
            String message = heard.poll(20, TimeUnit.SECONDS);
            return message == null ? "nothing" : message;
        }

        @Override
        public void close() {
            client.close();
        }
    }
}

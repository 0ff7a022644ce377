package io.ratiskv.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Protocol;
import redis.clients.jedis.exceptions.JedisException;

/** What each level of CLIENT READS lets a connection see, on three real processes. */
@Tag("alone")
class ReadLevelsTest {
    @TempDir
    Path directory = Path.of("");

    @Test
    void each_level_holds_what_it_promises_and_no_more_without_a_majority() throws Exception {
        try (Processes cluster = new Processes(3, directory, "256m", List.of("--request-timeout-millis", "1000"))) {
            cluster.startAll();
            cluster.awaitAllServing();
            long seen = 0;
            for (int node = 1; node <= cluster.count(); node++) {
                String value = "by-" + node;
                int next = node % cluster.count() + 1;
                try (Jedis writer = cluster.connect(node, 30_000);
                        Jedis reader = cluster.connect(next, 30_000)) {
                    writer.set("key", value);
                    seen = index(writer);
                    reads(reader, "SESSION", Long.toString(seen));
                    assertEquals(value, reader.get("key"), "what was seen on node " + node + " is seen on " + next);
                    assertTrue(index(reader) >= seen);
                }
            }

            int left = cluster.awaitLeader() % cluster.count() + 1;
            try (Jedis reader = cluster.connect(left, 30_000)) {
                reads(reader, "BOUNDED", "600000");
                assertEquals("by-3", reader.get("key"));
                for (int node = 1; node <= cluster.count(); node++) {
                    if (node != left) {
                        cluster.kill(node);
                    }
                }
                assertEquals("by-3", reader.get("key"), "ten minutes are not over");
                reads(reader, "SESSION", Long.toString(seen));
                assertEquals("by-3", reader.get("key"));
                reads(reader, "STALE");
                assertEquals("by-3", reader.get("key"));

                reads(reader, "BOUNDED", "1");
                refuses(reader);
                reads(reader, "SESSION", Long.toString(Long.MAX_VALUE));
                refuses(reader);
                reads(reader, "LINEARIZABLE");
                refuses(reader);
            }
        }
    }

    private static void reads(Jedis client, String... level) {
        String[] words = new String[level.length + 1];
        words[0] = "READS";
        System.arraycopy(level, 0, words, 1, level.length);
        assertEquals(
                "OK",
                new String((byte[]) client.sendCommand(Protocol.Command.CLIENT, words), StandardCharsets.US_ASCII));
    }

    private static long index(Jedis client) {
        List<?> facts = (List<?>) client.sendCommand(Protocol.Command.CLIENT, "READS");
        return (Long) facts.get(3);
    }

    private static void refuses(Jedis client) {
        JedisException refusal = assertThrows(JedisException.class, () -> client.get("key"));
        String error = String.valueOf(refusal.getMessage());
        assertTrue(error.startsWith("CLUSTERDOWN") || error.startsWith("TRYAGAIN"), error);
    }
}

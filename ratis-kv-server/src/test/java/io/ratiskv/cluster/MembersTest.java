package io.ratiskv.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.exceptions.JedisException;

/**
 * Real processes join a node that is alone, and leave it again, while clients write. {@code -Dratiskv.members=N} sets to
 * how many the group grows; the longest gap of each change is printed, never asserted.
 */
@Tag("alone")
class MembersTest {
    private static final int REMOVED = 4;

    @TempDir
    Path directory = Path.of("");

    @Test
    void a_group_grows_and_shrinks_under_load_and_loses_and_doubles_nothing() throws Exception {
        int most = Integer.getInteger("ratiskv.members", 3);
        try (Processes cluster = new Processes(most, directory, "256m", List.of()).withFounders(1)) {
            cluster.start(1);
            cluster.awaitServing(1);
            Writers writers = new Writers(cluster, 6);
            try (writers) {
                awaitWrites(cluster, writers);
                for (int node = 2; node <= most; node++) {
                    grow(cluster, writers, node);
                }
                killLeader(cluster, writers);
                for (int node = most; node > 1; node--) {
                    shrink(cluster, writers, node);
                }
                awaitWrites(cluster, writers);
            }
            System.out.printf("%d writes acknowledged%n", writers.acknowledged());
            assertEquals(List.of(), writers.wrongOn(1), cluster::logs);
        }
    }

    private static void grow(Processes cluster, Writers writers, int node) throws Exception {
        cluster.start(node);
        List<String> addresses = cluster.addresses(node);
        long began = System.nanoTime();
        change(cluster, node, "RAFT.ADD", "n" + node, addresses.getFirst(), addresses.getLast());
        change(cluster, node, "RAFT.PROMOTE", "n" + node);
        cluster.awaitServing(node);
        awaitWrites(cluster, writers);
        print(writers, "added n" + node, began);
    }

    private static void killLeader(Processes cluster, Writers writers) throws Exception {
        int leader = cluster.awaitLeader();
        long killedAt = System.nanoTime();
        cluster.kill(leader);
        awaitWrites(cluster, writers);
        print(writers, "killed n" + leader + ", which led", killedAt);
        cluster.start(leader);
        cluster.awaitServing(leader);
        awaitWrites(cluster, writers);
    }

    /** Its process ends by itself, and does not take part when it is started again. */
    private static void shrink(Processes cluster, Writers writers, int node) throws Exception {
        String led = cluster.awaitLeader() == node ? ", which led" : "";
        long began = System.nanoTime();
        change(cluster, node, "RAFT.REMOVE", "n" + node);
        assertEquals(REMOVED, cluster.awaitEnd(node, 30), cluster::logs);
        awaitWrites(cluster, writers);
        print(writers, "removed n" + node + led, began);
        if (node == cluster.count()) {
            cluster.start(node);
            assertEquals(REMOVED, cluster.awaitEnd(node, 30), cluster::logs);
            assertTrue(Files.readString(cluster.log(node))
                    .contains("was removed from its cluster (configuration at index"));
        }
    }

    /** Through a node that does not lead, if there is one, again and again until it is done. */
    private static void change(Processes cluster, int about, String... words) {
        String[] arguments = List.of(words).subList(1, words.length).toArray(String[]::new);
        String[] last = {""};
        cluster.await(String.join(" ", words), 60, () -> {
            for (int node = 1; node < about; node++) {
                String problem = problem(cluster, node, words[0], arguments);
                if (problem.startsWith("UNKNOWN")) {
                    // It may be done, and a process have ended by it, which who waits would take for a failure.
                    problem = problem(cluster, node, words[0], arguments);
                }
                if (problem.isEmpty()
                        || problem.endsWith("is a member already")
                        || problem.contains("no member is called")) {
                    return true; // or the answer to an earlier try was lost
                }
                if (!problem.equals(last[0])) System.out.println(String.join(" ", words) + ": " + problem);
                last[0] = problem;
            }
            return false;
        });
    }

    /** Asks a node; what it says against it, empty when it is done. */
    private static String problem(Processes cluster, int node, String command, String... arguments) {
        try (Jedis client = cluster.connect(node, 50_000)) {
            client.sendCommand(() -> command.getBytes(StandardCharsets.US_ASCII), arguments);
            return "";
        } catch (JedisException notNow) {
            return String.valueOf(notNow.getMessage());
        }
    }

    private static void awaitWrites(Processes cluster, Writers writers) {
        int from = writers.acknowledged();
        cluster.await("writes go on", 60, () -> writers.acknowledged() >= from + 200);
    }

    private static void print(Writers writers, String what, long fromNanos) {
        long now = System.nanoTime();
        System.out.printf(
                "%s in %d ms: longest gap without an acknowledged write %d ms%n",
                what, (now - fromNanos) / 1_000_000, writers.longestGapMillis(fromNanos, now));
    }
}

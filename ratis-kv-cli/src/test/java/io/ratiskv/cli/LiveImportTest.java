package io.ratiskv.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ratiskv.cli.load.Outcome;
import io.ratiskv.cli.migration.Comparison;
import io.ratiskv.cli.migration.ImportException;
import io.ratiskv.cli.migration.LiveImport;
import io.ratiskv.cli.migration.Options;
import io.ratiskv.cli.migration.Servers;
import io.ratiskv.cli.migration.Tally;
import io.ratiskv.cli.wire.Endpoint;
import io.ratiskv.cli.wire.RespWire;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A Redis whose clients write is moved into a real node, although the connection to it breaks. */
@Execution(ExecutionMode.SAME_THREAD)
final class LiveImportTest {
    private static final Options ALL = new Options(null, /* replaces= */ false, /* skipsModules= */ false);

    @TempDir
    private static Path folder;

    private static RealNode node;

    private RealRedis redis;

    @BeforeAll
    static void start() throws Exception {
        node = RealNode.alone(folder);
    }

    @AfterAll
    static void stop() {
        if (node != null) node.close();
    }

    @BeforeEach
    void empty() throws IOException {
        redis = RealRedis.start(folder);
        assertEquals(0, Calls.call("command", "-a", node.http(), "FLUSHALL").code());
        assertEquals(
                0, Calls.call("command", "-a", node.http(), "FUNCTION", "FLUSH").code());
    }

    @AfterEach
    void end() {
        if (redis != null) redis.close();
    }

    private static Servers cluster() {
        Endpoint endpoint = Endpoint.of(URI.create("http://" + node.resp()), null);
        return new Servers(List.of(endpoint), null, null, 60_000);
    }

    @ParameterizedTest
    @ValueSource(strings = {"yes", "no"})
    void writers_are_followed_over_a_broken_connection_until_both_hold_the_same(String diskless) throws Exception {
        redis.ask("CONFIG", "SET", "repl-diskless-sync", diskless);
        redis.fill(1, 600);
        FutureTask<Void> writing = new FutureTask<>(this::write);
        try (RespWire killer = redis.open();
                LiveImport following = new LiveImport(
                        redis.servers(),
                        cluster(),
                        ALL,
                        once(1, () -> killer.ask("CLIENT", "KILL", "TYPE", "replica")))) {
            Thread.ofPlatform().start(writing);
            Tally tally = following.follow(/* untilCaughtUp= */ true, /* pauseMillis= */ 600_000);
            assertTrue(tally.totalKeys() >= 1_200, tally.totalKeys() + " keys");
            assertTrue(tally.commands() > 1_000, tally.commands() + " commands");
            Comparison.Result compared = Comparison.run(redis.servers(), cluster(), null, 10, looked -> {});
            assertEquals(List.of(), compared.differences());
            assertTrue(compared.equal());
            String statistics = RespWire.text(killer.ask("INFO", "stats"));
            assertTrue(statistics.contains("sync_full:1\r"), statistics);
            assertFalse(statistics.contains("sync_partial_ok:0\r"), statistics);
            assertFalse(writing.isDone(), "the writer was over before the end");
        }
        redis.close();
        // Its connection broke.
        assertThrows(ExecutionException.class, writing::get);
    }

    /** Runs something when so many commands were followed. */
    private static Consumer<Tally> once(long commands, Act act) {
        boolean[] done = {false};
        return tally -> {
            if (done[0] || tally.commands() < commands) return;
            done[0] = true;
            try {
                act.run();
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        };
    }

    private interface Act {
        void run() throws IOException;
    }

    /** Writes of every kind until the server is gone, which are not the same when they are done twice or in another order. */
    private Void write() throws IOException {
        SplittableRandom random = new SplittableRandom(1);
        try (RespWire client = redis.open()) {
            while (true) {
                String key = "live:" + random.nextInt(200);
                String text = Integer.toString(random.nextInt(1_000));
                List<String[]> requests = new ArrayList<>();
                switch (random.nextInt(14)) {
                    case 0 -> requests.add(new String[] {"SELECT", random.nextBoolean() ? "0" : "5"});
                    case 1 -> {
                        requests.add(new String[] {"MULTI"});
                        requests.add(new String[] {"INCR", "n"});
                        requests.add(new String[] {"SELECT", "0"});
                        requests.add(new String[] {"APPEND", "log", text});
                        requests.add(new String[] {"EXEC"});
                    }
                    case 2 -> requests.add(new String[] {"XADD", "s" + key, "MAXLEN", "50", "*", "f", text});
                    case 3 -> requests.add(new String[] {"XGROUP", "CREATE", "s" + key, "g", "0", "MKSTREAM"});
                    case 4 ->
                        requests.add(
                                new String[] {"XREADGROUP", "GROUP", "g", "c", "COUNT", "3", "STREAMS", "s" + key, ">"
                                });
                    case 5 -> requests.add(new String[] {"SADD", "m" + key, text, text + "1"});
                    case 6 -> requests.add(new String[] {"SPOP", "m" + key});
                    case 7 -> requests.add(new String[] {"SET", "e" + key, text, "PX", "300"});
                    case 8 -> requests.add(new String[] {"INCRBYFLOAT", "f" + key, "0.1"});
                    case 9 ->
                        requests.add(new String[] {
                            "EVAL",
                            "redis.call('INCR', KEYS[1]) redis.call('LPUSH'," + " KEYS[2], ARGV[1])",
                            "2",
                            "i" + key,
                            "l" + key,
                            text
                        });
                    case 10 -> requests.add(new String[] {"LTRIM", "l" + key, "0", "20"});
                    case 11 -> requests.add(new String[] {"ZADD", "z" + key, "INCR", "1", text});
                    case 12 -> requests.add(new String[] {"RENAME", "i" + key, "i" + key + "x"});
                    default -> requests.add(new String[] {"HINCRBY", "h" + key, text, "1"});
                }
                for (String[] request : requests) client.send(request);
                for (int left = requests.size(); left > 0; left--) client.receive();
            }
        }
    }

    @Test
    void what_the_source_no_longer_has_ends_it_with_a_word() throws Exception {
        redis.fill(2, 6);
        try (RespWire writer = redis.open();
                LiveImport following = new LiveImport(redis.servers(), cluster(), ALL, once(1, () -> {
                    writer.ask("DEBUG", "CHANGE-REPL-ID");
                    writer.ask("CLIENT", "KILL", "TYPE", "replica");
                }))) {
            FutureTask<Tally> running = new FutureTask<>(() -> following.follow(false, 0));
            Thread.ofPlatform().start(running);
            // From another connection: that one is the follower's thread's.
            while (!running.isDone()) redis.ask("INCR", "n");
            ImportException ended = assertThrows(ImportException.class, () -> {
                try {
                    running.get();
                } catch (ExecutionException failed) {
                    throw failed.getCause();
                }
            });
            assertEquals(Outcome.REFUSED, ended.outcome());
            assertTrue(String.valueOf(ended.getMessage()).contains("a full resync is needed"), ended.toString());
        }
    }
}

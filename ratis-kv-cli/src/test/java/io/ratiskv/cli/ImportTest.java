package io.ratiskv.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ratiskv.api.Reply;
import io.ratiskv.cli.wire.Endpoint;
import io.ratiskv.cli.wire.RespWire;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Imports of files that a real Redis wrote into a real node, and whether verify sees what differs. */
@Execution(ExecutionMode.SAME_THREAD)
final class ImportTest {
    @TempDir
    private static Path folder;

    private static RealRedis redis;
    private static RealNode node;
    private static RespWire cluster;

    @BeforeAll
    static void start() throws Exception {
        redis = RealRedis.start(folder);
        node = RealNode.alone(folder);
        cluster = RespWire.open(Endpoint.of(URI.create("http://" + node.resp()), null), null, null, 30_000);
    }

    @AfterAll
    static void stop() {
        if (cluster != null) cluster.close();
        if (node != null) node.close();
        if (redis != null) redis.close();
    }

    @BeforeEach
    void empty() throws IOException {
        for (String[] words : new String[][] {{"FLUSHALL"}, {"FUNCTION", "FLUSH"}}) {
            redis.ask(words);
            cluster.ask(words);
        }
        cluster.ask("SELECT", "0");
        redis.ask("SELECT", "0");
    }

    private static Calls.Ended call(String... words) {
        return Calls.call(Map.of("RAFT_CLI_ADDRESS", node.http()), "", words);
    }

    private static Calls.Ended verify(String... more) {
        String[] words = Arrays.copyOf(new String[] {"verify", redis.url()}, 2 + more.length);
        System.arraycopy(more, 0, words, 2, more.length);
        return call(words);
    }

    private static String dump() throws IOException {
        redis.ask("SAVE");
        return folder.resolve("dump.rdb").toString();
    }

    @Test
    void a_file_is_loaded_and_both_hold_the_same() throws IOException {
        redis.fill(1, 300);
        Calls.Ended ended = call("import", dump());
        assertEquals(0, ended.code(), ended.toString());
        assertTrue(ended.out().contains("600 keys, 1 libraries of functions"), ended.out());
        Calls.Ended verified = verify();
        assertEquals(0, verified.code(), verified.toString());
        assertTrue(verified.out().endsWith("Both hold the same.\n"), verified.out());
        assertEquals("OK", RespWire.text(cluster.ask("SET", "alone", "1")));
        Calls.Ended json = verify("-o", "json");
        assertEquals(1, json.code());
        assertTrue(json.out().contains("\"differing_keys\":1"), json.out());
    }

    @Test
    void a_single_changed_byte_is_seen() throws IOException {
        redis.fill(2, 60);
        assertEquals(0, call("import", dump()).code());
        assertEquals(0, verify().code());
        String string = RespWire.text(cluster.ask("GETRANGE", "key:6", "0", "0"));
        differs("key:6", "SETRANGE", "key:6", "0", string.equals("x") ? "y" : "x");
        differs("key:1", "LSET", "key:1", "0", "x");
        differs("key:2", "SADD", "key:2", "x");
        differs("key:3", "HSET", "key:3", "x", "");
        differs("key:4", "ZADD", "key:4", "0", "x");
        differs("key:5", "XGROUP", "SETID", "key:5", "g", "0-1");
        differs("key:7", "PEXPIREAT", "key:7", "9999999999999");
        differs("key:8", "DEL", "key:8");
        differs("new", "SET", "new", "");
    }

    private static void differs(String key, String... change) throws IOException {
        Reply dump = cluster.ask("DUMP", key);
        Reply deadline = cluster.ask("PEXPIRETIME", key);
        cluster.ask(change);
        Calls.Ended ended = verify();
        assertEquals(1, ended.code(), ended.toString());
        assertTrue(ended.out().contains("\ndatabase 0, \"" + key + "\": "), ended.out());
        assertTrue(ended.out().endsWith("They differ.\n"), ended.out());
        cluster.ask("DEL", key);
        if (dump instanceof Reply.Bulk payload) {
            String time = Long.toString(Math.max(0, ((Reply.Int) deadline).value()));
            cluster.send(
                    io.ratiskv.api.Bytes.of("RESTORE"),
                    io.ratiskv.api.Bytes.of(key),
                    io.ratiskv.api.Bytes.of(time),
                    payload.value(),
                    io.ratiskv.api.Bytes.of("ABSTTL"));
            assertEquals("OK", RespWire.text(cluster.receive()));
        }
    }

    @Test
    void a_key_that_is_there_is_an_error_that_names_it_unless_it_is_to_be_replaced() throws IOException {
        redis.ask("SET", "a", "1");
        redis.ask("SELECT", "3");
        redis.ask("SET", "taken", "1");
        String dump = dump();
        cluster.ask("SELECT", "3");
        cluster.ask("SET", "taken", "0");
        Calls.Ended ended = call("import", dump);
        assertEquals(1, ended.code(), ended.toString());
        assertEquals(
                "raft-cli: RESTORE \"taken\" in database 3: the key is there already; --replace replaces such keys\n",
                ended.err());
        assertEquals("0", RespWire.text(cluster.ask("GET", "taken")));
        assertEquals(0, call("import", "--replace", dump).code());
        assertEquals("1", RespWire.text(cluster.ask("GET", "taken")));
        assertEquals(0, verify().code());
    }

    @Test
    void one_database_alone_is_loaded_and_compared() throws IOException {
        redis.fill(3, 12);
        Calls.Ended ended = call("import", "--db", "5", dump());
        assertEquals(0, ended.code(), ended.toString());
        assertTrue(ended.out().contains("12 keys"), ended.out());
        assertEquals(0, ((Reply.Int) cluster.ask("DBSIZE")).value());
        assertEquals(1, verify().code());
        assertEquals(0, verify("--db", "5").code());
    }

    @Test
    void an_append_only_file_with_its_snapshot_is_loaded() throws IOException {
        redis.fill(4, 30);
        byte[] snapshot = Files.readAllBytes(Path.of(dump()));
        String[][] later = {
            {"SELECT", "5"},
            {"INCR", "n"},
            {"INCRBY", "n", "41"},
            {"RPUSH", "key:1", "x"},
            {"MULTI"},
            {"SET", "together", "1"},
            {"SELECT", "0"},
            {"SET", "together", "2"},
            {"EXEC"},
            {"FLUSHDB"},
            {"SET", "last", "v", "PXAT", "9999999999999"},
            {"PUBLISH", "channel", "message"}
        };
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        file.writeBytes(snapshot);
        file.writeBytes("#TS:1700000000\r\n".getBytes(StandardCharsets.US_ASCII));
        for (String[] words : later) {
            redis.ask(words);
            file.writeBytes(("*" + words.length + "\r\n").getBytes(StandardCharsets.US_ASCII));
            for (String word : words) {
                file.writeBytes(("$" + word.length() + "\r\n" + word + "\r\n").getBytes(StandardCharsets.US_ASCII));
            }
        }
        Calls.Ended ended = fromInput(file.toByteArray());
        assertEquals(0, ended.code(), ended.toString());
        assertTrue(ended.out().contains("60 keys, 1 libraries of functions, 7 commands"), ended.out());
        assertEquals(0, verify().code(), () -> verify().toString());
    }

    @Test
    void what_is_no_file_of_redis_is_refused_with_its_place() throws IOException {
        redis.fill(5, 30);
        byte[] whole = Files.readAllBytes(Path.of(dump()));
        Calls.Ended cut = fromInput(Arrays.copyOf(whole, whole.length / 2));
        assertEquals(1, cut.code());
        assertTrue(
                cut.err().startsWith("raft-cli: RDB, offset " + whole.length / 2 + ": the bytes end too soon"),
                cut.err());
        empty();
        whole[whole.length - 1] ^= 1;
        assertTrue(fromInput(whole).err().contains("the checksum of the file is another"));
        assertEquals(
                "raft-cli: neither an RDB file nor commands of the Redis protocol\n",
                fromInput("GET / HTTP/1.1\r\n".getBytes(StandardCharsets.US_ASCII))
                        .err());
        assertEquals(
                "raft-cli: commands, offset 12: the bytes end within a command\n",
                fromInput("*2\r\n$4\r\nINCR".getBytes(StandardCharsets.US_ASCII))
                        .err());
        assertEquals(
                "raft-cli: commands, offset 4: a word of -1 bytes\n",
                fromInput("*1\r\n$-1\r\n".getBytes(StandardCharsets.US_ASCII)).err());
        Calls.Ended unknown = fromInput("*2\r\n$6\r\nNOSUCH\r\n$1\r\na\r\n".getBytes(StandardCharsets.US_ASCII));
        assertEquals(1, unknown.code());
        assertTrue(
                unknown.err().startsWith("raft-cli: NOSUCH \"a\" in database 0: ERR unknown command"), unknown.err());
        assertEquals(2, call("import", folder.resolve("missing").toString()).code());
        assertEquals(
                2,
                call("import", "--until-caught-up", folder.resolve("dump.rdb").toString())
                        .code());
        assertEquals(2, call("verify", folder.resolve("dump.rdb").toString()).code());
    }

    @Test
    void a_live_source_is_loaded_and_left_when_nothing_is_missing() throws IOException {
        redis.fill(6, 120);
        Calls.Ended ended = call("import", redis.url(), "--until-caught-up");
        assertEquals(0, ended.code(), ended.toString());
        assertTrue(ended.out().contains("240 keys"), ended.out());
        assertEquals(0, verify().code(), () -> verify().toString());
        empty();
        redis.fill(7, 6);
        assertEquals(0, call("import", redis.url() + "/5", "--until-caught-up").code());
        assertEquals(0, ((Reply.Int) cluster.ask("DBSIZE")).value());
        assertEquals(0, call("verify", redis.url() + "/5").code());
    }

    private static Calls.Ended fromInput(byte[] input) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Surroundings surroundings = new Surroundings(
                Map.of("RAFT_CLI_ADDRESS", node.http()),
                new ByteArrayInputStream(input),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                /* inputIsTerminal= */ false,
                /* errorIsTerminal= */ false);
        int code = Main.run(surroundings, "import", "-");
        return new Calls.Ended(code, out.toByteArray(), err.toString(StandardCharsets.UTF_8));
    }
}

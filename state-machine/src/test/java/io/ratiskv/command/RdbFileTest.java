package io.ratiskv.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.Reply;
import io.ratiskv.api.Request;
import io.ratiskv.keyspace.Databases;
import io.ratiskv.keyspace.Deadline;
import io.ratiskv.keyspace.EntryVisitor;
import io.ratiskv.machine.Audience;
import io.ratiskv.machine.Frozen;
import io.ratiskv.machine.KeyValueStateMachine;
import io.ratiskv.machine.RandomLog;
import io.ratiskv.rdb.AofWriter;
import io.ratiskv.rdb.CanonicalValue;
import io.ratiskv.rdb.PayloadException;
import io.ratiskv.rdb.RdbFileException;
import io.ratiskv.rdb.RdbFileReader;
import io.ratiskv.rdb.RdbFileWriter;
import io.ratiskv.rdb.RdbVisitor;
import io.ratiskv.rdb.RdbWriter;
import io.ratiskv.script.Library;
import io.ratiskv.transcript.RedisProcess;
import io.ratiskv.transcript.ReplyText;
import io.ratiskv.transcript.SocketSubject;
import io.ratiskv.value.Value;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files of Redis: what is written is read again, here and by a real Redis, and what a real Redis wrote is read here. */
class RdbFileTest {
    @TempDir
    private Path folder;

    /** Keys by database and name, with what they hold in canonical form; functions by their sources. */
    private static final class Contents extends TreeMap<String, String> implements RdbVisitor, EntryVisitor {
        private static final long serialVersionUID = 1L;

        private final transient long nowMillis;
        private int database;

        Contents(long nowMillis) {
            this.nowMillis = nowMillis;
        }

        static Contents of(Frozen frozen) {
            Contents contents = new Contents(frozen.logTimeMillis());
            for (contents.database = 0; contents.database < Databases.COUNT; contents.database++) {
                frozen.databases().forEach(contents.database, contents);
            }
            functions(frozen).forEach(contents::function);
            return contents;
        }

        static Contents of(byte[] file) throws IOException {
            Contents contents = new Contents(0);
            assertEquals(file.length, RdbFileReader.read(new ByteArrayInputStream(file), contents));
            return contents;
        }

        @Override
        public void value(int itsDatabase, Bytes key, long expireAtMillis, Bytes payload) {
            List<Bytes> parts = new ArrayList<>();
            try {
                CanonicalValue.tell(payload, parts::add);
            } catch (PayloadException e) {
                throw new AssertionError(itsDatabase + " " + key, e);
            }
            put(itsDatabase + " " + key, expireAtMillis + " " + parts);
        }

        @Override
        public void function(Bytes source) {
            put("function " + source, "");
        }

        @Override
        public void module(int itsDatabase, Bytes key, String module) {
            put(itsDatabase + " " + key, module);
        }

        @Override
        public void string(Bytes key, long version, long expireAtMillis, boolean pieced, Bytes value) {
            if (expireAtMillis > nowMillis) {
                value(database, key, expireAtMillis, RdbWriter.write(value));
            }
        }

        @Override
        public void value(Bytes key, long version, long expireAtMillis, Value value) {
            Bytes payload = Objects.requireNonNull(RdbWriter.write(value, nowMillis, Integer.MAX_VALUE));
            List<Bytes> parts = new ArrayList<>();
            try {
                CanonicalValue.tell(payload, parts::add);
            } catch (PayloadException nothingLives) {
                return;
            }
            if (expireAtMillis > nowMillis) {
                value(database, key, expireAtMillis, payload);
            }
        }
    }

    private static List<Bytes> functions(Frozen frozen) {
        return frozen.state().scripts().libraries().stream().map(Library::code).toList();
    }

    private static byte[] file(Frozen frozen) throws IOException {
        return file(frozen, frozen.logTimeMillis());
    }

    private static byte[] file(Frozen frozen, long nowMillis) throws IOException {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        RdbFileWriter.write(frozen.databases(), functions(frozen), nowMillis, file);
        return file.toByteArray();
    }

    private static KeyValueStateMachine machine(Iterable<Bytes[]> commands, long nowMillis) {
        KeyValueStateMachine machine = new KeyValueStateMachine();
        int database = 0;
        for (Bytes[] words : commands) {
            if (words[0].equalsIgnoreCase("SELECT")) {
                database = Integer.parseInt(words[1].utf8());
                continue;
            }
            Request request = new Request(database, 2, Request.DEFAULT_USER, words);
            Reply reply = machine.apply(request, nowMillis);
            assertFalse(reply instanceof Reply.Failure, () -> request + ": " + ReplyText.of(reply));
        }
        return machine;
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void what_is_written_is_read_again(long seed) throws IOException {
        KeyValueStateMachine machine = new KeyValueStateMachine();
        for (RandomLog.Stamped stamped : RandomLog.of(seed, 1_500)) {
            machine.apply(stamped.index(), stamped.stampMillis(), stamped.entry(), Audience.REPLICA);
        }
        Frozen frozen = machine.freeze();
        Contents expected = Contents.of(frozen);
        assertTrue(expected.size() > 5, "seed " + seed);
        assertEquals(expected, Contents.of(file(frozen)), "seed " + seed);
    }

    @Test
    void the_version_is_the_oldest_that_knows_what_is_written() throws IOException {
        KeyValueStateMachine machine = new KeyValueStateMachine();
        machine.apply(Request.of("HSET", "hash", "stays", "1", "goes", "2"), 1_000);
        assertEquals("REDIS0009", magic(file(machine.freeze())));
        machine.apply(Request.of("HPEXPIREAT", "hash", "3000", "FIELDS", "1", "goes"), 1_000);
        assertEquals("REDIS0012", magic(file(machine.freeze())));
        assertEquals("REDIS0009", magic(file(machine.freeze(), 3_000)));
        machine.apply(Request.of("XADD", "stream", "1-1", "f", "v"), 1_000);
        assertEquals("REDIS0010", magic(file(machine.freeze(), 3_000)));
    }

    @Test
    void what_is_due_is_left_out() throws IOException {
        KeyValueStateMachine machine = new KeyValueStateMachine();
        machine.apply(Request.of("SET", "stays", "1", "PXAT", "3001"), 1_000);
        machine.apply(Request.of("SET", "string", "1", "PXAT", "3000"), 1_000);
        machine.apply(Request.of("RPUSH", "list", "1"), 1_000);
        machine.apply(Request.of("PEXPIREAT", "list", "3000"), 1_000);
        machine.apply(Request.of("HSET", "hash", "stays", "1", "goes", "2"), 1_000);
        machine.apply(Request.of("HPEXPIREAT", "hash", "3000", "FIELDS", "1", "goes"), 1_000);
        machine.apply(Request.of("HSET", "gone", "goes", "2"), 1_000);
        machine.apply(Request.of("HPEXPIREAT", "gone", "3000", "FIELDS", "1", "goes"), 1_000);
        Frozen frozen = machine.freeze();
        String left = "{0 hash=%d [hash, 1, stays, 1, ], 0 stays=3001 [string, 1]}".formatted(Deadline.NONE);
        assertEquals(left, Contents.of(file(frozen, 3_000)).toString());
        ByteArrayOutputStream commands = new ByteArrayOutputStream();
        AofWriter.write(frozen.databases(), List.of(), 3_000, commands);
        assertEquals(
                left,
                Contents.of(machine(commands(commands.toByteArray()), 1_000).freeze())
                        .toString());
    }

    private static String magic(byte[] file) {
        return Bytes.wrap(file, 0, 9).utf8();
    }

    @Test
    void a_real_redis_loads_what_is_written() throws IOException {
        Optional<Path> executable = RedisProcess.installed();
        assumeTrue(executable.isPresent(), "no redis-server on the path");
        long now = System.currentTimeMillis();
        Frozen frozen = machine(Dataset.of(1, now), now).freeze();
        Files.write(folder.resolve("dump.rdb"), file(frozen));
        try (RedisProcess process = RedisProcess.start(executable.orElseThrow(), folder);
                SocketSubject redis = new SocketSubject("redis", process.port())) {
            assertEquals(Contents.of(frozen), contents(redis));
        }
    }

    @Test
    void a_real_redis_takes_the_commands_that_are_written() throws IOException {
        Optional<Path> executable = RedisProcess.installed();
        assumeTrue(executable.isPresent(), "no redis-server on the path");
        long now = System.currentTimeMillis();
        Frozen frozen = machine(Dataset.of(2, now), now).freeze();
        ByteArrayOutputStream commands = new ByteArrayOutputStream();
        AofWriter.write(frozen.databases(), functions(frozen), now, commands);
        assertEquals(
                Contents.of(frozen),
                Contents.of(machine(commands(commands.toByteArray()), now).freeze()));
        try (RedisProcess process = RedisProcess.start(executable.orElseThrow(), folder);
                SocketSubject redis = new SocketSubject("redis", process.port())) {
            for (Bytes[] words : commands(commands.toByteArray())) {
                Reply reply = redis.call(0, words);
                assertFalse(reply instanceof Reply.Failure, () -> Arrays.toString(words) + ": " + ReplyText.of(reply));
            }
            assertEquals(Contents.of(frozen), contents(redis));
        }
    }

    @Test
    void deadlines_of_fields_are_among_the_commands() throws IOException {
        KeyValueStateMachine machine = new KeyValueStateMachine();
        machine.apply(Request.of("HSET", "hash", "a", "1", "b", "2"), 1_000);
        machine.apply(Request.of("HPEXPIREAT", "hash", "3000", "FIELDS", "1", "a"), 1_000);
        Frozen frozen = machine.freeze();
        ByteArrayOutputStream commands = new ByteArrayOutputStream();
        AofWriter.write(frozen.databases(), List.of(), 1_000, commands);
        assertEquals(
                Contents.of(frozen),
                Contents.of(machine(commands(commands.toByteArray()), 1_000).freeze()));
    }

    @Test
    void what_a_real_redis_writes_is_read() throws IOException {
        Optional<Path> executable = RedisProcess.installed();
        assumeTrue(executable.isPresent(), "no redis-server on the path");
        try (RedisProcess process = RedisProcess.start(executable.orElseThrow(), folder);
                SocketSubject redis = new SocketSubject("redis", process.port())) {
            for (String policy : List.of("noeviction", "allkeys-lfu", "allkeys-lru")) {
                redis.begin();
                redis.call(0, Dataset.words("FUNCTION", "FLUSH"));
                redis.call(0, Dataset.words("CONFIG", "SET", "maxmemory-policy", policy));
                redis.call(0, Dataset.words("CONFIG", "SET", "maxmemory", "1gb"));
                for (Bytes[] words : Dataset.of(3, System.currentTimeMillis())) {
                    Reply reply = redis.call(0, words);
                    assertFalse(
                            reply instanceof Reply.Failure, () -> Arrays.toString(words) + ": " + ReplyText.of(reply));
                }
                assertEquals("OK", ReplyText.of(redis.call(0, Dataset.words("SAVE"))));
                Contents read = Contents.of(Files.readAllBytes(folder.resolve("dump.rdb")));
                assertTrue(read.size() > 80, read.keySet().toString());
                assertEquals(contents(redis), read);
            }
        }
    }

    /** By what it answers itself. */
    private static Contents contents(SocketSubject redis) throws IOException {
        Contents contents = new Contents(0);
        for (int database : Dataset.DATABASES) {
            redis.call(0, Dataset.words("SELECT", database));
            for (Reply element : ((Reply.Array) redis.call(0, Dataset.words("KEYS", "*"))).elements()) {
                Bytes key = ((Reply.Bulk) element).value();
                Bytes payload = ((Reply.Bulk) redis.call(0, Dataset.words("DUMP", key))).value();
                long deadline = ((Reply.Int) redis.call(0, Dataset.words("PEXPIRETIME", key))).value();
                contents.value(database, key, deadline < 0 ? Deadline.NONE : deadline, payload);
            }
        }
        Reply libraries = redis.call(0, Dataset.words("FUNCTION", "LIST", "WITHCODE"));
        for (Reply library : ((Reply.Array) libraries).elements()) {
            contents.function(((Reply.Bulk) ((Reply.Array) library).elements().get(7)).value());
        }
        return contents;
    }

    private static List<Bytes[]> commands(byte[] written) {
        List<Bytes[]> commands = new ArrayList<>();
        int[] at = {0};
        while (at[0] < written.length) {
            Bytes[] words = new Bytes[number(written, at)];
            for (int i = 0; i < words.length; i++) {
                int length = number(written, at);
                words[i] = Bytes.wrap(written, at[0], length);
                at[0] += length + 2;
            }
            commands.add(words);
        }
        return commands;
    }

    private static int number(byte[] written, int[] at) {
        int from = at[0] + 1;
        int end = from;
        while (written[end] != '\r') {
            end++;
        }
        at[0] = end + 2;
        return Integer.parseInt(Bytes.wrap(written, from, end - from).utf8());
    }

    @Test
    void a_file_that_was_cut_off_is_refused_wherever() throws IOException {
        byte[] whole = file(machine(few(), 1_000).freeze());
        for (int length = 0; length < whole.length; length++) {
            byte[] cut = Arrays.copyOf(whole, length);
            RdbFileException refusal = assertThrows(RdbFileException.class, () -> Contents.of(cut), "length " + length);
            assertTrue(refusal.offset() <= length, refusal.toString());
        }
    }

    @Test
    void any_bit_that_was_changed_is_noticed() throws IOException {
        byte[] whole = file(machine(few(), 1_000).freeze());
        for (int bit = 0; bit < 8 * whole.length; bit++) {
            byte[] damaged = whole.clone();
            damaged[bit / 8] ^= (byte) (1 << bit % 8);
            RdbFileException refusal = assertThrows(
                    RdbFileException.class,
                    () -> RdbFileReader.read(new ByteArrayInputStream(damaged), IGNORING),
                    "bit " + bit);
            assertTrue(refusal.offset() <= whole.length, refusal.toString());
        }
    }

    @Test
    void whatever_follows_the_first_bytes_is_read_or_refused() throws IOException {
        byte[] whole = file(machine(few(), 1_000).freeze());
        for (long seed = 1; seed <= 2_000; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            byte[] bytes = new byte[200];
            random.nextBytes(bytes);
            System.arraycopy(whole, 0, bytes, 0, 9 + random.nextInt(60));
            assertThrows(
                    RdbFileException.class,
                    () -> RdbFileReader.read(new ByteArrayInputStream(bytes), IGNORING),
                    "seed " + seed);
        }
    }

    private static final RdbVisitor IGNORING = new RdbVisitor() {
        @Override
        public void value(int database, Bytes key, long expireAtMillis, Bytes payload) {}

        @Override
        public void function(Bytes source) {}

        @Override
        public void module(int database, Bytes key, String module) {}
    };

    /** A key of each type, small. */
    private static List<Bytes[]> few() {
        return List.of(
                Dataset.words("SET", "s", "value", "PXAT", "5000"),
                Dataset.words("RPUSH", "l", "a", "b"),
                Dataset.words("SELECT", "2"),
                Dataset.words("SADD", "set", "a"),
                Dataset.words("HSET", "h", "f", "v"),
                Dataset.words("HPEXPIREAT", "h", "5000", "FIELDS", "1", "f"),
                Dataset.words("ZADD", "z", "1.5", "m"),
                Dataset.words("XADD", "x", "1-1", "f", "v"),
                Dataset.words("XGROUP", "CREATE", "x", "g", "0"),
                Dataset.words("XREADGROUP", "GROUP", "g", "c", "STREAMS", "x", ">"));
    }

    @Test
    void a_value_of_a_module_is_told_by_its_name_and_one_of_no_known_type_is_refused() throws IOException {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        file.writeBytes(Bytes.of("REDIS0011").array());
        // A module's own part, and a key "m" of the type ReJSON-RL: an integer, a double, a string, the end.
        file.writeBytes(hex("f7 81 46725129e7b4b403  02 00  02 05  00"));
        file.writeBytes(hex("07 016d 81 4497 8de3 e45f 44 03".replace(" ", "")));
        file.writeBytes(hex("02 40ff  04 0000000000000840  05 03616263  00"));
        int end = file.size();
        file.writeBytes(hex("ff 0000000000000000"));
        assertEquals(1, Contents.of(file.toByteArray()).size());
        byte[] unknown = file.toByteArray();
        unknown[end] = 100;
        RdbFileException refusal = assertThrows(RdbFileException.class, () -> Contents.of(unknown));
        assertEquals(end, refusal.offset());
        assertEquals("RDB, offset " + end + ": the type or part 100 is not known here", refusal.getMessage());
    }

    private static byte[] hex(String digits) {
        return java.util.HexFormat.of().parseHex(digits.replace(" ", ""));
    }

    @Test
    void a_length_that_is_not_true_takes_no_memory() {
        for (String claim :
                List.of("80 7ffffff0", "81 00000000fffffff0", "81 7fffffffffffffff", "c3 807fffff00 40ff")) {
            byte[] file = new byte[100];
            System.arraycopy(Bytes.of("REDIS0009").array(), 0, file, 0, 9);
            byte[] value = hex("00 016b" + claim);
            System.arraycopy(value, 0, file, 9, value.length);
            long before = allocated();
            assertThrows(RdbFileException.class, () -> Contents.of(file), claim);
            assertTrue(allocated() - before < 4 << 20, claim);
        }
    }

    private static long allocated() {
        return ((com.sun.management.ThreadMXBean) java.lang.management.ManagementFactory.getThreadMXBean())
                .getThreadAllocatedBytes(Thread.currentThread().threadId());
    }
}

package io.ratiskv.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.Reply;
import io.ratiskv.transcript.LibrarySubject;
import io.ratiskv.transcript.RedisProcess;
import io.ratiskv.transcript.ReplyText;
import io.ratiskv.transcript.SocketSubject;
import io.ratiskv.transcript.Subject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a real Redis dumps is restored here, and the other way: in every type, few and many, short and long. */
class DumpAgreementTest {
    @TempDir
    private Path folder;

    @Test
    void a_value_goes_from_one_to_the_other_and_back() throws IOException {
        Optional<Path> executable = RedisProcess.installed();
        assumeTrue(executable.isPresent(), "no redis-server on the path");
        try (RedisProcess process = RedisProcess.start(executable.orElseThrow(), folder);
                Subject redis = new SocketSubject("redis", process.port());
                Subject library = new LibrarySubject(/* restoresBetweenLines= */ false)) {
            redis.call(0, words("CONFIG", "SET", "sanitize-dump-payload", "yes"));
            for (long seed = 1; seed <= 60; seed++) {
                redis.begin();
                library.begin();
                exchange(new SplittableRandom(seed), "seed " + seed, redis, library);
            }
        }
    }

    @Test
    void libraries_of_functions_go_from_one_to_the_other_and_back() throws IOException {
        Optional<Path> executable = RedisProcess.installed();
        assumeTrue(executable.isPresent(), "no redis-server on the path");
        try (RedisProcess process = RedisProcess.start(executable.orElseThrow(), folder);
                Subject redis = new SocketSubject("redis", process.port());
                Subject library = new LibrarySubject(/* restoresBetweenLines= */ false)) {
            for (String name : List.of("one", "other")) {
                String code = "#!lua name=" + name + "\nredis.register_function('f_" + name
                        + "', function(keys, args) return args[1] .. '" + "long ".repeat(200) + "' end)";
                redis.call(0, words("FUNCTION", "LOAD", code));
                library.call(0, words("FUNCTION", "LOAD", code));
            }
            Bytes theirs = ((Reply.Bulk) redis.call(0, words("FUNCTION", "DUMP"))).value();
            Bytes ours = ((Reply.Bulk) library.call(0, words("FUNCTION", "DUMP"))).value();
            assertEquals("OK", text(library.call(0, words("FUNCTION", "RESTORE", theirs, "FLUSH"))));
            assertEquals("OK", text(redis.call(0, words("FUNCTION", "RESTORE", ours, "FLUSH"))));
            Bytes[] call = words("FCALL", "f_other", "0", "very ");
            assertEquals(text(redis.call(0, call)), text(library.call(0, call)));
            assertEquals(ours, ((Reply.Bulk) library.call(0, words("FUNCTION", "DUMP"))).value());
        }
    }

    private static void exchange(SplittableRandom random, String where, Subject redis, Subject library)
            throws IOException {
        // A dump with consumers of a group is for Redis 7.2.
        boolean groups = random.nextInt(3) > 0;
        boolean consumers =
                groups && !text(redis.call(0, words("INFO", "server"))).contains("redis_version:7.0.");
        for (String type : List.of("string", "list", "set", "hash", "zset", "stream")) {
            if (type.equals("stream")) {
                redis.call(0, words("XADD", type, "0-1", "f", "v"));
                library.call(0, words("XADD", type, "0-1", "f", "v"));
            }
            boolean many = random.nextInt(3) == 0;
            for (int i = many ? 300 : 1 + random.nextInt(6); i > 0; i--) {
                Bytes[] words =
                        type.equals("stream") ? changeOfStream(groups, consumers, random) : change(type, random);
                redis.call(0, words);
                library.call(0, words);
            }
            Reply theirs = redis.call(0, words("DUMP", type));
            Reply ours = library.call(0, words("DUMP", type));
            assertEquals("OK", text(library.call(0, restore("from", theirs))), where + ": " + type);
            assertEquals("OK", text(redis.call(0, restore("from", ours))), where + ": " + type);
            assertEquals("OK", text(library.call(0, restore("back", ours))), where + ": " + type);

            String expected = content(library, type, type);
            assertEquals(expected, content(redis, type, type), where + ": " + type);
            assertEquals(expected, content(library, type, "from"), where + ": " + type);
            assertEquals(expected, content(redis, type, "from"), where + ": " + type);
            assertEquals(expected, content(library, type, "back"), where + ": " + type);
        }
    }

    private static Bytes[] change(String type, SplittableRandom random) {
        return switch (type) {
            case "string" -> words("SET", type, word(random));
            case "list" -> words("RPUSH", type, word(random), word(random));
            case "set" -> words("SADD", type, word(random), word(random));
            case "hash" -> words("HSET", type, word(random), word(random));
            default -> words("ZADD", type, score(random), word(random));
        };
    }

    private static Bytes[] changeOfStream(boolean groups, boolean consumers, SplittableRandom random) {
        String id = random.nextInt(400) + "-" + random.nextInt(3);
        return switch (random.nextInt(consumers ? 16 : groups ? 11 : 9)) {
            case 0 -> words("XDEL", "stream", id, "1-1", "2-1");
            case 1 -> words("XADD", "stream", "1-*", word(random), word(random));
            case 2 -> words("XADD", "stream", id, "f", word(random), word(random), word(random));
            case 3, 4, 5, 6, 7, 8 -> words("XADD", "stream", id, "f", word(random));
            case 9, 10 -> words("XGROUP", "CREATE", "stream", "g" + random.nextInt(2), id, "MKSTREAM");
            case 11 -> words("XACK", "stream", "g0", id, "1-1", "2-1");
            case 12 -> words("XCLAIM", "stream", "g0", "c2", "0", id, "1-1", "FORCE");
            default -> {
                String group = "g" + random.nextInt(2);
                String consumer = "c" + random.nextInt(2);
                yield words("XREADGROUP", "GROUP", group, consumer, "COUNT", "3", "STREAMS", "stream", ">");
            }
        };
    }

    private static Bytes score(SplittableRandom random) {
        return Bytes.of(
                switch (random.nextInt(6)) {
                    case 0 -> "inf";
                    case 1 -> "-inf";
                    case 2 -> Double.toString(random.nextInt() / 7.0);
                    default -> Integer.toString(random.nextInt(-100, 100));
                });
    }

    /** Integers of every width, texts that can be compressed and texts that can not. */
    private static Bytes word(SplittableRandom random) {
        return switch (random.nextInt(5)) {
            case 0 -> Bytes.of(random.nextLong() >> random.nextInt(64));
            case 1 -> Bytes.of("ab".repeat(random.nextInt(200)));
            default -> {
                byte[] bytes = new byte[random.nextInt(random.nextInt(15) == 0 ? 20_000 : 80)];
                random.nextBytes(bytes);
                yield Bytes.wrap(bytes);
            }
        };
    }

    private static Bytes[] restore(String key, Reply payload) {
        return words("RESTORE", key, "0", ((Reply.Bulk) payload).value(), "REPLACE");
    }

    private static Bytes[] words(Object... words) {
        return Arrays.stream(words)
                .map(word -> word instanceof Bytes bytes ? bytes : Bytes.of(word.toString()))
                .toArray(Bytes[]::new);
    }

    private static String content(Subject subject, String type, String key) throws IOException {
        return switch (type) {
            case "string" -> text(subject.call(0, words("GET", key)));
            case "list" -> text(subject.call(0, words("LRANGE", key, "0", "-1")));
            case "set" -> sorted(subject.call(0, words("SMEMBERS", key)), 1);
            case "hash" -> sorted(subject.call(0, words("HGETALL", key)), 2);
            case "stream" ->
                text(subject.call(0, words("XRANGE", key, "-", "+")))
                        + text(subject.call(0, words("XINFO", "GROUPS", key)))
                        + text(subject.call(0, words("XPENDING", key, "g0"))).replace("'" + key + "'", "")
                        + text(subject.call(0, words("XADD", key, "0-1", "f", "v")));
            default -> text(subject.call(0, words("ZRANGE", key, "0", "-1"))) + scores(subject, key);
        };
    }

    /** As numbers: Redis 7.0 prints them with other digits. */
    private static List<Double> scores(Subject subject, String key) throws IOException {
        Reply.Array all = (Reply.Array) subject.call(0, words("ZRANGE", key, "0", "-1", "WITHSCORES"));
        List<Double> scores = new ArrayList<>();
        for (int i = 1; i < all.elements().size(); i += 2) {
            String score = ((Reply.Bulk) all.elements().get(i)).value().utf8();
            scores.add(Double.parseDouble(score.replace("inf", "Infinity")));
        }
        return scores;
    }

    private static String sorted(Reply reply, int each) {
        List<Reply> elements = ((Reply.Array) reply).elements();
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < elements.size(); i += each) {
            texts.add(text(Reply.array(elements.subList(i, i + each))));
        }
        return texts.stream().sorted().toList().toString();
    }

    private static String text(Reply reply) {
        return ReplyText.of(reply);
    }
}

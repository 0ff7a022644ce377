package io.ratiskv.command;

import static org.junit.jupiter.api.Assertions.assertTrue;
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

/** A counter has the bytes of Redis' own after the same PFADDs and PFMERGEs, and tells the same estimate. */
class HyperLogLogAgreementTest {
    @TempDir
    private Path folder;

    private record Both(Subject redis, Subject library) {
        /** Asks both and compares. */
        void call(String where, Bytes... words) throws IOException {
            Reply theirs = redis.call(0, words);
            Reply ours = library.call(0, words);
            String asked = where + ": " + shortened(Arrays.toString(words));
            assertTrue(
                    theirs.equals(ours),
                    () -> asked + "\nredis:   " + shortened(ReplyText.of(theirs)) + "\nlibrary: "
                            + shortened(ReplyText.of(ours)));
        }

        void call(String where, String... words) throws IOException {
            Bytes[] all = new Bytes[words.length];
            for (int i = 0; i < words.length; i++) {
                all[i] = Bytes.of(words[i]);
            }
            call(where, all);
        }

        private static String shortened(String text) {
            return text.length() > 200 ? text.substring(0, 200) + "…" : text;
        }
    }

    @Test
    void counters_are_alike_to_the_byte() throws IOException {
        Optional<Path> executable = RedisProcess.installed();
        assumeTrue(executable.isPresent(), "no redis-server on the path");
        try (RedisProcess process = RedisProcess.start(executable.orElseThrow(), folder);
                Subject redis = new SocketSubject("redis", process.port());
                Subject library = new LibrarySubject(/* restoresBetweenLines= */ false)) {
            Both both = new Both(redis, library);
            for (long seed = 1; seed <= 8; seed++) {
                redis.begin();
                library.begin();
                compare(seed, both);
            }
        }
    }

    private static void compare(long seed, Both both) throws IOException {
        SplittableRandom random = new SplittableRandom(seed);
        // Some stay sparse, some are promoted, some are large.
        int space = 1 << random.nextInt(4, 22);
        for (int step = 0; step < 250; step++) {
            String where = "seed " + seed + ", step " + step;
            String key = "key" + random.nextInt(4);
            switch (random.nextInt(12)) {
                case 0 -> both.call(where, "PFMERGE", key, "key" + random.nextInt(6), "key" + random.nextInt(6));
                case 1 -> both.call(where, "PFMERGE", key);
                // Redis keeps the count of a key that is asked for alone in its value.
                case 2, 3 -> both.call(where, "PFCOUNT", key, key);
                case 4 -> both.call(where, "PFCOUNT", "key0", "key1", "key2", "key3", "key4");
                case 5 -> both.call(where, "STRLEN", key);
                default -> add(random, where, key, space, both);
            }
            both.call(where, "GET", key);
        }
    }

    private static void add(SplittableRandom random, String where, String key, int space, Both both)
            throws IOException {
        List<Bytes> words = new ArrayList<>(List.of(Bytes.of("PFADD"), Bytes.of(key)));
        for (int i = random.nextInt(1 << random.nextInt(10)); i > 0; i--) {
            words.add(Bytes.of("e".repeat(random.nextInt(9)) + random.nextInt(space)));
        }
        both.call(where, words.toArray(Bytes[]::new));
    }

    @Test
    void forged_counters_are_judged_alike() throws IOException {
        Optional<Path> executable = RedisProcess.installed();
        assumeTrue(executable.isPresent(), "no redis-server on the path");
        try (RedisProcess process = RedisProcess.start(executable.orElseThrow(), folder);
                Subject redis = new SocketSubject("redis", process.port());
                Subject library = new LibrarySubject(/* restoresBetweenLines= */ false)) {
            Both both = new Both(redis, library);
            redis.begin();
            library.begin();
            for (int value = 48; value < 64; value++) {
                both.call("register " + value, Bytes.of("SET"), Bytes.of("k"), dense(value));
                both.call("register " + value, "COPY", "k", "copy", "REPLACE");
                both.call("register " + value, "PFCOUNT", "copy");
                both.call("register " + value, "PFADD", "k", "x");
                both.call("register " + value, "GET", "k");
            }
            for (String string : List.of(
                    "",
                    "1",
                    "HYLL",
                    "HYLL\0\0\0\0\0\0\0\0\0\0\0\0",
                    "HYLL\u0001\0\0\0\0\0\0\0\0\0\0\0",
                    "HYLL\u0002\0\0\0\0\0\0\0\0\0\0\0",
                    "HYLL\u0001\0\0\0\u0007\0\0\0\0\0\0\0\u007f",
                    "HYLL\u0001abc\u0007\u0001\0\0\0\0\0\u007f\u007f")) {
                both.call(string, "SET", "k", string);
                both.call(string, "PFCOUNT", "k");
                both.call(string, "PFCOUNT", "k", "other");
                both.call(string, "PFMERGE", "d", "k");
            }
        }
    }

    /** A dense counter whose registers are all {@code value} and whose count is out of date. */
    private static Bytes dense(int value) {
        byte[] bytes = new byte[16 + 12_288];
        Bytes.of("HYLL").copyTo(bytes, 0);
        bytes[15] = (byte) 0x80;
        long four = value * 0x41041L;
        for (int i = 16; i < bytes.length; i += 3) {
            bytes[i] = (byte) four;
            bytes[i + 1] = (byte) (four >> 8);
            bytes[i + 2] = (byte) (four >> 16);
        }
        return Bytes.wrap(bytes);
    }
}

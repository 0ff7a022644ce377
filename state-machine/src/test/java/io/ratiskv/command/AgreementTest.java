package io.ratiskv.command;

import static org.junit.jupiter.api.Assertions.fail;
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
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The library and a real Redis, given the same requests, reply the same: requests that the usage lines allow, and the
 * same with a word spoilt, doubled or left out, so that the order of errors is compared too.
 */
class AgreementTest {
    private static final int REQUESTS = 6_000;

    /** Luck, measures of memory, what only one of the two has; Redis counts keys that expired and it has not met since. */
    private static final Set<String> INCOMPARABLE = Set.of(
            "dbsize",
            "hrandfield",
            "memory|usage",
            "object|freq",
            "object|idletime",
            "object|refcount",
            "pfdebug",
            "randomkey",
            "raft.versions",
            "spop",
            "srandmember",
            "zrandmember");

    private static final Set<String> IN_ANY_ORDER =
            Set.of("hgetall", "hkeys", "hvals", "keys", "sdiff", "sinter", "smembers", "sunion");

    /** How far one call gets is each one's own affair. */
    private static final Set<String> PIECEMEAL = Set.of("hscan", "scan", "sscan", "zscan");

    /** Their replies depend on the clock, of which Redis has its own. */
    private static final Set<String> TIMED = Set.of("expiretime", "pexpiretime", "pttl", "ttl");

    private static final Set<String> ONLY_OURS =
            Set.of("IFEQ", "IFNE", "IFDEQ", "IFDNE", "DIFF", "DIFF1", "ANDOR", "ONE");

    /** What came with Redis 8, and one of Valkey. */
    private static final Set<String> COMMANDS_ONLY_OURS = Set.of("delex", "delifeq", "digest", "increx", "msetex");

    private static final Pattern NUMBER = Pattern.compile("\"(-?(\\d+(\\.\\d+)?(e[+-]?\\d+)?|inf))\"");

    private static final long TOLERANCE_MILLIS = 100_000;

    private static final List<String> SPOILT = List.of(
            "",
            "x",
            "-1",
            "0",
            "01",
            "-9223372036854775808",
            "9223372036854775807",
            "1e400",
            "nan",
            "inf",
            "1.5",
            "NX",
            "\u00ff\n");

    @TempDir
    private Path folder;

    @Test
    void a_real_redis_and_the_library_reply_the_same() throws IOException {
        Optional<Path> executable = RedisProcess.installed();
        assumeTrue(executable.isPresent(), "no redis-server on the path");
        try (RedisProcess process = RedisProcess.start(executable.orElseThrow(), folder);
                Subject redis = new SocketSubject("redis", process.port());
                Subject library = new LibrarySubject(/* restoresBetweenLines= */ false)) {
            for (long seed = 1; seed <= 4; seed++) {
                redis.begin();
                library.begin();
                compare(seed, redis, library);
            }
        }
    }

    private static void compare(long seed, Subject redis, Subject library) throws IOException {
        List<Command> commands = new CommandTable()
                .commands().stream()
                        .flatMap(command -> Stream.concat(Stream.of(command), command.subcommands().stream()))
                        .filter(command -> command.body() != null && !INCOMPARABLE.contains(command.name()))
                        .filter(command -> !COMMANDS_ONLY_OURS.contains(command.name()))
                        .toList();
        SplittableRandom random = new SplittableRandom(seed);
        UsageGenerator generator = new UsageGenerator(random);
        long nowMillis = System.currentTimeMillis();
        for (int i = 0; i < REQUESTS; i++) {
            Command command = commands.get(random.nextInt(commands.size()));
            Bytes[] words = generator.draw(command);
            if (random.nextInt(4) == 0) {
                words = spoil(words, command.usage().name().size(), random);
            }
            if (isOnlyOurs(words) || writesInRedis(words) || isFlush(command) && random.nextInt(20) > 0) {
                continue;
            }
            Reply theirs = command.has(Flag.BLOCKING) ? inTransaction(redis, words) : redis.call(nowMillis, words);
            Reply ours = library.call(nowMillis, words);
            ours = ours instanceof Reply.Blocked blocked ? blocked.refused() : ours;
            if (!agree(command, theirs, ours)) {
                fail("seed " + seed + ", request " + i + ": " + Arrays.toString(words) + "\nredis:   "
                        + ReplyText.of(theirs) + "\nlibrary: " + ReplyText.of(ours));
            }
        }
    }

    /** There a request does not wait. */
    private static Reply inTransaction(Subject redis, Bytes[] words) throws IOException {
        redis.call(0, new Bytes[] {Bytes.of("MULTI")});
        Reply queued = redis.call(0, words);
        Reply executed = redis.call(0, new Bytes[] {Bytes.of("EXEC")});
        return queued instanceof Reply.Failure
                ? queued
                : ((Reply.Array) executed).elements().getFirst();
    }

    /** Spoils, doubles or drops a word behind the name. */
    private static Bytes[] spoil(Bytes[] words, int nameWords, SplittableRandom random) {
        if (words.length == nameWords) {
            return words;
        }
        int at = random.nextInt(nameWords, words.length);
        int lengthening = random.nextInt(-1, 2);
        Bytes[] spoilt = Arrays.copyOf(words, words.length + lengthening);
        if (lengthening == 0) {
            spoilt[at] = Bytes.of(SPOILT.get(random.nextInt(SPOILT.size())));
        } else {
            int behind = Math.max(at, at - lengthening);
            System.arraycopy(words, behind, spoilt, behind + lengthening, words.length - behind);
        }
        return spoilt;
    }

    /** What came with Redis 8: conditions of SET and operations of BITOP; and the score of ZRANK that came with 7.2. */
    private static boolean isOnlyOurs(Bytes[] words) {
        boolean rank = words[0].equalsIgnoreCase("ZRANK") || words[0].equalsIgnoreCase("ZREVRANK");
        return rank && words.length > 3
                || Arrays.stream(words).anyMatch(word -> ONLY_OURS.stream().anyMatch(word::equalsIgnoreCase));
    }

    /** PFCOUNT of one key, whose value keeps the count then. */
    private static boolean writesInRedis(Bytes[] words) {
        return words[0].equalsIgnoreCase("PFCOUNT") && words.length == 2;
    }

    /** Drawn as often as the others they would leave nothing to compare. */
    private static boolean isFlush(Command command) {
        return command.name().startsWith("flush");
    }

    private static boolean agree(Command command, Reply theirs, Reply ours) {
        if (TIMED.contains(command.name()) && theirs instanceof Reply.Int one && ours instanceof Reply.Int other) {
            return Math.abs(one.value() - other.value()) <= TOLERANCE_MILLIS
                    && (one.value() < 0) == (other.value() < 0);
        }
        if (PIECEMEAL.contains(command.name()) && theirs instanceof Reply.Array && ours instanceof Reply.Array) {
            return true;
        }
        boolean scored = command.group() == Group.SORTED_SET || command.group() == Group.GEO;
        String theirText = scored ? withoutDigits(ReplyText.of(theirs)) : ReplyText.of(theirs);
        String ourText = scored ? withoutDigits(ReplyText.of(ours)) : ReplyText.of(ours);
        if (ourText.equals("(error) ERR timeout is out of range")) {
            // To Redis 7.0 it is below 0 when it overflows.
            return theirText.equals(ourText) || theirText.equals("(error) ERR timeout is negative");
        }
        if (command.name().equals("lpos") && ourText.contains("value must between")) {
            // Redis 7.0 takes the least integer for a rank.
            return true;
        }
        if (command.name().equals("object|encoding") && ourText.equals("\"int\"")) {
            // A sum that INCRBYFLOAT left is text to Redis, even if it is an integer.
            return theirText.equals(ourText) || theirText.equals("\"embstr\"");
        }
        if (command.name().equals("object|encoding") && theirText.equals("\"raw\"")) {
            // To Redis a string is no number any more once a bit of it was set to what it was.
            return ourText.equals(theirText) || ourText.equals("\"int\"") || ourText.equals("\"embstr\"");
        }
        if (command.name().equals("object|encoding") && ourText.equals("\"listpack\"")) {
            // Redis 7.0 has no listpack for sets and lists.
            return theirText.equals(ourText) || theirText.equals("\"hashtable\"") || theirText.equals("\"quicklist\"");
        }
        return IN_ANY_ORDER.contains(command.name())
                ? sorted(theirText).equals(sorted(ourText))
                : theirText.equals(ourText);
    }

    /** With numbers as one spelling: Redis 7.0 prints seventeen digits of a score, and minus zero of few members. */
    private static String withoutDigits(String text) {
        return NUMBER.matcher(text).replaceAll(number -> {
            String digits = number.group(1).replace("inf", "Infinity");
            return Double.toString(Double.parseDouble(digits) + 0.0);
        });
    }

    /** Without the empty key, which Redis finds by {@code *} but not by {@code **}. */
    private static List<String> sorted(String text) {
        return Stream.of(text.split("[\\[\\], ]+"))
                .filter(part -> !part.equals("\"\""))
                .sorted()
                .toList();
    }
}

package io.ratiskv.acl;

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
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real Redis and this store judge random requests by random rules alike, and refuse the same rules. */
class AclAgreementTest {
    private static final int SEEDS = 60;

    @TempDir
    private Path folder;

    @Test
    void rules_are_understood_alike() throws IOException {
        Optional<Path> executable = RedisProcess.installed();
        assumeTrue(executable.isPresent(), "no redis-server on the path");
        try (RedisProcess process = RedisProcess.start(executable.orElseThrow(), folder);
                Subject redis = new SocketSubject("redis", process.port());
                Subject library = new LibrarySubject(/* restoresBetweenLines= */ false)) {
            redis.begin();
            library.begin();
            for (long seed = 1; seed <= SEEDS; seed++) {
                compare(seed, redis, library);
            }
        }
    }

    private static void compare(long seed, Subject redis, Subject library) throws IOException {
        RandomRules random = new RandomRules(seed);
        String user = "u" + seed;
        List<String> history = new ArrayList<>();
        for (int step = 0; step < 12; step++) {
            List<String> rules = random.rules();
            history.add(String.join(" ", rules));
            List<String> set = new ArrayList<>(List.of("ACL", "SETUSER", user));
            set.addAll(rules);
            same(seed, history, set, redis, library);
            for (int i = 0; i < 12; i++) {
                List<String> tried = new ArrayList<>(List.of("ACL", "DRYRUN", user));
                tried.addAll(random.request());
                same(seed, history, tried, redis, library);
            }
        }
    }

    private static void same(long seed, List<String> history, List<String> words, Subject redis, Subject library)
            throws IOException {
        Bytes[] request = words.stream().map(Bytes::of).toArray(Bytes[]::new);
        String theirs = ReplyText.of(redis.call(0, request));
        Reply ours = library.call(0, request);
        // 7.0 does not name the user.
        String user = words.get(2);
        assertEquals(
                theirs.replace("This user", "User " + user),
                ReplyText.of(ours),
                () -> "seed " + seed + ": " + words + " after\n" + String.join("\n", history));
    }
}

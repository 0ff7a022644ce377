package io.ratiskv.agreement;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.ratiskv.command.CommandTable;
import io.ratiskv.command.RequestGenerator;
import io.ratiskv.transcript.LibrarySubject;
import io.ratiskv.transcript.RedisProcess;
import io.ratiskv.transcript.ReplyText;
import io.ratiskv.transcript.SocketSubject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The library and a real Redis, given the same requests, reply the same and hold the same afterwards.
 *
 * <p>{@code -Dratiskv.fuzz.operations=1000000} takes as many requests, {@code -Dratiskv.fuzz.seed=N} others,
 * {@code -Dratiskv.fuzz.only=REGEX} those of some commands, {@code -Dratiskv.fuzz.findings=N} does not end with the first
 * finding, {@code -Dratiskv.redis=PATH} is another Redis.
 */
class AgreementTest {
    /** So many requests from one beginning: a finding is shrunk from no more. */
    private static final int ROUND = 2_000;

    private static final int FINDINGS_MAX = Integer.getInteger("ratiskv.fuzz.findings", 1);
    private static final long OPERATIONS = Long.getLong("ratiskv.fuzz.operations", 400_000);
    private static final long SEED = Long.getLong("ratiskv.fuzz.seed", 1);
    private static final Pattern ONLY = Pattern.compile(System.getProperty("ratiskv.fuzz.only", ".*"));

    @TempDir
    private Path folder;

    @Test
    @Timeout(value = 4, unit = TimeUnit.HOURS)
    void a_real_redis_and_the_library_reply_the_same() throws IOException {
        Optional<Path> executable = RedisProcess.installed();
        assumeTrue(executable.isPresent(), "no redis-server on the path");
        try (RedisProcess process = RedisProcess.start(executable.orElseThrow(), folder);
                SocketSubject redis = new SocketSubject("redis", process.port());
                LibrarySubject library = new LibrarySubject(/* restoresBetweenLines= */ false)) {
            Duel duel = new Duel(library, redis, isUntil72(redis));
            // By command: a second one of the same has most likely the same cause.
            Map<String, String> findings = new LinkedHashMap<>();
            for (long round = 0; round * ROUND < OPERATIONS && findings.size() < FINDINGS_MAX; round++) {
                compare(duel, library, SEED + round, findings);
            }
            if (System.getProperty("ratiskv.fuzz.operations") != null) {
                System.out.print(duel.tally());
            }
            assertTrue(findings.isEmpty(), () -> String.join("\n\n", findings.values()));
        }
    }

    private static void compare(Duel duel, LibrarySubject library, long seed, Map<String, String> findings)
            throws IOException {
        SplittableRandom random = new SplittableRandom(seed);
        Scene scene = Scene.draw(random);
        List<Step> steps = draw(duel, random);
        Duel.Course course = duel.run(scene, steps);
        if (course.agrees()) {
            List<Step> inspection = Inspection.of(library);
            course = duel.resume(inspection);
            if (course.agrees()) {
                return;
            }
            List<Step> all = new ArrayList<>(steps);
            all.addAll(inspection.subList(0, course.brokenAt() + 1));
            steps = all;
        } else {
            steps = steps.subList(0, course.brokenAt() + 1);
        }
        Exchange disagreement = course.exchanges().getLast();
        if (!findings.containsKey(disagreement.name())) {
            String section = new Shrinker(duel, scene, steps, disagreement).shrink();
            findings.put(disagreement.name(), "-Dratiskv.fuzz.seed=" + seed + "\n" + section);
        }
    }

    private static List<Step> draw(Duel duel, SplittableRandom random) {
        RequestGenerator generator = new RequestGenerator(
                random,
                new CommandTable(),
                command -> ONLY.matcher(command.name()).matches() && !duel.isOnlyOurs(command.name()));
        List<Step> steps = new ArrayList<>(ROUND);
        while (steps.size() < ROUND) {
            steps.add(
                    switch (random.nextInt(400)) {
                        case 0 -> new Step.Restore();
                        case 1, 2, 3, 4, 5, 6 -> Step.ask("SELECT", Integer.toString(random.nextInt(3)));
                        default -> new Step.Ask(generator.draw());
                    });
        }
        return steps;
    }

    private static boolean isUntil72(SocketSubject redis) throws IOException {
        String info = ReplyText.of(redis.call(0, Step.ask("INFO", "server").words()));
        return info.contains("redis_version:6.") || info.contains("redis_version:7.0.");
    }
}

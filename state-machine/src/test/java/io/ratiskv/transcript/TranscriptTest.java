package io.ratiskv.transcript;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TranscriptTest {
    @TempDir
    private Path folder;

    private @Nullable RedisProcess redis;
    private @Nullable Subject redisSubject;

    @AfterAll
    void stopRedis() throws IOException {
        if (redisSubject != null) {
            redisSubject.close();
        }
        if (redis != null) {
            redis.close();
        }
    }

    @TestFactory
    Stream<DynamicContainer> the_library_replies_as_written() {
        return TranscriptRunner.all(new LibrarySubject(/* restoresBetweenLines= */ false));
    }

    @TestFactory
    Stream<DynamicContainer> the_library_restored_between_any_two_lines_replies_as_written() {
        return TranscriptRunner.all(new LibrarySubject(/* restoresBetweenLines= */ true));
    }

    /** Where one is installed: what is written is what Redis does. */
    @TestFactory
    Stream<DynamicContainer> a_real_redis_replies_as_written() throws IOException {
        Optional<Path> executable = RedisProcess.installed();
        assumeTrue(executable.isPresent(), "no redis-server on the path");
        redis = RedisProcess.start(executable.orElseThrow(), folder);
        redisSubject = new SocketSubject("redis", redis.port());
        return TranscriptRunner.all(redisSubject);
    }

    @Test
    void every_file_of_the_folder_is_run() throws URISyntaxException {
        URL url = Objects.requireNonNull(TranscriptTest.class.getResource("/transcripts"));
        String[] files = Objects.requireNonNull(new File(url.toURI()).list());
        TreeSet<String> names = new TreeSet<>();
        Arrays.stream(files).map(file -> file.replace(".txt", "")).forEach(names::add);
        assertEquals(names, new TreeSet<>(Transcript.NAMES));
    }
}

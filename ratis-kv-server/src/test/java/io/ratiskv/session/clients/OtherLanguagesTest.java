package io.ratiskv.session.clients;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Programs that do what people do with the clients of Python and JavaScript. Each is skipped where its interpreter or client
 * is missing; those of JavaScript come from npm.
 */
class OtherLanguagesTest {
    /** Those of {@code docs/clients.md}. */
    private static final List<String> CLIENTS_OF_NODE = List.of("ioredis@6.0.0", "redis@6.3.1");

    private static final int PATIENCE_SECONDS = 90;

    private static final Path FOLDER = Path.of("target", "clients").toAbsolutePath();

    private static @Nullable String lackingForNode;

    @BeforeAll
    static void installClientsOfNode() throws Exception {
        Files.createDirectories(FOLDER);
        List<String> install = new ArrayList<>(List.of(
                "npm", "install", "--prefix", FOLDER.toString(), "--prefer-offline", "--no-save", "--no-package-lock"));
        install.addAll(List.of("--ignore-scripts", "--no-audit", "--no-fund"));
        install.addAll(CLIENTS_OF_NODE);
        lackingForNode = run(install);
    }

    @Test
    void redis_py() throws Exception {
        String lacking = null;
        for (String python : List.of("python3", "/usr/bin/python3")) {
            lacking = run(List.of(python, "-c", "import redis"));
            if (lacking == null) {
                tryProgram(python, "redis_py.py");
                return;
            }
        }
        assumeTrue(lacking == null, "redis-py is missing: " + lacking);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ioredis.mjs", "node_redis.mjs"})
    void clients_of_node(String program) throws Exception {
        assumeTrue(lackingForNode == null, "clients of Node.js are missing: " + lackingForNode);
        tryProgram("node", program);
    }

    private static void tryProgram(String interpreter, String program) throws Exception {
        try (ServedPort served = new ServedPort()) {
            List<String> command = List.of(interpreter, resource(program), String.valueOf(served.port()));
            assertEquals(null, run(command));
            assertEquals("ok", said().strip());
        }
    }

    private static String resource(String program) throws URISyntaxException {
        URL url = Objects.requireNonNull(OtherLanguagesTest.class.getResource("/clients/" + program), program);
        return Path.of(url.toURI()).toString();
    }

    /** Null when the command succeeds, else what it says. */
    private static @Nullable String run(List<String> command) throws InterruptedException, IOException {
        Process process;
        try {
            process = new ProcessBuilder(command)
                    .directory(FOLDER.toFile())
                    .redirectErrorStream(true)
                    .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
                    .redirectOutput(output().toFile())
                    .start();
        } catch (IOException notThere) {
            return notThere.getMessage();
        }
        try {
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) return "no end: " + said();
            return process.exitValue() == 0 ? null : said();
        } finally {
            process.destroyForcibly();
        }
    }

    private static String said() throws IOException {
        return Files.readString(output());
    }

    private static Path output() {
        return FOLDER.resolve("output");
    }
}

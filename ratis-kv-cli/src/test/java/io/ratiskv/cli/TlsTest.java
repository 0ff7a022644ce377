package io.ratiskv.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** raft-cli at a real node that speaks TLS alone and asks for a certificate and a password. */
final class TlsTest {
    @TempDir
    private static Path directory;

    private static @Nullable RealNode node;

    /** All that it takes to be let in. */
    private static final Map<String, String> TRUSTED = new HashMap<>();

    @BeforeAll
    static void start() throws Exception {
        assumeTrue(
                Stream.of(System.getenv("PATH").split(File.pathSeparator))
                        .anyMatch(folder -> Files.isExecutable(Path.of(folder, "openssl"))),
                "openssl is not on the path");
        Path certificates = directory.resolve("certificates");
        Process made = new ProcessBuilder(
                        "../deploy/make-certificates.sh", certificates.toString(), "node,localhost,127.0.0.1", "client")
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("made").toFile())
                .start();
        assertEquals(0, made.waitFor(), () -> "see " + directory.resolve("made"));
        Path password = Files.writeString(directory.resolve("password"), "correct horse\n");
        TRUSTED.put("RAFT_CLI_TLS_CA", certificates.resolve("ca.crt").toString());
        TRUSTED.put("RAFT_CLI_TLS_CERT", certificates.resolve("client.crt").toString());
        TRUSTED.put("RAFT_CLI_TLS_KEY", certificates.resolve("client.key").toString());
        TRUSTED.put("RAFT_CLI_PASSWORD_FILE", password.toString());
        node = RealNode.group(
                        directory,
                        1,
                        "https",
                        TRUSTED,
                        "--requirepass-file=" + password,
                        "--tls-cert=" + certificates.resolve("node.crt"),
                        "--tls-key=" + certificates.resolve("node.key"),
                        "--tls-ca=" + certificates.resolve("ca.crt"),
                        "--tls-auth-clients=yes")
                .getFirst();
    }

    @AfterAll
    static void stop() {
        if (node != null) node.close();
    }

    @Test
    void who_has_the_certificates_and_the_password_is_served() {
        assertEquals("OK\n", call(TRUSTED, "set", "k", "secret value").out());
        assertEquals("secret value\n", call(TRUSTED, "get", "k").out());
        assertEquals(0, call(TRUSTED, "health").code());
        assertTrue(call(TRUSTED, "members").out().contains("leader"));
        assertEquals(0, call(TRUSTED, "snapshot").code());
    }

    @Test
    void a_script_goes_over_one_connection() {
        Map<String, String> environment = new HashMap<>(TRUSTED);
        environment.put("RAFT_CLI_ADDRESS", address());
        Calls.Ended ended = Calls.call(environment, "SET a 1\nINCR a\nGET a\n", "repl");
        assertEquals("OK\n(integer) 2\n\"2\"\n", ended.out(), ended.toString());
    }

    @Test
    void a_benchmark_runs_over_both_protocols() {
        for (String protocol : new String[] {"resp", "http"}) {
            Calls.Ended ended =
                    call(TRUSTED, "benchmark", "--protocol", protocol, "--operations", "1000", "--clients", "4");
            assertEquals(0, ended.code(), ended.toString());
            assertTrue(ended.out().contains("ok 1,000, refused 0, unavailable 0, unknown 0"), ended.out());
        }
    }

    @Test
    void who_lacks_one_of_them_is_not() {
        for (String lacking : List.of("RAFT_CLI_TLS_CA", "RAFT_CLI_PASSWORD_FILE")) {
            Map<String, String> environment = new HashMap<>(TRUSTED);
            environment.remove(lacking);
            Calls.Ended ended = call(environment, "get", "k");
            assertEquals(lacking.endsWith("CA") ? 3 : 1, ended.code(), ended.toString());
        }
        Map<String, String> nobody = new HashMap<>(TRUSTED);
        nobody.remove("RAFT_CLI_TLS_CERT");
        nobody.remove("RAFT_CLI_TLS_KEY");
        assertEquals(3, call(nobody, "get", "k").code());
        // Often: what the server says to no certificate, an alert or a reset, is decided by a race.
        for (int i = 0; i < 50; i++) {
            Calls.Ended ended = call(nobody, "set", "k", "v");
            assertEquals(3, ended.code(), ended.toString());
        }
        String plain = address().replace("https:", "http:");
        assertEquals(3, Calls.call(TRUSTED, "", "get", "k", "-a", plain).code());
    }

    private static String address() {
        RealNode running = node;
        if (running == null) throw new IllegalStateException("not started");
        return running.http();
    }

    private static Calls.Ended call(Map<String, String> environment, String... words) {
        String[] call = Stream.concat(Stream.of("--address", address()), Stream.of(words))
                .toArray(String[]::new);
        return Calls.call(environment, "", call);
    }
}

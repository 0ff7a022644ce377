package io.ratiskv.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The launcher in a folder of its own, with JDKs whose {@code java} prints its arguments, one per line. */
final class LauncherTest {
    private static final Path BIN = Path.of("bin");

    @TempDir
    private Path directory;

    private Path home;
    private Path user;
    private final Map<String, String> environment = new HashMap<>();

    @BeforeEach
    void lay_out() throws IOException {
        home = Files.createDirectories(directory.resolve("the program"));
        user = Files.createDirectories(directory.resolve("user"));
        Files.createDirectories(home.resolve("bin"));
        for (String script : List.of("ratis-kv-server", "find-jdk")) {
            Files.copy(BIN.resolve(script), home.resolve("bin").resolve(script));
        }
        Files.createDirectories(home.resolve("target/lib"));
        Files.writeString(home.resolve("target/ratis-kv-server-1.jar"), "");
        Files.writeString(home.resolve("target/ratis-kv-server-1-tests.jar"), "");
        environment.put("PATH", "/usr/bin:/bin");
        environment.put("HOME", user.toString());
    }

    @Test
    void java_home_is_taken_where_it_is_new_enough() throws Exception {
        newJdk(".sdkman/candidates/java/99", "99.0.1");
        environment.put("JAVA_HOME", newJdk("chosen", "21.0.4").toString());
        assertEquals(user.resolve("chosen").toString(), launch().jdk());
    }

    @Test
    void an_old_java_home_gives_way_to_the_newest_jdk_of_the_usual_folders() throws Exception {
        environment.put("JAVA_HOME", newJdk("old", "1.8.0_292").toString());
        newJdk(".sdkman/candidates/java/98", "98");
        newJdk(".sdkman/candidates/java/99", "99.0.1");
        newJdk(".jdks/97", "97.0.1");
        assertEquals(user.resolve(".sdkman/candidates/java/99").toString(), launch().jdk());
    }

    @Test
    void options_that_a_jdk_does_not_know_are_not_given_to_it() throws Exception {
        environment.put("JAVA_HOME", newJdk("jdk", "21.0.4").toString());
        assertFalse(launch().options().contains("-XX:+UseCompactObjectHeaders"));
        assertFalse(launch().options().contains("--sun-misc-unsafe-memory-access=allow"));
        environment.put("JAVA_HOME", newJdk("newer", "25.0.1").toString());
        assertTrue(launch().options().contains("-XX:+UseCompactObjectHeaders"));
        assertTrue(launch().options().contains("--sun-misc-unsafe-memory-access=allow"));
    }

    @Test
    void the_heap_is_a_quarter_of_the_memory_unless_told_otherwise() throws Exception {
        environment.put("JAVA_HOME", newJdk("jdk", "25").toString());
        assertTrue(launch().options().contains("-XX:MaxRAMPercentage=25"));
        environment.put("RATIS_KV_HEAP", "512m");
        assertTrue(launch().options().contains("-Xmx512m"));
        assertFalse(launch().options().contains("-XX:MaxRAMPercentage=25"));
        environment.put("JAVA_OPTS", "-Xmx1g -XX:+UseZGC");
        List<String> options = launch().options();
        assertTrue(options.containsAll(List.of("-Xmx1g", "-XX:+UseZGC")), options.toString());
        assertFalse(options.contains("-Xmx512m"), options.toString());
        assertFalse(options.contains("-XX:+UseG1GC"), options.toString());
    }

    @Test
    void arguments_reach_the_server_unchanged_from_any_folder_and_through_links() throws Exception {
        environment.put("JAVA_HOME", newJdk("jdk", "25").toString());
        Path link = Files.createSymbolicLink(user.resolve("kv"), home.resolve("bin/ratis-kv-server"));
        String[] arguments = {"--id", "n 1", "--requirepass=*\"'$x", ""};
        Launched launched = run(link, arguments);
        assertEquals(List.of(arguments), launched.arguments());
        assertTrue(launched.options()
                .contains(home.resolve("target/ratis-kv-server-1.jar")
                        .toRealPath()
                        .toString()));
    }

    @Test
    void a_tarball_is_run_from_its_own_jar_on_its_own_runtime() throws Exception {
        Path tarball = home.resolve("ratis-kv-server-2.jar");
        Files.move(home.resolve("target/ratis-kv-server-1.jar"), tarball);
        Files.move(home.resolve("target/lib"), home.resolve("lib"));
        Files.move(newJdk("linked", "25.0.1"), home.resolve("runtime"));
        environment.put("JAVA_HOME", newJdk("newer", "99").toString());
        Launched launched = launch();
        assertEquals(home.resolve("runtime").toRealPath().toString(), launched.jdk());
        assertTrue(launched.options().contains(tarball.toRealPath().toString()), launched.text());
    }

    @Test
    void what_is_missing_is_said_in_one_line() throws Exception {
        Files.delete(home.resolve("target/ratis-kv-server-1.jar"));
        environment.put("JAVA_HOME", newJdk("jdk", "25").toString());
        Launched unbuilt = launch();
        assertEquals(1, unbuilt.code());
        assertEquals("ratis-kv-server: not built yet; run: mvn -DskipTests package\n", unbuilt.text());
    }

    private Path newJdk(String folder, String version) throws IOException {
        Path jdk = user.resolve(folder);
        Files.createDirectories(jdk.resolve("bin"));
        Files.writeString(jdk.resolve("release"), "IMPLEMENTOR=\"x\"\nJAVA_VERSION=\"" + version + "\"\n");
        Path java = Files.writeString(jdk.resolve("bin/java"), "#!/bin/sh\necho \"$0\"\nprintf '%s\\n' \"$@\"\n");
        Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwxr-xr-x"));
        return jdk;
    }

    private Launched launch(String... arguments) throws IOException, InterruptedException {
        return run(home.resolve("bin/ratis-kv-server"), arguments);
    }

    private Launched run(Path program, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(program.toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().clear();
        builder.environment().putAll(environment);
        Process process = builder.start();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(process.waitFor(30, TimeUnit.SECONDS));
        return new Launched(process.exitValue(), text);
    }

    private record Launched(int code, String text) {
        String jdk() {
            return lines().get(0).replace("/bin/java", "");
        }

        List<String> options() {
            return lines().subList(1, main());
        }

        List<String> arguments() {
            return lines().subList(main() + 1, lines().size());
        }

        private int main() {
            int main = lines().indexOf("io.ratiskv.server.Main");
            assertTrue(main >= 0, text);
            return main;
        }

        private List<String> lines() {
            return text.lines().toList();
        }
    }
}

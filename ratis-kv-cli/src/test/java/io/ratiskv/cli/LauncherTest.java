package io.ratiskv.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.DataInputStream;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.HdrHistogram.Histogram;
import org.jline.reader.LineReader;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import tools.jackson.core.json.JsonFactory;

/** {@code bin/raft-cli} as a shell starts it, in a folder of its own, with a jar that leads to the classes of this test. */
final class LauncherTest {
    @TempDir
    private Path directory;

    private Path launcher;
    private Path jar;

    @BeforeEach
    void lay_out() throws IOException {
        Path home = Files.createDirectories(directory.resolve("the program/ratis-kv-cli"));
        launcher = Files.createDirectories(home.resolve("bin")).resolve("raft-cli");
        Files.copy(Path.of("bin/raft-cli"), launcher);
        Path server = Files.createDirectories(directory.resolve("the program/ratis-kv-server/bin"));
        Files.copy(Path.of("../ratis-kv-server/bin/find-jdk"), server.resolve("find-jdk"));
        Files.createDirectories(home.resolve("target/lib"));
        jar = home.resolve("target/ratis-kv-cli-1.jar");
        writeJar(jar);
    }

    @Test
    void words_reach_the_server_unchanged_whatever_the_locale() throws Exception {
        try (ScriptedNode node = new ScriptedNode()) {
            Path link = Files.createSymbolicLink(directory.resolve("kv"), launcher);
            Ended set = launch(node.address(), link, "set", "k ö*", "$x \"é\" ");
            assertEquals(0, set.code(), set.text());
            assertEquals(
                    "{\"type\":\"SET\",\"key\":\"k ö*\",\"value\":\"$x \\\"é\\\" \"}",
                    node.bodies().getFirst());
            node.nextResult("\"é 日本\"");
            assertEquals("é 日本\n", launch(node.address(), link, "get", "k ö*").text());
        }
    }

    @Test
    void in_the_tarball_the_jar_stands_beside_bin() throws Exception {
        Path home = directory.resolve("tarball");
        Files.createDirectories(home.resolve("bin"));
        Files.createDirectories(home.resolve("lib"));
        for (String script : List.of("bin/raft-cli", "../ratis-kv-server/bin/find-jdk")) {
            Files.copy(
                    Path.of(script), home.resolve("bin").resolve(Path.of(script).getFileName()));
        }
        writeJar(home.resolve("ratis-kv-cli-1.jar"));
        Ended ended = launch(Calls.nobody(), home.resolve("bin/raft-cli"), "--version");
        assertEquals(0, ended.code(), ended.text());
        assertTrue(ended.text().startsWith("raft-cli "), ended.text());
    }

    @Test
    void the_exit_code_is_that_of_the_call() throws Exception {
        Ended ended = launch(Calls.nobody(), launcher, "get", "k");
        assertEquals(3, ended.code(), ended.text());
        assertEquals(2, launch(Calls.nobody(), launcher, "get").code());
    }

    @Test
    void what_is_missing_is_said_in_one_line() throws Exception {
        Files.delete(jar);
        Ended ended = launch(Calls.nobody(), launcher, "get", "k");
        assertEquals("raft-cli: not built yet; run: mvn -DskipTests package\n", ended.text());
        assertEquals(70, ended.code());
    }

    /** Class files older than Java 6 are parsed and verified at every call. */
    @Test
    void no_library_is_too_old_for_the_archive_of_a_start() throws Exception {
        for (Class<?> one : List.of(CommandLine.class, LineReader.class, Histogram.class, JsonFactory.class)) {
            String file = one.getName().replace('.', '/') + ".class";
            try (DataInputStream in =
                    new DataInputStream(Objects.requireNonNull(ClassLoader.getSystemResourceAsStream(file)))) {
                in.readInt();
                in.readUnsignedShort();
                int major = in.readUnsignedShort();
                assertTrue(major >= 50, one + " is of class file version " + major);
            }
        }
    }

    private record Ended(int code, String text) {}

    private static Ended launch(String address, Path program, String... words) throws Exception {
        // Words in UTF-8 as a terminal sends them; this JVM would encode them in the locale it runs in.
        List<String> command = new ArrayList<>(List.of("/bin/sh", "-s"));
        String line = "exec " + quoted(program.toString()) + " "
                + Stream.of(words).map(LauncherTest::quoted).collect(Collectors.joining(" "));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().clear();
        builder.environment().put("PATH", "/usr/bin:/bin");
        builder.environment().put("LC_ALL", "C");
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().put("RAFT_CLI_ADDRESS", address);
        Process process = builder.start();
        try (OutputStream script = process.getOutputStream()) {
            script.write((line + "\n").getBytes(StandardCharsets.UTF_8));
        }
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(process.waitFor(60, TimeUnit.SECONDS));
        return new Ended(process.exitValue(), text);
    }

    private static String quoted(String word) {
        return "'" + word.replace("'", "'\\''") + "'";
    }

    /** A jar without classes, whose manifest names the class path of this test. */
    private static void writeJar(Path jar) throws IOException {
        String path = Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                .map(entry -> Path.of(entry).toUri().toString())
                .collect(Collectors.joining(" "));
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().put(Attributes.Name.CLASS_PATH, path);
        new JarOutputStream(Files.newOutputStream(jar), manifest).close();
    }
}

package io.ratiskv.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code deploy/local-cluster.sh} with real nodes on ports of its own. Script and launcher stand in a folder without a
 * build; the {@code java} they find is the one of this test, with the class path of this test.
 */
@Tag("alone")
final class LocalClusterTest {
    private static final int NODES = 3;
    private static final int COMMAND_MINUTES_MAX = 4;

    @TempDir
    private Path directory;

    private Path script;
    private Path data;
    private int raftPort;
    private int respPort;
    private int httpPort;

    @BeforeEach
    void lay_out() throws IOException {
        Path program = Files.createDirectories(directory.resolve("ratis-kv-server"));
        Files.createDirectories(program.resolve("bin"));
        for (String file : List.of("ratis-kv-server", "find-jdk")) {
            Files.copy(Path.of("bin", file), program.resolve("bin").resolve(file));
        }
        Files.createDirectories(program.resolve("target/lib"));
        Files.writeString(program.resolve("target/ratis-kv-server-1.jar"), "");
        script = Files.createDirectories(directory.resolve("deploy")).resolve("local-cluster.sh");
        Files.copy(Path.of("..", "deploy", "local-cluster.sh"), script);
        data = directory.resolve("cluster");

        Path jdk = directory.resolve("jdk");
        Files.createDirectories(jdk.resolve("bin"));
        Files.copy(Path.of(System.getProperty("java.home"), "release"), jdk.resolve("release"));
        Path java = Files.writeString(jdk.resolve("bin/java"), """
                #!/bin/sh
                left=$#
                while [ $left -gt 0 ]; do
                    if [ "$1" = -cp ]; then
                        set -- "$@" -cp "$TEST_CLASS_PATH"
                        shift 2
                        left=$((left - 2))
                    else
                        set -- "$@" "$1"
                        shift
                        left=$((left - 1))
                    fi
                done
                exec "$TEST_JAVA" "$@"
                """);
        Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwxr-xr-x"));
        choosePorts();
    }

    @AfterEach
    void take_down() throws Exception {
        run("down", "--data", data.toString());
    }

    @Test
    void a_cluster_lives_through_every_verb() throws Exception {
        Ended up = up("--background");
        assertEquals(0, up.code(), up.text());
        for (int port : List.of(respPort, respPort + 2, httpPort, raftPort)) {
            assertTrue(up.text().contains("127.0.0.1:" + port), up.text());
        }
        assertEquals(
                5,
                up.text()
                        .lines()
                        .filter(line -> line.matches("  (redis-cli|curl|deploy/).*"))
                        .count());
        for (int node = 1; node <= NODES; node++) assertTrue(isAlive(node));
        assertEquals("+OK", ask(1, "SET greeting hello"));
        assertEquals("$5", ask(3, "GET greeting"));

        Ended status = run("status", "--data", data.toString());
        assertEquals(0, status.code(), status.text());
        assertEquals(
                1, status.text().lines().filter(line -> line.contains("LEADER")).count(), status.text());
        assertEquals(
                2,
                status.text().lines().filter(line -> line.contains("FOLLOWER")).count(),
                status.text());
        assertRefused("is running", up("--background"));

        assertEquals(0, run("kill", "2", "--data", data.toString()).code());
        assertThrows(ConnectException.class, () -> ask(2, "PING"));
        assertRefused("node 2 is not running", run("kill", "2", "--data", data.toString()));
        assertEquals("$5", ask(1, "GET greeting"));
        Ended started = run("start", "2", "--data", data.toString());
        assertEquals(0, started.code(), started.text());
        assertEquals("$5", ask(2, "GET greeting"));
        assertRefused("node 2 is running", run("start", "2", "--data", data.toString()));

        assertEquals(0, run("stop", "--data", data.toString(), "1").code());
        assertTrue(log(1).contains("the node has ended"), log(1));
        assertEquals(0, run("start", "1", "--data", data.toString()).code());

        assertEquals(0, run("down", "--data", data.toString()).code());
        for (int node = 1; node <= NODES; node++) assertFalse(Files.exists(data.resolve("node-" + node + "/pid")));
        assertEquals(1, run("status", "--data", data.toString()).code());
        assertRefused("use these or another --data", up("--background", "--nodes", "1"));

        ends_in_order_at_ctrl_c_with_its_data_kept();
    }

    private void ends_in_order_at_ctrl_c_with_its_data_kept() throws Exception {
        Process foreground = script(upArguments());
        StringBuilder text = new StringBuilder();
        try (BufferedReader reader = foreground.inputReader()) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                text.append(line).append('\n');
                if (!line.startsWith("Ctrl-C")) continue;
                assertEquals("$5", ask(2, "GET greeting"));
                new ProcessBuilder("kill", "-INT", String.valueOf(foreground.pid())).start();
            }
        }
        assertTrue(foreground.waitFor(COMMAND_MINUTES_MAX, TimeUnit.MINUTES), text.toString());
        assertEquals(0, foreground.exitValue(), text.toString());
        for (int node = 1; node <= NODES; node++) assertTrue(log(node).contains("the node has ended"), log(node));
    }

    @Test
    void what_cannot_be_done_is_said_in_one_line() throws Exception {
        try (ServerSocket busy = new ServerSocket(httpPort + 1, 1, InetAddress.getLoopbackAddress())) {
            assertRefused("port " + busy.getLocalPort() + " (HTTP of node 2) is busy", up("--background"));
        }
        assertRefused("there is no cluster", run("start", "1", "--data", data.toString()));
        assertRefused("--nodes must be a number", up("--nodes", "none"));
        assertRefused("would be used twice", up("--http-port", String.valueOf(respPort + 2)));
        assertRefused("--fsync: must be one of", up("--background", "--", "--fsync", "never"));
    }

    @Test
    void a_pid_file_that_names_another_process_is_not_believed() throws Exception {
        Files.createDirectories(data.resolve("node-1"));
        Files.writeString(
                data.resolve("cluster"),
                "nodes=1\nresp_port=%d\nhttp_port=%d\nraft_port=%d\n".formatted(respPort, httpPort, raftPort));
        Files.writeString(data.resolve("server-args"), "");
        Files.writeString(
                data.resolve("node-1/pid"),
                String.valueOf(ProcessHandle.current().pid()));
        assertEquals("node 1: down\n", run("status", "--data", data.toString()).text());
        assertRefused("node 1 is not running", run("kill", "1", "--data", data.toString()));
    }

    private List<String> upArguments(String... more) {
        List<String> arguments = new ArrayList<>(List.of(
                "up",
                "--data",
                data.toString(),
                "--resp-port=" + respPort,
                "--http-port=" + httpPort,
                "--raft-port=" + raftPort));
        arguments.addAll(List.of(more));
        return arguments;
    }

    private Ended up(String... more) throws IOException, InterruptedException {
        return end(script(upArguments(more)));
    }

    private Ended run(String... arguments) throws IOException, InterruptedException {
        return end(script(List.of(arguments)));
    }

    private Process script(List<String> arguments) throws IOException {
        // A build in the background ignores Ctrl-C, its children inherit that, and bash cannot trap what it ignores.
        List<String> command = new ArrayList<>(List.of("env", "--default-signal=INT", "bash", script.toString()));
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().keySet().removeIf(name -> name.startsWith("RATIS_KV_") || name.equals("JAVA_OPTS"));
        builder.environment().put("JAVA_HOME", directory.resolve("jdk").toString());
        builder.environment().put("TEST_JAVA", System.getProperty("java.home") + "/bin/java");
        builder.environment().put("TEST_CLASS_PATH", System.getProperty("java.class.path"));
        builder.environment().put("RATIS_KV_HEAP", "256m");
        builder.environment().put("RATIS_KV_JAVA_OPTS", "-XX:TieredStopAtLevel=1");
        return builder.start();
    }

    private static Ended end(Process process) throws IOException, InterruptedException {
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(process.waitFor(COMMAND_MINUTES_MAX, TimeUnit.MINUTES), text);
        return new Ended(process.exitValue(), text);
    }

    private static void assertRefused(String words, Ended ended) {
        assertEquals(1, ended.code(), ended.text());
        assertEquals(1, ended.text().lines().count(), ended.text());
        assertTrue(ended.text().contains(words), ended.text());
    }

    /** The first line of the reply of node {@code node} to an inline command. */
    private String ask(int node, String command) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), respPort + node - 1)) {
            socket.setSoTimeout(30_000);
            socket.getOutputStream().write((command + "\r\n").getBytes(StandardCharsets.US_ASCII));
            StringBuilder line = new StringBuilder();
            for (int c = socket.getInputStream().read();
                    c >= 0 && c != '\r';
                    c = socket.getInputStream().read()) {
                line.append((char) c);
            }
            return line.toString();
        }
    }

    private long pid(int node) throws IOException {
        return Long.parseLong(
                Files.readString(data.resolve("node-" + node + "/pid")).strip());
    }

    private boolean isAlive(int node) throws IOException {
        return ProcessHandle.of(pid(node)).map(ProcessHandle::isAlive).orElse(false);
    }

    private String log(int node) throws IOException {
        return Files.readString(data.resolve("node-" + node + "/server.log"));
    }

    /** Below the range from which systems take ports for outgoing connections. */
    private void choosePorts() {
        SplittableRandom random = new SplittableRandom(ProcessHandle.current().pid() + System.nanoTime());
        for (int attempt = 0; attempt < 100; attempt++) {
            raftPort = 20_000 + random.nextInt(2_000);
            respPort = raftPort + NODES;
            httpPort = respPort + NODES;
            if (areFree(raftPort, 3 * NODES) && areFree(raftPort + Peer.PEER_PORT_OFFSET, NODES)) return;
        }
        throw new IllegalStateException("no free ports");
    }

    private static boolean areFree(int first, int count) {
        for (int port = first; port < first + count; port++) {
            try (ServerSocket probe = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                probe.setReuseAddress(true);
            } catch (IOException taken) {
                return false;
            }
        }
        return true;
    }

    private record Ended(int code, String text) {}
}

package io.ratiskv.cli;

import io.ratiskv.net.TestPorts;
import io.ratiskv.server.Main;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A node in a JVM with the class path of the test. Any thread may close it. */
final class RealNode implements AutoCloseable {
    private static final int SERVING_SECONDS_MAX = 120;
    private static final int PORTS = 4;

    private final Process process;
    private final Path log;
    private final String http;
    private final String resp;

    private RealNode(Path directory, String id, String peers, String scheme, List<Integer> ports, String... arguments)
            throws IOException {
        http = scheme + "://127.0.0.1:" + ports.get(0);
        resp = "127.0.0.1:" + ports.get(1);
        log = directory.resolve(id + ".log");
        List<String> command = new ArrayList<>(List.of(
                System.getProperty("java.home") + "/bin/java",
                "-Xmx256m",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                "--id=" + id,
                "--data=" + directory.resolve(id),
                "--peers=" + peers,
                "--http=127.0.0.1:" + ports.get(0),
                "--resp=" + resp));
        command.addAll(List.of(arguments));
        process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
    }

    /** One that is a group of its own; returns when it serves. */
    static RealNode alone(Path directory, String... arguments) throws IOException, InterruptedException {
        return group(directory, 1, "http", Map.of(), arguments).getFirst();
    }

    /**
     * The nodes n1, n2, … of one group; returns when all serve.
     *
     * @param environment with which raft-cli reaches them
     */
    static List<RealNode> group(
            Path directory, int size, String scheme, Map<String, String> environment, String... arguments)
            throws IOException, InterruptedException {
        List<Integer> ports = TestPorts.free(size * PORTS);
        List<List<Integer>> own = IntStream.range(0, size)
                .mapToObj(i -> ports.subList(i * PORTS, (i + 1) * PORTS))
                .toList();
        String peers = IntStream.range(0, size)
                .mapToObj(i -> "n" + (i + 1) + "=127.0.0.1:" + own.get(i).get(2) + ":"
                        + own.get(i).get(3))
                .collect(Collectors.joining(","));
        List<RealNode> nodes = new ArrayList<>();
        try {
            for (int i = 0; i < size; i++) {
                nodes.add(new RealNode(directory, "n" + (i + 1), peers, scheme, own.get(i), arguments));
            }
            for (RealNode node : nodes) node.awaitServing(environment);
            return nodes;
        } catch (IOException | InterruptedException | AssertionError failed) {
            nodes.forEach(RealNode::close);
            throw failed;
        }
    }

    /** Where it speaks HTTP. */
    String http() {
        return http;
    }

    /** {@code host:port} where it speaks the Redis protocol. */
    String resp() {
        return resp;
    }

    private void awaitServing(Map<String, String> environment) throws IOException, InterruptedException {
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(SERVING_SECONDS_MAX);
        while (Calls.call(environment, "", "health", "--address", http).code() != 0) {
            if (!process.isAlive() || System.nanoTime() > until) {
                throw new AssertionError("the node does not serve:\n" + Files.readString(log));
            }
            TimeUnit.MILLISECONDS.sleep(50);
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
        process.onExit().join();
    }
}

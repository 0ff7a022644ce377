package io.ratiskv.cli;

import io.ratiskv.server.Main;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** One node that is a group of its own: a JVM with the class path of the test. Confined to the test's thread. */
final class RealNode implements AutoCloseable {
    private static final int SERVING_SECONDS_MAX = 120;

    private final Process process;
    private final Path log;
    private final String http;
    private final String resp;

    /** Returns when the node serves. */
    RealNode(Path directory, String... arguments) throws IOException, InterruptedException {
        List<Integer> ports = freePorts(4);
        http = "http://127.0.0.1:" + ports.get(0);
        resp = "127.0.0.1:" + ports.get(1);
        log = directory.resolve("node.log");
        List<String> command = new ArrayList<>(List.of(
                System.getProperty("java.home") + "/bin/java",
                "-Xmx256m",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                "--data=" + directory.resolve("data"),
                "--peers=n1=127.0.0.1:" + ports.get(2) + ":" + ports.get(3),
                "--http=127.0.0.1:" + ports.get(0),
                "--resp=" + resp));
        command.addAll(List.of(arguments));
        process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        awaitServing();
    }

    /** Where it speaks HTTP. */
    String http() {
        return http;
    }

    /** {@code host:port} where it speaks the Redis protocol. */
    String resp() {
        return resp;
    }

    private void awaitServing() throws IOException, InterruptedException {
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(SERVING_SECONDS_MAX);
        while (Calls.call(Map.of("RAFT_CLI_ADDRESS", http), "", "health").code() != 0) {
            if (!process.isAlive() || System.nanoTime() > until) {
                close();
                throw new AssertionError("the node does not serve:\n" + Files.readString(log));
            }
            TimeUnit.MILLISECONDS.sleep(50);
        }
    }

    private static List<Integer> freePorts(int count) throws IOException {
        List<ServerSocket> held = new ArrayList<>();
        try {
            for (int i = 0; i < count; i++) held.add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
            return held.stream().map(ServerSocket::getLocalPort).toList();
        } finally {
            for (ServerSocket socket : held) socket.close();
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
        process.onExit().join();
    }
}

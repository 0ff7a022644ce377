package io.ratiskv.cluster;

import io.ratiskv.net.TestPorts;
import io.ratiskv.server.Main;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.exceptions.JedisException;

/** A cluster of real processes, each a JVM with the class path of the test. Any thread. */
final class Processes implements AutoCloseable {
    private static final int FIRST = 1;

    /**
     * Where a node runs.
     *
     * @param prefix what its command line begins with
     * @param clientHost where clients reach it
     * @param peerHost where the other nodes reach it
     */
    record Place(List<String> prefix, String clientHost, String peerHost) {
        static final Place LOOPBACK = new Place(List.of(), "127.0.0.1", "127.0.0.1");
    }

    private final List<Place> places;
    private final Class<?> main;
    private final Path directory;
    private final String heap;
    private final List<String> arguments;
    private final List<Integer> respPorts = new ArrayList<>();
    private final List<Integer> httpPorts = new ArrayList<>();
    private final List<Integer> raftPorts = new ArrayList<>();
    private final List<Integer> peerPorts = new ArrayList<>();
    private final List<@Nullable Process> processes = new ArrayList<>();
    private final HttpClient http = HttpClient.newHttpClient();
    private int founders;

    /** On loopback. */
    Processes(int count, Path directory, String heap, List<String> arguments) throws IOException {
        this(Collections.nCopies(count, Place.LOOPBACK), Main.class, directory, heap, arguments);
    }

    /** @param main what each node runs; it understands the flags of {@link Main} that say who and where it is */
    Processes(List<Place> places, Class<?> main, Path directory, String heap, List<String> arguments)
            throws IOException {
        int count = places.size();
        this.founders = count;
        this.places = places;
        this.main = main;
        this.directory = directory;
        this.heap = heap;
        this.arguments = arguments;
        for (int i = 0; i < count; i++) {
            respPorts.add(TestPorts.free());
            httpPorts.add(TestPorts.free());
            raftPorts.add(TestPorts.free());
            peerPorts.add(TestPorts.free());
            processes.add(null);
        }
    }

    int count() {
        return processes.size();
    }

    /** The group begins with the first nodes; those after them wait to be added, with the first as whom they ask. */
    Processes withFounders(int count) {
        founders = count;
        return this;
    }

    /** Where the others reach the node: Raft, then node-to-node. */
    List<String> addresses(int node) {
        String host = places.get(node - FIRST).peerHost() + ":";
        return List.of(host + raftPorts.get(node - FIRST), host + peerPorts.get(node - FIRST));
    }

    /** Where clients reach the node. */
    String host(int node) {
        return places.get(node - FIRST).clientHost();
    }

    /** Nodes are counted from 1. */
    int respPort(int node) {
        return respPorts.get(node - FIRST);
    }

    int httpPort(int node) {
        return httpPorts.get(node - FIRST);
    }

    void startAll() throws IOException {
        for (int node = FIRST; node <= count(); node++) {
            start(node);
        }
    }

    void start(int node) throws IOException {
        processes.set(node - FIRST, launch(node));
    }

    /** Runs the node's program with one more flag, or waits for the end that is near; the exit code. */
    int awaitEnd(int node, String... flags) throws IOException, InterruptedException {
        Process running = processes.set(node - FIRST, null);
        Process process = running == null ? launch(node, flags) : running;
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError("node " + node + " goes on\n" + logs());
        }
        return process.exitValue();
    }

    private Process launch(int node, String... flags) throws IOException {
        List<String> peers = new ArrayList<>();
        boolean joins = node - FIRST >= founders;
        for (int i = joins ? node - FIRST : 0; i < (joins ? node : founders); i++) {
            peers.add("n" + (i + FIRST) + "=" + places.get(i).peerHost() + ":" + raftPorts.get(i) + ":"
                    + peerPorts.get(i));
        }
        List<String> command = new ArrayList<>(places.get(node - FIRST).prefix());
        command.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx" + heap,
                // Most nodes of a test live for seconds, in which C2 would take half of the processors.
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "-Dsun.misc.unsafe.memory.access=allow",
                "-cp",
                System.getProperty("java.class.path"),
                main.getName(),
                "--id",
                "n" + node,
                "--peers",
                String.join(",", peers),
                "--data",
                directory.resolve("n" + node).toString(),
                "--resp",
                host(node) + ":" + respPort(node),
                "--http",
                host(node) + ":" + httpPort(node)));
        if (joins) {
            command.addAll(List.of("--join", addresses(FIRST).getLast()));
        }
        command.addAll(arguments);
        command.addAll(List.of(flags));
        Files.createDirectories(directory);
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log(node).toFile()))
                .start();
    }

    /** As {@code kill -9}; returns when the process is gone. */
    void kill(int node) {
        Process process = processes.set(node - FIRST, null);
        if (process != null) {
            process.destroyForcibly();
            process.onExit().join();
        }
    }

    /** Waits for the end of a process that ends by itself. */
    int awaitEnd(int node, long seconds) throws InterruptedException {
        Process process = processes.get(node - FIRST);
        if (process == null || !process.waitFor(seconds, TimeUnit.SECONDS)) {
            throw new AssertionError("node " + node + " does not end\n" + logs());
        }
        processes.set(node - FIRST, null);
        return process.exitValue();
    }

    /** The process id of a node that runs. */
    long pid(int node) {
        Process process = processes.get(node - FIRST);
        if (process == null) {
            throw new IllegalStateException("node " + node + " does not run");
        }
        return process.pid();
    }

    /** The most resident memory that the node's process had so far, as Linux counts it. */
    long peakKibibytes(int node) throws IOException {
        return Files.readAllLines(Path.of("/proc", Long.toString(pid(node)), "status")).stream()
                .filter(line -> line.startsWith("VmHWM:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .findFirst()
                .orElseThrow();
    }

    void signal(int node, String signal) throws IOException, InterruptedException {
        int code = new ProcessBuilder("kill", "-" + signal, Long.toString(pid(node)))
                .start()
                .waitFor();
        if (code != 0) {
            throw new IOException("kill -" + signal + " gave " + code);
        }
    }

    /** The node that says of itself that it leads, or 0. */
    int leader() {
        for (int node = FIRST; node <= count(); node++) {
            if (processes.get(node - FIRST) != null && status(node).contains("\"state\":\"LEADER\"")) {
                return node;
            }
        }
        return 0;
    }

    /** The node that leads, once one says that it does. */
    int awaitLeader() {
        int[] leader = new int[1];
        await("a leader is known", 60, () -> {
            leader[0] = leader();
            return leader[0] != 0;
        });
        return leader[0];
    }

    /** The text of {@code /status}, empty when the node does not answer. */
    String status(int node) {
        return page(node, "/status", 1);
    }

    /** A page of the node's HTTP port, empty when the node does not answer in time. */
    String page(int node, String path, int seconds) {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://" + host(node) + ":" + httpPort(node) + path))
                .timeout(Duration.ofSeconds(seconds))
                .build();
        try {
            return http.send(request, HttpResponse.BodyHandlers.ofString()).body();
        } catch (IOException e) {
            return "";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "";
        }
    }

    /** What RAFT.STATUS tells; the digest is of the state as it is now. */
    Map<String, String> raftStatus(int node) {
        try (Jedis client = connect(node, 10_000)) {
            List<?> fields = (List<?>) client.sendCommand(() -> "RAFT.STATUS".getBytes(StandardCharsets.US_ASCII));
            Map<String, String> status = new HashMap<>();
            for (int i = 0; i + 1 < fields.size(); i += 2) {
                status.put(text(fields.get(i)), text(fields.get(i + 1)));
            }
            return status;
        }
    }

    private static String text(Object field) {
        return field instanceof byte[] bytes ? new String(bytes, StandardCharsets.US_ASCII) : String.valueOf(field);
    }

    /** A connection that waits up to {@code timeoutMillis} for a reply. */
    Jedis connect(int node, int timeoutMillis) {
        return new Jedis(
                new HostAndPort(host(node), respPort(node)),
                DefaultJedisClientConfig.builder()
                        .connectionTimeoutMillis(timeoutMillis)
                        .socketTimeoutMillis(timeoutMillis)
                        .autoNegotiateProtocol(false)
                        .build());
    }

    /** Waits until a write through the node is acknowledged. */
    void awaitServing(int node) {
        await("node " + node + " serves", 120, () -> {
            try (Jedis client = connect(node, 6_000)) {
                return "OK".equals(client.set("serving", "n" + node));
            } catch (JedisException e) {
                return false;
            }
        });
    }

    void awaitAllServing() {
        for (int node = FIRST; node <= count(); node++) {
            awaitServing(node);
        }
    }

    /** Polls until {@code reached}; fails with the logs' ends when it is not in time. */
    void await(String what, long seconds, BooleanSupplier reached) {
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        while (!reached.getAsBoolean()) {
            boolean ended = processes.stream().anyMatch(process -> process != null && !process.isAlive());
            if (ended || System.nanoTime() > until) {
                throw new AssertionError(
                        (ended ? "a node has ended: " : "not within " + seconds + " s: ") + what + "\n" + logs());
            }
            pause(20);
        }
    }

    static void pause(long millis) {
        try {
            TimeUnit.MILLISECONDS.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    /** What the node wrote to its standard output, over all its lives. */
    Path log(int node) {
        return directory.resolve("n" + node + ".log");
    }

    /** The last lines of every node's log. */
    String logs() {
        StringBuilder all = new StringBuilder();
        for (int node = FIRST; node <= count(); node++) {
            Path log = log(node);
            try {
                List<String> lines = Files.exists(log) ? Files.readAllLines(log) : List.of();
                all.append("n").append(node).append(":\n");
                all.append(lines.subList(Math.max(0, lines.size() - 30), lines.size()).stream()
                        .collect(Collectors.joining("\n")));
                all.append('\n');
            } catch (IOException e) {
                all.append(e).append('\n');
            }
        }
        return all.toString();
    }

    @Override
    public void close() {
        for (int node = FIRST; node <= count(); node++) {
            kill(node);
        }
        http.close();
    }
}

package io.ratiskv.lab;

import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLConnection;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Nodes as processes, each in its own place of the network and with a small disk of its own, and a supervisor that starts
 * again what ended by itself, as systemd would. Nodes are counted from 1. Any thread.
 */
final class Cluster implements AutoCloseable {
    private static final int RESP_PORT = 6379;
    private static final int HTTP_PORT = 8080;
    private static final int RAFT_PORT = 9870;
    private static final int DISK_MEBIBYTES = 640;
    private static final int FAIL_STOP = 70;
    private static final int READY_MILLIS_MAX = 2_000;

    private final int size;
    private final Path home;

    /** Whose program each node runs. */
    private final Path[] homes;

    private final Path directory;
    private final Network network;
    private final List<String> arguments;
    private final String sabotage;
    private final Timeline timeline;

    /** Empty without a library to preload. */
    private final List<Shim> shims = new ArrayList<>();

    private final @Nullable Process[] processes;

    /** A node that is down because a fault wants it so is not started by the supervisor. */
    private final boolean[] wanted;

    private final boolean[] mounted;
    private volatile boolean closed;

    /** @param firstHome the sources whose program the nodes run until {@link #upgrade} has them run that of {@code home} */
    Cluster(
            int size,
            Path home,
            Path firstHome,
            Path directory,
            Network network,
            List<String> arguments,
            String sabotage,
            Timeline timeline) {
        this.size = size;
        this.home = home;
        this.homes = new Path[size + 1];
        Arrays.fill(homes, firstHome);
        this.directory = directory;
        this.network = network;
        this.arguments = arguments;
        this.sabotage = sabotage;
        this.timeline = timeline;
        this.processes = new @Nullable Process[size + 1];
        this.wanted = new boolean[size + 1];
        this.mounted = new boolean[size + 1];
    }

    int size() {
        return size;
    }

    Network network() {
        return network;
    }

    /** Lets nodes that are started from now on see the clock and the disk that their shims show. */
    void preload(Path library) throws IOException {
        for (int node = 1; node <= size; node++) {
            shims.add(Shim.create(library, directory.resolve("n" + node + ".shim")));
        }
    }

    /** Only with {@link #preload}. */
    Shim shim(int node) {
        return shims.get(node - 1);
    }

    /** The node's clock is right and its disk sound again. */
    void clearShim(int node) {
        if (!shims.isEmpty()) {
            shim(node).stepClock(0);
            shim(node).healDisk();
        }
    }

    void startAll() throws IOException, InterruptedException {
        for (int node = 1; node <= size; node++) {
            Files.createDirectories(disk(node));
            Shell.run(
                    "mount",
                    "-t",
                    "tmpfs",
                    "-o",
                    "size=" + DISK_MEBIBYTES + "m",
                    "tmpfs",
                    disk(node).toString());
            mounted[node] = true;
            start(node);
        }
        Thread.ofPlatform().daemon().name("supervisor").start(this::supervise);
    }

    InetSocketAddress respAddress(int node) {
        return new InetSocketAddress(network.clientHost(node), RESP_PORT);
    }

    Path disk(int node) {
        return directory.resolve("n" + node);
    }

    synchronized void start(int node) throws IOException {
        wanted[node] = true;
        Process running = processes[node];
        if (running == null || !running.isAlive()) {
            processes[node] = launch(node);
        }
    }

    /** As {@code kill -9}; it stays down until {@link #start}. */
    void kill(int node) {
        Process process;
        synchronized (this) {
            wanted[node] = false;
            process = processes[node];
        }
        if (process != null) {
            process.destroyForcibly();
            process.onExit().join();
        }
    }

    /** As SIGTERM: it hands over and leaves in order. */
    void stop(int node) throws InterruptedException {
        Process process;
        synchronized (this) {
            wanted[node] = false;
            process = processes[node];
        }
        if (process != null) {
            process.destroy();
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        }
    }

    /** What runs as the node now, or ran last. */
    synchronized Process process(int node) {
        return Objects.requireNonNull(processes[node]);
    }

    boolean isOlder(int node) {
        return !homes[node].equals(home);
    }

    /** Has it leave in order and come back with the program of {@code home}. */
    void upgrade(int node) throws IOException, InterruptedException {
        stop(node);
        homes[node] = home;
        start(node);
        timeline.note("n" + node + " is upgraded");
    }

    void signal(int node, String signal) throws InterruptedException {
        Process process = processes[node];
        if (process != null && process.isAlive()) {
            Shell.runIfPossible("kill", "-" + signal, Long.toString(process.pid()));
        }
    }

    /** The node that says that it leads, or 0. */
    int leader() {
        for (int node = 1; node <= size; node++) {
            if (saysThatItLeads(node)) {
                return node;
            }
        }
        return 0;
    }

    private boolean saysThatItLeads(int node) {
        try (Connection connection = new Connection(respAddress(node), 500)) {
            return connection.ask("ROLE").startsWith("[master");
        } catch (IOException | Connection.ErrorReply down) {
            return false;
        }
    }

    /** A figure of {@code /metrics}; -1 where it is not shown. */
    double metric(int node, String name) throws IOException {
        URI page = URI.create("http://" + network.clientHost(node) + ":" + HTTP_PORT + "/metrics");
        try (InputStream in = page.toURL().openStream()) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> line.startsWith(name + " "))
                    .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
                    .findFirst()
                    .orElse(-1);
        }
    }

    /** Whether the term that the node is in is on its disk. */
    boolean storesItsTerm(int node) throws IOException {
        double term = metric(node, "raft_current_term");
        Properties stored = new Properties();
        try (InputStream in = Files.newInputStream(find(node, "raft-meta"))) {
            stored.load(in);
        }
        return Long.parseLong(stored.getProperty("term", "-1")) >= term;
    }

    /** Whether the node says that it serves and has caught up. */
    boolean isReady(int node) {
        URI page = URI.create("http://" + network.clientHost(node) + ":" + HTTP_PORT + "/health/ready");
        try {
            URLConnection connection = page.toURL().openConnection();
            connection.setConnectTimeout(READY_MILLIS_MAX);
            connection.setReadTimeout(READY_MILLIS_MAX);
            try (InputStream in = connection.getInputStream()) {
                return in.readAllBytes().length > 0;
            }
        } catch (IOException notYet) {
            return false;
        }
    }

    /** Starts the node with {@code --rebuild}, as its log told the operator to. */
    void rebuild(int node) throws IOException, InterruptedException {
        Process process = launch(node, "--rebuild");
        if (!process.waitFor(30, TimeUnit.SECONDS) || process.exitValue() != 0) {
            throw new IOException("--rebuild of node " + node + " failed; see " + log(node));
        }
    }

    /** Starts the node; returns whether it ended by itself within some seconds. The supervisor looks away meanwhile. */
    boolean refusesToStart(int node) throws IOException, InterruptedException {
        Process process = launch(node);
        synchronized (this) {
            processes[node] = process;
        }
        return process.waitFor(15, TimeUnit.SECONDS);
    }

    /** The file of the log that is written to. */
    Path openSegment(int node) throws IOException {
        return find(node, "log_inprogress_\\d+");
    }

    private Path find(int node, String name) throws IOException {
        try (Stream<Path> files = Files.walk(disk(node).resolve("data"))) {
            return files.filter(file -> Objects.requireNonNull(file.getFileName())
                            .toString()
                            .matches(name))
                    .findFirst()
                    .orElseThrow(() -> new IOException("node " + node + " has no " + name));
        }
    }

    /** Where the entries of a log end: behind are zeros. */
    static long endOfEntries(Path segment) throws IOException {
        byte[] bytes = Files.readAllBytes(segment);
        int end = bytes.length;
        while (end > 0 && bytes[end - 1] == 0) {
            end--;
        }
        return end;
    }

    /** Takes space until {@code leftMebibytes} are free. */
    void fill(int node, long leftMebibytes) throws IOException {
        long free = Files.getFileStore(disk(node)).getUsableSpace();
        try (RandomAccessFile ballast = new RandomAccessFile(ballast(node).toFile(), "rw")) {
            byte[] piece = new byte[1 << 20];
            ballast.seek(ballast.length());
            for (long left = free - (leftMebibytes << 20); left > 0; left -= piece.length) {
                ballast.write(piece);
            }
        }
    }

    void unfill(int node) throws IOException {
        Files.deleteIfExists(ballast(node));
    }

    Path log(int node) {
        return directory.resolve("n" + node + ".log");
    }

    private Path ballast(int node) {
        return disk(node).resolve("ballast");
    }

    private void supervise() {
        try {
            while (!closed) {
                for (int node = 1; node <= size; node++) {
                    startAgain(node);
                }
                Thread.sleep(500);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private synchronized void startAgain(int node) throws IOException {
        Process process = processes[node];
        if (!closed && wanted[node] && process != null && !process.isAlive()) {
            int code = process.exitValue();
            timeline.note("n" + node + " ended with " + code + (code == FAIL_STOP ? " (fail-stop)" : ""));
            processes[node] = launch(node);
        }
    }

    private Process launch(int node, String... flags) throws IOException {
        List<String> peers = new ArrayList<>();
        for (int peer = 1; peer <= size; peer++) {
            peers.add("n" + peer + "=" + network.peerHost(peer) + ":" + RAFT_PORT);
        }
        List<String> command = new ArrayList<>(network.prefix(node));
        command.addAll(List.of(
                homes[node].resolve("ratis-kv-server/bin/ratis-kv-server").toString(),
                "--id=n" + node,
                "--peers=" + String.join(",", peers),
                "--data=" + disk(node).resolve("data"),
                "--resp=" + network.clientHost(node) + ":" + RESP_PORT,
                "--http=" + network.clientHost(node) + ":" + HTTP_PORT,
                "--insecure-bind=true"));
        command.addAll(arguments);
        command.addAll(List.of(flags));
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log(node).toFile()));
        builder.environment().put("RATIS_KV_HEAP", "256m");
        if (!shims.isEmpty()) {
            builder.environment().putAll(shim(node).environment(disk(node).resolve("data")));
        }
        if (!sabotage.isEmpty()) {
            builder.environment().put("RATISKV_SABOTAGE", sabotage);
        }
        return builder.start();
    }

    @Override
    public void close() {
        closed = true;
        try {
            for (int node = 1; node <= size; node++) {
                signal(node, "CONT");
                kill(node);
                if (mounted[node]) {
                    Shell.runIfPossible("umount", disk(node).toString());
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

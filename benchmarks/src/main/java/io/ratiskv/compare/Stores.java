package io.ratiskv.compare;

import io.ratiskv.compare.Contestant.Protocol;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Starts the stores on loopback, each as its users do, and ends them. All run at once, and all but the one that is loaded
 * are idle. One thread.
 */
final class Stores implements AutoCloseable {
    private static final String HOST = "127.0.0.1";
    private static final int REDIS_PORT = 21_000;
    private static final int RESP_PORT = 21_100;
    private static final int HTTP_PORT = 21_200;
    private static final int RAFT_PORT = 21_300;
    private static final int ETCD_PORT = 21_400;
    private static final int ETCD_PEER_PORT = 21_500;
    private static final int SERVING_SECONDS_MAX = 60;

    /** What runs some hundred times a second, as a round of Raft does, is compiled for good after minutes only. */
    private static final int WARM_UP_SECONDS = 240;

    static final int SHORT_WARM_UP_SECONDS = 10;
    private static final Pattern LEADER = Pattern.compile("\"state\"\\s*:\\s*\"leader\"", Pattern.CASE_INSENSITIVE);

    private final Path home;
    private final Path folder;
    private final List<Process> processes = new ArrayList<>();
    private final Thread lastResort = new Thread(this::end);
    private boolean clusterRuns;
    private int redisCount;

    /**
     * @param home of the sources, with the packages built
     * @param folder where the stores write
     */
    Stores(Path home, Path folder) {
        this.home = home;
        this.folder = folder;
        Runtime.getRuntime().addShutdownHook(lastResort);
    }

    /** A redis-server of the path. */
    Contestant redis(String name, String... options) throws IOException, InterruptedException {
        int port = REDIS_PORT + redisCount++;
        Path data = Files.createDirectories(folder.resolve("redis-" + port));
        List<String> command = new ArrayList<>(List.of(
                "redis-server",
                "--port",
                Integer.toString(port),
                "--bind",
                HOST,
                "--dir",
                data.toString(),
                "--save",
                ""));
        command.addAll(List.of(options));
        long pid = start(command, data);
        awaitListening(port);
        return new Contestant(name, Protocol.RESP, HOST, port, List.of(pid), SHORT_WARM_UP_SECONDS);
    }

    /** A cluster as {@code deploy/local-cluster.sh} starts it: its leader, then one of its followers if it has any. */
    List<Contestant> ratisKv(int nodes) throws IOException, InterruptedException {
        clusterRuns = true;
        cluster(
                "up",
                "--background",
                "--nodes",
                Integer.toString(nodes),
                "--resp-port",
                Integer.toString(RESP_PORT),
                "--http-port",
                Integer.toString(HTTP_PORT),
                "--raft-port",
                Integer.toString(RAFT_PORT));
        List<Long> pids = new ArrayList<>();
        for (int node = 1; node <= nodes; node++) {
            pids.add(Long.parseLong(Files.readString(folder.resolve("ratis-kv/node-" + node + "/pid"))
                    .strip()));
        }
        int leader = leader(nodes);
        Contestant led = new Contestant("ratis-kv", Protocol.RESP, HOST, RESP_PORT + leader, pids, WARM_UP_SECONDS);
        if (nodes == 1) return List.of(led);
        int follower = (leader + 1) % nodes;
        return List.of(
                led,
                new Contestant(
                        "ratis-kv follower", Protocol.RESP, HOST, RESP_PORT + follower, pids, WARM_UP_SECONDS / 2));
    }

    /** Which of the nodes, counted from 0, says that it leads. */
    int leader(int nodes) throws IOException {
        for (int node = 0; node < nodes; node++) {
            URI status = URI.create("http://" + HOST + ":" + (HTTP_PORT + node) + "/status");
            try (var in = status.toURL().openStream()) {
                if (LEADER.matcher(new String(in.readAllBytes(), StandardCharsets.UTF_8))
                        .find()) return node;
            }
        }
        throw new IOException("no node of ratis-kv leads");
    }

    Contestant etcd(int nodes) throws IOException, InterruptedException {
        String members = IntStream.range(0, nodes)
                .mapToObj(node -> "e" + node + "=" + url(ETCD_PEER_PORT + node))
                .collect(Collectors.joining(","));
        List<Long> pids = new ArrayList<>();
        for (int node = 0; node < nodes; node++) {
            Path data = Files.createDirectories(folder.resolve("etcd-" + node));
            pids.add(start(
                    List.of(
                            "etcd",
                            "--name",
                            "e" + node,
                            "--data-dir",
                            data.resolve("data").toString(),
                            "--listen-client-urls",
                            url(ETCD_PORT + node),
                            "--advertise-client-urls",
                            url(ETCD_PORT + node),
                            "--listen-peer-urls",
                            url(ETCD_PEER_PORT + node),
                            "--initial-advertise-peer-urls",
                            url(ETCD_PEER_PORT + node),
                            "--initial-cluster",
                            members,
                            // Not ours to measure: what a full history costs.
                            "--quota-backend-bytes",
                            Long.toString(8L << 30)),
                    data));
        }
        for (int node = 0; node < nodes; node++) awaitListening(ETCD_PORT + node);
        return new Contestant("etcd", Protocol.ETCD, HOST, ETCD_PORT, pids, SHORT_WARM_UP_SECONDS);
    }

    private static String url(int port) {
        return "http://" + HOST + ":" + port;
    }

    private void cluster(String verb, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                home.resolve("deploy/local-cluster.sh").toString(),
                verb,
                "--data",
                folder.resolve("ratis-kv").toString()));
        command.addAll(List.of(arguments));
        Commands.output(command);
    }

    private long start(List<String> command, Path data) throws IOException {
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(data.resolve("log").toFile())
                .start();
        processes.add(process);
        return process.pid();
    }

    private static void awaitListening(int port) throws IOException, InterruptedException {
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(SERVING_SECONDS_MAX);
        while (true) {
            try (Socket socket = new Socket()) {
                socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
                return;
            } catch (IOException notYet) {
                if (System.nanoTime() > until) throw notYet;
                TimeUnit.MILLISECONDS.sleep(100);
            }
        }
    }

    private void end() {
        try {
            for (Process process : processes) process.destroy();
            if (clusterRuns) cluster("down");
            for (Process process : processes) process.waitFor();
        } catch (IOException e) {
            System.out.println("the nodes of ratis-kv were not taken down: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        end();
        Runtime.getRuntime().removeShutdownHook(lastResort);
    }
}

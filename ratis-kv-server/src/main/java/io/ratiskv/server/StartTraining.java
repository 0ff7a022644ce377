package io.ratiskv.server;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A short life of a cluster in one process, in which the JVM records the classes (and, since JDK 25, the hot methods)
 * that every later start needs: a program of its own, run by the build with the option that writes the archive. Confined
 * to the main thread.
 */
final class StartTraining {
    private static final int NODES = 3;
    private static final int REQUESTS_ALONE = 300;
    private static final int REQUESTS_PIPELINED = 1_600;
    private static final int PIPELINE = 16;
    private static final int ROUNDS_TO_SERVE_MAX = 600;
    private static final int ROUND_MILLIS = 100;
    private static final int ANSWER_MILLIS_MAX = 30_000;

    private StartTraining() {}

    public static void main(String[] args) throws Exception {
        Path data = Files.createTempDirectory("ratis-kv-training");
        List<Node> nodes = new ArrayList<>();
        try {
            List<ServerConfig> configs = cluster(data);
            LogOutput.start(configs.getFirst());
            for (ServerConfig config : configs) nodes.add(Node.start(config, FailStop::now));
            for (ServerConfig config : configs) {
                awaitServing(config.resp());
                train(config.resp());
                for (String path : List.of("/status", "/health", "/health/ready", "/metrics")) {
                    get(config.http(), path);
                }
            }
            // Twice more: what reads a log, then what reads a snapshot and sends what is missing.
            for (int again = 0; again < 2; again++) {
                nodes.removeLast().close();
                nodes.add(Node.start(configs.getLast(), FailStop::now));
                awaitServing(configs.getLast().resp());
                try (Connection connection = new Connection(configs.getLast().resp())) {
                    connection.ask("RAFT.SNAPSHOT");
                }
            }
        } finally {
            for (Node node : nodes) node.close();
            delete(data);
        }
        System.exit(Main.GOOD);
    }

    private static List<ServerConfig> cluster(Path data) throws IOException, ConfigException {
        List<HostPort> free = freeAddresses(4 * NODES);
        List<String> peers = new ArrayList<>();
        for (int i = 0; i < NODES; i++) {
            peers.add(id(i) + "=" + free.get(4 * i) + ":" + free.get(4 * i + 1).port());
        }
        List<ServerConfig> configs = new ArrayList<>();
        for (int i = 0; i < NODES; i++) {
            configs.add(ServerConfig.load(
                    List.of(
                            "--id=" + id(i),
                            "--data=" + data.resolve(id(i)),
                            "--resp=" + free.get(4 * i + 2),
                            "--http=" + free.get(4 * i + 3),
                            "--peers=" + String.join(",", peers)),
                    Map.of()));
        }
        return configs;
    }

    private static String id(int index) {
        return "n" + (index + 1);
    }

    /** Ports that are free now: all are held at once, so that they differ. */
    private static List<HostPort> freeAddresses(int count) throws IOException {
        List<ServerSocket> held = new ArrayList<>();
        List<HostPort> addresses = new ArrayList<>();
        try {
            for (int i = 0; i < count; i++) {
                ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                held.add(socket);
                addresses.add(new HostPort("127.0.0.1", socket.getLocalPort()));
            }
        } finally {
            for (ServerSocket socket : held) socket.close();
        }
        return addresses;
    }

    private static void awaitServing(HostPort resp) throws IOException, InterruptedException {
        for (int round = 0; round < ROUNDS_TO_SERVE_MAX; round++) {
            try (Connection connection = new Connection(resp)) {
                if (connection.ask("SET", "training", "yes").equals("+OK")) return;
            }
            TimeUnit.MILLISECONDS.sleep(ROUND_MILLIS);
        }
        throw new IOException("the node does not serve");
    }

    /** What most clients do most: requests one by one, and pipelined. */
    private static void train(HostPort resp) throws IOException {
        try (Connection connection = new Connection(resp)) {
            connection.ask("CLIENT", "SETNAME", "training");
            for (int i = 0; i < REQUESTS_ALONE; i++) ask(connection, i);
            for (int i = 0; i < REQUESTS_PIPELINED; i += PIPELINE) {
                for (int j = i; j < i + PIPELINE; j++) send(connection, j);
                connection.flush();
                for (int j = i; j < i + PIPELINE; j++) connection.reply();
            }
        }
    }

    private static void ask(Connection connection, int number) throws IOException {
        send(connection, number);
        connection.flush();
        connection.reply();
    }

    private static void send(Connection connection, int number) throws IOException {
        String key = "training:" + number % 5_000;
        switch (number % 8) {
            case 0, 2 -> connection.send("SET", key, "value-" + number);
            case 1, 3, 5 -> connection.send("GET", key);
            case 4 -> connection.send("INCR", "training:counter");
            case 6 -> connection.send("HSET", "training:hash", key, "value");
            default -> connection.send("EXPIRE", key, "100");
        }
    }

    private static void get(HostPort http, String path) throws IOException {
        try (Socket socket = connect(http)) {
            String request = "GET " + path + " HTTP/1.1\r\nHost: " + http + "\r\nConnection: close\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            socket.getInputStream().readAllBytes();
        }
    }

    private static Socket connect(HostPort address) throws IOException {
        Socket socket = new Socket();
        socket.setSoTimeout(ANSWER_MILLIS_MAX);
        socket.setTcpNoDelay(true);
        socket.connect(new InetSocketAddress(address.host(), address.port()), ANSWER_MILLIS_MAX);
        return socket;
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) Files.delete(file);
        }
    }

    /** A client that understands replies of one line and bulk strings. Confined to one thread. */
    private static final class Connection implements AutoCloseable {
        private final Socket socket;
        private final InputStream in;
        private final OutputStream out;

        Connection(HostPort address) throws IOException {
            socket = connect(address);
            in = new BufferedInputStream(socket.getInputStream());
            out = new BufferedOutputStream(socket.getOutputStream());
        }

        String ask(String... words) throws IOException {
            send(words);
            flush();
            return reply();
        }

        void send(String... words) throws IOException {
            StringBuilder request = new StringBuilder("*").append(words.length).append("\r\n");
            for (String word : words) {
                request.append('$')
                        .append(word.length())
                        .append("\r\n")
                        .append(word)
                        .append("\r\n");
            }
            out.write(request.toString().getBytes(StandardCharsets.US_ASCII));
        }

        void flush() throws IOException {
            out.flush();
        }

        String reply() throws IOException {
            String first = line();
            boolean bulk = first.startsWith("$") && !first.equals("$-1");
            return bulk ? line() : first;
        }

        private String line() throws IOException {
            StringBuilder line = new StringBuilder();
            for (int c = in.read(); c != '\n'; c = in.read()) {
                if (c < 0) throw new EOFException("the node closed the connection");
                if (c != '\r') line.append((char) c);
            }
            return line.toString();
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}

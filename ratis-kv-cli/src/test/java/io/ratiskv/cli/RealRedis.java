package io.ratiskv.cli;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.Reply;
import io.ratiskv.cli.migration.Servers;
import io.ratiskv.cli.wire.Endpoint;
import io.ratiskv.cli.wire.RespWire;
import io.ratiskv.net.TestPorts;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/** The {@code redis-server} of the path, on a free port of loopback, with one connection to it. Confined to one thread. */
public final class RealRedis implements AutoCloseable {
    private static final long HOUR_MILLIS = 3_600_000;

    private final Process process;
    private final int port;
    private final RespWire wire;

    private RealRedis(Process process, int port) throws IOException {
        this.process = process;
        this.port = port;
        this.wire = open();
    }

    /** Starts it in {@code folder}, and returns when it serves; skips the test where there is none. */
    public static RealRedis start(Path folder, String... options) throws IOException {
        Optional<Path> executable = Stream.of(
                        System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
                .map(place -> Path.of(place, "redis-server"))
                .filter(Files::isExecutable)
                .findFirst();
        assumeTrue(executable.isPresent(), "no redis-server on the path");
        int port = TestPorts.free();
        List<String> command = new ArrayList<>(List.of(
                executable.orElseThrow().toString(),
                "--port",
                Integer.toString(port),
                "--bind",
                "127.0.0.1",
                "--save",
                "",
                "--repl-diskless-sync-delay",
                "0",
                "--enable-debug-command",
                "yes"));
        command.addAll(List.of(options));
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .start();
        BufferedReader output = process.inputReader();
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            if (line.contains("Ready to accept connections")) {
                // So that it never waits for a reader of what it says.
                Thread.ofVirtual().start(() -> drain(output));
                return new RealRedis(process, port);
            }
        }
        throw new IOException("redis-server ended before it served");
    }

    private static void drain(BufferedReader output) {
        try (output) {
            while (output.readLine() != null) {
                // Nobody wants it.
            }
        } catch (IOException ended) {
            // With the process.
        }
    }

    public String url() {
        return "redis://127.0.0.1:" + port;
    }

    public Servers servers() {
        return new Servers(List.of(new Endpoint("127.0.0.1", port, null)), null, null, 30_000);
    }

    /** Another connection. */
    public RespWire open() throws IOException {
        return RespWire.open(new Endpoint("127.0.0.1", port, null), null, null, 30_000);
    }

    public Reply ask(String... words) throws IOException {
        return wire.ask(words);
    }

    /** Keys of every type in databases 0 and 5, few elements and many, with deadlines and without, and a function. */
    public void fill(long seed, int keys) throws IOException {
        SplittableRandom random = new SplittableRandom(seed);
        ask("FUNCTION", "LOAD", "REPLACE", "#!lua name=lib\nredis.register_function('f', function() return 1 end)");
        for (String database : new String[] {"0", "5"}) {
            ask("SELECT", database);
            int sent = 0;
            for (int i = 0; i < keys; i++) {
                int size = random.nextInt(20) == 0 ? 300 : random.nextInt(1, 4);
                for (int left = size; left > 0; left--) {
                    sent += change(i, random);
                    if (sent > 500) sent = receive(sent);
                }
                if (random.nextInt(3) == 0) {
                    wire.send(
                            "PEXPIREAT",
                            key(i),
                            Long.toString(System.currentTimeMillis() + HOUR_MILLIS + random.nextInt(1_000_000)));
                    sent++;
                }
            }
            receive(sent);
        }
        ask("SELECT", "0");
    }

    private int change(int i, SplittableRandom random) throws IOException {
        byte[] bytes = new byte[random.nextInt(1, random.nextInt(50) == 0 ? 5_000 : 60)];
        random.nextBytes(bytes);
        Bytes key = Bytes.of(key(i));
        Bytes text = Bytes.wrap(bytes);
        switch (i % 6) {
            case 0 -> wire.send(Bytes.of("SET"), key, text);
            case 1 -> wire.send(Bytes.of("RPUSH"), key, text, Bytes.of(random.nextLong()));
            case 2 -> wire.send(Bytes.of("SADD"), key, i % 4 == 0 ? text : Bytes.of(random.nextInt()));
            case 3 -> wire.send(Bytes.of("HSET"), key, text, Bytes.of(random.nextInt()));
            case 4 -> wire.send(Bytes.of("ZADD"), key, Bytes.of(Double.toString(random.nextInt() / 7.0)), text);
            default -> {
                wire.send(Bytes.of("XADD"), key, Bytes.of("*"), Bytes.of("f"), text);
                wire.send("XGROUP", "CREATE", key(i), "g", "0");
                wire.send("XREADGROUP", "GROUP", "g", "c", "COUNT", "1", "STREAMS", key(i), ">");
                return 3;
            }
        }
        return 1;
    }

    private static String key(int i) {
        return "key:" + i;
    }

    private int receive(int replies) throws IOException {
        for (int left = replies; left > 0; left--) wire.receive();
        return 0;
    }

    @Override
    public void close() {
        wire.close();
        process.destroyForcibly();
        process.onExit().join();
    }
}

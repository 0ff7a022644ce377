package io.ratiskv.transcript;

import io.ratiskv.net.TestPorts;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/** A real Redis, started for a test on a free port of loopback, without a file. Confined to one thread. */
public final class RedisProcess implements AutoCloseable {
    private final Process process;
    private final int port;

    private RedisProcess(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    /** The one that {@code -Dratiskv.redis} names, or the {@code redis-server} of the path, if one is installed. */
    public static Optional<Path> installed() {
        Optional<Path> named =
                Optional.ofNullable(System.getProperty("ratiskv.redis")).map(Path::of);
        if (named.isPresent()) {
            return named;
        }
        String path = System.getenv().getOrDefault("PATH", "");
        return Stream.of(path.split(File.pathSeparator))
                .map(folder -> Path.of(folder, "redis-server"))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /** Starts it in {@code folder} and returns when it serves. */
    public static RedisProcess start(Path executable, Path folder) throws IOException {
        int port = TestPorts.free();
        Process process = new ProcessBuilder(
                        executable.toString(),
                        "--port",
                        Integer.toString(port),
                        "--bind",
                        "127.0.0.1",
                        "--save",
                        "",
                        "--enable-debug-command",
                        "yes")
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .start();
        BufferedReader output = process.inputReader();
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            if (line.contains("Ready to accept connections")) {
                return new RedisProcess(process, port);
            }
        }
        throw new IOException("redis-server ended before it served");
    }

    public int port() {
        return port;
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}

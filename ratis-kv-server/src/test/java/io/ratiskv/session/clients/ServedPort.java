package io.ratiskv.session.clients;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ratiskv.session.TestServer;
import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The port that clients are tried on: that of a {@link TestServer}, or of a Redis with {@code -Dratiskv.clients.port}, which
 * tells whether the tests are right.
 */
final class ServedPort implements AutoCloseable {
    /** A library of one function, which sets a key. */
    static final String LIBRARY = """
            #!lua name=tests
            redis.register_function('put', function(keys, args) return redis.call('SET', keys[1], args[1]) end)
            """;

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final @Nullable TestServer server;
    private final int port;

    ServedPort() throws IOException {
        int given = Integer.getInteger("ratiskv.clients.port", 0);
        server = given == 0 ? new TestServer() : null;
        port = server == null ? given : server.port();
    }

    int port() {
        return port;
    }

    /** Those that a scan has to meet: several pages of them. */
    static Set<String> names() {
        return IntStream.range(0, 3_000).mapToObj(i -> "name:" + i).collect(Collectors.toSet());
    }

    /** Returns as soon as it holds. */
    static void await(String lacking, BooleanSupplier holds) {
        long endNanos = System.nanoTime() + PATIENCE.toNanos();
        while (!holds.getAsBoolean()) {
            assertTrue(System.nanoTime() < endNanos, lacking);
            LockSupport.parkNanos(1_000_000);
        }
    }

    @Override
    public void close() {
        if (server != null) server.close();
    }
}

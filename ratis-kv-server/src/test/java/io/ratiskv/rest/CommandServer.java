package io.ratiskv.rest;

import io.ratiskv.machine.NodeAddress;
import io.ratiskv.metrics.NodeFigures;
import io.ratiskv.metrics.SampleScrape;
import io.ratiskv.replication.Consensus;
import io.ratiskv.session.Sessions;
import io.ratiskv.session.TestServer;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** HTTP on loopback before sessions over a state in process. Any thread. */
final class CommandServer implements AutoCloseable {
    static final long APPLIED = 42;

    private final @Nullable TestServer sessions;
    private final @Nullable RestServer rest;
    private final AtomicInteger visits = new AtomicInteger();

    private CommandServer(@Nullable Function<Sessions, RestSettings> settings, Supplier<NodeFigures> figures)
            throws IOException {
        sessions = settings == null ? null : new TestServer();
        rest = settings == null || sessions == null
                ? null
                : begin(settings.apply(sessions.sessions()), sessions, visits, figures);
    }

    private static RestServer begin(
            RestSettings settings, TestServer sessions, AtomicInteger visits, Supplier<NodeFigures> figures)
            throws IOException {
        return RestServer.start(
                settings,
                new Facts(),
                (errand, then) -> {
                    sessions.sessions().visit(errand, then);
                    visits.incrementAndGet();
                },
                () -> "a 1\n",
                figures,
                sessions.sessions()::slowest,
                (format, stale) -> CompletableFuture.failedFuture(new IllegalStateException("no backups here")));
    }

    static CommandServer start(RestSettings settings) throws IOException {
        return start(settings, SampleScrape::figures);
    }

    /** @param figures what events tell */
    static CommandServer start(RestSettings settings, Supplier<NodeFigures> figures) throws IOException {
        return new CommandServer(any -> settings, figures);
    }

    /** Lets in, and lets do, whom and what the users of its state may. */
    static CommandServer guardedByUsers() throws IOException {
        return new CommandServer(sessions -> TestSettings.of(sessions.guard()), SampleScrape::figures);
    }

    /** None yet. */
    static CommandServer closed() {
        try {
            return new CommandServer(null, SampleScrape::figures);
        } catch (IOException never) {
            throw new AssertionError(never);
        }
    }

    int port() {
        return rest().port();
    }

    private RestServer rest() {
        if (rest == null) throw new IllegalStateException("not started");
        return rest;
    }

    private TestServer sessions() {
        if (sessions == null) throw new IllegalStateException("not started");
        return sessions;
    }

    /** While held, requests that need the state are not answered. */
    void hold(boolean holds) {
        sessions().hold(holds);
    }

    CompletableFuture<Void> drain() {
        return rest().drain();
    }

    /** Returns when so many requests were handed to the event loop, and it has them. */
    void awaitUnderWay(int count) {
        while (visits.get() < count) Thread.onSpinWait();
        sessions().receiveBytes();
    }

    /** How many requests reached the sessions. */
    int visits() {
        return visits.get();
    }

    /** With the type of JSON, unless {@code headers} give another. */
    RawHttp.Response post(Map<String, String> headers, byte[] body) throws IOException {
        Map<String, String> all = new HashMap<>(Map.of("Content-Type", "application/json"));
        all.putAll(headers);
        all.values().removeIf(String::isEmpty);
        return RawHttp.send(port(), "POST", "/command", all, body);
    }

    @Override
    public void close() {
        if (rest != null) rest.close();
        if (sessions != null) sessions.close();
    }

    private static final class Facts implements NodeStatus {
        @Override
        public String nodeId() {
            return "n1";
        }

        @Override
        public String leader() {
            return "n1";
        }

        @Override
        public Consensus.LogStatus log() {
            return new Consensus.LogStatus("LEADER", 1, APPLIED, 1, APPLIED, 0, APPLIED, 0, List.of());
        }

        @Override
        public @Nullable NodeAddress address(String node) {
            return null;
        }

        @Override
        public long appliedIndex() {
            return APPLIED;
        }

        @Override
        public @Nullable LastSnapshot lastSnapshot() {
            return null;
        }

        @Override
        public String version() {
            return "1.2.3";
        }

        @Override
        public long uptimeSeconds() {
            return 1;
        }

        @Override
        public Map<String, String> options() {
            return Map.of();
        }
    }
}

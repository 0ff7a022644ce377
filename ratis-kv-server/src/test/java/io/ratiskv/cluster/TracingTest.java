package io.ratiskv.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ratiskv.cluster.TraceCollector.Span;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;

/** Requests through three real processes as a collector of traces sees them. */
@Tag("alone")
class TracingTest {
    private static final String CALLER = "0af7651916cd43dd8448eb211c80319c";

    @TempDir
    Path directory = Path.of("");

    @Test
    void a_trace_leads_through_all_stops_of_a_request_on_both_nodes_that_had_it_in_hand() throws Exception {
        try (TraceCollector collector = new TraceCollector();
                Processes cluster = new Processes(
                        3,
                        directory,
                        "256m",
                        List.of("--otlp-endpoint", collector.endpoint(), "--otlp-sample-ratio", "1"))) {
            cluster.startAll();
            cluster.awaitAllServing();
            int leader = cluster.awaitLeader();
            int follower = leader % cluster.count() + 1;
            try (Jedis client = connected(cluster, follower)) {
                assertEquals(11, client.append("canarykey", "canaryvalue"));
                assertEquals(11, client.strlen("canarykey"));
            }

            Trace write = traceOf(cluster, collector, "APPEND", 11);
            assertEquals(
                    Set.of(
                            "n" + follower + " dispatch",
                            "n" + follower + " queue",
                            "n" + follower + " propose",
                            "n" + follower + " commit",
                            "n" + follower + " apply",
                            "n" + follower + " reply",
                            "n" + leader + " propose"),
                    write.childrenOf(write.root));
            assertEquals(
                    Set.of("n" + leader + " append", "n" + leader + " commit", "n" + leader + " apply"),
                    write.childrenOf(write.named("n" + leader + " propose")));
            assertEquals("APPEND", write.root.attributes().get("db.operation.name"));
            write.assertStopsFollowEachOther("dispatch", "queue", "propose", "commit", "apply", "reply");

            Trace read = traceOf(cluster, collector, "STRLEN", 7);
            assertEquals(
                    Set.of(
                            "n" + follower + " dispatch",
                            "n" + follower + " queue",
                            "n" + follower + " quorum check",
                            "n" + follower + " apply wait",
                            "n" + follower + " evaluate",
                            "n" + follower + " reply"),
                    read.childrenOf(read.root));
            read.assertStopsFollowEachOther("dispatch", "queue", "quorum check", "apply wait", "evaluate", "reply");

            assertEquals(200, post(cluster, follower, "01", "INCR"));
            assertEquals(200, post(cluster, follower, "00", "DECR"));
            traceOf(cluster, collector, "INCR", 11);
            Span ofCaller = rootOf(collector, "INCR");
            assertEquals(CALLER, ofCaller.trace());
            assertEquals("00f067aa0ba902b7", ofCaller.parent());
            try (Jedis client = connected(cluster, follower)) {
                client.exists("canarykey");
            }
            traceOf(cluster, collector, "EXISTS", 7);
            assertTrue(
                    collector.spans().stream().noneMatch(span -> span.name().equals("DECR")),
                    "a caller that does not sample decides for us too");
            assertFalse(collector.heard("canary"), "no key and no value is told");
        }
    }

    private static Jedis connected(Processes cluster, int node) {
        return cluster.connect(node, 10_000);
    }

    private static Span rootOf(TraceCollector collector, String name) {
        return collector.spans().stream()
                .filter(span -> span.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    /** Waits for as many spans of it as there are. */
    private static Trace traceOf(Processes cluster, TraceCollector collector, String name, int count) {
        Supplier<List<Span>> spans = () -> {
            List<Span> all = List.copyOf(collector.spans());
            return all.stream()
                    .filter(span -> span.name().equals(name))
                    .findFirst()
                    .map(root -> all.stream()
                            .filter(span -> span.trace().equals(root.trace()))
                            .toList())
                    .orElse(List.of());
        };
        cluster.await(name + " is traced", 60, () -> spans.get().size() >= count);
        assertEquals(count, spans.get().size(), () -> spans.get().toString());
        return new Trace(rootOf(collector, name), spans.get());
    }

    private record Trace(Span root, List<Span> spans) {
        Set<String> childrenOf(Span parent) {
            return spans.stream()
                    .filter(span -> span.parent().equals(parent.id()))
                    .map(span -> span.node() + " " + span.name())
                    .collect(Collectors.toSet());
        }

        Span named(String nodeAndName) {
            return spans.stream()
                    .filter(span -> nodeAndName.equals(span.node() + " " + span.name()))
                    .findFirst()
                    .orElseThrow();
        }

        void assertStopsFollowEachOther(String... names) {
            Map<String, Span> stops = spans.stream()
                    .filter(span ->
                            span.parent().equals(root.id()) && span.node().equals(root.node()))
                    .collect(Collectors.toMap(Span::name, Function.identity()));
            long at = root.startNanos();
            for (String name : names) {
                Span stop = stops.get(name);
                assertEquals(at, stop == null ? -1 : stop.startNanos(), name + " in " + spans);
                at = stop == null ? -1 : stop.endNanos();
            }
            assertEquals(root.endNanos(), at, spans::toString);
        }
    }

    private static int post(Processes cluster, int node, String flags, String command) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create("http://" + cluster.host(node) + ":" + cluster.httpPort(node) + "/command"))
                .header("Content-Type", "application/json")
                .header("traceparent", "00-" + CALLER + "-00f067aa0ba902b7-" + flags)
                .POST(HttpRequest.BodyPublishers.ofString("{\"command\":[\"" + command + "\",\"canarycount\"]}"))
                .build();
        try (HttpClient http = HttpClient.newHttpClient()) {
            return http.send(request, HttpResponse.BodyHandlers.ofString()).statusCode();
        }
    }
}

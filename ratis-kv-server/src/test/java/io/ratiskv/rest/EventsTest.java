package io.ratiskv.rest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.ratiskv.metrics.NodeFigures;
import io.ratiskv.metrics.SampleScrape;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code GET /events} over real sockets. */
@Timeout(120)
class EventsTest {
    /** Longer than from one event to the next. */
    private static final int QUIET_SECONDS = 4;

    private final BlockingQueue<Boolean> looks = new LinkedBlockingQueue<>();
    private final List<Viewer> viewers = new ArrayList<>();
    private CommandServer server = CommandServer.closed();

    @AfterEach
    void close() throws IOException {
        for (Viewer viewer : viewers) viewer.close();
        server.close();
    }

    @Test
    void an_event_tells_the_figures_of_the_node() throws Exception {
        start(SampleScrape::figures);
        JsonNode event = watch().event();
        assertEquals("n1", event.at("/status/node_id").asString());
        assertEquals(7, event.at("/status/current_term").asInt());
        assertEquals("n2", event.at("/members/0/id").asString());
        assertEquals(49, event.at("/members/0/match_index").asInt());
        assertEquals(50, event.at("/last_index").asInt());
        assertEquals(1, event.at("/calls/set").asInt());
        int buckets = event.at("/bounds_millis").size() + 1;
        assertEquals(buckets, event.at("/times/commit/counts").size());
        assertEquals(buckets, event.at("/families/string/counts").size());
    }

    @Test
    void one_look_at_the_node_serves_all_who_watch_and_nobody_watching_costs_none() throws Exception {
        start(SampleScrape::figures);
        assertNull(looks.poll());
        Viewer first = watch();
        first.event();
        Viewer second = watch();
        second.event();
        long seen = at(second.event());
        while (at(first.event()) != seen) {
            // The first is an event or two behind; two looks would hardly ever be of one millisecond.
        }
        first.close();
        second.close();
        while (looks.poll(QUIET_SECONDS, TimeUnit.SECONDS) != null) {
            // Those of the time until the node has noticed that they are gone.
        }
        watch().event();
    }

    @Test
    void a_viewer_that_takes_nothing_holds_up_nobody() throws Exception {
        Map<String, Long> manyCalls = new HashMap<>();
        for (int i = 0; i < 100_000; i++) manyCalls.put("command-of-a-long-name-" + i, 1L);
        NodeFigures sample = SampleScrape.figures();
        NodeFigures.Clients large = new NodeFigures.Clients(1, 1, 0, 1, 1, manyCalls);
        start(() -> new NodeFigures(
                sample.log(),
                sample.disk(),
                sample.archive(),
                sample.keys(),
                sample.memoryBytes(),
                sample.expiredKeys(),
                sample.evictedKeys(),
                sample.clientSessions(),
                sample.comparisons(),
                large,
                sample.batches(),
                sample.reads(),
                sample.snapshot(),
                sample.times(),
                sample.ratis()));
        Viewer idle = watch();
        idle.line();
        Viewer busy = watch();
        for (int i = 0; i < 5; i++) busy.event();
    }

    @Test
    void there_is_a_bound_to_how_many_watch() throws Exception {
        start(SampleScrape::figures);
        for (int i = 0; i < EventsEndpoint.VIEWERS_MAX; i++) assertEquals("HTTP/1.1 200 OK", watch().status);
        Viewer refused = watch();
        assertEquals("HTTP/1.1 503 Service Unavailable", refused.status);
        viewers.getFirst().close();
        Viewer again = watch();
        while (again.status.contains("503")) again = watch();
        again.event();
    }

    @Test
    void a_node_that_leaves_ends_the_streams() throws Exception {
        start(SampleScrape::figures);
        Viewer viewer = watch();
        viewer.event();
        server.drain().get(10, TimeUnit.SECONDS);
        while (viewer.line() != null) {
            // What was on its way.
        }
        assertEquals("HTTP/1.1 503 Service Unavailable", watch().status);
    }

    @Test
    void events_need_the_password_and_take_no_other_method() throws Exception {
        server = CommandServer.start(TestSettings.of(0, given -> false, null));
        assertEquals("HTTP/1.1 401 Unauthorized", watch().status);
        server.close();
        start(SampleScrape::figures);
        RawHttp.Response posted = RawHttp.send(server.port(), "POST", "/events", Map.of(), new byte[0]);
        assertEquals(405, posted.status());
        assertEquals("GET", posted.headers().get("allow"));
    }

    private static long at(JsonNode event) {
        return event.get("at_millis").asLong();
    }

    private void start(Supplier<NodeFigures> figures) throws IOException {
        server = CommandServer.start(TestSettings.of(0, null, null), () -> {
            looks.add(true);
            return figures.get();
        });
    }

    private Viewer watch() throws IOException {
        Viewer viewer = new Viewer(server.port());
        viewers.add(viewer);
        return viewer;
    }

    /** A stream, read as it comes. */
    private static final class Viewer {
        private final Socket socket = new Socket();
        private final BufferedReader in;
        final String status;

        Viewer(int port) throws IOException {
            socket.setReceiveBufferSize(4096);
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            socket.getOutputStream()
                    .write("GET /events HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
                            .getBytes(StandardCharsets.US_ASCII));
            in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
            status = String.valueOf(in.readLine());
        }

        /** Null at the end. */
        @Nullable
        String line() throws IOException {
            return in.readLine();
        }

        JsonNode event() throws IOException {
            for (String line = line(); line != null; line = line()) {
                if (line.startsWith("data: ")) return JsonMapper.shared().readTree(line.substring("data: ".length()));
            }
            throw new IOException("the stream has ended");
        }

        void close() throws IOException {
            socket.close();
        }
    }
}

package io.ratiskv.rest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ratiskv.api.Bytes;
import io.ratiskv.backup.Backups;
import io.ratiskv.machine.NodeAddress;
import io.ratiskv.metrics.SampleScrape;
import io.ratiskv.replication.Consensus;
import io.ratiskv.session.SlowRequest;
import io.ratiskv.tls.TestAuthority;
import io.ratiskv.tls.Tls;
import io.ratiskv.tls.TlsFiles;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Predicate;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RestServerTest {
    @TempDir
    Path directory;

    private static final Commands NO_COMMANDS = (errand, then) -> {
        throw new AssertionError("nobody sends a command");
    };

    private final KnownNode node = new KnownNode();
    private final List<SlowRequest> slow = new ArrayList<>();
    private final CompletableFuture<Backups.Backup> backup = new CompletableFuture<>();
    private final BlockingQueue<String> backupsAsked = new LinkedBlockingQueue<>();
    private final HttpClient client = HttpClient.newHttpClient();
    private @Nullable RestServer server;

    @AfterEach
    void close() {
        client.close();
        if (server != null) server.close();
    }

    /** A node of which everything is said beforehand. */
    private static final class KnownNode implements NodeStatus {
        private @Nullable String leader = "n1";
        private String role = "LEADER";
        private long appliedTerm = 7;
        private long appliedIndex = 2_490;
        private NodeStatus.@Nullable LastSnapshot snapshot = new LastSnapshot(2_000, 60);

        @Override
        public String nodeId() {
            return "n1";
        }

        @Override
        public @Nullable String leader() {
            return leader;
        }

        @Override
        public @Nullable NodeAddress address(String node) {
            return node.equals("n2") ? new NodeAddress("n2", "kv2.example.com:6379", "kv2.example.com:8080") : null;
        }

        @Override
        public long appliedIndex() {
            return appliedIndex;
        }

        @Override
        public NodeStatus.@Nullable LastSnapshot lastSnapshot() {
            return snapshot;
        }

        @Override
        public String version() {
            return "1.2.3";
        }

        @Override
        public long uptimeSeconds() {
            return 77;
        }

        @Override
        public Map<String, String> options() {
            return Map.of("requirepass", "***");
        }

        @Override
        public Consensus.LogStatus log() {
            return new Consensus.LogStatus(
                    role,
                    7,
                    2_500,
                    appliedTerm,
                    appliedIndex,
                    1_000,
                    2_501,
                    999,
                    List.of(
                            new Consensus.Peer("n1", "127.0.0.1:26001", true, 2_501, 0),
                            new Consensus.Peer("n2", "127.0.0.1:26002", true, 2_400, 3),
                            new Consensus.Peer("n3", "127.0.0.1:26003", true, -1, -1)));
        }
    }

    @Test
    void status_says_where_the_node_stands() throws Exception {
        start(null);
        HttpResponse<String> response = get("/status");
        assertEquals(200, response.statusCode());
        assertEquals("application/json", header(response, "content-type"));
        assertEquals("""
                {"node_id":"n1","state":"LEADER","current_term":7,"leader_id":"n1","commit_index":2500,\
                "last_applied":2490,"log_length":1502,"peers":[\
                {"id":"n2","address":"127.0.0.1:26002","resp":"kv2.example.com:6379",\
                "http":"kv2.example.com:8080","match_index":2400,"lag":101},\
                {"id":"n3","address":"127.0.0.1:26003","resp":null,"http":null,"match_index":null,"lag":null}],\
                "snapshot":{"index":2000,"age_seconds":60},"version":"1.2.3","uptime_seconds":77}
                """, response.body());
    }

    @Test
    void status_names_no_leader_where_none_is_known() throws Exception {
        node.leader = null;
        node.role = "CANDIDATE";
        node.snapshot = null;
        start(null);
        String body = get("/status").body();
        for (String part : List.of("\"state\":\"CANDIDATE\"", "\"leader_id\":null", "\"snapshot\":null")) {
            assertTrue(body.contains(part), body);
        }
    }

    @Test
    void a_node_with_a_leader_and_its_log_applied_is_ready() throws Exception {
        start(null);
        HttpResponse<String> ready = get("/health/ready");
        assertEquals(200, ready.statusCode());
        assertEquals("{\"ready\":true}\n", ready.body());

        node.leader = null;
        ready = get("/health/ready");
        assertEquals(503, ready.statusCode());
        assertEquals("1", header(ready, "retry-after"));
        assertEquals("{\"ready\":false,\"reason\":\"no leader is known\"}\n", ready.body());

        node.leader = "n2";
        node.appliedIndex = 100;
        ready = get("/health/ready");
        assertEquals(503, ready.statusCode());
        assertEquals(
                "{\"ready\":false,\"reason\":\"2400 committed entries are not applied yet (100 of 2500)\"}\n",
                ready.body());

        node.appliedIndex = 2_490;
        node.appliedTerm = 6;
        assertEquals(
                "{\"ready\":false,\"reason\":\"the log is applied up to entry 2490 of 2501, not yet to the first of its"
                        + " leader\"}\n",
                get("/health/ready").body());
    }

    @Test
    void head_says_what_get_would_without_the_body() throws Exception {
        node.leader = null;
        start(null);
        for (String path : List.of("/status", "/health", "/health/ready", "/metrics")) {
            HttpResponse<String> get = get(path);
            HttpResponse<String> head =
                    client.send(HttpRequest.newBuilder(uri(path)).HEAD().build(), HttpResponse.BodyHandlers.ofString());
            assertEquals(get.statusCode(), head.statusCode(), path);
            assertEquals("", head.body(), path);
            for (String header : List.of("content-type", "content-length", "x-raft-index", "retry-after")) {
                assertEquals(get.headers().allValues(header), head.headers().allValues(header), path + " " + header);
            }
        }
    }

    @Test
    void metrics_are_text_for_prometheus() throws Exception {
        start(null);
        HttpResponse<String> response = get("/metrics");
        assertEquals(200, response.statusCode());
        assertEquals("text/plain; version=0.0.4; charset=utf-8", header(response, "content-type"));
        assertEquals("a 1\n", response.body());
    }

    @Test
    void the_slow_log_splits_where_the_time_went() throws Exception {
        slow.add(new SlowRequest(
                8,
                1_700_000_000_123L,
                12_000,
                1_000,
                9_000,
                1_500,
                List.of(Bytes.of("SET"), Bytes.of("\"k\n"), Bytes.wrap(new byte[] {'v', (byte) 0xff})),
                "127.0.0.1:50000",
                "worker"));
        slow.add(new SlowRequest(7, 1, 2, 0, 0, 2, List.of(Bytes.of("GET")), "127.0.0.1:50001", ""));
        start(null);
        HttpResponse<String> response = get("/slowlog?count=1");
        assertEquals(200, response.statusCode());
        assertEquals("application/json", header(response, "content-type"));
        assertEquals("""
                {"requests":[{"id":8,"at_millis":1700000000123,"duration_micros":12000,"queue_micros":1000,\
                "commit_micros":9000,"apply_micros":1500,"command":["SET","\\"k\\n","v\ufffd"],\
                "client":"127.0.0.1:50000","client_name":"worker"}]}
                """, response.body());
        assertTrue(get("/slowlog").body().contains("\"id\":7"));
        for (String count : List.of("", "0", "-1", "1001", "x")) {
            HttpResponse<String> refused = get("/slowlog?count=" + count);
            assertEquals(400, refused.statusCode(), count);
            assertTrue(refused.body().contains("ERR count must be a number from 1 to 1000"), refused.body());
        }
    }

    @Test
    void a_backup_is_given_whole_and_to_one_at_a_time() throws Exception {
        start(null);
        HttpRequest request = HttpRequest.newBuilder(uri("/backup")).build();
        CompletableFuture<HttpResponse<String>> first = client.sendAsync(request, HttpResponse.BodyHandlers.ofString());
        assertEquals("SNAPSHOT", backupsAsked.take());
        HttpResponse<String> second = get("/backup");
        assertEquals(503, second.statusCode());
        assertTrue(second.body().contains("OVERLOADED"), second.body());

        backup.complete(new Backups.Backup(7, 3, new ByteArrayInputStream("abc".getBytes(UTF_8))));
        assertEquals("abc", first.get().body());
        assertEquals("3", header(first.get(), "content-length"));
        assertEquals("attachment; filename=\"backup-7.rkv\"", header(first.get(), "content-disposition"));
    }

    @Test
    void who_takes_what_a_node_holds_says_so() throws Exception {
        start(null);
        backup.completeExceptionally(new IllegalStateException("there is no leader"));
        HttpResponse<String> refused = get("/backup");
        assertEquals(503, refused.statusCode());
        assertTrue(refused.body().contains("there is no leader"), refused.body());
        HttpRequest stale = HttpRequest.newBuilder(uri("/backup"))
                .header("X-Read-Consistency", "stale")
                .build();
        client.send(stale, HttpResponse.BodyHandlers.ofString());
        assertEquals("SNAPSHOT", backupsAsked.take());
        assertEquals("SNAPSHOT stale", backupsAsked.take());
        get("/backup?format=rdb");
        get("/backup?format=aof");
        assertEquals(List.of("RDB", "AOF"), List.of(backupsAsked.take(), backupsAsked.take()));
        assertEquals(400, get("/backup?format=tar").statusCode());
        HttpRequest bounded = HttpRequest.newBuilder(uri("/backup"))
                .header("X-Read-Consistency", "bounded 1000")
                .build();
        assertEquals(
                400, client.send(bounded, HttpResponse.BodyHandlers.ofString()).statusCode());
    }

    @Test
    void a_password_guards_what_tells_something() throws Exception {
        start(given -> Arrays.equals(given, "se:cret".getBytes(UTF_8)));
        assertEquals("OK", get("/health").body());
        assertEquals(200, get("/health/ready").statusCode());

        for (String path : List.of("/status", "/metrics", "/config", "/slowlog", "/openapi.json")) {
            HttpResponse<String> refused = get(path);
            assertEquals(401, refused.statusCode(), path);
            assertTrue(header(refused, "www-authenticate").startsWith("Basic "), path);
            assertEquals(401, get(path, basic("any:wrong")).statusCode(), path);
            assertEquals(401, get(path, basic("se:cret")).statusCode(), path + ": a user is not a password");
            assertEquals(401, get(path, "Basic !!!").statusCode(), path);
            assertEquals(401, get(path, "Bearer").statusCode(), path);
            assertEquals(401, get(path, "Bearer wrong").statusCode(), path);
            assertEquals(401, get(path, basic("any:se:cret")).statusCode(), path + ": there is no such user");
            assertEquals(200, get(path, basic("default:se:cret")).statusCode(), path);
            assertEquals(200, get(path, basic(":se:cret")).statusCode(), path);
            assertEquals(200, get(path, "bearer se:cret").statusCode(), path);
        }
    }

    @Test
    void the_console_needs_no_password_and_runs_nothing_but_its_own_files() throws Exception {
        start(given -> false);
        HttpResponse<String> page = get("/");
        assertEquals(200, page.statusCode());
        assertTrue(header(page, "content-type").startsWith("text/html;"));
        assertTrue(header(get("/console/app.js"), "content-type").startsWith("text/javascript;"));
        assertEquals("nosniff", header(get("/console/app.css"), "x-content-type-options"));
        assertEquals("DENY", header(page, "x-frame-options"));
        String policy = header(page, "content-security-policy");
        for (String part : List.of("default-src 'none'", "script-src 'self'", "frame-ancestors 'none'")) {
            assertTrue(policy.contains(part), policy);
        }
        assertTrue(!policy.contains("unsafe"), policy);
    }

    @Test
    void nothing_but_the_console_is_under_its_path() throws Exception {
        start(null);
        for (String path : List.of("nothing.js", "openapi.json", "..%2fopenapi.json", "")) {
            int status = get("/console/" + path).statusCode();
            assertTrue(status == 404 || status == 400, path + " gave " + status);
        }
    }

    @Test
    void what_is_not_there_is_said_to_be_missing() throws Exception {
        start(null);
        assertEquals(404, get("/nothing").statusCode());
        HttpRequest post = HttpRequest.newBuilder(uri("/status"))
                .POST(HttpRequest.BodyPublishers.ofString("{}"))
                .build();
        assertEquals(
                405, client.send(post, HttpResponse.BodyHandlers.ofString()).statusCode());
    }

    @Test
    void a_busy_port_is_named() throws Exception {
        RestServer first = start(null);
        RestSettings same = TestSettings.of(first.port(), null, null);
        IOException failure = assertThrows(
                IOException.class,
                () -> RestServer.start(
                        same,
                        node,
                        NO_COMMANDS,
                        () -> "",
                        SampleScrape::figures,
                        RestServerTest::nothingSlow,
                        RestServerTest::noBackup));
        assertTrue(String.valueOf(failure.getMessage()).contains("127.0.0.1:" + first.port()), failure.getMessage());
    }

    @Test
    void with_certificates_it_is_https() throws Exception {
        TestAuthority authority = new TestAuthority("cluster");
        Tls tls = Tls.load(authority.issue("n1", directory, TlsFiles.ClientAuth.NO));
        RestServer https = RestServer.start(
                TestSettings.of(0, null, tls),
                node,
                NO_COMMANDS,
                () -> "",
                SampleScrape::figures,
                RestServerTest::nothingSlow,
                RestServerTest::noBackup);
        try (https;
                HttpClient trusting =
                        HttpClient.newBuilder().sslContext(tls.context()).build()) {
            HttpRequest request = HttpRequest.newBuilder(URI.create("https://127.0.0.1:" + https.port() + "/health"))
                    .build();
            assertEquals(
                    "OK",
                    trusting.send(request, HttpResponse.BodyHandlers.ofString()).body());
        }
    }

    @Test
    void a_client_without_a_certificate_is_refused_where_one_is_asked_for() throws Exception {
        TestAuthority authority = new TestAuthority("cluster");
        Tls tls = Tls.load(authority.issue("n1", directory, TlsFiles.ClientAuth.YES));
        TlsFiles files = authority.issue("client", directory, TlsFiles.ClientAuth.NO);
        RestServer https = RestServer.start(
                TestSettings.of(0, null, tls),
                node,
                NO_COMMANDS,
                () -> "",
                SampleScrape::figures,
                RestServerTest::nothingSlow,
                RestServerTest::noBackup);
        HttpRequest request = HttpRequest.newBuilder(URI.create("https://127.0.0.1:" + https.port() + "/health"))
                .build();
        SSLContext anonymous = SSLContext.getInstance("TLS");
        anonymous.init(null, new TrustManager[] {tls.trustManager()}, null);
        try (https;
                HttpClient known = HttpClient.newBuilder()
                        .sslContext(Tls.load(files).context())
                        .build();
                HttpClient stranger =
                        HttpClient.newBuilder().sslContext(anonymous).build()) {
            assertEquals(
                    "OK",
                    known.send(request, HttpResponse.BodyHandlers.ofString()).body());
            assertThrows(IOException.class, () -> stranger.send(request, HttpResponse.BodyHandlers.ofString()));
        }
    }

    private RestServer start(@Nullable Predicate<byte[]> password) throws IOException {
        long begin = System.nanoTime();
        RestServer started = RestServer.start(
                TestSettings.of(0, password, null),
                node,
                NO_COMMANDS,
                () -> "a 1\n",
                SampleScrape::figures,
                count -> slow.subList(0, Math.min(count, slow.size())),
                (format, stale) -> {
                    backupsAsked.add(format + (stale ? " stale" : ""));
                    return backup;
                });
        System.out.printf("HTTP started in %.0f ms%n", (System.nanoTime() - begin) / 1e6);
        server = started;
        return started;
    }

    private static CompletableFuture<Backups.Backup> noBackup(Backups.Format format, boolean stale) {
        return CompletableFuture.failedFuture(new IllegalStateException("there is no leader"));
    }

    private static List<SlowRequest> nothingSlow(int count) {
        return List.of();
    }

    private static String basic(String pair) {
        return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(UTF_8));
    }

    private static String header(HttpResponse<String> response, String name) {
        return response.headers().firstValue(name).orElse("");
    }

    private URI uri(String path) {
        if (server == null) throw new IllegalStateException("no server");
        return URI.create("http://127.0.0.1:" + server.port() + path);
    }

    private HttpResponse<String> get(String path) throws Exception {
        return client.send(HttpRequest.newBuilder(uri(path)).build(), HttpResponse.BodyHandlers.ofString());
    }

    private HttpResponse<String> get(String path, String authorization) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(uri(path))
                .header("Authorization", authorization)
                .build();
        return client.send(request, HttpResponse.BodyHandlers.ofString());
    }
}

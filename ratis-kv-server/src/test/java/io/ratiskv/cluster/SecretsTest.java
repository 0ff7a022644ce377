package io.ratiskv.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ratiskv.server.ConfigException;
import io.ratiskv.server.ServerConfig;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.exceptions.JedisDataException;

/** Whatever a node writes, it never writes a password, neither its own nor a wrong one that somebody tried. */
@Tag("alone")
class SecretsTest {
    private static final String PASSWORD = "canary-of-the-operator";
    private static final String OF_USER = "canary-of-alice";
    private static final String WRONG = "canary-of-a-stranger";
    private static final String CANARY = "canary-of-";

    @TempDir
    Path directory = Path.of("");

    /** What was written, by where. */
    private final Map<String, String> written = new LinkedHashMap<>();

    @Test
    void no_password_is_found_in_anything_that_a_node_writes() throws Exception {
        Path secret = Files.writeString(directory.resolve("password"), PASSWORD + "\n");
        Path data = directory.resolve("nodes");
        try (TraceCollector collector = new TraceCollector();
                Processes node = new Processes(
                        1,
                        data,
                        "256m",
                        List.of(
                                "--requirepass-file",
                                secret.toString(),
                                "--log-level",
                                "trace",
                                "--log-format",
                                "json",
                                "--slowlog-log-slower-than",
                                "0",
                                "--otlp-endpoint",
                                collector.endpoint(),
                                "--otlp-sample-ratio",
                                "1"))) {
            node.startAll();
            node.await("the node leads", 60, () -> ready(node));
            try (Jedis client = new Jedis(
                    new HostAndPort(node.host(1), node.respPort(1)),
                    DefaultJedisClientConfig.builder()
                            .timeoutMillis(20_000)
                            .autoNegotiateProtocol(false)
                            .build())) {
                keep(client, "AUTH", WRONG);
                keep(client, "AUTH", WRONG, WRONG);
                keep(client, "HELLO", "3", "AUTH", "default", WRONG);
                assertEquals("OK", ask(client, "AUTH", PASSWORD));
                keep(client, "AUTH", "default", PASSWORD);
                keep(client, "CONFIG", "SET", "requirepass", PASSWORD);
                keep(client, "ACL", "SETUSER", "default", ">" + PASSWORD);
                keep(client, "ACL", "SETUSER", "alice", "on", ">" + OF_USER, ">" + WRONG, "<" + WRONG, "+@all", "~*");
                keep(client, "ACL", "SETUSER", "alice", "<" + WRONG, ">" + OF_USER);
                keep(client, "ACL", "SETUSER", "alice", "(", ">" + WRONG, ")");
                keep(client, "ACL", "SETUSER", "alice", "(+get >" + WRONG + ")", "nosuch");
                keep(client, "AUTH", "alice", WRONG);
                assertEquals("OK", ask(client, "AUTH", "alice", OF_USER));
                assertEquals("alice", ask(client, "ACL", "WHOAMI"));
                assertEquals("OK", ask(client, "AUTH", PASSWORD));
                keep(client, "MULTI");
                keep(client, "SET", "k", "v");
                keep(client, "CONFIG", "SET", "requirepass", PASSWORD);
                keep(client, "EXEC");
                assertEquals("OK", ask(client, "SET", "k", "v"));
                for (String question : List.of(
                        "SLOWLOG GET -1",
                        "RAFT.SLOWLOG -1",
                        "CONFIG GET *",
                        "INFO everything",
                        "CLIENT LIST",
                        "ACL LIST",
                        "ACL GETUSER alice",
                        "RAFT.STATUS",
                        "RAFT.MEMBERS",
                        "LATENCY DOCTOR")) {
                    String[] words = question.split(" ", -1);
                    written.put(question, ask(client, words[0], Arrays.copyOfRange(words, 1, words.length)));
                }
                assertTrue(written.getOrDefault("SLOWLOG GET -1", "").contains("SET"), written::toString);
            }
            for (String path :
                    List.of("/status", "/metrics", "/config", "/slowlog", "/openapi.json", "/health/ready", "/x")) {
                written.put(path, get(node, path, PASSWORD));
                written.put(path + " refused", get(node, path, WRONG));
            }
            written.put("arguments", commandLine(node.pid(1)));
            ProcessHandle process = ProcessHandle.of(node.pid(1)).orElseThrow();
            node.signal(1, "TERM");
            process.onExit().join();
            written.put("log", Files.readString(node.log(1)));
            assertTrue(written.getOrDefault("log", "").contains("\"index\":"), written::toString);
            assertFalse(collector.heard(CANARY), "traces");
            assertTrue(collector.heard("SET"), "nothing was traced");
        }
        written.put("refused options", refused("--requirepass=" + WRONG, "--requirepass-file=" + secret, "--id="));
        written.put("unknown option", refused("--requirepas=" + WRONG));
        written.forEach((where, text) -> assertFalse(text.contains(CANARY), () -> where + ": " + text));
        try (Stream<Path> files = Files.walk(data)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                String bytes = Files.readString(file, StandardCharsets.ISO_8859_1);
                assertFalse(bytes.contains(CANARY), file::toString);
            }
        }
    }

    private static boolean ready(Processes node) {
        return node.page(1, "/health/ready", 2).contains("\"ready\":true");
    }

    /** The reply is one of the texts that are looked through. */
    private void keep(Jedis client, String command, String... words) {
        written.put("reply " + written.size() + " to " + command, ask(client, command, words));
    }

    private static String ask(Jedis client, String command, String... words) {
        try {
            return text(client.sendCommand(() -> command.getBytes(StandardCharsets.US_ASCII), words));
        } catch (JedisDataException refused) {
            return String.valueOf(refused.getMessage());
        }
    }

    private static String text(@Nullable Object reply) {
        if (reply instanceof byte[] bytes) return new String(bytes, StandardCharsets.UTF_8);
        if (reply instanceof List<?> list)
            return list.stream().map(SecretsTest::text).toList().toString();
        return String.valueOf(reply);
    }

    private static String get(Processes node, String path, String password) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create("http://" + node.host(1) + ":" + node.httpPort(1) + path))
                .header("Authorization", "Bearer " + password)
                .build();
        try (HttpClient http = HttpClient.newHttpClient()) {
            HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
            return response.headers() + response.body();
        }
    }

    /** Where the system shows it; empty where it does not. */
    private static String commandLine(long pid) throws IOException {
        Path shown = Path.of("/proc/" + pid + "/cmdline");
        return Files.exists(shown) ? Files.readString(shown) : "";
    }

    private static String refused(String... options) {
        return String.valueOf(assertThrows(ConfigException.class, () -> ServerConfig.load(List.of(options), Map.of()))
                .getMessage());
    }
}

package io.ratiskv.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ServerConfigTest {
    private static final Map<String, String> EMPTY = Map.of();

    /** A valid text other than the default for each option; the test below fails when an option is missing here. */
    private static final Map<String, String> OTHER_VALUES = new LinkedHashMap<>();

    static {
        OTHER_VALUES.put("id", "n2");
        OTHER_VALUES.put("peers", "n2=[::1]:9971:19999");
        OTHER_VALUES.put("join", "127.0.0.1:19970,[::1]:19971");
        OTHER_VALUES.put("data", "elsewhere");
        OTHER_VALUES.put("resp", "127.0.0.1:7000");
        OTHER_VALUES.put("http", "127.0.0.1:7001");
        OTHER_VALUES.put("announce-resp", "kv.example.com:7000");
        OTHER_VALUES.put("announce-http", "kv.example.com:7001");
        OTHER_VALUES.put("reads", "log");
        OTHER_VALUES.put("fsync", "relaxed");
        OTHER_VALUES.put("request-timeout-millis", "700");
        OTHER_VALUES.put("insecure-bind", "true");
        OTHER_VALUES.put("requirepass", "correct horse");
        OTHER_VALUES.put("http-allowed-hosts", "kv.example.com,*");
        OTHER_VALUES.put("http-allowed-origins", "https://kv.example.com");
        OTHER_VALUES.put("http-max-body-bytes", "5MiB");
        OTHER_VALUES.put("http-rate-limit", "6");
        OTHER_VALUES.put("maxclients", "7");
        OTHER_VALUES.put("timeout", "8");
        OTHER_VALUES.put("tcp-keepalive", "9");
        OTHER_VALUES.put("proto-max-bulk-bytes", "2MiB");
        OTHER_VALUES.put("client-output-buffer-bytes", "1MiB");
        OTHER_VALUES.put("election-timeout-min-millis", "111");
        OTHER_VALUES.put("election-timeout-max-millis", "222");
        OTHER_VALUES.put("raft-rpc", "grpc");
        OTHER_VALUES.put("segment-bytes", "8MiB");
        OTHER_VALUES.put("disk-reserve-bytes", "9MiB");
        OTHER_VALUES.put("snapshot-log-bytes", "3MiB");
        OTHER_VALUES.put("snapshot-entries", "44");
        OTHER_VALUES.put("archive", "shelf");
        OTHER_VALUES.put("archive-interval-seconds", "3");
        OTHER_VALUES.put("backup-key-file", "backup.key");
        OTHER_VALUES.put("log-format", "json");
        OTHER_VALUES.put("log-level", "debug");
        OTHER_VALUES.put("slowlog-log-slower-than", "-1");
        OTHER_VALUES.put("slowlog-max-len", "5");
        OTHER_VALUES.put("enable-debug-command", "local");
        OTHER_VALUES.put("otlp-endpoint", "https://collector.example.com:4318/tenant/v1/traces");
        OTHER_VALUES.put("otlp-sample-ratio", "0.25");
    }

    @Test
    void no_arguments_mean_one_node_on_loopback() throws ConfigException {
        ServerConfig config = load();
        assertEquals("n1", config.id());
        assertEquals(Path.of("data"), config.data());
        assertEquals(new HostPort("127.0.0.1", 6379), config.resp());
        assertEquals(new HostPort("127.0.0.1", 8080), config.http());
        assertEquals(1, config.peers().size());
        assertEquals(new HostPort("127.0.0.1", 9870), config.self().raft());
        assertEquals(new HostPort("127.0.0.1", 19870), config.self().peer());
        assertEquals(ServerConfig.FsyncMode.ALWAYS, config.fsync());
        assertEquals(ServerConfig.ReadMode.QUORUM, config.reads());
        assertNull(config.security().tls());
        assertEquals(300, config.raftLog().electionTimeoutMinMillis());
        assertEquals(600, config.raftLog().electionTimeoutMaxMillis());
        assertEquals(64L << 20, config.raftLog().segmentBytes());
    }

    @Test
    void who_joins_names_itself_alone() throws ConfigException {
        List<Peer> peers =
                load("--peers", "n1=127.0.0.1:9970:19999,n2=[::1]:9971").peers();
        assertEquals(new HostPort("::1", 19971), peers.getLast().peer());
        ConfigException refused = assertThrows(
                ConfigException.class,
                () -> load("--peers", "n1=127.0.0.1:9970,n2=127.0.0.1:9971", "--join", "127.0.0.1:19971"));
        assertTrue(String.valueOf(refused.getMessage()).contains("must name this node alone with --join"));
    }

    @Test
    void an_id_alone_is_a_group_of_that_id() throws ConfigException {
        assertEquals("solo", load("--id", "solo").self().id());
    }

    @Test
    void every_option_reaches_its_place_from_a_flag_the_environment_and_a_file(@TempDir Path directory)
            throws Exception {
        String[] flags = OTHER_VALUES.entrySet().stream()
                .map(entry -> "--" + entry.getKey() + "=" + entry.getValue())
                .toArray(String[]::new);
        Map<String, String> environment = new LinkedHashMap<>();
        StringBuilder toml = new StringBuilder();
        StringBuilder json = new StringBuilder("{");
        OTHER_VALUES.forEach((name, value) -> {
            environment.put(
                    "RATIS_KV_" + name.toUpperCase(java.util.Locale.ROOT).replace('-', '_'), value);
            toml.append(name).append(" = \"").append(value).append("\"\n");
            json.append(json.length() > 1 ? "," : "")
                    .append("\"")
                    .append(name)
                    .append("\":\"")
                    .append(value)
                    .append("\"");
        });
        Path tomlFile = Files.writeString(directory.resolve("kv.toml"), toml);
        Path jsonFile = Files.writeString(directory.resolve("kv.json"), json + "}");

        ServerConfig fromFlags = load(flags);
        OTHER_VALUES.forEach((name, value) -> assertEquals(
                name.equals("requirepass") ? "***" : value, fromFlags.shown().get(name), name));
        assertEquals(fromFlags, ServerConfig.load(List.of(), environment));
        assertEquals(fromFlags, load("--config", tomlFile.toString()));
        assertEquals(fromFlags, load("--config", jsonFile.toString()));
        assertEquals(fromFlags, ServerConfig.load(List.of(), Map.of("RATIS_KV_CONFIG", tomlFile.toString())));
    }

    @Test
    void every_option_is_covered_by_the_test_above_or_by_those_for_tls_and_password_files() {
        for (Option<?> option : Options.ALL) {
            boolean elsewhere =
                    option.name().startsWith("tls-") || option.name().equals("requirepass-file");
            assertTrue(elsewhere || OTHER_VALUES.containsKey(option.name()), option.name());
        }
    }

    @Test
    void every_fixed_default_is_valid_and_printed_as_it_is_written() {
        for (Option<?> option : Options.ALL) {
            if (option.defaultText() != null) assertEquals(option.defaultText(), reprinted(option), option.name());
        }
    }

    @Test
    void a_flag_overrides_the_environment_which_overrides_the_file(@TempDir Path directory) throws Exception {
        Path file =
                Files.writeString(directory.resolve("kv.toml"), "maxclients = 1\ntimeout = 1\nslowlog-max-len = 1\n");
        Map<String, String> environment = Map.of("RATIS_KV_MAXCLIENTS", "2", "RATIS_KV_TIMEOUT", "2");
        ServerConfig config = ServerConfig.load(List.of("--config", file.toString(), "--maxclients", "3"), environment);
        assertEquals(3, config.clients().maxClients());
        assertEquals(2, config.clients().idleTimeoutSeconds());
        assertEquals(1, config.diagnostics().slowlogMaxLength());
    }

    @Test
    void all_problems_come_in_one_message_and_each_names_its_option(@TempDir Path directory) throws Exception {
        Path file = Files.writeString(directory.resolve("kv.toml"), "read = \"log\"\nsegment-bytes = \"many\"\n");
        ConfigException refused = assertThrows(
                ConfigException.class,
                () -> ServerConfig.load(
                        List.of(
                                "--config=" + file,
                                "--fsync",
                                "sometimes",
                                "--fsnc=always",
                                "--resp",
                                "6379",
                                "--http",
                                "0.0.0.0:8080",
                                "--id"),
                        Map.of("RATIS_KV_MAXCLIENTS", "many", "RATIS_KV_MAXCLIENT", "1")));
        List<String> wanted = List.of(
                "--id: needs a value",
                "--fsnc: there is no such option; did you mean --fsync?",
                "read (file " + file + "): there is no such option; did you mean reads?",
                "RATIS_KV_MAXCLIENT (environment): there is no such option",
                "--fsync: must be one of always, relaxed, not \"sometimes\"",
                "--resp: must be HOST:PORT",
                "--segment-bytes (file " + file + "): must be a size such as 64MiB",
                "--maxclients (environment RATIS_KV_MAXCLIENTS): must be a whole number from 1",
                "--http: others can reach 0.0.0.0:8080");
        for (String part : wanted)
            assertTrue(String.valueOf(refused.getMessage()).contains(part), part + "\n" + refused);
        assertEquals(wanted.size(), refused.problems().size(), refused.getMessage());
    }

    @Test
    void a_flag_given_twice_is_refused() {
        assertEquals(List.of("--id: given more than once"), problems("--id", "a", "--id", "b"));
    }

    @Test
    void a_bind_beyond_loopback_without_credentials_is_refused() {
        for (String flag : List.of("--resp", "--http")) {
            for (String host : List.of("0.0.0.0", "[::]", "192.0.2.1", "no-such-host.invalid")) {
                List<String> problems = problems(flag, host + ":7000");
                assertEquals(1, problems.size(), problems.toString());
                assertTrue(problems.get(0).startsWith(flag + ": others can reach " + host + ":7000"), problems.get(0));
                assertTrue(problems.get(0).contains("--insecure-bind"), problems.get(0));
            }
        }
        List<String> raft = problems("--peers", "n1=192.0.2.1:9870", "--requirepass", "p");
        assertEquals(1, raft.size(), raft.toString());
        assertTrue(raft.get(0).startsWith("--peers: others can reach Raft"), raft.get(0));
    }

    @Test
    void clients_are_told_an_address_that_can_be_dialled() throws ConfigException {
        assertEquals(new HostPort("127.0.0.1", 6379), load().announced().resp());
        String peers = "n1=10.0.0.1:9870,n2=kv-2.example.com:9870";
        ServerConfig everywhere =
                load("--id=n2", "--peers", peers, "--resp=0.0.0.0:7000", "--http=[::]:7001", "--insecure-bind=true");
        assertEquals(
                new HostPort("kv-2.example.com", 7000), everywhere.announced().resp());
        assertEquals(
                new HostPort("kv-2.example.com", 7001), everywhere.announced().http());
        ServerConfig translated = load(
                "--id=n2",
                "--peers",
                peers,
                "--resp=0.0.0.0:7000",
                "--http=127.0.0.1:7001",
                "--announce-resp=192.0.2.7:31000",
                "--announce-http=192.0.2.7:31001",
                "--insecure-bind=true");
        assertEquals(new HostPort("192.0.2.7", 31000), translated.announced().resp());
        assertEquals(new HostPort("192.0.2.7", 31001), translated.announced().http());
        assertTrue(problems("--announce-resp", "kv:0").getFirst().startsWith("--announce-resp: must be"));
    }

    @Test
    void a_bind_beyond_loopback_needs_a_password_or_the_word_of_the_operator() throws ConfigException {
        load("--resp", "0.0.0.0:6379", "--requirepass", "p");
        load("--resp", "0.0.0.0:6379", "--http", "0.0.0.0:8080", "--peers", "n1=192.0.2.1:9870", "--insecure-bind");
        load("--resp", "[::1]:6379", "--http", "localhost:8080", "--peers", "n1=127.0.0.2:9870");
    }

    @Test
    void a_secret_is_printed_nowhere(@TempDir Path directory) throws Exception {
        String canary = "hunter2canary";
        ServerConfig config = load("--requirepass", canary);
        assertFalse(config.toString().contains(canary));
        assertFalse(config.shown().toString().contains(canary));
        assertNotNull(config.security().requirepass());
        assertTrue(config.security().requirepass().matches(canary.getBytes(StandardCharsets.UTF_8)));

        Path broken = Files.writeString(directory.resolve("kv.toml"), "requirepass = " + canary + "\n");
        Path table =
                Files.writeString(directory.resolve("kv.json"), "{\"requirepass\": {\"a\": [\"" + canary + "\"]}}");
        Path wrong = Files.writeString(directory.resolve("password"), canary + "\nsecond line");
        List<List<String>> refusals = List.of(
                problems("--requirepas", canary),
                problems("--requirepas=" + canary),
                problems("--requirepass", canary, "--requirepass", canary),
                problems("--requirepass", canary, "--requirepass-file", wrong.toString()),
                problems("--requirepass-file", wrong.toString()),
                problems("--config", broken.toString()),
                problems("--config", table.toString()));
        for (List<String> problems : refusals) {
            assertEquals(1, problems.size(), problems.toString());
            assertFalse(problems.toString().contains(canary), problems.toString());
        }
        Arguments arguments = Arguments.parse("--requirepass", canary);
        assertFalse(ConfigText.toml(ConfigSources.gather(arguments, EMPTY)).contains(canary));
    }

    @Test
    void a_password_may_hold_any_character_and_come_from_a_file(@TempDir Path directory) throws Exception {
        String odd = "@${user.home}%n --\"' ü";
        Path file = Files.writeString(directory.resolve("password"), odd + "\n");
        assertEquals(Secret.of(odd), load("--requirepass=" + odd).security().requirepass());
        assertEquals(
                Secret.of(odd),
                load("--requirepass-file", file.toString()).security().requirepass());
    }

    @Test
    void a_peer_list_names_this_node_and_every_address_once() {
        assertEquals(
                1,
                problems("--id", "n4", "--peers", "n1=127.0.0.1:1,n2=127.0.0.1:2")
                        .size());
        for (String list : List.of(
                "",
                "n1",
                "n1=127.0.0.1",
                "n1=:9870",
                "n1=127.0.0.1:0",
                "n1=127.0.0.1:1:2:3",
                "n1=127.0.0.1:60000",
                "n1=127.0.0.1:1,n1=127.0.0.1:2",
                "n1=127.0.0.1:1,n2=127.0.0.1:1",
                "n1=127.0.0.1:1:7,n2=127.0.0.1:2:7",
                "n1=127.0.0.1:1,",
                "n 1=127.0.0.1:1",
                "n1=::1:9870")) {
            assertEquals(1, problems("--peers=" + list).size(), list);
        }
    }

    @Test
    void two_listeners_of_one_node_do_not_share_a_port() {
        assertEquals(
                List.of("--http: 127.0.0.1:6379 is already taken by --resp"), problems("--http", "127.0.0.1:6379"));
        assertEquals(
                List.of("--peers (node-to-node): 127.0.0.1:6379 is already taken by --resp"),
                problems("--peers", "n1=127.0.0.1:9870:6379"));
    }

    @Test
    void election_timeouts_are_in_order() {
        assertEquals(1, problems("--election-timeout-min-millis", "600").size());
    }

    @Test
    void sizes_are_powers_of_1024_and_bounded() throws ConfigException {
        for (String size : List.of("134217728", "128MiB", "128mb", "131072 KiB", "131072kb")) {
            assertEquals(128L << 20, load("--segment-bytes", size).raftLog().segmentBytes(), size);
        }
        for (String size : List.of("1", "2GiB", "99999999999GiB", "-1", "64 parsecs")) {
            assertEquals(1, problems("--segment-bytes=" + size).size(), size);
        }
    }

    @Test
    void the_bulk_limit_follows_the_heap() throws ConfigException {
        assertEquals(64L << 20, maxBulk(512L << 20));
        assertEquals(512L << 20, maxBulk(4L << 30));
        assertEquals(512L << 20, maxBulk(64L << 30));
    }

    @Test
    void service_links_of_kubernetes_and_the_launchers_names_are_not_options() throws ConfigException {
        ServerConfig.load(
                List.of(),
                Map.of(
                        "RATIS_KV_SERVICE_HOST", "10.0.0.1",
                        "RATIS_KV_SERVICE_PORT_RESP", "6379",
                        "RATIS_KV_PORT", "tcp://10.0.0.1:6379",
                        "RATIS_KV_PORT_6379_TCP_ADDR", "10.0.0.1",
                        "RATIS_KV_HEADLESS_SERVICE_HOST", "None",
                        "RATIS_KV_HEAP", "512m",
                        "RATIS_KV_FSYNC", ""));
    }

    @Test
    void a_file_may_list_peers_as_a_table_or_an_array(@TempDir Path directory) throws Exception {
        Path table = Files.writeString(
                directory.resolve("a.toml"), "[peers]\nn1 = \"127.0.0.1:9870\"\nn2 = \"127.0.0.1:9871\"\n");
        Path array = Files.writeString(
                directory.resolve("b.json"), "{\"peers\": [\"n1=127.0.0.1:9870\", \"n2=127.0.0.1:9871\"]}");
        assertEquals(2, load("--config", table.toString()).peers().size());
        assertEquals(2, load("--config", array.toString()).peers().size());
    }

    @Test
    void an_absent_or_malformed_file_is_one_problem(@TempDir Path directory) throws IOException {
        Path repeated = Files.writeString(directory.resolve("a.json"), "{\"id\": \"a\", \"id\": \"b\"}");
        assertEquals(1, problems("--config", repeated.toString()).size());
        assertEquals(
                1,
                problems("--config", directory.resolve("absent.toml").toString())
                        .size());
        assertEquals(1, problems("--config", directory.toString()).size());
    }

    @Test
    void the_generated_file_is_complete_valid_and_says_the_defaults(@TempDir Path directory) throws Exception {
        String toml = ConfigText.toml(ConfigSources.gather(Arguments.parse("--maxclients", "77"), EMPTY));
        for (Option<?> option : Options.ALL) assertTrue(toml.contains(option.name() + " = "), option.name());

        Path asIs = Files.writeString(directory.resolve("as-is.toml"), toml);
        assertEquals(load("--maxclients", "77"), load("--config", asIs.toString()));

        String uncommented =
                toml.replaceAll("(?m)^# ([a-z-]+ = (?!\"\"))", "$1").replaceAll("(?m)^tls-auth.*$", "");
        Path full = Files.writeString(directory.resolve("full.toml"), uncommented);
        assertEquals(load("--maxclients", "77"), load("--config", full.toString()));
    }

    @Test
    void help_names_every_option_and_calls_relaxed_unsafe() {
        String usage = Arguments.usage();
        for (Option<?> option : Options.ALL) assertTrue(usage.contains(option.flag()), option.flag());
        assertTrue(usage.contains("relaxed is UNSAFE"), usage);
    }

    @Test
    void a_collector_of_traces_is_an_http_url_and_a_password_in_it_is_refused_unseen() {
        for (String wrong : List.of("collector:4318", "ftp://collector", "http:///v1", "http://c?k=v", "http://c d")) {
            List<String> problems = problems("--otlp-endpoint=" + wrong);
            assertEquals(List.of("--otlp-endpoint: must be a URL such as http://host:4318"), problems, wrong);
        }
        assertEquals(
                List.of("--otlp-endpoint: must not hold a user or a password"),
                problems("--otlp-endpoint=https://user:canary@collector:4318"));
        for (String wrong : List.of("-0.1", "1.1", "NaN", "x")) {
            assertEquals(
                    List.of("--otlp-sample-ratio: must be a number from 0 to 1, not \"" + wrong + "\""),
                    problems("--otlp-sample-ratio=" + wrong));
        }
    }

    private static ServerConfig load(String... arguments) throws ConfigException {
        return ServerConfig.load(List.of(arguments), EMPTY);
    }

    private static List<String> problems(String... arguments) {
        return assertThrows(ConfigException.class, () -> load(arguments)).problems();
    }

    private static long maxBulk(long heapBytes) throws ConfigException {
        return ConfigCheck.resolve(ConfigSources.gather(Arguments.parse(), EMPTY), heapBytes)
                .clients()
                .maxBulkBytes();
    }

    private static <T> String reprinted(Option<T> option) {
        return option.kind().format(option.kind().parse(String.valueOf(option.defaultText())));
    }
}

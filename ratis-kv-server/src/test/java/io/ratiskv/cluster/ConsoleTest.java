package io.ratiskv.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Protocol;
import redis.clients.jedis.params.SetParams;

/** The console of three real nodes, and of one with a password, in a real browser. */
@Tag("alone")
class ConsoleTest {
    private static final Path PICTURES = Path.of("target", "console");
    private static final String HOSTILE =
            "<img src=x onerror=\"document.title='run'\"><script>document.title='run'</script>";
    private static final String PASSWORD = "open sésame";

    @TempDir
    static Path directory = Path.of("");

    private static @Nullable Processes cluster;
    private static @Nullable Processes locked;
    private static @Nullable Chromium browser;

    private @Nullable Page page;

    @BeforeAll
    static void start() throws IOException {
        Path program = Chromium.program();
        assumeTrue(program != null, "no chromium on the path: the console is not tried in a browser");
        cluster = new Processes(3, directory.resolve("cluster"), "256m", List.of());
        cluster.startAll();
        locked = new Processes(1, directory.resolve("locked"), "256m", List.of("--requirepass", PASSWORD));
        locked.startAll();
        if (program != null) browser = new Chromium(program, Files.createDirectory(directory.resolve("profile")));
        cluster.awaitAllServing();
        cluster.await("a leader is known", 30, () -> cluster().leader() != 0);
        locked.await(
                "the node serves",
                60,
                () -> locked().page(1, "/health/ready", 1).contains("true"));
        try (Jedis client = cluster.connect(1, 10_000)) {
            client.hset("user:1", Map.of("name", "Ann", "mail", "ann@example.com"));
            client.set("user:2", "{\"name\":\"Bob\",\"tags\":[1,2]}");
            client.set(HOSTILE, HOSTILE);
            client.hset("hostile", HOSTILE, HOSTILE);
            client.set(new byte[] {(byte) 0xff, 0, 'k'}, new byte[] {1, 2, (byte) 0xfe});
            client.set("session:1", "x", SetParams.setParams().ex(5_000));
            for (int i = 0; i < 30; i++) client.set("page:" + i, "text " + i);
        }
    }

    @AfterAll
    static void stop() {
        if (browser != null) browser.close();
        if (cluster != null) cluster.close();
        if (locked != null) locked.close();
    }

    @BeforeEach
    void openPage() {
        if (browser == null) throw new AssertionError("no browser");
        page = browser.page();
        page().size(1440, 1000);
    }

    @AfterEach
    void closePage() {
        page().close();
    }

    private static Processes cluster() {
        if (cluster == null) throw new AssertionError("no cluster");
        return cluster;
    }

    private static Processes locked() {
        if (locked == null) throw new AssertionError("no node");
        return locked;
    }

    private Page page() {
        if (page == null) throw new AssertionError("no page");
        return page;
    }

    private static String url(Processes nodes, int node) {
        return "http://127.0.0.1:" + nodes.httpPort(node) + "/";
    }

    private void open(int node, String view) {
        page().open(url(cluster(), node) + view);
        page().awaitText("#node", "n" + node);
    }

    /** Nothing went wrong in the page, and it asked its own node alone. What a cluster wants sent again is no fault. */
    private void assertQuiet(Processes nodes, int node) {
        assertEquals(
                List.of(),
                page().faults().stream().filter(fault -> !fault.contains("503")).toList());
        assertEquals(Set.of("127.0.0.1:" + nodes.httpPort(node)), page().hosts());
    }

    @Test
    void the_leader_and_every_member_are_shown_and_lead_to_their_own_consoles() {
        int leader = cluster().awaitLeader();
        open(leader, "");
        page().awaitText("#summary .leader", "n" + leader);
        page().await("document.querySelectorAll('.member').length === 3");
        assertEquals(
                "leader",
                page().value("document.querySelector('.leads').dataset.role").asString());
        page().await(
                        "[...document.querySelectorAll('.member:not(.leads) .lag')].every(lag => /whole|behind/.test(lag.innerText))");
        int follower = leader % 3 + 1;
        assertEquals(
                url(cluster(), follower),
                page().value("document.querySelector('[data-id=n" + follower + "] a').href")
                        .asString());
        assertQuiet(cluster(), leader);
    }

    @Test
    void a_follower_says_who_leads_and_that_only_the_leader_knows_the_others() {
        int leader = cluster().awaitLeader();
        int follower = leader % 3 + 1;
        open(follower, "");
        page().awaitText("#pulse", "follower");
        page().awaitText("#summary .leader", "n" + leader);
        page().awaitText("[data-id=n" + leader + "] .lag", "n" + leader + " knows");
        page().awaitText("[data-id=n" + follower + "] .lag", "applied all");
        assertQuiet(cluster(), follower);
    }

    @Test
    void charts_move_under_load_and_tell_values_to_the_arrow_keys() throws Exception {
        int leader = cluster().awaitLeader();
        open(leader, "");
        String throughput = ".chart[aria-label=Throughput]";
        page().await("document.querySelectorAll('" + throughput + " path.line').length > 0");
        String before = page().value("document.querySelector('" + throughput + " path.writes').getAttribute('d')")
                .asString();
        try (Writers load = new Writers(cluster(), 4)) {
            page().await("Number(document.querySelectorAll('" + throughput
                    + " .legend dd')[1].innerText.replace(/,|k/, '')) > 10");
            page().await("document.querySelectorAll('.chart[aria-label=Latency] path.line').length === 2");
            page().awaitText("#commands", "INCR");
            assertTrue(load.acknowledged() > 0);
            page().await("document.querySelectorAll('.chart path.line').length >= 8");
        }
        String after = page().value("document.querySelector('" + throughput + " path.writes').getAttribute('d')")
                .asString();
        assertNotEquals(before, after);
        page().value("document.querySelector('" + throughput + " svg').focus()");
        page().key("ArrowLeft");
        page().awaitText(throughput + " .tip", "Writes");
        assertQuiet(cluster(), leader);
    }

    @Test
    void keys_are_found_by_prefix_and_opened_by_type() {
        open(2, "#keys");
        page().awaitText("#groups", "page:");
        page().value("document.querySelector('#prefix').focus()");
        page().type("user:");
        page().key("Enter");
        page().awaitText("#scanned", "2 keys");
        page().click("#found [data-key='dXNlcjox']");
        page().awaitText("#value .facts", "hash");
        page().awaitText("#value tbody", "ann@example.com");
        page().click("#found [data-key='dXNlcjoy']");
        page().awaitText("#value pre", "\"name\": \"Bob\"");
        page().click("#value .tabs button:last-child");
        page().awaitText("#value pre", "7b 22 6e 61");
        assertQuiet(cluster(), 2);
    }

    /** @param create the words of a request that makes a key {@code made}, of types that not every release has */
    private record Sample(String type, List<String> create, String shown) {}

    @Test
    void every_type_has_a_view() {
        List<Sample> samples = List.of(
                new Sample("string", List.of("SET", "made", "plain text"), "plain text"),
                new Sample("hash", List.of("HSET", "made", "field", "value"), "field\tvalue"),
                new Sample("set", List.of("SADD", "made", "red", "green"), "green"),
                new Sample("list", List.of("RPUSH", "made", "a", "b"), "1\tb"),
                new Sample("zset", List.of("ZADD", "made", "1.5", "ann"), "0\t1.5\tann"),
                new Sample("stream", List.of("XADD", "made", "7-1", "kind", "login"), "7-1"));
        open(1, "#keys");
        try (Jedis client = cluster().connect(1, 10_000)) {
            for (Sample sample : samples) {
                client.del("made");
                String command = sample.create().getFirst();
                List<?> known = (List<?>) client.sendCommand(Protocol.Command.COMMAND, "INFO", command);
                if (known.getFirst() == null) continue;
                client.sendCommand(
                        () -> command.getBytes(StandardCharsets.US_ASCII),
                        sample.create().stream().skip(1).toArray(String[]::new));
                page().value("document.querySelector('#prefix').value = 'made'");
                page().click("#scan button");
                page().click("#found [data-key='" + base64("made") + "']");
                page().awaitText("#value .facts", sample.type());
                page().awaitText("#value .value-body", sample.shown());
            }
        }
        assertQuiet(cluster(), 1);
    }

    @Test
    void the_slow_log_says_where_the_time_went() {
        try (Jedis client = cluster().connect(1, 20_000)) {
            client.configSet("slowlog-log-slower-than", "0");
            client.set("slow:key", "value");
            client.configSet("slowlog-log-slower-than", "10000");
        }
        open(1, "#slow");
        page().await("document.querySelector('#slow-entries').innerText.includes('slow:key')");
        page().await("document.querySelectorAll('#slow-entries .split-bar .commit').length > 0");
        assertQuiet(cluster(), 1);
    }

    @Test
    void what_a_key_or_a_value_spells_stays_text() {
        open(1, "#keys");
        String key = "#found [data-key='" + base64(HOSTILE) + "']";
        page().click(key);
        page().awaitText("#value h2", "<img src=x");
        page().awaitText("#value pre", "<script>");
        page().click("#found [data-key='aG9zdGlsZQ==']");
        page().awaitText("#value tbody", "<img src=x");
        page().click("#found [data-key='/wBr']");
        page().awaitText("#value h2", "\\xff\\x00k");
        page().awaitText("#value pre", "01 02 fe");
        open(1, "#prompt");
        command("GET '" + HOSTILE.replace("'", "\\'") + "'");
        page().awaitText(".output article:last-child pre", "<script>");
        assertEquals(
                0,
                page().value("document.querySelectorAll('main img, main script').length")
                        .asInt());
        assertNotEquals("run", page().value("document.title").asString());
        assertQuiet(cluster(), 1);
    }

    @Test
    void the_command_line_completes_hints_and_runs_and_remembers() {
        open(1, "#prompt");
        page().value("document.querySelector('#line').focus()");
        page().type("hgeta");
        page().key("Tab");
        page().await("document.querySelector('#line').value === 'hgetall '");
        page().awaitText("#ghost", "key");
        page().awaitText("#hint", "Returns all fields");
        page().type("user:1");
        page().key("Enter");
        page().awaitText(".output article:last-child pre", "\"mail\" => \"ann@example.com\"");
        page().key("ArrowUp");
        page().await("document.querySelector('#line').value === 'hgetall user:1'");
        page().value("document.querySelector('#line').value = ''");
        page().type("client li");
        page().key("Tab");
        page().await("document.querySelector('#line').value === 'client list '");
        page().value("document.querySelector('#line').value = ''");
        page().type("h");
        page().key("Tab");
        page().key("Tab");
        page().await("document.querySelector('[role=option][aria-selected=true]') !== null");
        assertQuiet(cluster(), 1);
    }

    @Test
    void nothing_is_changed_until_writing_is_allowed() {
        open(1, "#prompt");
        command("SET guarded 1");
        page().awaitText(".output article:last-child .error", "read-only");
        command("CONFIG SET slowlog-max-len 7");
        page().awaitText(".output article:last-child .error", "read-only");
        command("GET guarded");
        page().awaitText(".output article:last-child .reply", "(nil)");
        page().click("#access");
        page().click("#unlock button[value=allow]");
        page().awaitText("#access", "Writing");
        command("SET guarded 1");
        page().awaitText(".output article:last-child .reply", "OK");
        page().click("#access");
        command("SET guarded 2");
        page().awaitText(".output article:last-child .error", "read-only");
        command("GET guarded");
        page().awaitText(".output article:last-child .reply", "\"1\"");
        assertQuiet(cluster(), 1);
    }

    @Test
    void a_node_with_a_password_shows_nothing_before_it_and_nothing_after_a_logout() {
        page().open(url(locked(), 1));
        page().awaitText("#login", "asks for a password");
        page().await("!document.querySelector('#views').checkVisibility()");
        assertEquals("", page().text("#node") + page().text("#summary") + page().text("#found"));
        login("wrong");
        page().awaitText("#login-error", "not the password");
        login(PASSWORD);
        page().awaitText("#node", "n1");
        page().awaitText("#access", "Writing");
        page().click("#views a[href='#prompt']");
        command("SET k v");
        page().awaitText(".output article:last-child .reply", "OK");
        page().click("#views a[href='#keys']");
        page().awaitText("#found", "k");
        page().click("#logout");
        page().awaitText("#login", "asks for a password");
        assertEquals(
                "",
                page().value(
                                "['node', 'summary', 'members', 'found', 'commands'].map(id => document.getElementById(id).textContent).join('')")
                        .asString());
        assertEquals(
                "",
                page().value(
                                "Object.values(sessionStorage).join() + Object.values(localStorage).join() + document.cookie")
                        .asString());
        List<String> others =
                page().faults().stream().filter(fault -> !fault.contains("401")).toList();
        assertEquals(List.of(), others);
        assertEquals(Set.of("127.0.0.1:" + locked().httpPort(1)), page().hosts());
    }

    @Test
    void it_fits_a_phone_and_a_wide_screen_light_and_dark() throws Exception {
        int leader = cluster().awaitLeader();
        open(leader, "");
        try (Writers load = new Writers(cluster(), 4)) {
            page().await("document.querySelectorAll('.chart path.line').length >= 8");
            assertTrue(load.acknowledged() > 0);
        }
        for (String theme : List.of("light", "dark")) {
            page().theme(theme);
            for (String view : List.of("overview", "keys", "prompt")) {
                page().click("#views a[href='#" + view + "']");
                page().await("document.querySelector('#" + view + "').checkVisibility()");
                for (int width : List.of(360, 1440)) {
                    page().size(width, width == 360 ? 780 : 1000);
                    page().await("innerWidth === " + width);
                    assertTrue(
                            page().value("document.documentElement.scrollWidth").asInt() <= width,
                            view + " is wider than " + width);
                    page().screenshot(PICTURES.resolve(view + "-" + theme + "-" + width + ".png"));
                }
            }
        }
        String light =
                page().value("getComputedStyle(document.body).backgroundColor").asString();
        page().click("#theme");
        page().await("document.documentElement.dataset.theme === 'light'");
        assertNotEquals(
                light,
                page().value("getComputedStyle(document.body).backgroundColor").asString());
        page().value("localStorage.clear()");
        assertQuiet(cluster(), leader);
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private void command(String line) {
        int before = page().value("document.querySelectorAll('.output article').length")
                .asInt();
        page().await("document.querySelector('#line').checkVisibility()");
        page().value("document.querySelector('#line').focus()");
        page().type(line);
        page().key("Enter");
        page().await("document.querySelectorAll('.output article pre').length === " + (before + 1));
    }

    private void login(String password) {
        page().value("document.querySelector('#password').focus()");
        page().type(password);
        page().key("Enter");
    }
}

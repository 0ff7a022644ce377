package io.ratiskv.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ratiskv.api.Reply;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a node counts and measures: INFO, LATENCY, MEMORY. */
class StatisticsTest {
    private final Dialogue.Node node = new Dialogue.Node();
    private final Dialogue client = node.connect();

    @Test
    void sections_are_told_once_and_the_long_ones_when_asked_for() {
        for (String arguments : List.of("", " all", " default", " everything", " cpu all", " cpu default")) {
            String info = client.askText("INFO" + arguments);
            assertTrue(info.contains("redis_version") && info.contains("used_memory:"), arguments);
            boolean whole = arguments.contains("all") || arguments.contains("everything");
            assertEquals(whole, info.contains("# Commandstats"), arguments);
            assertEquals(whole, info.contains("# Latencystats"), arguments);
            assertEquals(info.indexOf("used_cpu_user:"), info.lastIndexOf("used_cpu_user:"), arguments);
        }
        assertEquals("", client.askText("INFO nosuch"));
        assertTrue(client.askText("INFO commandSTATS").startsWith("# Commandstats\r\n"));
    }

    @Test
    void requests_are_counted_by_what_became_of_them() {
        client.send("SET a 1")
                .send("INCR a")
                .send("LPUSH a x")
                .send("GET")
                .send("NOSUCH")
                .send("EXEC")
                .replies();
        client.send("MULTI").send("LPUSH a x").send("AUTH x").send("EXEC").replies();
        String info = client.askText("INFO commandstats");
        assertCounts(info, "set", 1, 0, 0);
        assertCounts(info, "incr", 1, 0, 0);
        assertCounts(info, "lpush", 2, 0, 2);
        assertCounts(info, "get", 0, 1, 0);
        assertCounts(info, "auth", 1, 0, 1);
        assertCounts(info, "exec", 2, 0, 1);
        assertCounts(info, "multi", 1, 0, 0);
        String errors = client.askText("INFO errorstats stats");
        assertTrue(errors.contains("errorstat_ERR:count=4\r\n"), errors);
        assertTrue(errors.contains("errorstat_WRONGTYPE:count=2\r\n"), errors);
        assertTrue(errors.contains("total_error_replies:6\r\n"), errors);
        client.ask("CONFIG RESETSTAT");
        assertFalse(client.askText("INFO errorstats").contains("count="));
        assertFalse(client.askText("INFO commandstats").contains("cmdstat_set"));
    }

    @Test
    void reads_that_find_a_key_are_told_from_those_that_do_not() {
        client.ask("SET a 1");
        client.send("GET a")
                .send("MGET a x a")
                .send("EXISTS x")
                .send("TTL a")
                .send("DEL x")
                .send("OBJECT ENCODING a");
        client.replies();
        String info = client.askText("INFO stats");
        assertTrue(info.contains("keyspace_hits:4\r\nkeyspace_misses:2\r\n"), info);
        client.ask("CONFIG RESETSTAT");
        client.ask("GET x");
        assertTrue(client.askText("INFO stats").contains("keyspace_hits:0\r\nkeyspace_misses:1\r\n"));
    }

    @Test
    void keys_are_told_with_what_they_have_left() {
        client.send("MSET a 1 b 1 c 1")
                .send("PEXPIRE a 1000")
                .send("PEXPIRE b 3000")
                .replies();
        assertEquals(
                "# Keyspace\r\ndb0:keys=3,expires=2,avg_ttl=2000,subexpiry=0\r\n", client.askText("INFO keyspace"));
    }

    @Test
    void percentiles_are_shown_as_chosen() {
        client.ask("SET a 1");
        String info = client.askText("INFO latencystats");
        assertTrue(
                info.matches("(?s).*latency_percentiles_usec_set:p50=[0-9.]+,p99=[0-9.]+,p99.9=[0-9.]+\r\n.*"), info);
        assertEquals(Reply.OK, set("latency-tracking-info-percentiles", "0.0 50.0 99.95 100.0"));
        assertEquals(
                new Reply.Map(List.of(Reply.bulk("latency-tracking-info-percentiles"), Reply.bulk("0 50 99.95 100"))),
                client.ask("CONFIG GET latency-tracking-info-percentiles"));
        assertTrue(client.askText("INFO latencystats").contains(",p99.95="));
        assertEquals(
                Reply.error("ERR CONFIG SET failed (possibly related to argument 'latency-tracking-info-percentiles') -"
                        + " Invalid latency-tracking-info-percentiles parameters"),
                set("latency-tracking-info-percentiles", "10.0 a"));
        assertEquals(
                Reply.error("ERR CONFIG SET failed (possibly related to argument 'latency-tracking-info-percentiles') -"
                        + " latency-tracking-info-percentiles parameters should sit between [0.0,100.0]"),
                set("latency-tracking-info-percentiles", "101"));
        client.ask("CONFIG SET latency-tracking no");
        client.ask("SET a 1");
        assertEquals("# Latencystats\r\n", client.askText("INFO latencystats"));
        client.ask("CONFIG SET latency-tracking yes");
        client.ask("SET a 1");
        assertTrue(client.askText("INFO latencystats").contains("_set:"));
    }

    @Test
    void histograms_are_told_for_commands_and_containers() {
        client.ask("CONFIG RESETSTAT");
        Reply.Map all = assertInstanceOf(Reply.Map.class, client.ask("LATENCY HISTOGRAM"));
        assertEquals(
                List.of(Reply.bulk("config|resetstat")), all.keysAndValues().subList(0, 1));
        assertEquals(2, all.keysAndValues().size());
        client.send("SET a 1")
                .send("SET b 1")
                .send("CLIENT ID")
                .send("CLIENT LIST")
                .replies();
        Reply.Map some = assertInstanceOf(Reply.Map.class, client.ask("LATENCY HISTOGRAM nosuch set CLIENT get"));
        assertEquals(6, some.keysAndValues().size());
        assertEquals(Reply.bulk("set"), some.keysAndValues().get(0));
        Reply.Map times = assertInstanceOf(Reply.Map.class, some.keysAndValues().get(1));
        assertEquals(
                List.of(Reply.bulk("calls"), Reply.of(2), Reply.bulk("histogram_usec")),
                times.keysAndValues().subList(0, 3));
        Reply.Map one = assertInstanceOf(Reply.Map.class, client.ask("LATENCY HISTOGRAM client|id"));
        assertEquals(2, one.keysAndValues().size());
    }

    @Test
    void what_takes_long_is_an_event() {
        assertEquals(Reply.EMPTY_ARRAY, client.ask("LATENCY LATEST"));
        assertTrue(client.askText("LATENCY DOCTOR").contains("latency-monitor-threshold"));
        client.ask("CONFIG SET latency-monitor-threshold 100");
        assertTrue(client.askText("LATENCY DOCTOR").contains("100 ms"));
        slowly("SET a 1", 99);
        assertEquals(Reply.EMPTY_ARRAY, client.ask("LATENCY LATEST"));
        slowly("SET a 1", 300);
        slowly("SET a 1", 200);
        Reply.Array latest = assertInstanceOf(Reply.Array.class, client.ask("LATENCY LATEST"));
        Reply.Array command =
                assertInstanceOf(Reply.Array.class, latest.elements().get(0));
        assertEquals(Reply.bulk("command"), command.elements().get(0));
        assertEquals(Reply.of(300), command.elements().get(3));
        assertInstanceOf(Reply.Array.class, client.ask("LATENCY HISTORY command"));
        String graph = client.askText("LATENCY GRAPH command");
        assertTrue(graph.startsWith("command - high 300 ms, low "), graph);
        assertTrue(graph.contains("#"), graph);
        String report = client.askText("LATENCY DOCTOR");
        assertTrue(report.contains("1. command: ") && report.contains("Worst all time event 300ms."), report);
        assertTrue(report.contains("SLOWLOG GET"), report);

        assertEquals(Reply.EMPTY_ARRAY, client.ask("LATENCY HISTORY nosuch"));
        assertEquals("ERR No samples available for event 'nosuch'", client.askText("LATENCY GRAPH nosuch"));
        assertEquals(Reply.of(0), client.ask("LATENCY RESET nosuch"));
        int events = latest.elements().size();
        assertEquals(Reply.of(1), client.ask("LATENCY RESET nosuch COMMAND"));
        assertEquals(Reply.of(events - 1), client.ask("LATENCY RESET"));
        assertEquals(Reply.EMPTY_ARRAY, client.ask("LATENCY LATEST"));
    }

    @Test
    void an_event_remembers_the_worst_of_each_second_and_so_many_seconds() {
        LatencyMonitor monitor = new LatencyMonitor();
        monitor.took("e", 50_000_000, 1_000);
        assertEquals(0, monitor.events().size());
        monitor.thresholdMillis(10);
        for (int second = 1; second <= 200; second++) {
            monitor.took("e", 20_000_000, second * 1_000L);
            monitor.took("e", 40_000_000, second * 1_000L + 1);
            monitor.took("e", 30_000_000, second * 1_000L + 2);
        }
        List<LatencyMonitor.Sample> samples =
                java.util.Objects.requireNonNull(monitor.event("e")).samples();
        assertEquals(LatencyMonitor.SAMPLES_MAX, samples.size());
        assertEquals(new LatencyMonitor.Sample(41, 40), samples.getFirst());
        assertEquals(new LatencyMonitor.Sample(200, 40), samples.getLast());
    }

    @Test
    void memory_is_told_under_the_names_of_redis() {
        client.send("SET a 1").send("SELECT 3").send("SET b 1").replies();
        Reply.Map stats = assertInstanceOf(Reply.Map.class, client.ask("MEMORY STATS"));
        List<Reply> facts = stats.keysAndValues();
        assertEquals(2 * (27 + 2), facts.size());
        assertEquals(Reply.bulk("peak.allocated"), facts.get(0));
        assertTrue(facts.contains(Reply.bulk("db.0")) && facts.contains(Reply.bulk("db.3")));
        assertEquals(Reply.of(2), facts.get(facts.indexOf(Reply.bulk("keys.count")) + 1));
        assertTrue(client.askText("MEMORY DOCTOR").startsWith("No problem"));
        assertTrue(client.askText("MEMORY MALLOC-STATS").contains("used, committed"));
        assertEquals(Reply.OK, client.ask("MEMORY PURGE"));
    }

    private Reply set(String name, String value) {
        client.conversation()
                .request(java.util.stream.Stream.of("CONFIG", "SET", name, value)
                        .map(io.ratiskv.api.Bytes::of)
                        .toArray(io.ratiskv.api.Bytes[]::new));
        return client.replies().getLast();
    }

    private void slowly(String request, long millis) {
        node.replicator.hold(true);
        client.send(request).endTurn();
        node.loop.turn();
        node.loop.advanceMillis(millis);
        node.replicator.hold(false);
        node.loop.turn();
        client.taken();
    }

    private static void assertCounts(String info, String command, int calls, int rejected, int failed) {
        String line = info.lines()
                .filter(each -> each.startsWith("cmdstat_" + command + ":"))
                .findFirst()
                .orElse("none of " + command + " in " + info);
        assertTrue(
                line.startsWith("cmdstat_" + command + ":calls=" + calls + ",")
                        && line.endsWith(",rejected_calls=" + rejected + ",failed_calls=" + failed),
                line);
    }
}

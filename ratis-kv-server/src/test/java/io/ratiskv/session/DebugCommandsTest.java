package io.ratiskv.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ratiskv.api.Reply;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What DEBUG does beside the transcripts. */
class DebugCommandsTest {
    private final Dialogue.Node node = new Dialogue.Node();
    private final Dialogue client = node.connect();

    @Test
    void only_whom_the_operator_allows_may_use_it() {
        Dialogue stranger = node.connect("192.0.2.7:40000");
        String refused = "ERR DEBUG command not allowed. If the enable-debug-command option is set to \"local\"";
        assertEquals("OK", client.askText("DEBUG LOADAOF"));
        assertTrue(stranger.askText("DEBUG LOADAOF").startsWith(refused));
        assertEquals("OK", node.connect("[0:0:0:0:0:0:0:1]:4000").askText("DEBUG LOADAOF"));
        node.view.debugCommand = "yes";
        assertEquals("OK", stranger.askText("DEBUG LOADAOF"));
        node.view.debugCommand = "no";
        assertTrue(client.askText("DEBUG HELP").startsWith(refused));
        assertEquals(
                Reply.array(List.of(Reply.bulk("enable-debug-command"), Reply.bulk("no")))
                        .toString(),
                Reply.array(((Reply.Map) client.ask("CONFIG GET enable-debug-command")).keysAndValues())
                        .toString());
    }

    @Test
    void sleep_holds_up_its_own_connection_alone() {
        Dialogue other = node.connect();
        client.send("DEBUG SLEEP 1.5").send("GET a");
        assertEquals(List.of(), client.replies());
        assertEquals(Reply.NULL, other.ask("GET a"));
        node.loop.advanceMillis(1_499);
        assertEquals(List.of(), client.replies());
        node.loop.advanceMillis(1);
        assertEquals(List.of(Reply.OK, Reply.NULL), client.replies());
        assertEquals(Reply.OK, client.ask("DEBUG SLEEP -1"));
        assertEquals("ERR DEBUG SLEEP takes an hour at most", client.askText("DEBUG SLEEP inf"));
        assertEquals("ERR value is not a valid float", client.askText("DEBUG SLEEP soon"));
    }

    @Test
    void a_value_is_described() {
        client.ask("SET s hello");
        assertEquals(
                "Value at:0x000000000000 refcount:1 encoding:embstr serializedlength:6 lru:0 lru_seconds_idle:0",
                client.askText("DEBUG OBJECT s"));
        assertEquals(
                "key_sds_len:1, key_sds_avail:0, key_zmalloc: 1, val_sds_len:5, val_sds_avail:0, val_zmalloc: 5",
                client.askText("DEBUG SDSLEN s"));
    }

    @Test
    void a_pattern_is_tried() {
        assertEquals(Reply.of(1), client.ask("DEBUG STRINGMATCH-LEN a* abc"));
        assertEquals(Reply.of(0), client.ask("DEBUG STRINGMATCH-LEN b* abc"));
    }

    @Test
    void in_a_transaction_it_waits_for_its_turn() {
        client.send("MULTI")
                .send("DEBUG DIGEST-VALUE a")
                .send("SET a 1")
                .send("DEBUG SLEEP 0")
                .send("EXEC");
        List<Reply> replies = client.replies();
        Reply.Array exec = (Reply.Array) replies.getLast();
        assertEquals(Reply.OK, exec.elements().get(1));
        assertEquals(Reply.OK, exec.elements().get(2));
    }

    @Test
    void a_push_comes_before_the_reply() {
        client.ask("HELLO 3");
        List<Reply> replies = client.send("DEBUG PROTOCOL push").replies();
        assertEquals(
                List.of(
                        new Reply.Push(List.of(Reply.bulk("server-cpu-usage"), Reply.of(42))),
                        Reply.bulk("Some real reply following the push reply")),
                replies);
    }

    @Test
    void what_makes_no_sense_here_says_why() {
        assertEquals(
                "ERR DEBUG SEGFAULT is not supported: end the process from outside, as an accident would",
                client.askText("DEBUG segfault"));
        Reply.Array help = (Reply.Array) client.ask("DEBUG HELP");
        assertTrue(help.elements().contains(new Reply.Simple("POPULATE count [prefix] [size]")));
        assertTrue(help.elements().size() > 60, () -> help.toString());
    }

    @Test
    void the_heap_is_told() throws Exception {
        String table = HeapHistogram.take().get(30, TimeUnit.SECONDS);
        assertTrue(table.contains("java.lang.String"), table);
    }

    @Test
    void other_things_that_raft_replaces_say_so() {
        assertTrue(client.askText("MODULE LOAD x.so").startsWith("ERR MODULE LOAD is not supported: "));
        assertTrue(client.askText("PSYNC ? -1").startsWith("ERR PSYNC is not supported: "));
        assertTrue(client.askText("REPLCONF").startsWith("ERR REPLCONF is not supported: "));
        assertTrue(client.askText("LOLWUT").endsWith("\nratis-kv\nRedis ver. 7.2.5\n"));
        assertEquals("ERR value is not an integer or out of range", client.askText("LOLWUT VERSION x"));
    }
}

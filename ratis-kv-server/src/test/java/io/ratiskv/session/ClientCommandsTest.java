package io.ratiskv.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.Reply;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How clients look at connections and steer them: CLIENT and MONITOR. */
class ClientCommandsTest {
    private final Dialogue.Node node = new Dialogue.Node();
    private final Dialogue client = node.connect();
    private final Dialogue other = node.connect();

    @Test
    void connections_are_listed_in_the_order_asked_for() {
        assertEquals(2, client.askText("CLIENT LIST").lines().count());
        assertEquals(List.of(2L, 1L, 2L), ids(client.askText("CLIENT LIST ID 2 99 -1 1 2")));
        assertEquals(List.of(1L, 2L), ids(client.askText("CLIENT LIST TYPE NORMAL")));
        other.send("SUBSCRIBE news").replies();
        assertEquals(List.of(1L), ids(client.askText("CLIENT LIST TYPE normal")));
        assertEquals(List.of(2L), ids(client.askText("CLIENT LIST TYPE pubsub")));
        for (String none : List.of("master", "replica", "slave")) {
            assertEquals("", client.askText("CLIENT LIST TYPE " + none));
        }
        assertEquals("ERR Unknown client type 'x'", client.askText("CLIENT LIST TYPE x"));
        assertEquals("ERR Invalid client ID", client.askText("CLIENT LIST ID 1 x"));
        for (String wrong : List.of("x", "ID", "TYPE", "TYPE normal normal")) {
            assertEquals("ERR syntax error", client.askText("CLIENT LIST " + wrong), wrong);
        }
    }

    @Test
    void connections_are_killed_when_all_conditions_hold() {
        Dialogue third = node.connect();
        assertEquals(Reply.of(0), client.ask("CLIENT KILL ID 9"));
        assertEquals(Reply.of(0), client.ask("CLIENT KILL ID 2 ADDR 127.0.0.1:50002"));
        assertEquals(Reply.of(0), client.ask("CLIENT KILL LADDR 127.0.0.1:1"));
        assertEquals(Reply.of(0), client.ask("CLIENT KILL TYPE pubsub"));
        assertEquals("ERR No such client", client.askText("CLIENT KILL 1.2.3.4:5"));
        assertEquals(Reply.OK, client.ask("CLIENT KILL 127.0.0.1:50001"));
        assertTrue(other.isClosed());
        assertEquals(Reply.of(1), client.ask("CLIENT KILL TYPE normal LADDR 127.0.0.1:6379 USER default"));
        assertTrue(third.isClosed());
        assertFalse(client.isClosed(), "oneself is left unless asked for");
        assertEquals(Reply.of(1), client.ask("CLIENT KILL ID 9 ID 1 SKIPME no"), "of two the last counts");
        assertTrue(client.isClosed());
    }

    @Test
    void one_may_kill_oneself_by_the_old_form() {
        client.send("CLIENT KILL 127.0.0.1:50000").send("PING");
        assertEquals(List.of(Reply.OK), client.replies());
        assertTrue(client.isClosed());
    }

    @Test
    void conditions_are_checked_in_the_order_they_stand() {
        assertEquals("ERR client-id should be greater than 0", client.askText("CLIENT KILL ID 0 TYPE"));
        assertEquals("ERR client-id should be greater than 0", client.askText("CLIENT KILL ID x TYPE y"));
        assertEquals("ERR Unknown client type 'y'", client.askText("CLIENT KILL TYPE y ID x"));
        assertEquals("ERR No such user 'nobody'", client.askText("CLIENT KILL USER nobody"));
        for (String wrong : List.of("ID 1 TYPE", "SKIPME maybe", "SKIPME on", "NOSUCH 1")) {
            assertEquals("ERR syntax error", client.askText("CLIENT KILL " + wrong), wrong);
        }
        assertEquals("ERR wrong number of arguments for 'client|kill' command", client.askText("CLIENT KILL"));
    }

    @Test
    void a_wait_is_ended_for_a_reason() {
        assertEquals(
                "ERR CLIENT UNBLOCK reason should be TIMEOUT or ERROR", client.askText("CLIENT UNBLOCK x SOMETHING"));
        assertEquals("ERR value is not an integer or out of range", client.askText("CLIENT UNBLOCK x ERROR"));
        assertEquals(Reply.of(0), client.ask("CLIENT UNBLOCK 2"));
    }

    @Test
    void switches_are_on_or_off() {
        assertEquals(Reply.OK, client.ask("CLIENT NO-EVICT on"));
        assertEquals(Reply.OK, client.ask("CLIENT NO-TOUCH ON"));
        assertTrue(client.askText("CLIENT INFO").contains(" flags=eT "));
        assertEquals("ERR syntax error", client.askText("CLIENT NO-EVICT yes"));
        assertEquals("ERR syntax error", client.askText("CLIENT NO-TOUCH no"));
        client.ask("CLIENT NO-EVICT OFF");
        client.ask("RESET");
        assertTrue(client.askText("CLIENT INFO").contains(" flags=N "));
    }

    @Test
    void what_reads_may_see_is_chosen_and_told() {
        for (String level : List.of("stale", "session 17", "bounded 250", "linearizable")) {
            assertEquals(Reply.OK, client.ask("CLIENT READS " + level));
            assertEquals(
                    new Reply.Map(List.of(Reply.bulk("level"), Reply.bulk(level), Reply.bulk("index"), Reply.of(100))),
                    client.ask("CLIENT READS"));
        }
        client.ask("READONLY");
        assertTrue(client.askText("CLIENT INFO").contains(" flags=r "));
        client.ask("CLIENT READS session 1");
        client.ask("RESET");
        assertTrue(client.askText("CLIENT INFO").contains(" flags=N "));
        assertEquals(
                "ERR the level must be linearizable, session <index>, bounded <milliseconds> or stale",
                client.askText("CLIENT READS session"));
    }

    @Test
    void replies_can_be_switched_off_and_skipped() {
        client.send("PING")
                .send("CLIENT REPLY OFF")
                .send("SET a 1")
                .send("CLIENT REPLY SKIP")
                .send("NOSUCH")
                .send("CLIENT REPLY ON")
                .send("GET a");
        assertEquals(List.of(Reply.PONG, Reply.OK, Reply.bulk("1")), client.replies());
        client.send("CLIENT REPLY SKIP").send("SET a 2").send("GET a");
        assertEquals(List.of(Reply.bulk("2")), client.replies());
        assertEquals("ERR syntax error", client.askText("CLIENT REPLY MAYBE"));
    }

    @Test
    void messages_are_no_replies() {
        client.send("HELLO 3").send("CLIENT REPLY OFF").replies();
        client.send("SUBSCRIBE news").send("PING");
        assertEquals(
                List.of(new Reply.Push(List.of(Reply.bulk("subscribe"), Reply.bulk("news"), Reply.of(1)))),
                client.replies());
        other.ask("PUBLISH news hello");
        assertEquals(1, client.taken().size());
        client.send("CLIENT REPLY ON")
                .send("CLIENT REPLY SKIP")
                .send("UNSUBSCRIBE news")
                .send("PING");
        assertEquals(
                List.of(
                        Reply.OK,
                        new Reply.Push(List.of(Reply.bulk("unsubscribe"), Reply.bulk("news"), Reply.of(0))),
                        Reply.PONG),
                client.replies());
    }

    @Test
    void a_pause_holds_up_what_changes_something_until_it_ends() {
        assertEquals(Reply.OK, client.ask("CLIENT PAUSE 100 WRITE"));
        assertEquals(Reply.NULL, other.ask("GET a"));
        assertEquals(Reply.PONG, other.ask("PING"));
        other.send("MULTI").send("GET a").replies();
        assertEquals(List.of(), other.send("SET a 1").replies());
        Dialogue publisher = node.connect();
        assertEquals(List.of(), publisher.send("PUBLISH news hello").replies());
        assertTrue(client.askText("INFO clients").contains("blocked_clients:2\r\n"));
        assertTrue(client.askText("CLIENT LIST ID 2").contains(" flags=xb "));
        assertEquals(Reply.of(0), client.ask("CLIENT UNBLOCK 2"), "that is not what it waits for");
        assertTrue(publisher.conversation().waits(), "no idle time-out ends it");
        node.loop.advanceMillis(99);
        assertEquals(List.of(), other.taken());
        node.loop.advanceMillis(1);
        assertEquals(List.of(Reply.QUEUED), other.replies());
        assertEquals(List.of(Reply.of(0)), publisher.replies());
        assertTrue(client.askText("INFO clients").contains("blocked_clients:0\r\n"));
    }

    @Test
    void a_transaction_waits_as_a_whole() {
        other.send("MULTI").send("SET a 1").replies();
        client.ask("CLIENT PAUSE 100 WRITE");
        assertEquals(List.of(), other.send("EXEC").replies());
        assertTrue(client.askText("CLIENT LIST ID 2").contains(" flags=xb "));
        assertEquals(Reply.OK, client.ask("CLIENT UNPAUSE"));
        assertEquals(List.of(Reply.array(List.of(Reply.OK))), other.replies());

        client.ask("CLIENT PAUSE 100 WRITE");
        other.send("MULTI").send("GET a").send("EXEC");
        assertEquals(List.of(Reply.OK, Reply.QUEUED, Reply.array(List.of(Reply.bulk("1")))), other.replies());
    }

    @Test
    void a_second_pause_never_weakens_the_first() {
        client.ask("CLIENT PAUSE 1000 ALL");
        client.ask("CLIENT PAUSE 100 WRITE");
        assertEquals(List.of(), other.send("PING").replies());
        assertEquals(
                "ERR unknown command 'nosuch', with args beginning with: ",
                node.connect().askText("nosuch"));
        node.loop.advanceMillis(999);
        assertEquals(List.of(), other.taken());
        node.loop.advanceMillis(1);
        assertEquals(List.of(Reply.PONG), other.replies());
    }

    @Test
    void a_pause_has_a_mode_and_a_length() {
        assertEquals("ERR CLIENT PAUSE mode must be WRITE or ALL", client.askText("CLIENT PAUSE x SOME"));
        assertEquals("ERR timeout is not an integer or out of range", client.askText("CLIENT PAUSE x"));
        assertEquals("ERR timeout is negative", client.askText("CLIENT PAUSE -1"));
        assertEquals("ERR timeout is out of range", client.askText("CLIENT PAUSE " + Long.MAX_VALUE));
        assertEquals(Reply.OK, client.ask("CLIENT PAUSE 9000000000000"));
        assertEquals(List.of(), other.send("PING").replies());
        assertEquals(Reply.OK, client.ask("CLIENT UNPAUSE"));
        assertEquals(List.of(Reply.PONG), other.replies());
        assertEquals(Reply.OK, client.ask("CLIENT PAUSE 0"));
        node.loop.advanceMillis(0);
        assertEquals(Reply.PONG, other.ask("PING"));
    }

    @Test
    void a_monitor_sees_what_is_asked_of_the_node() {
        assertEquals(Reply.OK, other.ask("MONITOR"));
        assertTrue(client.askText("CLIENT LIST ID 2").contains(" flags=O "));
        client.ask("SELECT 2");
        client.conversation().request(new Bytes[] {
            Bytes.of("set"), Bytes.of("k\r\n\"\\"), Bytes.wrap(new byte[] {0, -1})
        });
        client.send("NOSUCH x").send("GET").send("CONFIG GET x").replies();
        client.send("MULTI")
                .send("GET k")
                .send("DEL k")
                .send("EXEC")
                .send("PING")
                .replies();
        assertEquals(
                List.of(
                        "[0 127.0.0.1:50000] \"SELECT\" \"2\"",
                        "[2 127.0.0.1:50000] \"set\" \"k\\r\\n\\\"\\\\\" \"\\x00\\xff\"",
                        "[2 127.0.0.1:50000] \"MULTI\"",
                        "[2 127.0.0.1:50000] \"GET\" \"k\"",
                        "[2 127.0.0.1:50000] \"DEL\" \"k\"",
                        "[2 127.0.0.1:50000] \"EXEC\"",
                        "[2 127.0.0.1:50000] \"PING\""),
                seen(other));
        assertEquals("ERR Replica can't interact with the keyspace", other.askText("GET k"));
        assertTrue(other.conversation().waits(), "no idle time-out ends it");
        other.send("RESET").replies();
        client.ask("PING");
        assertEquals(List.of(), other.taken());
        assertEquals(Reply.NULL, other.ask("GET k"));
    }

    @Test
    void a_monitor_sees_no_password() {
        other.ask("MONITOR");
        client.send("AUTH secret1")
                .send("AUTH default secret2")
                .send("HELLO 3 AUTH default secret3 SETNAME n")
                .replies();
        assertEquals(
                List.of(
                        "[0 127.0.0.1:50000] \"AUTH\" \"(redacted)\"",
                        "[0 127.0.0.1:50000] \"AUTH\" \"default\" \"(redacted)\"",
                        "[0 127.0.0.1:50000] \"HELLO\" \"3\" \"AUTH\" \"(redacted)\" \"(redacted)\" \"SETNAME\" \"n\""),
                seen(other));
    }

    @Test
    void a_monitor_cannot_begin_in_a_transaction() {
        client.send("MULTI").send("MONITOR").send("EXEC");
        assertEquals(
                Reply.array(List.of(Reply.error("ERR MONITOR isn't allowed for DENY BLOCKING client"))),
                client.replies().getLast());
    }

    /** What a monitor was sent, without the time at the beginning. */
    private static List<String> seen(Dialogue monitor) {
        List<String> lines = new ArrayList<>();
        for (Reply reply : monitor.taken()) {
            String line = ((Reply.Simple) reply).text();
            assertTrue(line.matches("\\d+\\.\\d{6} .*"), line);
            lines.add(line.substring(line.indexOf(' ') + 1));
        }
        return lines;
    }

    private static List<Long> ids(String lines) {
        return Arrays.stream(lines.split("\n"))
                .filter(line -> !line.isEmpty())
                .map(line -> Long.parseLong(line.substring(3, line.indexOf(' '))))
                .toList();
    }
}

package io.ratiskv.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ratiskv.api.Reply;
import java.util.List;
import org.junit.jupiter.api.Test;

/** BLPOP and its kin among the clients of one node. */
class BlockedClientsTest {
    private final Dialogue.Node node = new Dialogue.Node();
    private final Dialogue first = node.connect();
    private final Dialogue second = node.connect();
    private final Dialogue pusher = node.connect();

    @Test
    void who_waits_longest_is_served_first() {
        waitFor(first, "BLPOP q 0");
        waitFor(second, "BLPOP other q 0");
        assertEquals(Reply.of(1), pusher.ask("RPUSH q a"));
        assertEquals(List.of(pair("q", "a")), first.taken());
        assertEquals(List.of(), second.taken());
        assertEquals(Reply.of(1), pusher.ask("RPUSH q b"));
        assertEquals(List.of(pair("q", "b")), second.taken());
        assertEquals(Reply.of(0), pusher.ask("EXISTS q"));
    }

    @Test
    void as_many_are_served_as_there_are_elements() {
        waitFor(first, "BLPOP q 0");
        waitFor(second, "BRPOP q 0");
        assertEquals(Reply.of(3), pusher.ask("RPUSH q a b c"));
        assertEquals(List.of(pair("q", "a")), first.taken());
        assertEquals(List.of(pair("q", "c")), second.taken());
        assertEquals(Reply.of(1), pusher.ask("LLEN q"));
    }

    @Test
    void what_is_pushed_in_the_same_turn_is_not_missed() {
        first.send("BLPOP q 0").endTurn();
        pusher.send("RPUSH q a").endTurn();
        node.loop.turn();
        assertEquals(List.of(pair("q", "a")), first.taken());
    }

    @Test
    void nothing_of_the_client_passes_its_wait() {
        first.send("SET k 1").send("BLPOP q 0").send("INCR k").endTurn();
        node.loop.turn();
        assertEquals(List.of(Reply.OK), first.taken());
        pusher.ask("RPUSH q a");
        assertEquals(List.of(pair("q", "a"), Reply.of(2)), first.taken());
    }

    @Test
    void who_pushes_and_then_waits_comes_last() {
        waitFor(first, "BLPOP q 0");
        pusher.send("LPUSH q a").send("BLPOP q 0").endTurn();
        node.loop.turn();
        assertEquals(List.of(pair("q", "a")), first.taken());
        assertEquals(List.of(Reply.of(1)), pusher.taken());
        second.ask("LPUSH q b");
        assertEquals(List.of(pair("q", "b")), pusher.taken());
    }

    @Test
    void what_one_client_cannot_take_goes_to_the_next() {
        pusher.ask("SET wrong string");
        waitFor(first, "BLMOVE q wrong LEFT RIGHT 0");
        waitFor(second, "BLPOP q 0");
        pusher.ask("RPUSH q a");
        assertEquals("WRONGTYPE", ((Reply.Failure) first.taken().getFirst()).code());
        assertEquals(List.of(pair("q", "a")), second.taken());
    }

    @Test
    void a_key_of_another_type_wakes_nobody() {
        waitFor(first, "BLPOP q other 0");
        pusher.send("MULTI")
                .send("LPUSH q a")
                .send("DEL q")
                .send("SET q string")
                .send("EXEC");
        pusher.replies();
        node.loop.turn();
        assertEquals(List.of(), first.taken());
        pusher.ask("DEL q");
        pusher.ask("LPUSH q b");
        assertEquals(List.of(pair("q", "b")), first.taken());
    }

    @Test
    void one_wait_may_end_another() {
        waitFor(first, "BLMOVE q target LEFT RIGHT 0");
        waitFor(second, "BLPOP target 0");
        pusher.ask("RPUSH q a");
        assertEquals(List.of(Reply.bulk("a")), first.taken());
        assertEquals(List.of(pair("target", "a")), second.taken());
    }

    @Test
    void a_wait_ends_in_time() {
        waitFor(first, "BLPOP q 0.5");
        waitFor(second, "BLPOP q 0.2");
        node.loop.advanceMillis(199);
        assertEquals(List.of(), second.taken());
        node.loop.advanceMillis(1);
        assertEquals(List.of(Reply.NULL_ARRAY), second.taken());
        node.loop.advanceMillis(300);
        assertEquals(List.of(Reply.NULL_ARRAY), first.taken());
        assertEquals(Reply.of(1), pusher.ask("RPUSH q a"));
        assertEquals(Reply.bulk("a"), first.ask("LPOP q"));
    }

    @Test
    void a_request_on_its_way_through_the_log_does_not_time_out() {
        waitFor(first, "BLPOP q 0.2");
        pusher.ask("RPUSH other x");
        node.replicator.hold(true);
        pusher.send("RPUSH q a").endTurn();
        node.loop.turn();
        node.replicator.hold(false);
        node.replicator.hold(true);
        node.loop.turn();
        node.loop.advanceMillis(500);
        assertEquals(List.of(), first.taken(), "its request may be about to take the element");
        node.replicator.hold(false);
        node.loop.turn();
        assertEquals(List.of(pair("q", "a")), first.taken());
    }

    @Test
    void a_client_can_be_unblocked() {
        waitFor(first, "BLPOP q 0");
        waitFor(second, "BLPOP q 0");
        assertTrue(pusher.askText("CLIENT LIST").contains(" flags=b "));
        assertTrue(pusher.askText("INFO clients").contains("blocked_clients:2\r\n"));
        assertEquals(Reply.of(1), pusher.ask("CLIENT UNBLOCK 1"));
        assertEquals(List.of(Reply.NULL_ARRAY), first.taken());
        assertEquals(Reply.of(1), pusher.ask("CLIENT UNBLOCK 2 ERROR"));
        assertEquals(List.of(Reply.error("UNBLOCKED client unblocked via CLIENT UNBLOCK")), second.taken());
        String statistics = pusher.askText("INFO commandstats");
        assertTrue(
                statistics.matches("(?s).*cmdstat_blpop:calls=2,.*?,rejected_calls=0,failed_calls=1\r\n.*"),
                statistics);
        assertEquals(Reply.of(0), pusher.ask("CLIENT UNBLOCK 2"));
    }

    @Test
    void who_is_gone_takes_nothing() {
        waitFor(first, "BLPOP q 0");
        first.close();
        waitFor(second, "BLPOP q 0");
        pusher.ask("RPUSH q a");
        assertEquals(List.of(pair("q", "a")), second.taken());
        assertTrue(pusher.askText("INFO clients").contains("blocked_clients:0\r\n"));
    }

    @Test
    void a_client_that_sends_no_more_takes_nothing() {
        waitFor(first, "BLPOP q 0");
        first.conversation().inputEnded();
        assertTrue(first.isClosed());
        assertEquals(List.of(), first.taken());
        second.send("BLPOP q 0").endTurn();
        second.conversation().inputEnded();
        node.loop.turn();
        assertTrue(second.isClosed());
        assertEquals(List.of(), second.taken());
        assertEquals(Reply.of(1), pusher.ask("RPUSH q a"));
        assertEquals(Reply.of(1), pusher.ask("LLEN q"));
    }

    @Test
    void a_transaction_does_not_wait() {
        first.send("MULTI").send("BLPOP q 0").send("EXEC");
        assertEquals(List.of(Reply.OK, Reply.QUEUED, Reply.array(List.of(Reply.NULL_ARRAY))), first.replies());
    }

    @Test
    void a_node_that_leaves_tells_who_waits() {
        waitFor(first, "BLPOP q 0");
        first.conversation().finish();
        assertEquals(List.of(Reply.error("UNBLOCKED the connection is closing")), first.taken());
        assertTrue(first.isClosed());
    }

    @Test
    void a_key_of_another_type_ends_nothing() {
        waitFor(first, "BLPOP q 0");
        assertEquals(Reply.OK, pusher.ask("SET q x"));
        assertEquals(List.of(), first.taken());
        pusher.ask("DEL q");
        pusher.ask("RPUSH tmp a");
        assertEquals(Reply.OK, pusher.ask("RENAME tmp q"));
        assertEquals(List.of(pair("q", "a")), first.taken());
    }

    private static void waitFor(Dialogue client, String request) {
        assertEquals(List.of(), client.send(request).replies());
    }

    private static Reply pair(String key, String element) {
        return Reply.array(List.of(Reply.bulk(key), Reply.bulk(element)));
    }
}

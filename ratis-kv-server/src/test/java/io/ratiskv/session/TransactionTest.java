package io.ratiskv.session;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.ratiskv.api.Reply;
import java.util.List;
import org.junit.jupiter.api.Test;

/** MULTI, EXEC, DISCARD, WATCH as Redis does them. */
class TransactionTest {
    private static final Reply ABORTED = Reply.error("EXECABORT Transaction discarded because of previous errors.");

    private final Dialogue.Node node = new Dialogue.Node();
    private final Dialogue client = node.connect();
    private final Dialogue other = node.connect();

    @Test
    void what_is_queued_runs_as_one() {
        client.send("MULTI").send("SET a 1").send("INCR a").send("GET a").send("EXEC");
        assertEquals(
                List.of(
                        Reply.OK,
                        Reply.QUEUED,
                        Reply.QUEUED,
                        Reply.QUEUED,
                        Reply.array(List.of(Reply.OK, Reply.of(2), Reply.bulk("2")))),
                client.replies());
        assertEquals(1, node.replicator.submitted());
    }

    @Test
    void an_error_while_running_stops_nothing() {
        client.send("MULTI").send("SET a x").send("INCR a").send("SET b 1").send("EXEC");
        assertEquals(
                Reply.array(List.of(Reply.OK, Reply.error("ERR value is not an integer or out of range"), Reply.OK)),
                client.replies().get(4));
    }

    @Test
    void a_request_that_cannot_be_queued_aborts() {
        client.send("MULTI").send("SET a").send("SET b 1").send("EXEC");
        List<Reply> replies = client.replies();
        assertEquals(Reply.error("ERR wrong number of arguments for 'set' command"), replies.get(1));
        assertEquals(ABORTED, replies.get(3));
        assertEquals(Reply.NULL, client.ask("GET b"));

        client.send("MULTI").send("NOSUCH").send("EXEC");
        assertEquals(ABORTED, client.replies().get(2));
        client.send("MULTI").send("SAVE").send("EXEC");
        assertEquals(
                List.of(Reply.OK, Reply.error("ERR Command not allowed inside a transaction"), ABORTED),
                client.replies());
    }

    @Test
    void misuse_is_named() {
        assertEquals("ERR EXEC without MULTI", client.askText("EXEC"));
        assertEquals("ERR DISCARD without MULTI", client.askText("DISCARD"));
        client.send("MULTI").send("MULTI").send("WATCH a").send("SET a 1").send("EXEC");
        assertEquals(
                List.of(
                        Reply.OK,
                        Reply.error("ERR MULTI calls can not be nested"),
                        Reply.error("ERR WATCH inside MULTI is not allowed"),
                        Reply.QUEUED,
                        Reply.array(List.of(Reply.OK))),
                client.replies());
    }

    @Test
    void discard_forgets_the_queue_and_the_watched_keys() {
        client.send("WATCH a").send("MULTI").send("SET a 1").send("DISCARD").replies();
        assertEquals(Reply.OK, other.ask("SET a 2"));
        client.send("MULTI").send("GET a").send("EXEC");
        assertEquals(Reply.array(List.of(Reply.bulk("2"))), client.replies().get(2));
    }

    @Test
    void a_watched_key_that_changed_stops_exec() {
        assertEquals(Reply.OK, client.ask("WATCH a b"));
        assertEquals(Reply.OK, other.ask("SET b 1"));
        client.send("MULTI").send("SET a 1").send("EXEC");
        assertEquals(List.of(Reply.OK, Reply.QUEUED, Reply.NULL_ARRAY), client.replies());
        assertEquals(Reply.NULL, client.ask("GET a"));
        client.send("MULTI").send("SET a 1").send("EXEC");
        assertEquals(Reply.array(List.of(Reply.OK)), client.replies().get(2), "EXEC ended the watch");
    }

    @Test
    void a_watched_key_that_did_not_change_lets_exec_run() {
        client.ask("SET a 1");
        client.send("WATCH a").send("GET a").send("MULTI").send("INCR a").send("EXEC");
        assertEquals(Reply.array(List.of(Reply.of(2))), client.replies().get(4));
    }

    @Test
    void watched_keys_are_compared_when_only_reads_are_queued() {
        client.ask("WATCH a");
        other.ask("SET a 1");
        client.send("MULTI").send("GET a").send("EXEC");
        assertEquals(Reply.NULL_ARRAY, client.replies().get(2));
        client.ask("WATCH a");
        client.send("MULTI").send("GET a").send("EXEC");
        assertEquals(Reply.array(List.of(Reply.bulk("1"))), client.replies().get(2));
    }

    @Test
    void an_empty_queue_answers_an_empty_array_or_null_when_a_watched_key_changed() {
        client.send("MULTI").send("EXEC");
        assertEquals(List.of(Reply.OK, Reply.EMPTY_ARRAY), client.replies());
        client.ask("WATCH a");
        other.ask("SET a 1");
        client.send("MULTI").send("EXEC");
        assertEquals(List.of(Reply.OK, Reply.NULL_ARRAY), client.replies());
    }

    @Test
    void unwatch_forgets() {
        client.send("WATCH a").send("UNWATCH").replies();
        other.ask("SET a 1");
        client.send("MULTI").send("INCR a").send("EXEC");
        assertEquals(Reply.array(List.of(Reply.of(2))), client.replies().get(2));
    }

    @Test
    void a_watch_sees_only_the_chosen_database() {
        client.ask("WATCH a");
        other.send("SELECT 1").send("SET a 1").replies();
        client.send("MULTI").send("PING").send("INCR a").send("EXEC");
        assertEquals(
                Reply.array(List.of(Reply.PONG, Reply.of(1))), client.replies().get(3));
    }

    @Test
    void replies_of_the_session_stand_at_their_place() {
        client.send("MULTI")
                .send("PING")
                .send("SET a 1")
                .send("ECHO x")
                .send("GET a")
                .send("LASTSAVE")
                .send("EXEC");
        client.send("PING");
        List<Reply> replies = client.replies();
        assertEquals(
                Reply.array(List.of(Reply.PONG, Reply.OK, Reply.bulk("x"), Reply.bulk("1"), Reply.of(1234))),
                replies.get(6));
        assertEquals(Reply.PONG, replies.get(7));
    }

    @Test
    void a_queue_of_the_session_alone_asks_nothing_of_the_state() {
        client.send("MULTI").send("PING").send("ECHO x").send("EXEC");
        assertEquals(
                Reply.array(List.of(Reply.PONG, Reply.bulk("x"))),
                client.replies().get(3));
        assertEquals(0, node.replicator.submitted());
    }

    @Test
    void a_select_in_the_queue_counts_for_what_follows() {
        client.send("MULTI")
                .send("SET a 0")
                .send("SELECT 2")
                .send("SET a 2")
                .send("EXEC")
                .send("GET a");
        List<Reply> replies = client.replies();
        assertEquals(Reply.array(List.of(Reply.OK, Reply.OK, Reply.OK)), replies.get(4));
        assertEquals(Reply.bulk("2"), replies.get(5));
        assertEquals(Reply.bulk("0"), other.ask("GET a"));
    }

    @Test
    void requests_around_a_transaction_keep_their_order() {
        client.send("SET a 1")
                .send("MULTI")
                .send("INCR a")
                .send("EXEC")
                .send("GET a")
                .send("WATCH a")
                .send("INCR a");
        assertEquals(
                List.of(
                        Reply.OK,
                        Reply.OK,
                        Reply.QUEUED,
                        Reply.array(List.of(Reply.of(2))),
                        Reply.bulk("2"),
                        Reply.OK,
                        Reply.of(3)),
                client.replies());
    }

    @Test
    void reset_ends_a_transaction() {
        client.send("MULTI").send("SET a 1").send("RESET").send("EXEC");
        List<Reply> replies = client.replies();
        assertEquals(new Reply.Simple("RESET"), replies.get(2));
        assertEquals(Reply.error("ERR EXEC without MULTI"), replies.get(3));
    }
}

package io.ratiskv.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.Reply;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Replies come in the order of the requests, whoever answers them, and runs are cut where they must be. */
class SessionOrderTest {
    private final Dialogue.Node node = new Dialogue.Node();
    private final Dialogue client = node.connect();

    @Test
    void what_arrives_in_one_turn_is_one_run() {
        client.send("SET a 1").send("GET a").send("PING").send("INCR a").send("ECHO x");
        assertEquals(List.of(Reply.OK, Reply.bulk("1"), Reply.PONG, Reply.of(2), Reply.bulk("x")), client.replies());
        assertEquals(1, node.replicator.submitted());
    }

    @Test
    void what_arrives_while_a_run_is_under_way_waits_and_forms_the_next() {
        node.replicator.hold(true);
        client.send("SET a 1")
                .endTurn()
                .send("GET a")
                .endTurn()
                .send("PING")
                .send("INCR a")
                .endTurn();
        assertEquals(1, node.replicator.submitted());
        assertEquals(List.of(), client.replies(), "PING does not pass an unanswered SET");
        node.replicator.hold(false);
        assertEquals(List.of(Reply.OK, Reply.bulk("1"), Reply.PONG, Reply.of(2)), client.replies());
        assertEquals(2, node.replicator.submitted());
    }

    @Test
    void any_mix_is_answered_in_order() {
        for (int seed = 0; seed < 200; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            Dialogue.Node here = new Dialogue.Node();
            Dialogue one = here.connect();
            List<Reply> expected = new ArrayList<>();
            List<Reply> got = new ArrayList<>();
            int counter = 0;
            for (int i = 0; i < 60; i++) {
                switch (random.nextInt(6)) {
                    case 0 -> {
                        one.send("INCR n");
                        expected.add(Reply.of(++counter));
                    }
                    case 1 -> {
                        one.send("GET n");
                        expected.add(counter == 0 ? Reply.NULL : Reply.bulk(Integer.toString(counter)));
                    }
                    case 2 -> {
                        one.send("ECHO e" + i);
                        expected.add(Reply.bulk("e" + i));
                    }
                    case 3 -> {
                        one.send("WATCH n");
                        expected.add(Reply.OK);
                    }
                    case 4 -> {
                        one.send("MULTI").send("INCR n").send("PING p").send("EXEC");
                        expected.addAll(List.of(Reply.OK, Reply.QUEUED, Reply.QUEUED));
                        boolean watchedChanged = changedSinceWatch(expected);
                        expected.add(
                                watchedChanged
                                        ? Reply.NULL_ARRAY
                                        : Reply.array(List.of(Reply.of(++counter), Reply.bulk("p"))));
                    }
                    default -> {
                        one.send("LASTSAVE");
                        expected.add(Reply.of(1234));
                    }
                }
                if (random.nextInt(4) == 0) {
                    one.endTurn();
                }
                if (random.nextInt(8) == 0) {
                    got.addAll(one.replies());
                }
            }
            got.addAll(one.replies());
            assertEquals(expected, got, "seed " + seed);
        }
    }

    /** Whether n was raised since the WATCH that the last EXEC consumes. */
    private static boolean changedSinceWatch(List<Reply> expected) {
        // The last EXEC or start, then the first WATCH behind it: its OK is told from MULTI's by what follows.
        int from = expected.size() - 3;
        boolean changed = false;
        boolean watched = false;
        for (int i = from - 1; i >= 0; i--) {
            Reply reply = expected.get(i);
            if (reply instanceof Reply.Array || reply.equals(Reply.NULL_ARRAY)) {
                break;
            }
            if (reply.equals(Reply.OK)) {
                watched = true;
                changed = false;
                for (int j = i + 1; j < from; j++) {
                    changed |= expected.get(j) instanceof Reply.Int n && n.value() < 1000;
                }
            }
        }
        return watched && changed;
    }

    @Test
    void nothing_passes_a_barrier() {
        node.replicator.hold(true);
        client.send("SET a 1").send("READONLY").send("GET a");
        assertEquals(List.of(), client.replies());
        assertEquals(1, node.replicator.submitted(), "the read waits for READONLY, READONLY for the write");
        node.replicator.hold(false);
        assertEquals(List.of(Reply.OK, Reply.OK, Reply.bulk("1")), client.replies());
        assertEquals(2, node.replicator.submitted());
    }

    @Test
    void a_deferred_reply_holds_up_what_follows() {
        node.view.snapshot = new java.util.concurrent.CompletableFuture<>();
        client.send("SAVE").send("PING");
        assertEquals(List.of(), client.replies());
        node.view.snapshot.complete(9L);
        assertEquals(List.of(Reply.OK, Reply.PONG), client.replies());
    }

    @Test
    void the_database_is_the_one_chosen_before_the_request() {
        client.send("SET a 0")
                .send("SELECT 3")
                .send("SET a 3")
                .send("GET a")
                .send("SELECT 0")
                .send("GET a");
        assertEquals(
                List.of(Reply.OK, Reply.OK, Reply.OK, Reply.bulk("3"), Reply.OK, Reply.bulk("0")), client.replies());
        assertEquals("ERR DB index is out of range", client.askText("SELECT 16"));
        assertEquals("ERR value is not an integer or out of range", client.askText("SELECT x"));
    }

    @Test
    void runs_are_cut_below_an_entry_of_the_log() {
        String value = "v".repeat(300 * 1024);
        for (int i = 0; i < 7; i++) {
            client.send("SET k" + i + " " + value);
        }
        assertEquals(7, client.replies().size());
        assertTrue(node.replicator.submitted() >= 3, "runs " + node.replicator.submitted());

        Dialogue other = node.connect();
        int before = node.replicator.submitted();
        other.send("PING").send("SET big " + "v".repeat(3 << 20)).send("GET k0").send("SET small 1");
        assertEquals(4, other.replies().size());
        assertEquals(2, node.replicator.submitted() - before, "what is larger goes alone");
    }

    @Test
    void a_client_that_sends_without_end_is_not_read_until_half_is_answered() {
        node.replicator.hold(true);
        client.send("INCR n").endTurn();
        for (int i = 0; i <= WaitingRequests.REQUESTS_MAX; i++) {
            client.send("INCR n");
        }
        assertFalse(client.isReading());
        node.replicator.hold(false);
        assertEquals(WaitingRequests.REQUESTS_MAX + 2, client.replies().size());
        assertTrue(client.isReading());
        assertEquals(0, client.conversation().heldBytes());
    }

    @Test
    void nothing_is_done_for_a_client_that_does_not_take_its_replies() {
        client.congested(true);
        client.send("SET a 1").send("PING");
        assertEquals(List.of(), client.replies());
        assertEquals(0, node.replicator.submitted());
        client.congested(false);
        assertEquals(List.of(Reply.OK, Reply.PONG), client.replies());
    }

    @Test
    void an_error_in_the_stream_is_told_behind_the_replies_before_it() {
        node.replicator.hold(true);
        client.send("SET a 1").endTurn();
        client.conversation().malformed("ERR Protocol error: invalid bulk length");
        assertFalse(client.isClosed());
        node.replicator.hold(false);
        assertEquals(List.of(Reply.OK, Reply.error("ERR Protocol error: invalid bulk length")), client.replies());
        assertTrue(client.isClosed());
    }

    @Test
    void what_was_sent_before_the_end_of_input_is_answered() {
        client.send("SET a 1").send("GET a").endTurn();
        client.conversation().inputEnded();
        assertFalse(client.isClosed());
        assertEquals(List.of(Reply.OK, Reply.bulk("1")), client.replies());
        assertTrue(client.isClosed());
    }

    @Test
    void quit_is_answered_and_what_follows_dropped() {
        client.send("SET a 1").send("QUIT").send("SET a 2");
        assertEquals(List.of(Reply.OK, Reply.OK), client.replies());
        assertTrue(client.isClosed());
        assertEquals(Reply.bulk("1"), node.connect().ask("GET a"));
    }

    @Test
    void a_run_of_a_connection_that_is_gone_is_not_proposed() {
        node.replicator.hold(true);
        client.send("SET a 1").endTurn();
        client.close();
        node.replicator.hold(false);
        node.loop.turn();
        assertEquals(Reply.NULL, node.connect().ask("GET a"));
    }

    @Test
    void words_of_a_request_may_hold_any_bytes() {
        byte[] bytes = {0, 1, '\r', '\n', (byte) 0xff};
        client.conversation().request(new Bytes[] {Bytes.of("SET"), Bytes.wrap(bytes), Bytes.wrap(bytes)});
        client.conversation().request(new Bytes[] {Bytes.of("get"), Bytes.wrap(bytes)});
        assertEquals(List.of(Reply.OK, Reply.bulk(Bytes.wrap(bytes))), client.replies());
    }
}

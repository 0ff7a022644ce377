package io.ratiskv.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ratiskv.api.Reply;
import java.util.List;
import org.junit.jupiter.api.Test;

/** CLIENT SESSION and ONCE as a connection has them. */
class OnceTest {
    private final Dialogue.Node node = new Dialogue.Node();
    private final Dialogue client = node.connect();
    private final Dialogue again = node.connect();

    @Test
    void another_connection_gets_the_reply_that_the_first_one_got() {
        client.send("CLIENT SESSION s").send("ONCE 1 INCR n").send("ONCE 2 INCR n");
        assertEquals(List.of(Reply.of(0), Reply.of(1), Reply.of(2)), client.replies());
        again.send("CLIENT SESSION s")
                .send("ONCE 2 INCR n")
                .send("ONCE 3 INCR n")
                .send("GET n");
        assertEquals(List.of(Reply.of(2), Reply.of(2), Reply.of(3), Reply.bulk("3")), again.replies());
    }

    @Test
    void without_a_session_nothing_is_done() {
        assertEquals("ERR ONCE is for a session; CLIENT SESSION opens one", client.askText("ONCE 1 INCR n"));
        client.send("CLIENT SESSION s").send("RESET");
        client.replies();
        assertEquals("ERR ONCE is for a session; CLIENT SESSION opens one", client.askText("ONCE 1 INCR n"));
        assertEquals(Reply.NULL, client.ask("GET n"));
    }

    @Test
    void what_belongs_to_a_connection_can_not_be_numbered() {
        client.ask("CLIENT SESSION s");
        for (String command : List.of(
                "CLIENT ID", "MULTI", "SUBSCRIBE c", "ACL SETUSER ann >secret", "ONCE 1 PING", "CLIENT SESSION t")) {
            String refusal = client.askText("ONCE 1 " + command);
            assertTrue(refusal.endsWith("can not be numbered: ONCE is for keys"), refusal);
        }
        assertEquals("ERR unknown command 'NOSUCH', with args beginning with: ", client.askText("ONCE 1 NOSUCH"));
    }

    @Test
    void in_a_transaction_each_is_done_once_and_all_at_once() {
        client.ask("CLIENT SESSION s");
        client.send("MULTI")
                .send("ONCE 1 INCR n")
                .send("ONCE 2 LPUSH n x")
                .send("ONCE 3 INCR n")
                .send("EXEC");
        Reply first = client.replies().getLast();
        client.send("MULTI")
                .send("ONCE 1 INCR n")
                .send("ONCE 2 LPUSH n x")
                .send("ONCE 3 INCR n")
                .send("EXEC");
        assertEquals(first, client.replies().getLast());
        assertEquals(Reply.bulk("2"), client.ask("GET n"));
        client.send("MULTI").send("CLIENT SESSION t").send("EXEC");
        assertTrue(client.replies().getLast() instanceof Reply.Failure);
    }

    @Test
    void a_numbered_request_never_waits() {
        client.ask("CLIENT SESSION s");
        assertEquals(Reply.NULL_ARRAY, client.ask("ONCE 1 BLPOP l 0"));
    }

    @Test
    void the_rights_are_those_of_the_command() {
        client.ask("ACL SETUSER ann on nopass +once +client +get ~a");
        again.ask("AUTH ann x");
        again.ask("CLIENT SESSION s");
        assertEquals(Reply.NULL, again.ask("ONCE 1 GET a"));
        assertTrue(again.askText("ONCE 2 GET b").startsWith("NOPERM"));
        assertTrue(again.askText("ONCE 2 SET a 1").startsWith("NOPERM"));
    }
}

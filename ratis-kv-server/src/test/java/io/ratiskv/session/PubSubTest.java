package io.ratiskv.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.Reply;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Channels and messages among the clients of one node. */
class PubSubTest {
    private final Dialogue.Node node = new Dialogue.Node();
    private final Dialogue listener = node.connect();
    private final Dialogue publisher = node.connect();

    @Test
    void a_message_reaches_all_who_listen_by_name_or_pattern() {
        listener.send("SUBSCRIBE news sport").send("PSUBSCRIBE n*s x*");
        assertEquals(
                List.of(
                        told("subscribe", "news", 1),
                        told("subscribe", "sport", 2),
                        told("psubscribe", "n*s", 3),
                        told("psubscribe", "x*", 4)),
                listener.replies());

        assertEquals(Reply.of(2), publisher.ask("PUBLISH news hello"));
        assertEquals(
                List.of(push("message", "news", "hello"), push("pmessage", "n*s", "news", "hello")), listener.taken());
        assertEquals(Reply.of(0), publisher.ask("PUBLISH weather rain"));
        assertEquals(Reply.of(0), publisher.ask("SPUBLISH news hello"));
        assertEquals(List.of(), listener.taken());
    }

    @Test
    void channels_of_shards_are_others() {
        assertEquals(told("ssubscribe", "news", 1), listener.ask("SSUBSCRIBE news"));
        assertEquals(told("subscribe", "news", 1), listener.ask("SUBSCRIBE news"));
        assertEquals(Reply.of(1), publisher.ask("SPUBLISH news sharded"));
        assertEquals(List.of(push("smessage", "news", "sharded")), listener.taken());
        assertEquals(told("sunsubscribe", "news", 0), listener.ask("SUNSUBSCRIBE"));
        assertEquals(Reply.array(List.of()), publisher.ask("PUBSUB SHARDCHANNELS"));
    }

    @Test
    void who_publishes_hears_itself_behind_the_reply() {
        listener.ask("HELLO 3");
        listener.send("SUBSCRIBE a").replies();
        listener.send("PUBLISH a 1");
        assertEquals(List.of(Reply.of(1), push("message", "a", "1")), listener.replies());

        listener.send("MULTI")
                .send("PING x")
                .send("PUBLISH a 2")
                .send("PUBLISH a 3")
                .send("GET k")
                .send("EXEC");
        List<Reply> replies = listener.replies();
        assertEquals(
                List.of(
                        Reply.array(List.of(Reply.bulk("x"), Reply.of(1), Reply.of(1), Reply.NULL)),
                        push("message", "a", "2"),
                        push("message", "a", "3")),
                replies.subList(5, replies.size()));
    }

    @Test
    void who_leaves_hears_nothing_more() {
        listener.send("SUBSCRIBE a b").replies();
        assertEquals(told("unsubscribe", "a", 1), listener.ask("UNSUBSCRIBE a"));
        assertEquals(told("unsubscribe", "a", 1), listener.ask("UNSUBSCRIBE a"));
        assertEquals(Reply.of(0), publisher.ask("PUBLISH a 1"));
        assertEquals(told("unsubscribe", "b", 0), listener.ask("UNSUBSCRIBE"));
        assertEquals(
                new Reply.Push(List.of(Reply.bulk("unsubscribe"), Reply.NULL, Reply.of(0))),
                listener.ask("UNSUBSCRIBE"));

        listener.send("SUBSCRIBE a").replies();
        listener.close();
        assertEquals(Reply.of(0), publisher.ask("PUBLISH a 1"));
        assertEquals(Reply.array(List.of()), publisher.ask("PUBSUB CHANNELS"));
    }

    @Test
    void reset_and_a_second_subscription_count_once() {
        listener.send("SUBSCRIBE a a").replies();
        assertEquals(
                Reply.array(List.of(Reply.bulk("a"), Reply.of(1), Reply.bulk("b"), Reply.of(0))),
                publisher.ask("PUBSUB NUMSUB a b"));
        assertEquals(new Reply.Simple("RESET"), listener.ask("RESET"));
        assertEquals(Reply.of(0), publisher.ask("PUBLISH a 1"));
        assertEquals(Reply.PONG, listener.ask("PING"));
    }

    @Test
    void a_client_of_resp2_that_listens_asks_for_nothing_else() {
        listener.send("SUBSCRIBE a").replies();
        assertEquals(
                "ERR Can't execute 'config|get': only (P|S)SUBSCRIBE / (P|S)UNSUBSCRIBE / PING / QUIT / RESET are allowed"
                        + " in this context",
                listener.askText("CONFIG GET x"));
        assertEquals(Reply.array(List.of(Reply.bulk("pong"), Reply.bulk("x"))), listener.ask("PING x"));
        listener.send("UNSUBSCRIBE").replies();
        assertEquals(Reply.NULL, listener.ask("GET x"));

        publisher.send("HELLO 3").send("SUBSCRIBE a").replies();
        assertEquals(Reply.NULL, publisher.ask("GET x"));
    }

    @Test
    void a_message_follows_the_writes_before_it() {
        List<Reply> heard = new ArrayList<>();
        listener.send("SUBSCRIBE done").replies();
        publisher.send("SET k v").send("PUBLISH done k").endTurn();
        heard.addAll(listener.taken());
        assertEquals(List.of(), heard, "the write is not acknowledged yet");
        assertEquals(List.of(Reply.OK, Reply.of(1)), publisher.replies());
        assertEquals(List.of(push("message", "done", "k")), listener.taken());
    }

    @Test
    void a_client_is_shown_with_what_it_listens_to() {
        listener.send("SUBSCRIBE a b")
                .send("PSUBSCRIBE c*")
                .send("SSUBSCRIBE d")
                .replies();
        String line = publisher.askText("CLIENT LIST TYPE pubsub");
        assertTrue(line.contains(" flags=P ") && line.contains(" sub=2 psub=1 ssub=1 "), line);
        assertFalse(publisher.askText("CLIENT LIST TYPE normal").contains(" sub=2 "));
        assertTrue(listener.conversation().waits(), "no idle time-out ends it");
        String info = publisher.askText("INFO");
        assertTrue(info.contains("pubsub_channels:2\r\npubsub_patterns:1\r\npubsubshard_channels:1\r\n"), info);
        assertTrue(info.contains("pubsub_clients:1\r\n"), info);
    }

    @Test
    void a_message_has_a_bound() {
        assertEquals(
                "ERR a message and its channel may have 1048576 bytes together",
                publisher.askText("PUBLISH c " + "x".repeat(1 << 20)));
    }

    private static Reply told(String word, String name, int left) {
        return new Reply.Push(List.of(Reply.bulk(word), Reply.bulk(name), Reply.of(left)));
    }

    private static Reply push(String... parts) {
        return new Reply.Push(
                List.of(parts).stream().map(part -> Reply.bulk(Bytes.of(part))).toList());
    }
}

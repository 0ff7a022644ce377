package io.ratiskv.session;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.Reply;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Keyspace events, as clients of one node hear of them. */
class KeyNotificationsTest {
    private final Dialogue.Node node = new Dialogue.Node();
    private final Dialogue listener = node.connect();
    private final Dialogue writer = node.connect();

    @Test
    void an_event_is_told_by_key_and_by_name() {
        listener.send("PSUBSCRIBE __key*").replies();
        writer.ask("SET k v");
        assertEquals(List.of(), listener.taken(), "nothing is told unless it is asked for");

        assertEquals(Reply.OK, writer.ask("CONFIG SET notify-keyspace-events KEA"));
        writer.ask("SELECT 3");
        writer.ask("SET k v EX 100");
        assertEquals(
                List.of(
                        told("__keyspace@3__:k", "set"),
                        told("__keyevent@3__:set", "k"),
                        told("__keyspace@3__:k", "expire"),
                        told("__keyevent@3__:expire", "k")),
                listener.taken());

        writer.ask("CONFIG SET notify-keyspace-events Eg");
        writer.ask("SET k v EX 100");
        assertEquals(List.of(told("__keyevent@3__:expire", "k")), listener.taken());

        writer.ask("CONFIG SET notify-keyspace-events A");
        writer.ask("SET k v EX 100");
        assertEquals(List.of(), listener.taken());
    }

    @Test
    void who_subscribed_to_a_channel_hears_of_it_alone() {
        writer.ask("CONFIG SET notify-keyspace-events KEA");
        listener.send("SUBSCRIBE __keyevent@0__:del __keyspace@0__:a").replies();
        writer.send("SET a 1").send("SET b 1").send("DEL a b").replies();
        assertEquals(
                List.of(
                        message("__keyspace@0__:a", "set"),
                        message("__keyspace@0__:a", "del"),
                        message("__keyevent@0__:del", "a"),
                        message("__keyevent@0__:del", "b")),
                listener.taken());
    }

    @Test
    void a_key_that_is_due_is_told_once_it_is_gone() {
        writer.ask("CONFIG SET notify-keyspace-events Ex");
        listener.send("PSUBSCRIBE *").replies();
        writer.ask("SET k v PX 50");
        node.loop.advanceMillis(60);
        assertEquals(List.of(), listener.taken());
        assertEquals(Reply.NULL, writer.ask("GET k"));
        assertEquals(List.of(told("*", "__keyevent@0__:expired", "k")), listener.taken());
        assertEquals(Reply.NULL, writer.ask("GET k"));
        assertEquals(List.of(), listener.taken());
    }

    @Test
    void a_read_that_finds_nothing_is_told_at_its_node() {
        writer.ask("CONFIG SET notify-keyspace-events Em");
        listener.send("PSUBSCRIBE *").replies();
        writer.ask("GET k");
        assertEquals(List.of(told("*", "__keyevent@0__:keymiss", "k")), listener.taken());
        writer.send("SET k v").send("GET k").send("GET l").replies();
        assertEquals(List.of(told("*", "__keyevent@0__:keymiss", "l")), listener.taken());
    }

    @Test
    void a_client_hears_of_its_own_writes_behind_their_replies() {
        writer.ask("CONFIG SET notify-keyspace-events Kl");
        writer.send("HELLO 3").send("SUBSCRIBE __keyspace@0__:l").replies();
        writer.send("RPUSH l a").send("LPOP l");
        assertEquals(
                List.of(
                        Reply.of(1),
                        Reply.bulk("a"),
                        message("__keyspace@0__:l", "rpush"),
                        message("__keyspace@0__:l", "lpop")),
                writer.replies());
    }

    private static Reply told(String channel, String message) {
        return told("__key*", channel, message);
    }

    private static Reply told(String pattern, String channel, String message) {
        return push("pmessage", pattern, channel, message);
    }

    private static Reply message(String channel, String message) {
        return push("message", channel, message);
    }

    private static Reply push(String... parts) {
        return new Reply.Push(
                Stream.of(parts).map(part -> Reply.bulk(Bytes.of(part))).toList());
    }
}

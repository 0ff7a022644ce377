package io.ratiskv.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.Effect;
import io.ratiskv.api.Reply;
import io.ratiskv.replication.Origins;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** CLIENT TRACKING among the clients of one node. */
class TrackingTest {
    private final Dialogue.Node node = new Dialogue.Node();
    private final Dialogue reader = node.connect();
    private final Dialogue writer = node.connect();

    @Test
    void who_read_a_key_hears_once_that_it_changed() {
        track("");
        reader.send("GET k").send("MGET k l").replies();
        writer.ask("SET k 1");
        assertEquals(List.of(invalidate("k")), reader.taken());
        writer.ask("SET k 2");
        assertEquals(List.of(), reader.taken(), "it was told before and did not read again");
        writer.ask("DEL l");
        assertEquals(List.of(), reader.taken(), "nothing changed");
        writer.ask("HSET l f v");
        assertEquals(List.of(invalidate("l")), reader.taken());
    }

    @Test
    void a_client_hears_of_its_own_writes_behind_the_replies() {
        track("");
        reader.send("GET k").send("SET k 1").send("PING");
        assertEquals(List.of(Reply.NULL, Reply.OK, Reply.PONG, invalidate("k")), reader.replies());
        reader.send("GET k")
                .send("MULTI")
                .send("SET k 2")
                .send("GET k")
                .send("EXEC")
                .replies();
        writer.ask("SET k 3");
        assertEquals(List.of(), reader.taken(), "told with the replies already");
    }

    @Test
    void a_key_that_expires_has_changed() {
        writer.ask("SET k v PX 100");
        track("");
        assertEquals(Reply.bulk("v"), reader.ask("GET k"));
        node.loop.advanceMillis(150);
        writer.ask("SET other v");
        assertEquals(List.of(invalidate("k")), reader.taken());
    }

    @Test
    void all_keys_change_at_once() {
        track("");
        reader.ask("GET k");
        writer.ask("FLUSHDB");
        assertEquals(List.of(invalidateAll()), reader.taken());
        writer.ask("SET k v");
        assertEquals(List.of(), reader.taken());

        reader.ask("GET k");
        writer.ask("SWAPDB 0 1");
        assertEquals(List.of(invalidateAll(), invalidateAll()), reader.taken());

        reader.ask("GET k");
        node.aftermath.happened(List.of(new Effect.AllInvalidated(-1)), 1, Origins.NOBODY);
        node.loop.turn();
        assertEquals(List.of(invalidateAll()), reader.taken(), "as when a snapshot replaced the state");
    }

    @Test
    void a_client_may_choose_not_to_hear_of_its_own_writes() {
        track("NOLOOP");
        reader.send("GET k").send("SET k 1").replies();
        assertEquals(List.of(), reader.replies());
        writer.ask("SET k 2");
        assertEquals(List.of(invalidate("k")), reader.taken(), "who keeps what it wrote hears who changes it");
    }

    @Test
    void a_client_may_choose_what_is_remembered() {
        track("OPTIN");
        reader.send("GET a")
                .send("CLIENT CACHING YES")
                .send("GET b")
                .send("GET c")
                .replies();
        writer.ask("MSET a 1 b 1 c 1");
        assertEquals(List.of(invalidate("b")), reader.taken());
        reader.send("CLIENT CACHING YES").send("CLIENT ID").send("GET a").replies();
        writer.ask("SET a 2");
        assertEquals(List.of(invalidate("a")), reader.taken(), "CLIENT does not use it up");
        reader.send("CLIENT CACHING YES").send("NOSUCH").send("GET a").replies();
        writer.ask("SET a 2");
        assertEquals(List.of(), reader.taken(), "an error does");
        reader.send("CLIENT CACHING YES")
                .send("MULTI")
                .send("GET a")
                .send("GET b")
                .send("EXEC")
                .send("GET c")
                .replies();
        writer.ask("MSET a 1 b 1 c 1");
        assertEquals(List.of(invalidate("a"), invalidate("b")), reader.taken());

        reader.ask("CLIENT TRACKING OFF");
        track("OPTOUT");
        reader.send("GET a")
                .send("CLIENT CACHING NO")
                .send("GET b")
                .send("GET c")
                .replies();
        writer.ask("MSET a 1 b 1 c 1");
        assertEquals(List.of(invalidate("a"), invalidate("c")), reader.taken());
    }

    @Test
    void a_queue_that_chooses_for_itself_is_remembered_as_a_whole() {
        track("OPTIN");
        reader.send("MULTI")
                .send("GET a")
                .send("CLIENT CACHING YES")
                .send("GET b")
                .send("EXEC")
                .send("GET c")
                .replies();
        writer.ask("MSET a 1 b 1 c 1");
        assertEquals(List.of(invalidate("a"), invalidate("b")), reader.taken());
    }

    @Test
    void prefixes_are_broadcast_read_or_not() {
        track("BCAST PREFIX user: PREFIX item:");
        writer.send("MSET user:1 a item:1 b other c").replies();
        writer.send("SET user:2 a").send("SET user:3 a").send("SET user:2 b").replies();
        assertEquals(
                List.of(invalidate("item:1"), invalidate("user:1"), invalidate("user:2", "user:3")), reader.taken());
        reader.send("GET other").send("SET user:4 x").replies();
        assertEquals(List.of(), reader.taken(), "its own are told with the replies");

        Dialogue all = node.connect();
        all.ask("HELLO 3");
        all.ask("CLIENT TRACKING ON BCAST NOLOOP");
        all.send("SET mine 1").replies();
        assertEquals(List.of(), all.taken());
        writer.send("SET theirs 1").replies();
        assertEquals(List.of(invalidate("theirs")), all.taken());
        writer.ask("FLUSHALL");
        assertEquals(List.of(invalidateAll()), all.taken());
        all.close();
        assertTrue(writer.askText("INFO stats").contains("tracking_total_prefixes:2\r\n"));
    }

    @Test
    void another_connection_may_be_told() {
        Dialogue told = node.connect();
        told.ask("SUBSCRIBE __redis__:invalidate");
        assertEquals(Reply.OK, reader.ask("CLIENT TRACKING ON REDIRECT 3"));
        assertEquals(Reply.of(3), reader.ask("CLIENT GETREDIR"));
        reader.ask("GET k");
        writer.ask("SET k 1");
        assertEquals(List.of(message(Reply.array(List.of(Reply.bulk("k"))))), told.taken());
        assertEquals(List.of(), reader.taken());
        reader.ask("GET k");
        writer.ask("FLUSHALL");
        assertEquals(List.of(message(Reply.NULL)), told.taken());

        reader.send("HELLO 3").replies();
        reader.ask("GET k");
        told.close();
        writer.ask("SET k 2");
        assertEquals(
                List.of(new Reply.Push(List.of(Reply.bulk("tracking-redir-broken"), Reply.of(3)))), reader.taken());
        assertTrue(reader.askText("CLIENT INFO").contains(" flags=tR "));
        assertEquals(tracking(3, List.of(), "on", "broken_redirect"), reader.ask("CLIENT TRACKINGINFO"));
    }

    @Test
    void a_client_of_resp2_is_told_nothing_itself() {
        reader.send("CLIENT TRACKING ON").send("GET k").replies();
        writer.ask("SET k 1");
        assertEquals(List.of(), reader.taken());
    }

    @Test
    void what_is_remembered_has_a_bound() {
        track("");
        reader.send("GET a").send("GET b").send("GET c").replies();
        assertTrue(writer.askText("INFO stats").contains("tracking_total_keys:3\r\ntracking_total_items:3\r\n"));
        assertEquals(Reply.OK, writer.ask("CONFIG SET tracking-table-max-keys 2"));
        assertEquals(List.of(invalidate("a")), reader.taken());
        assertEquals(List.of(Reply.NULL, invalidate("b")), reader.send("GET d").replies());
        assertEquals(
                List.of(
                        Reply.array(List.of(Reply.NULL, Reply.NULL, Reply.NULL)),
                        invalidate("c"),
                        invalidate("d"),
                        invalidate("e")),
                reader.send("MGET e f g").replies());
        writer.ask("CONFIG SET tracking-table-max-keys 1");
        assertEquals(List.of(invalidate("f")), reader.taken());
    }

    @Test
    void an_invalidation_never_comes_before_the_reply_it_is_about() {
        track("");
        node.view.snapshot = new java.util.concurrent.CompletableFuture<>();
        writer.ask("SET k 1");
        reader.send("MULTI").send("GET k").send("RAFT.SNAPSHOT").send("EXEC").replies();
        writer.ask("SET k 2");
        assertEquals(List.of(), reader.taken(), "its reply is still to come");
        node.view.snapshot.complete(7L);
        node.loop.turn();
        assertEquals(
                List.of(Reply.array(List.of(Reply.bulk("1"), Reply.of(7))), invalidate("k"), invalidate("k")),
                reader.taken(),
                "what was to be told meanwhile, and once more for what the reply itself brings");
        writer.ask("SET k 3");
        assertEquals(List.of(), reader.taken());
    }

    @Test
    void options_are_checked_as_redis_checks_them() {
        reader.ask("HELLO 3");
        assertEquals(
                "ERR PREFIX option requires BCAST mode to be enabled", reader.askText("CLIENT TRACKING ON PREFIX a"));
        assertEquals("ERR syntax error", reader.askText("CLIENT TRACKING ON PREFIX"));
        assertEquals("ERR syntax error", reader.askText("CLIENT TRACKING YES"));
        assertEquals("ERR syntax error", reader.askText("CLIENT TRACKING OFF NOSUCH"));
        assertEquals(
                "ERR The client ID you want redirect to does not exist",
                reader.askText("CLIENT TRACKING ON REDIRECT 99"));
        assertEquals("ERR value is not an integer or out of range", reader.askText("CLIENT TRACKING ON REDIRECT x"));
        assertEquals(
                "ERR A client can only redirect to a single other client",
                reader.askText("CLIENT TRACKING ON REDIRECT 1 REDIRECT 2"));
        assertEquals(
                "ERR OPTIN and OPTOUT are not compatible with BCAST", reader.askText("CLIENT TRACKING ON BCAST OPTIN"));
        assertEquals(
                "ERR You can't specify both OPTIN mode and OPTOUT mode",
                reader.askText("CLIENT TRACKING ON OPTOUT OPTIN"));
        assertEquals(
                "ERR Prefix 'ab' overlaps with another provided prefix 'a'. Prefixes for a single client must not overlap.",
                reader.askText("CLIENT TRACKING ON BCAST PREFIX ab PREFIX a"));
        assertEquals(tracking(-1, List.of(), "off"), reader.ask("CLIENT TRACKINGINFO"));
        assertEquals(Reply.of(-1), reader.ask("CLIENT GETREDIR"));
        assertEquals(
                "ERR CLIENT CACHING can be called only when the client is in tracking mode with OPTIN or OPTOUT mode"
                        + " enabled",
                reader.askText("CLIENT CACHING YES"));

        track("BCAST PREFIX ab PREFIX x");
        assertEquals(
                "ERR Prefix 'abc' overlaps with an existing prefix 'ab'. Prefixes for a single client must not overlap.",
                reader.askText("CLIENT TRACKING ON BCAST PREFIX abc"));
        assertEquals(Reply.OK, reader.ask("CLIENT TRACKING ON BCAST NOLOOP PREFIX c"));
        assertEquals(tracking(0, List.of("ab", "c", "x"), "on", "bcast", "noloop"), reader.ask("CLIENT TRACKINGINFO"));
        assertEquals(
                "ERR You can't switch BCAST mode on/off before disabling tracking for this client, and then re-enabling"
                        + " it with a different mode.",
                reader.askText("CLIENT TRACKING ON"));
        assertEquals(Reply.of(0), reader.ask("CLIENT GETREDIR"));
        assertTrue(reader.askText("CLIENT INFO").contains(" flags=tB "));

        assertEquals(Reply.OK, reader.ask("CLIENT TRACKING OFF"));
        track("OPTIN");
        assertEquals(
                "ERR You can't switch OPTIN/OPTOUT mode before disabling tracking for this client, and then re-enabling"
                        + " it with a different mode.",
                reader.askText("CLIENT TRACKING ON OPTOUT"));
        assertEquals(
                "ERR CLIENT CACHING NO is only valid when tracking is enabled in OPTOUT mode.",
                reader.askText("CLIENT CACHING NO"));
        assertEquals("ERR syntax error", reader.askText("CLIENT CACHING MAYBE"));
        assertEquals(Reply.OK, reader.ask("CLIENT CACHING YES"));
        assertEquals(tracking(0, List.of(), "on", "optin", "caching-yes"), reader.ask("CLIENT TRACKINGINFO"));
        assertEquals(new Reply.Simple("RESET"), reader.ask("RESET"));
        assertEquals(tracking(-1, List.of(), "off"), reader.ask("CLIENT TRACKINGINFO"));
        assertFalse(reader.askText("CLIENT INFO").contains("flags=t"));
    }

    @Test
    void who_is_gone_is_forgotten() {
        track("");
        reader.ask("GET k");
        assertTrue(writer.askText("INFO clients").contains("tracking_clients:1\r\n"));
        reader.close();
        assertTrue(writer.askText("INFO clients").contains("tracking_clients:0\r\n"));
        assertTrue(writer.askText("INFO stats").contains("tracking_total_items:0\r\n"));
        writer.ask("SET k 1");
    }

    private void track(String options) {
        reader.ask("HELLO 3");
        assertEquals(Reply.OK, reader.ask(("CLIENT TRACKING ON " + options).strip()));
    }

    private static Reply invalidate(String... keys) {
        return new Reply.Push(List.of(
                Reply.bulk("invalidate"),
                Reply.array(Arrays.stream(keys).map(Bytes::of).map(Reply::bulk).toList())));
    }

    private static Reply invalidateAll() {
        return new Reply.Push(List.of(Reply.bulk("invalidate"), Reply.NULL));
    }

    private static Reply message(Reply keys) {
        return new Reply.Push(List.of(Reply.bulk("message"), Reply.bulk("__redis__:invalidate"), keys));
    }

    private static Reply tracking(long redirect, List<String> prefixes, String... flags) {
        return new Reply.Map(List.of(
                Reply.bulk("flags"),
                new Reply.Set(
                        Arrays.stream(flags).map(Bytes::of).map(Reply::bulk).toList()),
                Reply.bulk("redirect"),
                Reply.of(redirect),
                Reply.bulk("prefixes"),
                Reply.array(prefixes.stream().map(Bytes::of).map(Reply::bulk).toList())));
    }
}

package io.ratiskv.session;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.ratiskv.api.Reply;
import java.util.List;
import org.junit.jupiter.api.Test;

/** XREAD and XREADGROUP among the clients of one node. */
class BlockedReadersTest {
    private static final Reply NO_GROUP =
            Reply.error("NOGROUP No such key 'x' or consumer group 'g' in XREADGROUP with GROUP option");
    private static final Reply WRONG_TYPE =
            Reply.error("WRONGTYPE Operation against a key holding the wrong kind of value");

    private final Dialogue.Node node = new Dialogue.Node();
    private final Dialogue first = node.connect();
    private final Dialogue second = node.connect();
    private final Dialogue third = node.connect();
    private final Dialogue writer = node.connect();

    @Test
    void one_entry_is_for_all_who_read_the_stream() {
        writer.ask("XADD x 1 f a");
        waitFor(first, "XREAD BLOCK 0 STREAMS x $");
        waitFor(second, "XREAD BLOCK 0 STREAMS y x 0 1");
        waitFor(third, "XREAD BLOCK 0 STREAMS y 0");
        writer.ask("XADD x 2 f b");
        Reply news = Reply.array(List.of(stream("x", entry("2-0", "b"))));
        assertEquals(List.of(news), first.taken());
        assertEquals(List.of(news), second.taken());
        assertEquals(List.of(), third.taken());
    }

    @Test
    void who_reads_does_not_go_through_the_log() {
        writer.ask("XADD x 1 f a");
        long before = node.replicator.machine().appliedIndex();
        waitFor(first, "XREAD BLOCK 0 STREAMS x $");
        waitFor(second, "XREAD BLOCK 5 STREAMS x $");
        writer.ask("XADD x 2 f b");
        assertEquals(1, first.taken().size());
        assertEquals(before + 1, node.replicator.machine().appliedIndex());
    }

    @Test
    void the_last_entry_is_the_last_when_the_wait_began() {
        first.send("XREAD BLOCK 0 STREAMS x $").endTurn();
        writer.send("XADD x 1 f a").send("XADD x 2 f b").endTurn();
        node.loop.turn();
        assertEquals(List.of(Reply.array(List.of(stream("x", entry("1-0", "a"), entry("2-0", "b"))))), first.taken());
    }

    @Test
    void a_stream_without_entries_has_no_last_one_to_read() {
        waitFor(first, "XREAD BLOCK 0 COUNT 1 STREAMS x +");
        writer.send("MULTI")
                .send("XADD x 1 f a")
                .send("XADD x 2 f b")
                .send("EXEC")
                .replies();
        assertEquals(List.of(Reply.array(List.of(stream("x", entry("2-0", "b"))))), first.taken());
    }

    @Test
    void the_same_stream_can_be_read_behind_several_ids() {
        waitFor(first, "XREAD BLOCK 0 STREAMS x x x 5 1 $");
        writer.ask("XADD x 2 f b");
        Reply part = stream("x", entry("2-0", "b"));
        assertEquals(List.of(Reply.array(List.of(part, part))), first.taken());
    }

    @Test
    void an_entry_that_is_not_behind_the_id_ends_nothing() {
        waitFor(first, "XREAD BLOCK 0 STREAMS x 5");
        writer.ask("XADD x 4 f a");
        assertEquals(List.of(), first.taken());
        writer.ask("XADD x 5-1 f b");
        assertEquals(List.of(Reply.array(List.of(stream("x", entry("5-1", "b"))))), first.taken());
    }

    @Test
    void an_entry_that_is_gone_at_once_ends_nothing() {
        waitFor(first, "XREAD BLOCK 0 STREAMS x $");
        writer.send("MULTI").send("XADD x 1 f a").send("DEL x").send("EXEC").replies();
        writer.send("MULTI")
                .send("XADD x 2 f a")
                .send("XTRIM x MAXLEN 0")
                .send("EXEC")
                .replies();
        assertEquals(List.of(), first.taken());
        writer.ask("XADD x 3 f b");
        assertEquals(List.of(Reply.array(List.of(stream("x", entry("3-0", "b"))))), first.taken());
    }

    @Test
    void a_reader_hears_nothing_of_keys_of_other_types() {
        waitFor(first, "XREAD BLOCK 0 STREAMS x $");
        writer.ask("RPUSH x a");
        writer.ask("DEL x");
        writer.ask("ZADD x 1 a");
        writer.ask("SET x a");
        assertEquals(List.of(), first.taken());
        writer.ask("DEL x");
        writer.ask("XADD tmp 7 f a");
        writer.ask("RENAME tmp x");
        assertEquals(List.of(Reply.array(List.of(stream("x", entry("7-0", "a"))))), first.taken());
    }

    @Test
    void who_waits_for_elements_hears_nothing_of_keys_of_other_types() {
        waitFor(first, "BLPOP x 0");
        waitFor(second, "BZPOPMIN x 0");
        writer.ask("XADD x 1 f a");
        writer.ask("DEL x");
        writer.ask("SADD tmp a");
        writer.ask("RENAME tmp x");
        assertEquals(List.of(), first.taken());
        assertEquals(List.of(), second.taken());
        writer.ask("DEL x");
        writer.ask("ZADD x 1 a 2 b");
        assertEquals(List.of(), first.taken());
        assertEquals(1, second.taken().size());
        writer.ask("DEL x");
        writer.ask("RPUSH x a");
        assertEquals(List.of(Reply.array(List.of(Reply.bulk("x"), Reply.bulk("a")))), first.taken());
    }

    @Test
    void an_element_is_for_one_who_waits_for_its_type() {
        waitFor(first, "BZPOPMIN x 0");
        writer.ask("XGROUP CREATE z g 0 MKSTREAM");
        waitFor(second, "XREADGROUP GROUP g a BLOCK 0 STREAMS z >");
        waitFor(third, "BLPOP y x 0");
        writer.ask("RPUSH x a");
        assertEquals(List.of(), first.taken());
        assertEquals(List.of(Reply.array(List.of(Reply.bulk("x"), Reply.bulk("a")))), third.taken());
        assertEquals(List.of(), second.taken());
    }

    @Test
    void databases_that_change_places_end_waits_that_then_find_something() {
        writer.send("SELECT 1")
                .send("XADD x 1 f a")
                .send("SET y v")
                .send("SELECT 0")
                .replies();
        waitFor(first, "XREAD BLOCK 0 STREAMS x 0");
        waitFor(second, "XREAD BLOCK 0 STREAMS y 0");
        waitFor(third, "BLPOP y 0");
        writer.ask("SWAPDB 0 1");
        assertEquals(List.of(Reply.array(List.of(stream("x", entry("1-0", "a"))))), first.taken());
        assertEquals(List.of(), second.taken());
        assertEquals(List.of(), third.taken());
        writer.ask("SET y v");
        assertEquals(List.of(), second.taken());
    }

    @Test
    void a_wait_ends_in_time_or_when_somebody_ends_it() {
        waitFor(first, "XREAD BLOCK 50 STREAMS x $");
        waitFor(second, "XREAD BLOCK 0 STREAMS x $");
        node.loop.advanceMillis(49);
        assertEquals(List.of(), first.taken());
        node.loop.advanceMillis(1);
        assertEquals(List.of(Reply.NULL_ARRAY), first.taken());
        assertEquals(Reply.of(1), writer.ask("CLIENT UNBLOCK 2 ERROR"));
        assertEquals(List.of(Reply.error("UNBLOCKED client unblocked via CLIENT UNBLOCK")), second.taken());
    }

    @Test
    void a_transaction_does_not_wait() {
        writer.ask("XGROUP CREATE x g 0 MKSTREAM");
        first.send("MULTI")
                .send("XREAD BLOCK 0 STREAMS x $")
                .send("XREADGROUP GROUP g c BLOCK 0 STREAMS x >")
                .send("EXEC");
        assertEquals(
                Reply.array(List.of(Reply.NULL_ARRAY, Reply.NULL_ARRAY)),
                first.replies().getLast());
    }

    @Test
    void one_entry_is_for_one_consumer_of_each_group() {
        writer.ask("XGROUP CREATE x g 0 MKSTREAM");
        writer.ask("XGROUP CREATE x h 0");
        waitFor(first, "XREADGROUP GROUP g a BLOCK 0 STREAMS x >");
        waitFor(second, "XREADGROUP GROUP g b BLOCK 0 STREAMS x >");
        waitFor(third, "XREADGROUP GROUP h a BLOCK 0 STREAMS x >");
        long before = node.replicator.machine().appliedIndex();
        writer.ask("XADD x 1 f a");
        Reply one = Reply.array(List.of(stream("x", entry("1-0", "a"))));
        assertEquals(List.of(one), first.taken());
        assertEquals(List.of(), second.taken());
        assertEquals(List.of(one), third.taken());
        assertEquals(before + 3, node.replicator.machine().appliedIndex());
        writer.ask("XADD x 2 f b");
        assertEquals(List.of(Reply.array(List.of(stream("x", entry("2-0", "b"))))), second.taken());
    }

    @Test
    void who_waits_and_is_not_served_was_seen_all_the_same() {
        writer.ask("XGROUP CREATE x g 0 MKSTREAM");
        waitFor(first, "XREADGROUP GROUP g a BLOCK 0 STREAMS x >");
        Reply consumers = writer.ask("XINFO CONSUMERS x g");
        assertEquals(1, ((Reply.Array) consumers).elements().size());
    }

    @Test
    void a_wait_for_a_group_ends_with_the_group() {
        for (String end :
                List.of("XGROUP DESTROY x g", "DEL x", "FLUSHDB", "FLUSHALL", "RENAME x y", "PEXPIREAT x 1")) {
            writer.ask("XGROUP CREATE x g 0 MKSTREAM");
            waitFor(first, "XREADGROUP GROUP g a BLOCK 0 STREAMS x >");
            waitFor(second, "XREAD BLOCK 1 STREAMS x $");
            writer.ask(end);
            assertEquals(List.of(NO_GROUP), first.taken(), end);
            assertEquals(List.of(), second.taken(), end);
            node.loop.advanceMillis(1);
            assertEquals(List.of(Reply.NULL_ARRAY), second.taken());
            writer.ask("FLUSHALL");
        }
    }

    @Test
    void a_wait_for_a_group_ends_when_its_key_expires() {
        writer.ask("XGROUP CREATE x g 0 MKSTREAM");
        writer.ask("PEXPIRE x 10");
        waitFor(first, "XREADGROUP GROUP g a BLOCK 0 STREAMS x >");
        node.loop.advanceMillis(10);
        writer.ask("SET other v");
        assertEquals(List.of(NO_GROUP), first.taken());
    }

    @Test
    void a_wait_for_a_group_goes_on_while_another_group_ends() {
        writer.ask("XGROUP CREATE x g 0 MKSTREAM");
        writer.ask("XGROUP CREATE x h 0");
        waitFor(first, "XREADGROUP GROUP g a BLOCK 0 STREAMS x >");
        writer.ask("XGROUP DESTROY x h");
        writer.ask("XGROUP DELCONSUMER x g a");
        assertEquals(List.of(), first.taken());
        writer.ask("XADD x 1 f a");
        assertEquals(List.of(Reply.array(List.of(stream("x", entry("1-0", "a"))))), first.taken());
    }

    @Test
    void a_wait_for_a_group_ends_when_the_key_is_no_stream_any_more() {
        writer.ask("SADD s m");
        for (String end : List.of("SET x v", "SUNIONSTORE x s", "COPY s x REPLACE", "RENAME s x")) {
            writer.ask("XGROUP CREATE x g 0 MKSTREAM");
            waitFor(first, "XREADGROUP GROUP g a BLOCK 0 STREAMS x >");
            writer.ask(end);
            assertEquals(List.of(WRONG_TYPE), first.taken(), end);
            writer.ask("DEL x");
        }
    }

    @Test
    void a_stream_that_takes_the_place_of_another_serves_or_ends_the_wait() {
        writer.ask("XGROUP CREATE x g 0 MKSTREAM");
        waitFor(first, "XREADGROUP GROUP g a BLOCK 0 STREAMS x >");
        writer.ask("XADD y 1 f a");
        writer.ask("XGROUP CREATE y g 0");
        writer.ask("RENAME y x");
        assertEquals(List.of(Reply.array(List.of(stream("x", entry("1-0", "a"))))), first.taken());
        waitFor(first, "XREADGROUP GROUP g a BLOCK 0 STREAMS x >");
        writer.ask("XADD y 1 f a");
        writer.ask("RENAME y x");
        assertEquals(List.of(NO_GROUP), first.taken());
    }

    @Test
    void databases_that_change_places_end_waits_for_groups_that_are_not_there() {
        writer.send("SELECT 1").send("SET y v").send("SELECT 0").replies();
        writer.ask("XGROUP CREATE x g 0 MKSTREAM");
        writer.ask("XGROUP CREATE y g 0 MKSTREAM");
        waitFor(first, "XREADGROUP GROUP g a BLOCK 0 STREAMS x >");
        waitFor(second, "XREADGROUP GROUP g a BLOCK 0 STREAMS y >");
        writer.ask("SWAPDB 0 1");
        assertEquals(List.of(NO_GROUP), first.taken());
        assertEquals(List.of(WRONG_TYPE), second.taken());
    }

    @Test
    void what_was_pending_is_read_without_a_wait() {
        writer.ask("XADD x 1 f a");
        writer.ask("XGROUP CREATE x g 0");
        assertEquals(Reply.array(List.of(stream("x"))), first.ask("XREADGROUP GROUP g a BLOCK 0 STREAMS x 0"));
        first.ask("XREADGROUP GROUP g a STREAMS x >");
        Reply again = first.ask("XREADGROUP GROUP g a BLOCK 0 STREAMS x 0");
        assertEquals(Reply.array(List.of(stream("x", entry("1-0", "a")))), again);
    }

    private static void waitFor(Dialogue client, String request) {
        assertEquals(List.of(), client.send(request).replies());
    }

    private static Reply stream(String key, Reply... entries) {
        return Reply.array(List.of(Reply.bulk(key), Reply.array(List.of(entries))));
    }

    private static Reply entry(String id, String value) {
        return Reply.array(List.of(Reply.bulk(id), Reply.array(List.of(Reply.bulk("f"), Reply.bulk(value)))));
    }
}

package io.ratiskv.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.Effect;
import io.ratiskv.api.EffectInterest;
import io.ratiskv.api.Entry;
import io.ratiskv.api.KeyEvent;
import io.ratiskv.api.Outcome;
import io.ratiskv.api.Reply;
import io.ratiskv.api.Request;
import io.ratiskv.api.Unit;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Time, expiry, reads, transactions, settings and effects at the door of the core. */
class KeyValueStateMachineTest {
    private static final long LOG_TIME = Long.MIN_VALUE;
    private static final Bytes KEY = Bytes.of("k");

    private final KeyValueStateMachine machine = new KeyValueStateMachine();

    @Test
    void log_time_never_steps_back() {
        tick(1_000);
        tick(400);
        assertEquals(1_000, machine.logTimeMillis());
    }

    @Test
    void a_key_is_there_before_its_deadline_and_gone_at_it() {
        set("PX", "1000");
        tick(999);
        assertEquals(Reply.bulk("v"), query("GET", LOG_TIME));
        tick(1_000);
        assertEquals(Reply.NULL, query("GET", LOG_TIME));
    }

    @Test
    void a_read_that_meets_a_key_due_by_the_leaders_clock_alone_asks_for_a_tick() {
        set("PX", "1000");
        assertEquals(Reply.bulk("v"), query("GET", 999));
        assertNull(query("GET", 1_000));
        assertNull(query("EXISTS", 1_000));
        tick(1_000);
        assertEquals(Reply.NULL, query("GET", LOG_TIME));
    }

    @Test
    void a_read_of_other_keys_asks_for_no_tick() {
        set("PX", "1000");
        assertEquals(Reply.NULL, machine.query(Request.of("GET", "other"), 5_000));
    }

    @Test
    void reads_of_the_whole_keyspace_use_the_logs_time() {
        set("PX", "1000");
        assertEquals(Reply.of(1), machine.query(Request.of("DBSIZE"), 5_000));
        assertEquals(Reply.array(List.of(Reply.bulk("k"))), machine.query(Request.of("KEYS", "*"), 5_000));
    }

    @Test
    void the_time_left_of_a_key_is_told_by_the_leaders_clock() {
        set("PX", "1000");
        assertEquals(Reply.of(400), query("PTTL", 600));
        assertEquals(Reply.of(1_000), query("PTTL", LOG_TIME));
    }

    @Test
    void how_long_an_entry_of_a_stream_waits_is_told_by_the_leaders_clock() {
        machine.apply(Request.of("XADD", "s", "1-1", "f", "v"), 0);
        machine.apply(Request.of("XGROUP", "CREATE", "s", "g", "0"), 0);
        machine.apply(Request.of("XREADGROUP", "GROUP", "g", "c", "STREAMS", "s", ">"), 0);
        Request pending = Request.of("XPENDING", "s", "g", "IDLE", "20", "-", "+", "10");
        assertEquals(Reply.EMPTY_ARRAY, machine.query(pending, 19));
        assertEquals(
                Reply.array(
                        List.of(Reply.array(List.of(Reply.bulk("1-1"), Reply.bulk("c"), Reply.of(20), Reply.of(1))))),
                machine.query(pending, 20));
    }

    @Test
    void a_version_that_hangs_on_an_expiry_is_pending() {
        set("PX", "1000");
        assertEquals(1, machine.version(0, KEY, 999));
        assertEquals(KeyValueStateMachine.VERSION_PENDING, machine.version(0, KEY, 1_000));
        tick(1_000);
        assertEquals(0, machine.version(0, KEY, LOG_TIME));
    }

    @Test
    void a_tick_is_needed_while_a_key_is_due() {
        set("PX", "1000");
        assertFalse(machine.tickNeeded(999));
        assertTrue(machine.tickNeeded(1_000));
        tick(1_000);
        assertFalse(machine.tickNeeded(1_000_000));
    }

    @Test
    void each_entry_deletes_a_bounded_number_of_due_keys_and_none_is_seen_meanwhile() {
        for (int i = 0; i < 1_200; i++) {
            machine.apply(Request.of("SET", "key" + i, "v", "PX", "1000"), 0);
        }
        long cost = machine.statistics().memoryBytes();
        tick(1_000);
        assertEquals(512, machine.statistics().expiredKeys());
        assertTrue(machine.tickNeeded(1_000));
        assertEquals(Reply.of(0), machine.query(Request.of("DBSIZE"), LOG_TIME));
        assertEquals(Reply.EMPTY_ARRAY, machine.query(Request.of("KEYS", "*"), LOG_TIME));
        assertEquals(Reply.NULL, machine.query(Request.of("RANDOMKEY"), LOG_TIME));
        assertTrue(machine.statistics().memoryBytes() < cost);
        tick(1_000);
        tick(1_000);
        assertFalse(machine.tickNeeded(1_000));
        assertEquals(0, machine.statistics().memoryBytes());
        assertEquals(1_200, machine.statistics().expiredKeys());
    }

    @Test
    void a_write_that_meets_a_due_key_removes_it_first() {
        listenToKeyEvents();
        long epoch = open();
        execute(epoch, 0, 0, single("SET", "k", "v", "PX", "1000"));
        Outcome outcome = execute(epoch, 1, 1_000, single("APPEND", "k", "w"));
        assertEquals(List.of(Reply.of(1)), outcome.replies());
        assertEquals(
                List.of(
                        new Effect.Notified(0, KeyEvent.EXPIRED, KEY, true, false),
                        new Effect.Notified(0, KeyEvent.APPEND, KEY, true, false)),
                outcome.effects());
        assertEquals(1, machine.statistics().expiredKeys());
    }

    @Test
    void a_read_that_rides_along_sees_the_writes_before_it_and_changes_nothing() {
        long epoch = open();
        Outcome outcome = execute(
                epoch, 0, 0, single("SET", "k", "1"), single("GET", "k"), single("INCR", "k"), single("GET", "k"));
        assertEquals(List.of(Reply.OK, Reply.bulk("1"), Reply.of(2), Reply.bulk("2")), outcome.replies());
    }

    @Test
    void a_write_is_no_query() {
        assertThrows(IllegalArgumentException.class, () -> machine.query(Request.of("SET", "k", "v"), LOG_TIME));
    }

    @Test
    void an_error_of_the_client_is_a_reply_and_changes_nothing() {
        long epoch = open();
        Outcome outcome = execute(
                epoch,
                0,
                0,
                single("SET", "k", "v"),
                single("HSET", "k", "f", "v"),
                single("NOSUCH"),
                single("SET", "k"),
                single("SET", "k", "w", "PX", "0"));
        assertEquals("WRONGTYPE", ((Reply.Failure) outcome.replies().get(1)).code());
        for (int i = 2; i < 5; i++) {
            assertEquals("ERR", ((Reply.Failure) outcome.replies().get(i)).code());
        }
        assertEquals(1, machine.statistics().versions());
    }

    @Test
    void a_database_that_does_not_exist_is_an_error_of_the_client() {
        Request request =
                new Request(16, 2, Request.DEFAULT_USER, Request.of("GET", "k").words());
        assertEquals(Reply.error("ERR DB index is out of range"), machine.query(request, LOG_TIME));
    }

    @Test
    void a_transaction_is_atomic_and_an_error_of_one_does_not_stop_the_others() {
        long epoch = open();
        Outcome outcome = execute(
                epoch,
                0,
                0,
                new Unit.Transaction(
                        List.of(
                                Request.of("SET", "k", "x"),
                                Request.of("INCR", "k"),
                                Request.of("APPEND", "k", "y"),
                                Request.of("GET", "k")),
                        List.of()));
        Reply.Array replies = (Reply.Array) outcome.replies().getFirst();
        assertEquals(4, replies.elements().size());
        assertEquals(
                Reply.error("ERR value is not an integer or out of range"),
                replies.elements().get(1));
        assertEquals(Reply.bulk("xy"), replies.elements().get(3));
    }

    @Test
    void a_transaction_whose_watched_key_changed_does_nothing() {
        long epoch = open();
        execute(epoch, 0, 0, single("SET", "k", "1"));
        long version = machine.version(0, KEY, LOG_TIME);
        Unit increment =
                new Unit.Transaction(List.of(Request.of("INCR", "k")), List.of(new Unit.Watched(0, KEY, version)));
        assertEquals(
                List.of(Reply.array(List.of(Reply.of(2)))),
                execute(epoch, 1, 0, increment).replies());
        assertEquals(List.of(Reply.NULL_ARRAY), execute(epoch, 2, 0, increment).replies());
        assertEquals(Reply.bulk("2"), query("GET", LOG_TIME));
    }

    @Test
    void a_watched_key_that_was_made_again_with_the_same_value_has_changed() {
        long epoch = open();
        execute(epoch, 0, 0, single("SET", "k", "1"));
        long version = machine.version(0, KEY, LOG_TIME);
        execute(epoch, 1, 0, single("DEL", "k"), single("SET", "k", "1"));
        assertNotEquals(version, machine.version(0, KEY, LOG_TIME));
    }

    @Test
    void all_changes_of_a_request_have_one_version() {
        machine.apply(Request.of("MSET", "k", "1", "l", "2"), 0);
        assertEquals(machine.version(0, KEY, LOG_TIME), machine.version(0, Bytes.of("l"), LOG_TIME));
        machine.apply(Request.of("GET", "k"), 0);
        machine.apply(Request.of("SET", "k", "3"), 0);
        assertEquals(2, machine.version(0, KEY, LOG_TIME));
    }

    @Test
    void the_hash_key_is_taken_while_there_are_no_keys_only() {
        assertTrue(machine.needsHashKey());
        Bytes hashKey = Bytes.of("0123456789abcdef");
        assertEquals(Outcome.IGNORED, configure("hash-key", Bytes.of("short")));
        assertEquals(
                List.of(new Effect.Configured("hash-key", hashKey)),
                configure("hash-key", hashKey).effects());
        assertFalse(machine.needsHashKey());
        set();
        assertEquals(Outcome.IGNORED, configure("hash-key", Bytes.of("fedcba9876543210")));
        assertEquals(hashKey, machine.configuration("hash-key"));
    }

    @Test
    void settings_are_kept_and_those_the_core_knows_are_checked() {
        configure("maxmemory-policy", Bytes.of("noeviction"));
        assertEquals(Bytes.of("noeviction"), machine.configuration("maxmemory-policy"));
        assertFalse(configure("hash-max-listpack-entries", Bytes.of("many")).taken());
        assertTrue(configure("hash-max-listpack-entries", Bytes.of("2")).taken());
        machine.apply(Request.of("HSET", "k", "a", "1", "b", "2"), 0);
        assertEquals(Reply.bulk("listpack"), machine.query(Request.of("OBJECT", "ENCODING", "k"), LOG_TIME));
        machine.apply(Request.of("HSET", "k", "c", "3"), 0);
        assertEquals(Reply.bulk("hashtable"), machine.query(Request.of("OBJECT", "ENCODING", "k"), LOG_TIME));
    }

    @Test
    void a_stream_is_trimmed_by_nodes_of_the_size_that_is_set() {
        configure("stream-node-max-entries", Bytes.of("10"));
        addEntries("x", 100);
        Request add = Request.of("XADD", "x", "MAXLEN", "~", "55", "LIMIT", "30", "*", "f", "v");
        machine.apply(add, 0);
        assertEquals(Reply.of(71), machine.query(Request.of("XLEN", "x"), LOG_TIME));
        machine.apply(add, 0);
        assertEquals(Reply.of(62), machine.query(Request.of("XLEN", "x"), LOG_TIME));

        // Without a limit no more than 100 nodes go.
        configure("stream-node-max-entries", Bytes.of("1"));
        addEntries("y", 102);
        assertEquals(Reply.of(100), machine.apply(Request.of("XTRIM", "y", "MAXLEN", "~", "1"), 0));
        addEntries("y", 200);
        assertEquals(Reply.of(201), machine.apply(Request.of("XTRIM", "y", "MAXLEN", "~", "1", "LIMIT", "0"), 0));

        configure("stream-node-max-entries", Bytes.of("2"));
        addEntries("z", 3);
        assertEquals(Reply.of(0), machine.apply(Request.of("XTRIM", "z", "MAXLEN", "~", "0", "LIMIT", "1"), 0));
        assertEquals(Reply.of(2), machine.apply(Request.of("XTRIM", "z", "MAXLEN", "~", "0", "LIMIT", "2"), 0));
    }

    private void addEntries(String key, int count) {
        for (int i = 0; i < count; i++) {
            machine.apply(Request.of("XADD", key, "*", "f", "v"), 0);
        }
    }

    @Test
    void a_feature_level_of_a_later_release_stops_the_node() {
        assertThrows(
                IllegalStateException.class,
                () -> apply(0, new Entry.RaiseFeatureLevel(KeyValueStateMachine.FEATURE_LEVEL_MAX + 1)));
    }

    @Test
    void an_index_that_was_applied_is_not_applied_again() {
        tick(0);
        assertThrows(IllegalStateException.class, () -> machine.apply(1, 0, new Entry.Tick(), Audience.REPLICA));
        machine.skipTo(5);
        assertEquals(5, machine.appliedIndex());
        assertThrows(IllegalStateException.class, () -> machine.skipTo(4));
    }

    @Test
    void a_digest_is_wanted_as_of_its_entry() {
        tick(0);
        assertEquals(
                List.of(new Effect.DigestWanted(2)),
                apply(0, new Entry.Digest()).effects());
    }

    @Test
    void effects_are_reported_only_to_those_who_listen() {
        long epoch = open();
        assertEquals(List.of(), execute(epoch, 0, 0, single("SET", "k", "v")).effects());
        machine.listen(EnumSet.of(EffectInterest.INVALIDATIONS));
        assertEquals(
                List.of(new Effect.Invalidated(0, KEY, 0)),
                execute(epoch, 1, 0, single("SET", "k", "v", "EX", "9")).effects());
        machine.listen(EnumSet.noneOf(EffectInterest.class));
        assertEquals(List.of(), execute(epoch, 2, 0, single("SET", "k", "v")).effects());
    }

    @Test
    void a_change_names_the_unit_that_made_it() {
        machine.listen(EnumSet.of(EffectInterest.INVALIDATIONS));
        long epoch = open();
        Unit transaction = new Unit.Transaction(
                List.of(Request.of("SET", "a", "v", "PX", "1000"), Request.of("RENAME", "a", "b")), List.of());
        Entry entry = new Entry.Execute(epoch, 0, 0, List.of(single("GET", "a"), single("SET", "k", "v"), transaction));
        assertEquals(
                List.of(
                        new Effect.Invalidated(0, KEY, 1),
                        new Effect.Invalidated(0, Bytes.of("a"), 2),
                        new Effect.Invalidated(0, Bytes.of("a"), 2),
                        new Effect.Invalidated(0, Bytes.of("b"), 2)),
                apply(0, entry).effects());
        assertEquals(
                List.of(new Effect.Invalidated(0, Bytes.of("b"), Effect.NOBODY)),
                apply(1_000, new Entry.Tick()).effects());
        Entry foreign = new Entry.Execute(epoch, 1, 1, List.of(single("DEL", "k")));
        assertEquals(
                List.of(new Effect.Invalidated(0, KEY, Effect.NOBODY)),
                machine.apply(machine.appliedIndex() + 1, 0, foreign, Audience.REPLICA)
                        .effects());
    }

    @Test
    void a_request_with_many_changes_of_one_key_is_one_event() {
        listenToKeyEvents();
        long epoch = open();
        assertEquals(
                List.of("hset", "hdel", "del"),
                events(execute(epoch, 0, 0, single("HSET", "k", "a", "1", "b", "2"), single("HDEL", "k", "a", "b"))));
        assertEquals(
                List.of("set", "expire", "rename_from", "rename_to", "copy_to", "del"),
                events(execute(
                        epoch,
                        1,
                        1_000,
                        single("SET", "k", "v", "EX", "9"),
                        single("RENAME", "k", "l"),
                        single("COPY", "l", "k"),
                        single("PEXPIREAT", "k", "0"))));
    }

    @Test
    void flushing_and_swapping_invalidate_whole_databases() {
        machine.listen(EnumSet.allOf(EffectInterest.class));
        long epoch = open();
        assertEquals(
                List.of(
                        new Effect.AllInvalidated(0),
                        new Effect.AllGroupsLost(0),
                        new Effect.AllInvalidated(-1),
                        new Effect.AllGroupsLost(-1),
                        new Effect.AllInvalidated(0),
                        new Effect.AllInvalidated(3),
                        new Effect.AllReady(0),
                        new Effect.AllReady(3)),
                execute(epoch, 0, 0, single("FLUSHDB"), single("FLUSHALL"), single("SWAPDB", "0", "3"))
                        .effects());
    }

    private void listenToKeyEvents() {
        machine.listen(EnumSet.of(EffectInterest.KEY_EVENTS));
        configure("notify-keyspace-events", Bytes.of("KA"));
    }

    private void set(String... options) {
        String[] words = Arrays.copyOf(new String[] {"SET", "k", "v"}, 3 + options.length);
        System.arraycopy(options, 0, words, 3, options.length);
        assertEquals(Reply.OK, machine.apply(Request.of(words), 0));
    }

    private @Nullable Reply query(String command, long nowMillis) {
        return machine.query(Request.of(command, "k"), nowMillis);
    }

    private void tick(long stampMillis) {
        apply(stampMillis, new Entry.Tick());
    }

    private Outcome configure(String name, Bytes value) {
        return apply(0, new Entry.Configure(name, value));
    }

    private long open() {
        apply(0, new Entry.OpenGateway("n1", 1, "", ""));
        return machine.appliedIndex();
    }

    private Outcome execute(long epoch, long id, long stampMillis, Unit... units) {
        return apply(stampMillis, new Entry.Execute(epoch, id, id, List.of(units)));
    }

    private static Unit single(String... words) {
        return new Unit.Single(Request.of(words));
    }

    private Outcome apply(long stampMillis, Entry entry) {
        return machine.apply(machine.appliedIndex() + 1, stampMillis, entry, Audience.GATEWAY);
    }

    private static List<String> events(Outcome outcome) {
        return outcome.effects().stream()
                .map(effect -> ((Effect.Notified) effect).event().wireName())
                .toList();
    }
}

package io.ratiskv.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.Entry;
import io.ratiskv.api.Reply;
import io.ratiskv.api.Request;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A request under a number takes effect once and is answered the same, or it is refused and nothing happens. */
class ClientSessionsTest {
    private static final Bytes SESSION = Bytes.of("s");

    private KeyValueStateMachine machine = new KeyValueStateMachine();
    private long nowMillis = 1_000;

    @Test
    void what_is_asked_again_is_answered_the_same_and_done_once() {
        assertEquals(Reply.of(0), open());
        assertEquals(Reply.of(1), once(1, "INCR", "n"));
        assertEquals(Reply.of(1), once(1, "INCR", "n"));
        assertEquals(Reply.of(2), once(2, "INCR", "n"));
        assertEquals(Reply.of(1), once(1, "INCR", "n"));
        assertEquals(Reply.bulk("2"), ask("GET", "n"));
        assertEquals(Reply.of(2), open());
    }

    @Test
    void numbers_may_come_in_any_order() {
        open();
        assertEquals(Reply.of(1), once(5, "INCR", "n"));
        assertEquals(Reply.of(2), once(3, "INCR", "n"));
        assertEquals(Reply.of(1), once(5, "INCR", "n"));
        assertEquals(Reply.of(2), once(3, "INCR", "n"));
        assertEquals(Reply.of(5), open());
    }

    @Test
    void a_session_that_was_never_opened_does_nothing() {
        assertRefused("NOSESSION", once(1, "INCR", "n"));
        assertEquals(Reply.NULL, ask("GET", "n"));
    }

    @Test
    void number_0_opens_its_session_and_stands_for_one_request() {
        assertEquals(Reply.of(1), once(0, "INCR", "n"));
        assertEquals(Reply.of(1), once(0, "INCR", "n"));
        assertRefused("NOREPLY", onceIn(openOther(), 0, "INCR", "n"));
        assertEquals(Reply.bulk("1"), ask("GET", "n"));
    }

    @Test
    void another_request_under_the_same_number_does_nothing() {
        open();
        once(1, "INCR", "n");
        assertRefused("MISMATCH", once(1, "INCR", "m"));
        assertRefused(
                "MISMATCH", apply(new Request(1, 2, Request.DEFAULT_USER, words("ONCE", "1", "INCR", "n"), SESSION)));
        assertEquals(Reply.NULL, ask("GET", "m"));
    }

    @Test
    void an_error_is_a_reply_as_any_other() {
        open();
        ask("SET", "n", "text");
        assertRefused("ERR", once(1, "INCR", "n"));
        ask("SET", "n", "1");
        assertRefused("ERR", once(1, "INCR", "n"));
        assertEquals(Reply.bulk("1"), ask("GET", "n"));
    }

    @Test
    void what_was_not_run_is_not_kept() {
        open();
        ask("SET", "m", "1");
        machine.apply(
                machine.appliedIndex() + 1,
                nowMillis,
                new Entry.Configure("maxmemory", Bytes.of("1")),
                Audience.REPLICA);
        assertRefused("OOM", once(1, "INCR", "n"));
        machine.apply(
                machine.appliedIndex() + 1,
                nowMillis,
                new Entry.Configure("maxmemory", Bytes.of("0")),
                Audience.REPLICA);
        assertRefused("ERR", once(1, "NO-SUCH-COMMAND"));
        assertRefused("ERR", once(1, "CLIENT", "ID"));
        assertRefused("ERR", once(1, "ONCE", "1", "INCR", "n"));
        assertEquals(Reply.of(1), once(1, "INCR", "n"));
    }

    @Test
    void a_script_that_failed_halfway_is_kept() {
        open();
        String script = "redis.call('INCR', 'n') return redis.call('LPUSH', 'n', 'x')";
        Reply first = once(1, "EVAL", script, "0");
        assertInstanceOf(Reply.Failure.class, first);
        assertEquals(first, once(1, "EVAL", script, "0"));
        assertEquals(Reply.bulk("1"), ask("GET", "n"));
    }

    @Test
    void reads_are_answered_the_same_too() {
        open();
        ask("RPUSH", "l", "a", "b");
        Reply first = once(1, "LRANGE", "l", "0", "-1");
        ask("DEL", "l");
        assertEquals(first, once(1, "LRANGE", "l", "0", "-1"));
    }

    @Test
    void who_would_wait_is_answered_at_once() {
        open();
        assertEquals(Reply.NULL_ARRAY, once(1, "BLPOP", "l", "0"));
        ask("RPUSH", "l", "a");
        assertEquals(Reply.NULL_ARRAY, once(1, "BLPOP", "l", "0"));
        assertEquals(Reply.of(1), ask("LLEN", "l"));
    }

    @Test
    void replies_beyond_the_bound_are_forgotten_and_their_requests_refused() {
        open();
        for (int i = 1; i <= ClientSessions.ANSWERS_MAX + 10; i++) once(i, "INCR", "n");
        assertRefused("NOREPLY", once(10, "INCR", "n"));
        assertEquals(Reply.of(11), once(11, "INCR", "n"));
        assertEquals(Reply.bulk(String.valueOf(ClientSessions.ANSWERS_MAX + 10)), ask("GET", "n"));
    }

    @Test
    void a_session_unused_for_long_is_forgotten() {
        open();
        once(1, "INCR", "n");
        nowMillis += ClientSessions.IDLE_MAX_MILLIS - 1;
        assertEquals(Reply.of(1), once(1, "INCR", "n"));
        nowMillis += ClientSessions.IDLE_MAX_MILLIS;
        ask("PING");
        ask("SET", "other", "1");
        assertEquals(0, machine.statistics().clientSessions());
        assertRefused("NOSESSION", once(1, "INCR", "n"));
        assertEquals(Reply.of(0), open());
    }

    @Test
    void together_they_cost_no_more_than_the_bound() {
        String large = "x".repeat(1_000_000);
        ask("SET", "large", large);
        List<Bytes> names = new ArrayList<>();
        for (int i = 0; i < 80; i++) {
            names.add(Bytes.of("s" + i));
            onceIn(names.getLast(), 0, "GET", "large");
        }
        assertTrue(machine.statistics().clientSessions() < names.size());
        ask("SET", "large", "small");
        assertEquals(Reply.bulk(large), onceIn(names.getLast(), 0, "GET", "large"));
        assertEquals(Reply.bulk("small"), onceIn(names.getFirst(), 0, "GET", "large"));
    }

    @Test
    void sessions_that_are_only_opened_are_bounded_too() {
        String name = "x".repeat(500);
        int opened = 0;
        for (long cost = 0; cost < 2 * ClientSessions.COST_BYTES_MAX; cost += 500) {
            ask("CLIENT", "SESSION", name + opened++);
        }
        assertTrue(machine.statistics().clientSessions() < opened / 2);
        assertRefused("NOSESSION", onceIn(Bytes.of(name + 0), 1, "INCR", "n"));
        assertEquals(Reply.of(1), onceIn(Bytes.of(name + (opened - 1)), 1, "INCR", "n"));
    }

    @Test
    void a_reply_too_long_to_be_kept_is_only_said_to_have_been() {
        open();
        String tooLong = "x".repeat(ClientSessions.ANSWER_BYTES_MAX);
        ask("SET", "s", tooLong);
        assertEquals(Reply.bulk(tooLong), once(1, "GETDEL", "s"));
        ask("SET", "s", "new");
        assertRefused("NOREPLY", once(1, "GETDEL", "s"));
        ask("RPUSH", "l", "a", tooLong, "b");
        once(2, "LRANGE", "l", "0", "-1");
        assertRefused("NOREPLY", once(2, "LRANGE", "l", "0", "-1"));
        assertEquals(Reply.bulk("new"), ask("GET", "s"));
    }

    @Test
    void a_users_sessions_are_no_other_users() {
        ask("ACL", "SETUSER", "ann", "on", "nopass", "+@all", "~*");
        once(0, "SET", "secret", "1");
        assertEquals(Reply.of(1), apply(new Request(0, 2, Bytes.of("ann"), words("ONCE", "0", "INCR", "n"), SESSION)));
    }

    @Test
    void a_user_may_have_run_once_what_it_may_have_run() {
        ask("ACL", "SETUSER", "ann", "on", "nopass", "+once", "+get", "~*");
        Bytes ann = Bytes.of("ann");
        assertEquals(Reply.NULL, apply(new Request(0, 2, ann, words("ONCE", "0", "GET", "n"), Bytes.of("a"))));
        assertRefused("NOPERM", apply(new Request(0, 2, ann, words("ONCE", "0", "SET", "n", "1"), Bytes.of("b"))));
    }

    @Test
    void it_is_atomic_within_a_snapshot_and_after_it() {
        open();
        once(1, "INCR", "n");
        Reply map = once(2, "HGETALL", "none");
        onceIn(Bytes.of("other"), 0, "ZADD", "z", "1.5", "m");
        List<Object> before = Observation.of(machine);
        machine = Observation.restored(Observation.bytes(machine.freeze()));
        assertEquals(before, Observation.of(machine));
        assertEquals(Reply.of(1), once(1, "INCR", "n"));
        assertEquals(map, once(2, "HGETALL", "none"));
        assertEquals(Reply.of(2), open());
    }

    @Test
    void every_kind_of_reply_comes_back_as_it_was() {
        List<Reply> all = List.of(
                Reply.OK,
                Reply.error("ERR no"),
                Reply.of(-7),
                Reply.bulk(Bytes.wrap(new byte[] {0, -1, 13})),
                Reply.NULL,
                Reply.NULL_ARRAY,
                new Reply.Map(List.of(Reply.bulk("a"), Reply.of(1))),
                new Reply.Set(List.of(Reply.of(Long.MIN_VALUE))),
                new Reply.Decimal(-0.0),
                new Reply.Bool(true),
                new Reply.Bool(false),
                new Reply.BigNumber("123456789012345678901234567890"),
                new Reply.Verbatim("txt", Bytes.of("text")));
        assertEquals(Reply.array(all), ReplyCodec.decode(ReplyCodec.encode(Reply.array(all))));
    }

    private Bytes openOther() {
        Bytes name = Bytes.of("opened");
        apply(Request.of("CLIENT", "SESSION", name.latin1()));
        return name;
    }

    private Reply open() {
        return ask("CLIENT", "SESSION", "s");
    }

    private Reply once(long number, String... words) {
        return onceIn(SESSION, number, words);
    }

    private Reply onceIn(Bytes session, long number, String... words) {
        List<String> all = new ArrayList<>(List.of("ONCE", Long.toString(number)));
        all.addAll(List.of(words));
        return apply(Request.of(all.toArray(String[]::new)).in(session));
    }

    private Reply ask(String... words) {
        return apply(Request.of(words));
    }

    private Reply apply(Request request) {
        return machine.apply(request, nowMillis);
    }

    private static Bytes[] words(String... words) {
        return Request.of(words).words();
    }

    private static void assertRefused(String code, Reply reply) {
        assertEquals(code, assertInstanceOf(Reply.Failure.class, reply).code());
    }
}

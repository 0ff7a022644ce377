package io.ratiskv.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.Effect;
import io.ratiskv.api.EffectInterest;
import io.ratiskv.api.Entry;
import io.ratiskv.api.Outcome;
import io.ratiskv.api.Reply;
import io.ratiskv.api.Request;
import io.ratiskv.api.Unit;
import io.ratiskv.keyspace.Accesses;
import io.ratiskv.keyspace.Eviction.Candidate;
import io.ratiskv.keyspace.EvictionPolicy;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Memory has a limit, and what happens there is the same on every replica. */
class EvictionTest {
    private static final Reply OUT_OF_MEMORY = Reply.error("OOM command not allowed when used memory > 'maxmemory'.");

    private final KeyValueStateMachine machine = new KeyValueStateMachine();

    EvictionTest() {
        machine.listen(EnumSet.of(EffectInterest.KEY_EVENTS));
        configure("notify-keyspace-events", "Ee");
        apply(new Entry.OpenGateway("n1", 1, "", ""));
    }

    private long id;

    @Test
    void without_room_what_takes_more_is_refused_and_nothing_else() {
        assertEquals(Reply.OK, write("SET", "a", "x".repeat(1_000)));
        configure("maxmemory", "1000");
        assertEquals(OUT_OF_MEMORY, write("SET", "b", "1"));
        assertEquals(OUT_OF_MEMORY, write("HSET", "h", "f", "v"));
        assertEquals(Reply.error("ERR wrong number of arguments for 'set' command"), write("SET", "b"));
        assertEquals(Reply.of(1), write("PEXPIRE", "a", "100000"));
        assertEquals(Reply.of(1_000), read("STRLEN", "a"));
        assertEquals(Reply.of(1), write("DEL", "a"));
        assertEquals(Reply.OK, write("SET", "b", "x".repeat(2_000)), "there was room when it began");
        assertEquals(OUT_OF_MEMORY, write("SET", "b", "1"), "even what would take less");
        configure("maxmemory", "0");
        assertEquals(Reply.OK, write("SET", "b", "1"));
    }

    @Test
    void a_transaction_is_refused_as_a_whole_or_run_as_a_whole() {
        write("SET", "a", "x".repeat(1_000));
        configure("maxmemory", "1000");
        assertEquals(
                Reply.error("EXECABORT Transaction discarded because of: OOM command not allowed when used memory >"
                        + " 'maxmemory'."),
                transaction(List.of("DEL a", "SET b 1")));
        assertEquals(Reply.of(1), read("EXISTS", "a"));
        assertEquals(Reply.array(List.of(Reply.of(1), Reply.NULL)), transaction(List.of("DEL a", "GET a")));
        String large = "SET b " + "x".repeat(2_000);
        assertEquals(Reply.array(List.of(Reply.OK, Reply.OK)), transaction(List.of(large, "SET c 1")));
        assertEquals(OUT_OF_MEMORY, write("SET", "d", "1"), "the next is no part of it");
    }

    @ParameterizedTest
    @EnumSource(EvictionPolicy.class)
    void the_account_stays_below_the_limit_as_long_as_something_may_go(EvictionPolicy policy) {
        long limit = 50_000;
        configure("maxmemory", Long.toString(limit));
        configure("maxmemory-policy", policy.word());
        SplittableRandom random = new SplittableRandom(policy.word().length());
        long slack = policy.byAccesses() ? limit / 16 : 0;
        boolean refused = false;
        for (int i = 0; i < 3_000; i++) {
            boolean expires = random.nextInt(3) > 0;
            String value = "v".repeat(random.nextInt(200));
            Reply reply = expires ? write("SET", "v" + i, value, "EX", "1000") : write("SET", "k" + i, value);
            refused |= reply.equals(OUT_OF_MEMORY);
            boolean mayGo = policy.evicts()
                    && (!policy.volatileOnly()
                            || machine.statistics().databases().getFirst().expiring() > 0);
            assertTrue(!mayGo || memory() <= limit + slack, () -> policy + " holds " + memory() + " bytes of " + limit);
        }
        Statistics statistics = machine.statistics();
        boolean stuck = policy == EvictionPolicy.NO_EVICTION || policy.volatileOnly();
        assertEquals(stuck, refused, "what has no deadline stays and fills the room");
        assertEquals(policy.evicts(), statistics.evictedKeys() > 100);
        if (policy.volatileOnly()) {
            assertEquals(
                    statistics.databases().getFirst().keys(),
                    ((Reply.Array) read("KEYS", "k*")).elements().size());
        }
    }

    @Test
    void by_deadline_what_is_due_first_goes_first() {
        for (int i = 0; i < 100; i++) {
            write("SET", "k" + i, "v", "PXAT", Integer.toString(1_000_000 + (i * 37) % 100));
        }
        configure("maxmemory-policy", "volatile-ttl");
        configure("maxmemory", Long.toString(memory() * 9 / 10));
        for (int i = 0; i < 100; i++) {
            assertEquals(Reply.of((i * 37) % 100 >= 10), read("EXISTS", "k" + i));
        }
        assertEquals(10, machine.statistics().evictedKeys());
    }

    @Test
    void what_the_leader_chose_goes_unless_it_has_changed_or_there_is_room_again() {
        for (int i = 0; i < 100; i++) {
            write("SET", "k" + i, "v".repeat(100));
        }
        long each = memory() / 100;
        configure("maxmemory-policy", "allkeys-lru");
        configure("maxmemory", Long.toString(memory() - 2 * each));
        assertEquals(100, keys(), "the leader has time to choose");
        assertTrue(machine.eviction().awaitsChoice());
        List<Candidate> candidates = machine.eviction().candidates(1_000, new SplittableRandom(1)::nextLong);
        assertEquals(15, candidates.size(), "five for each of three that are too many");
        List<Entry.Victim> victims = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            victims.add(new Entry.Victim(0, Bytes.of("k" + i), machine.version(0, Bytes.of("k" + i), Long.MIN_VALUE)));
        }
        write("APPEND", "k1", "w");
        victims.add(0, new Entry.Victim(0, Bytes.of("none"), 7));
        Outcome outcome = apply(new Entry.Evict(victims));
        assertEquals(List.of("evicted k0", "evicted k2", "evicted k3"), events(outcome));
        assertFalse(machine.eviction().awaitsChoice());
        assertEquals(97, keys());
        assertEquals(List.of(), events(apply(new Entry.Evict(victims))), "there is room");
        configure("maxmemory-policy", "noeviction");
        configure("maxmemory", "10");
        assertEquals(List.of(), events(apply(new Entry.Evict(victims))), "the policy changed");
    }

    @Test
    void a_volatile_policy_spares_what_lost_its_deadline() {
        write("SET", "a", "v".repeat(100), "EX", "100");
        write("SET", "b", "v".repeat(100));
        configure("maxmemory-policy", "volatile-lru");
        configure("maxmemory", Long.toString(memory() - 1));
        Entry.Victim b = new Entry.Victim(0, Bytes.of("b"), machine.version(0, Bytes.of("b"), Long.MIN_VALUE));
        Entry.Victim a = new Entry.Victim(0, Bytes.of("a"), machine.version(0, Bytes.of("a"), Long.MIN_VALUE));
        assertEquals(List.of("evicted a"), events(apply(new Entry.Evict(List.of(b, a)))));
        configure("maxmemory", "10");
        assertEquals(OUT_OF_MEMORY, write("SET", "c", "1"), "nothing may go");
    }

    @Test
    void far_too_much_goes_bit_by_bit_and_ticks_are_asked_for_until_it_is_gone() {
        for (int i = 0; i < 30_000; i++) {
            write("SET", "k" + i, "v");
        }
        configure("maxmemory-policy", "allkeys-random");
        configure("maxmemory", "1000");
        long first = 30_000 - keys();
        assertEquals(4_096, first, "what one entry evicts");
        int ticks = 0;
        while (machine.tickNeeded(Long.MIN_VALUE)) {
            apply(new Entry.Tick());
            ticks++;
        }
        assertTrue(memory() <= 1_000);
        assertTrue(ticks < 8, "ticks: " + ticks);
    }

    @Test
    void what_nodes_know_of_accesses_never_reaches_the_state() {
        Busy busy = new Busy();
        machine.record(busy);
        assertEquals(Reply.OK, write("SET", "k", "v"));
        assertEquals(0, busy.heard, "nobody keeps book without need");
        assertEquals(Reply.of(0), read("OBJECT", "IDLETIME", "k"));
        assertInstanceOf(Reply.Failure.class, read("OBJECT", "FREQ", "k"));
        configure("maxmemory-policy", "allkeys-lru");
        read("GET", "k");
        read("GET", "none");
        read("TTL", "k");
        read("EXISTS", "k");
        read("TYPE", "k");
        assertEquals(1, busy.heard, "what asks for no value keeps no key");
        read("TOUCH", "k");
        write("APPEND", "k", "w");
        write("SET", "new", "v");
        assertEquals(4, busy.heard);
        assertEquals(Reply.of(77), read("OBJECT", "IDLETIME", "k"));
        configure("maxmemory-policy", "volatile-lfu");
        assertEquals(Reply.of(88), read("OBJECT", "FREQ", "k"));
        assertInstanceOf(Reply.Failure.class, read("OBJECT", "IDLETIME", "k"));
        assertEquals(Reply.NULL, read("OBJECT", "IDLETIME", "none"));
    }

    private static final class Busy implements Accesses {
        int heard;

        @Override
        public void touched(long key) {
            heard++;
        }

        @Override
        public void created(long key) {
            heard++;
        }

        @Override
        public int idleSeconds(long key) {
            return 77;
        }

        @Override
        public int frequency(long key) {
            return 88;
        }
    }

    private long memory() {
        return machine.statistics().memoryBytes();
    }

    private long keys() {
        return machine.statistics().databases().getFirst().keys();
    }

    private void configure(String name, String value) {
        assertTrue(apply(new Entry.Configure(name, Bytes.of(value))).taken(), name);
    }

    private Outcome apply(Entry entry) {
        return machine.apply(machine.appliedIndex() + 1, 0, entry, Audience.GATEWAY);
    }

    private Reply write(String... words) {
        return machine.apply(Request.of(words), 0);
    }

    private Reply read(String... words) {
        return Objects.requireNonNull(machine.query(Request.of(words), Long.MIN_VALUE));
    }

    private Reply transaction(List<String> requests) {
        List<Request> queue =
                requests.stream().map(request -> Request.of(request.split(" "))).toList();
        id++;
        Entry entry = new Entry.Execute(2, id, id, List.of(new Unit.Transaction(queue, List.of())));
        return apply(entry).replies().getFirst();
    }

    private static List<String> events(Outcome outcome) {
        return outcome.effects().stream()
                .map(effect -> (Effect.Notified) effect)
                .map(event -> event.event().wireName() + " " + event.key())
                .toList();
    }
}

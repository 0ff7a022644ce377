package io.ratiskv.replication;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.Entry;
import io.ratiskv.api.EntryCodec;
import io.ratiskv.api.Request;
import io.ratiskv.api.Unit;
import io.ratiskv.keyspace.Eviction.Candidate;
import io.ratiskv.machine.KeyValueStateMachine;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a leader puts into the log when the keys count too much, and whom it asks before. */
class EvictionsTest {
    private static final long MILLI = 1_000_000L;
    private static final int KEYS = 40;

    private final SimulatedTime time = new SimulatedTime();
    private final ControlledNode node = new ControlledNode();
    private final LogClock clock = new LogClock(time::nowMillis, time::nowNanos);
    private final ApplyLoop state = new ApplyLoop(new KeyValueStateMachine(), clock, file -> {
        throw new IOException("none: " + file);
    });
    private final AccessTable accesses = new AccessTable(7);
    private final Evictions evictions = new Evictions(node, node, time.loop(1_000), state, accesses, 7);
    private long applied;
    private long nextId;

    @BeforeEach
    void keys_that_are_too_many_and_were_asked_for_one_after_the_other() {
        state.record(accesses);
        apply(new Entry.Configure("hash-key", Bytes.of("0123456789abcdef")));
        apply(new Entry.OpenGateway("n1", 7, "", ""));
        apply(new Entry.Configure("maxmemory-policy", Bytes.of("allkeys-lru")));
        for (int i = 0; i < KEYS; i++) {
            write("SET", "k" + (10 + i), "v".repeat(100));
        }
        for (int i = 0; i < KEYS; i++) {
            accesses.adapt(10 + i, KEYS);
            read("GET", "k" + (10 + i));
        }
        accesses.adapt(100, KEYS);
        node.configuration = new Consensus.Configuration(Set.of("n1"), Set.of(), Set.of());
    }

    @Test
    void alone_it_chooses_at_once_what_was_asked_for_the_longest_ago() {
        tooManyBy(1);
        Entry.Evict choice = chosen();
        assertEquals(2, choice.victims().size(), "one of five that were looked at, for each that is too many");
        choice.victims().forEach(victim -> assertTrue(idle(victim) > 65, () -> victim + ": " + idle(victim)));
        evictions.watch();
        assertEquals(List.of(), node.submitted, "one choice at a time");
        apply(choice);
        assertEquals(KEYS - 1, keys());
        evictions.watch();
        assertEquals(List.of(), node.submitted, "there is room");
    }

    @Test
    void what_is_lost_on_the_way_is_chosen_anew() {
        tooManyBy(1);
        chosen();
        time.runFor(300 * MILLI);
        chosen();
    }

    @Test
    void others_are_asked_and_what_they_were_asked_for_stays() {
        node.configuration = new Consensus.Configuration(Set.of("n1", "n2"), Set.of(), Set.of("n3"));
        tooManyBy(1);
        evictions.watch();
        assertEquals(List.of(), node.submitted);
        assertEquals(2, node.sent.size());
        PeerMessage.AskAccesses ask =
                (PeerMessage.AskAccesses) node.sent.getFirst().message();
        // Another node was asked for all but one of them just now.
        List<Integer> known = ask.keys().stream()
                .map(key -> key.equals(ask.keys().getLast()) ? 90 << 8 | 5 : 1 << 8 | 5)
                .toList();
        evictions.told("n2", new PeerMessage.Accesses(ask.sequence() + 1, known));
        evictions.told("n2", new PeerMessage.Accesses(ask.sequence(), known));
        evictions.told("n2", new PeerMessage.Accesses(ask.sequence(), known));
        assertEquals(List.of(), node.submitted, "the third has not answered yet");
        evictions.told("n3", new PeerMessage.Accesses(ask.sequence(), List.of()));
        Entry.Victim first = chosen().victims().getFirst();
        long named = state.<Long>ask(
                machine -> machine.eviction().candidates(2_048, new SplittableRandom(1)::nextLong).stream()
                        .filter(candidate -> candidate.key().equals(first.key()))
                        .mapToLong(Candidate::access)
                        .findFirst()
                        .orElse(0));
        assertTrue(named == 0 || named == ask.keys().getLast());
    }

    @Test
    void who_does_not_answer_is_asked_again_and_then_not_waited_for() {
        node.configuration = new Consensus.Configuration(Set.of("n1", "n2"), Set.of(), Set.of());
        tooManyBy(1);
        for (int i = 0; i < 10; i++) {
            evictions.watch();
            time.runFor(10 * MILLI);
        }
        assertEquals(List.of(), node.submitted);
        assertEquals(4, node.sent.size());
        time.runFor(10 * MILLI);
        chosen();
        time.runFor(300 * MILLI);
        node.sent.clear();
        chosen();
        assertEquals(1, node.sent.size(), "it is asked, for it may be back");
        long sequence = ((PeerMessage.AskAccesses) node.sent.getFirst().message()).sequence();
        evictions.told("n2", new PeerMessage.Accesses(sequence, List.of()));
        time.runFor(300 * MILLI);
        evictions.watch();
        assertEquals(List.of(), node.submitted, "it is waited for again");
        node.unreachable.add("n2");
        time.runFor(300 * MILLI);
        chosen();
        node.sent.clear();
        time.runFor(300 * MILLI);
        chosen();
        assertEquals(List.of(), node.sent, "nobody is there to be asked");
    }

    @Test
    void only_the_leader_chooses_and_only_where_accesses_decide() {
        tooManyBy(1);
        node.leader = "n2";
        evictions.wanted();
        evictions.watch();
        node.leader = "n1";
        node.ready = false;
        evictions.watch();
        node.ready = true;
        apply(new Entry.Configure("maxmemory-policy", Bytes.of("noeviction")));
        evictions.watch();
        apply(new Entry.Configure("maxmemory-policy", Bytes.of("allkeys-random")));
        evictions.watch();
        assertEquals(List.of(), node.submitted);
    }

    private Entry.Evict chosen() {
        evictions.watch();
        assertEquals(1, node.submitted.size());
        return (Entry.Evict) EntryCodec.decode(node.submitted.removeFirst().entry());
    }

    private int idle(Entry.Victim victim) {
        return 100 - Integer.parseInt(victim.key().utf8().substring(1));
    }

    private void tooManyBy(int keys) {
        long bytes = state.<Long>ask(machine -> machine.statistics().memoryBytes());
        apply(new Entry.Configure("maxmemory", Bytes.of(bytes - keys * bytes / KEYS)));
    }

    private void write(String... words) {
        apply(new Entry.Execute(2, nextId, nextId++, List.of(new Unit.Single(Request.of(words)))));
    }

    private void read(String... words) {
        state.ask(machine -> Objects.requireNonNull(machine.query(Request.of(words), Long.MIN_VALUE)));
    }

    private void apply(Entry entry) {
        byte[] encoded = EntryCodec.encode(entry, 1);
        EntryCodec.stamp(encoded, clock.nowMillis());
        state.apply(1, ++applied, encoded);
    }

    private long keys() {
        return state.<Long>ask(KeyValueStateMachine::storedKeys);
    }
}

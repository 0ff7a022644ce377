package io.ratiskv.replication;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.Entry;
import io.ratiskv.api.EntryCodec;
import io.ratiskv.api.Request;
import io.ratiskv.api.Unit;
import io.ratiskv.machine.KeyValueStateMachine;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a leader puts into the log of its own accord. */
class LeaderDutiesTest {
    private static final long MILLI = 1_000_000L;

    private final SimulatedTime time = new SimulatedTime();
    private final ControlledNode node = new ControlledNode();
    private final LogClock clock = new LogClock(time::nowMillis, time::nowNanos);
    private final ApplyLoop state = new ApplyLoop(new KeyValueStateMachine(), clock, file -> {
        throw new IOException("none: " + file);
    });
    private final LeaderDuties duties =
            new LeaderDuties(node, state, clock, time.loop(1_000), () -> Bytes.of("0123456789abcdef"));
    private long applied;
    private long epoch;
    private long nextId;

    @BeforeEach
    void a_new_log_is_given_its_hash_key() {
        state.skip(1, ++applied);
        duties.watch();
        assertInstanceOf(
                Entry.Configure.class,
                EntryCodec.decode(node.submitted.removeFirst().entry()));
        apply(new Entry.Configure("hash-key", Bytes.of("0123456789abcdef")));
        apply(new Entry.OpenGateway("n1", 7, "", ""));
        epoch = applied;
    }

    @Test
    void a_key_that_is_due_while_nothing_is_written_is_given_a_tick() {
        write("SET", "k", "v", "PX", "500");
        watchFor(490);
        assertEquals(List.of(), node.submitted, "nothing is due yet");
        watchFor(30);
        assertInstanceOf(
                Entry.Tick.class, EntryCodec.decode(node.submitted.removeFirst().entry()));
        watchFor(80);
        assertEquals(List.of(), node.submitted, "the first is under way");
        apply(new Entry.Tick());
        assertEquals(0, keys());
        watchFor(1_000);
        assertEquals(List.of(), node.submitted, "no key is due any more");
    }

    @Test
    void what_one_entry_leaves_of_many_due_keys_is_given_the_next_tick_at_once() {
        for (int i = 0; i < 1_500; i++) {
            write("SET", "k" + i, "v", "PXAT", "9000000000000");
        }
        apply(new Entry.Tick(), 9_000_000_000_000L);
        for (int ticks = 0; ticks < 2; ticks++) {
            watchFor(10);
            assertInstanceOf(
                    Entry.Tick.class,
                    EntryCodec.decode(node.submitted.removeFirst().entry()));
            watchFor(50);
            assertEquals(List.of(), node.submitted, "one is under way");
            apply(new Entry.Tick(), 9_000_000_000_000L);
        }
        watchFor(1_000);
        assertEquals(List.of(), node.submitted, "all are deleted");
    }

    @Test
    void entries_that_come_anyway_make_a_tick_needless() {
        write("SET", "k", "v", "PX", "500");
        for (int i = 0; i < 30; i++) {
            watchFor(50);
            write("INCR", "n");
        }
        assertEquals(List.of(), node.submitted);
        assertEquals(1, keys());
    }

    @Test
    void replicas_are_compared_every_ten_minutes_in_which_something_was_written() {
        watchFor(9 * 60_000);
        assertEquals(List.of(), node.submitted);
        watchFor(60_010);
        assertInstanceOf(
                Entry.Digest.class,
                EntryCodec.decode(node.submitted.removeFirst().entry()));
        apply(new Entry.Digest());
        watchFor(25 * 60_000);
        assertEquals(List.of(), node.submitted, "nothing was written since");
        write("SET", "k", "v");
        watchFor(10 * 60_010);
        assertInstanceOf(
                Entry.Digest.class,
                EntryCodec.decode(node.submitted.removeFirst().entry()));
    }

    @Test
    void only_the_leader_lets_time_go_on() {
        write("SET", "k", "v", "PX", "500");
        node.leader = "n2";
        watchFor(2_000);
        node.leader = null;
        watchFor(2_000);
        assertEquals(List.of(), node.submitted);
        assertNull(node.leader());
    }

    private void watchFor(int millis) {
        for (int i = 0; i < millis; i += 10) {
            time.runFor(10 * MILLI);
            duties.watch();
        }
    }

    private void write(String... words) {
        apply(new Entry.Execute(epoch, nextId, nextId++, List.of(new Unit.Single(Request.of(words)))));
    }

    private void apply(Entry entry) {
        apply(entry, clock.nowMillis());
    }

    private void apply(Entry entry, long stampMillis) {
        byte[] encoded = EntryCodec.encode(entry, 1);
        EntryCodec.stamp(encoded, stampMillis);
        state.apply(1, ++applied, encoded);
    }

    private long keys() {
        return state.<Long>ask(
                machine -> machine.statistics().databases().getFirst().keys());
    }
}

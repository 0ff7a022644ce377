package io.ratiskv.replication;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ratiskv.api.Entry;
import io.ratiskv.api.EntryCodec;
import io.ratiskv.api.Reply;
import io.ratiskv.api.Request;
import io.ratiskv.api.Unit;
import io.ratiskv.machine.KeyValueStateMachine;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The rules of the gateway, one by one, over a consensus that does what the test says. */
class GatewayTest {
    private static final long MILLI = 1_000_000L;
    private static final int ENTRY_BYTES = 1 << 12;

    /** What an entry has beside units or a piece of them. */
    private static final int FRAME_BYTES_MAX = 64;

    private final SimulatedTime time = new SimulatedTime();
    private final ControlledNode node = new ControlledNode();
    private final LogClock clock = new LogClock(time::nowMillis, time::nowNanos);
    private final ApplyLoop state = new ApplyLoop(new KeyValueStateMachine(), clock, file -> {
        throw new IOException("none: " + file);
    });
    private final Shard shard = new Shard(
            node,
            node,
            time.loop(1_000),
            state,
            clock,
            new Gateway.Settings(2, ENTRY_BYTES, 3_000, 1 << 16, false),
            new Gateway.Identity("n1", 7, "n1:6379", "n1:8080"),
            100,
            SimulatedShard.house((effects, index, origins) -> {}));
    private long applied;

    @BeforeEach
    void open_a_gateway() {
        state.listen(shard);
        state.skip(1, ++applied);
        shard.start();
        for (int i = 0; i < 3; i++) { // the key of the hashes, then the gateway
            turn();
            time.runFor(20 * MILLI);
            applyAll();
        }
        turn();
        node.submitted.clear();
    }

    @Test
    void all_that_arrives_in_a_turn_shares_one_entry() {
        Asked first = write("SET", "a", "1");
        Asked second = write("SET", "b", "2");
        turn();
        assertEquals(1, node.submitted.size());
        assertFalse(first.answered());
        applyAll();
        turn();
        assertEquals(Reply.OK, first.reply);
        assertEquals(Reply.OK, second.reply);
    }

    @Test
    void what_arrives_while_a_batch_is_under_way_shares_the_next() {
        List<Asked> asked = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            asked.add(write("INCR", "n"));
            turn();
        }
        assertEquals(1, node.submitted.size());
        applyAll();
        turn();
        assertEquals(1, node.submitted.size(), "the four that waited go together");
        applyAll();
        turn();
        assertEquals(
                List.of(Reply.of(1), Reply.of(2), Reply.of(3), Reply.of(4), Reply.of(5)),
                asked.stream().map(one -> one.reply).toList());
    }

    @Test
    void clients_that_were_answered_together_share_the_next_entry_too() {
        for (int i = 0; i < 8; i++) {
            write("INCR", "n");
        }
        turn();
        applyAll();
        shortTurn();

        for (int i = 0; i < 6; i++) {
            write("INCR", "n");
            shortTurn();
        }
        assertEquals(0, node.submitted.size(), "the others are about to ask again");
        write("INCR", "n");
        shortTurn();
        assertEquals(1, node.submitted.size(), "most of them did");

        turn();
        applyAll();
        shortTurn();
        write("INCR", "n");
        shortTurn();
        assertEquals(0, node.submitted.size());
        turn();
        assertEquals(1, node.submitted.size(), "they did not");
    }

    @Test
    void a_full_batch_does_not_wait_for_the_one_before() {
        Asked first = write("SET", "a", "1");
        turn();
        Asked half = write("SET", "b", "x".repeat(ENTRY_BYTES / 2));
        turn();
        assertEquals(1, node.submitted.size());
        Asked otherHalf = write("SET", "c", "x".repeat(ENTRY_BYTES / 2));
        turn();
        assertEquals(2, node.submitted.size());
        applyAll();
        turn();
        applyAll();
        turn();
        for (Asked one : List.of(first, half, otherHalf)) {
            assertEquals(Reply.OK, one.reply);
        }
    }

    @Test
    void a_write_larger_than_an_entry_does_not_hold_up_the_others() {
        Asked large = write("SET", "large", "x".repeat(20 * ENTRY_BYTES));
        turn();
        assertFalse(large.answered());
        Asked small = write("SET", "small", "1");
        turn();
        byte[] last = node.submitted.getLast().entry();
        assertTrue(EntryCodec.isExecute(last));
        node.submitted.subList(0, node.submitted.size() - 1).clear();
        applyAll();
        turn();
        assertEquals(Reply.OK, small.reply);
        assertFalse(large.answered());
    }

    @Test
    void a_batch_is_given_to_the_next_leader_and_takes_effect_once() {
        Asked incremented = write("INCR", "n");
        turn();
        byte[] first = node.submitted.removeFirst().entry();
        node.leader = "n2";
        shard.leaderChanged("n2", 2);
        turn();
        byte[] again = proposedTo("n2");
        assertEquals(EntryCodec.id(first), EntryCodec.id(again));

        apply(again);
        apply(first);
        turn();
        assertEquals(Reply.of(1), incremented.reply);
        assertEquals("1", counter());
    }

    @Test
    void what_no_majority_confirms_in_time_is_unknown_when_a_leader_had_it() {
        Asked asked = write("INCR", "n");
        time.runFor(3_200 * MILLI);
        assertEquals("UNKNOWN", asked.errorCode());
    }

    @Test
    void what_no_leader_ever_had_did_not_happen() {
        node.leader = null;
        Asked asked = write("INCR", "n");
        time.runFor(3_200 * MILLI);
        assertEquals("CLUSTERDOWN", asked.errorCode());
        assertEquals(List.of(), node.submitted);
    }

    @Test
    void a_leader_that_has_too_much_to_do_refuses_for_certain() {
        Asked asked = write("INCR", "n");
        turn();
        node.submitted.removeFirst().refused().accept(new Refusal.Overloaded());
        turn();
        assertEquals("OVERLOADED", asked.errorCode());
    }

    @Test
    void a_leader_without_room_on_its_disk_refuses_for_certain() {
        Asked asked = write("INCR", "n");
        turn();
        node.submitted.removeFirst().refused().accept(new Refusal.NoSpace());
        turn();
        assertEquals("MISCONF", asked.errorCode());
    }

    @Test
    void a_refusal_that_may_be_none_is_tried_again() {
        Asked asked = write("INCR", "n");
        turn();
        ControlledNode.Submitted first = node.submitted.removeFirst();
        first.refused().accept(new Refusal.Indeterminate("stepped down"));
        time.runFor(20 * MILLI);
        byte[] again = node.submitted.removeFirst().entry();
        assertEquals(EntryCodec.id(first.entry()), EntryCodec.id(again));
        apply(first.entry());
        apply(again);
        turn();
        assertEquals(Reply.of(1), asked.reply);
        assertEquals("1", counter());
    }

    @Test
    void a_gateway_that_opens_anew_takes_what_is_under_way_along() {
        Asked asked = write("INCR", "n");
        turn();
        byte[] old = node.submitted.removeFirst().entry();
        apply(EntryCodec.encode(new Entry.OpenGateway("n1", 7, "n1:6379", "n1:8080"), 1));
        turn();
        byte[] moved = node.submitted.removeFirst().entry();
        assertNotEquals(EntryCodec.epoch(old), EntryCodec.epoch(moved));
        apply(old); // of a closed epoch: dead
        apply(moved);
        turn();
        assertEquals(Reply.of(1), asked.reply);
        assertEquals("1", counter());
    }

    @Test
    void a_write_larger_than_an_entry_goes_in_pieces_and_takes_effect_as_a_whole() {
        String large = "v".repeat(10 * ENTRY_BYTES);
        Asked asked = write("SET", "large", large);
        turn();
        int pieces = 0;
        while (!asked.answered()) {
            assertFalse(node.submitted.isEmpty(), "stuck after " + pieces + " pieces");
            pieces += node.submitted.size();
            applyAll();
            turn();
        }
        assertEquals(Reply.OK, asked.reply);
        assertTrue(pieces > 10, "in pieces: " + pieces);
        assertEquals(
                Reply.bulk(large),
                state.<@Nullable Reply>ask(machine -> machine.query(Request.of("GET", "large"), Long.MIN_VALUE)));
    }

    @Test
    void too_much_that_waits_is_refused_at_once() {
        node.leader = null;
        List<Asked> asked = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            asked.add(write("SET", "k" + i, "v".repeat(3_000)));
        }
        assertTrue(
                asked.stream().anyMatch(one -> one.answered() && one.errorCode().equals("OVERLOADED")));
        assertFalse(asked.getFirst().answered(), "what came first still may be served");
    }

    @Test
    void reads_between_writes_see_the_writes_before_them_alone() {
        Asked asked = new Asked();
        asked.run.add(new Unit.Single(Request.of("SET", "k", "1")), true);
        asked.run.add(new Unit.Single(Request.of("GET", "k")), false);
        asked.run.add(new Unit.Single(Request.of("SET", "k", "2")), true);
        shard.intake().submit(asked.run);
        turn();
        applyAll();
        turn();
        assertEquals(Reply.bulk("1"), asked.run.reply(1));
    }

    @Test
    void the_log_carries_the_writes_alone() {
        Asked asked = new Asked();
        asked.run.add(new Unit.Single(Request.of("SET", "k", "1")), true);
        asked.run.add(new Unit.Single(Request.of("GET", "k")), false);
        asked.run.add(new Unit.Single(Request.of("INCR", "k")), true);
        shard.intake().submit(asked.run);
        turn();
        Entry logged = EntryCodec.decode(node.submitted.getFirst().entry());
        assertEquals(2, ((Entry.Execute) logged).units().size());
    }

    @Test
    void what_an_installed_snapshot_may_have_swallowed_is_unknown() {
        Asked asked = new Asked();
        asked.run.add(new Unit.Single(Request.of("INCR", "n")), true);
        asked.run.add(new Unit.Single(Request.of("GET", "n")), false);
        shard.intake().submit(asked.run);
        turn();
        shard.restored(applied);
        turn();
        assertEquals("UNKNOWN", codeOf(asked.run.reply(0)));
        assertEquals("TRYAGAIN", codeOf(asked.run.reply(1)));
    }

    @Test
    void no_entry_is_larger_than_an_entry_may_be() {
        List<Asked> asked = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            asked.add(write("SET", "k" + i, "v".repeat(i * 20)));
        }
        turn();
        asked.add(write("SET", "large", "v".repeat(5 * ENTRY_BYTES)));
        asked.add(write("SET", "little more", "v".repeat(ENTRY_BYTES * 3 / 2)));
        int entries = 0;
        turn();
        while (!asked.stream().allMatch(Asked::answered)) {
            assertFalse(node.submitted.isEmpty(), "stuck after " + entries + " entries");
            for (ControlledNode.Submitted submitted : node.submitted) {
                entries++;
                int length = submitted.entry().length;
                assertTrue(length <= ENTRY_BYTES + FRAME_BYTES_MAX, "an entry of " + length + " bytes");
            }
            applyAll();
            turn();
        }
        assertTrue(entries > 7, "entries: " + entries);
    }

    @Test
    void the_time_of_a_write_is_split_into_queue_commit_and_apply() {
        Asked first = write("SET", "a", "1");
        turn();
        Asked second = write("SET", "b", "2");
        time.runFor(4 * MILLI);
        applyAll();
        turn();
        time.runFor(3 * MILLI);
        applyAll();
        turn();
        assertEquals(new Run.Times(4_501_000, 1_000, 4_499_000, 0), first.times);
        assertEquals(new Run.Times(7_501_000, 4_002_000, 3_498_000, 0), second.times);
    }

    @Test
    void the_time_of_a_write_that_nobody_commits_was_spent_waiting_for_that() {
        Asked asked = write("SET", "a", "1");
        time.runFor(4_000 * MILLI);
        assertEquals("UNKNOWN", asked.errorCode());
        Run.Times times = Objects.requireNonNull(asked.times);
        assertEquals(1_000, times.queueNanos());
        assertEquals(times.totalNanos() - 1_000, times.commitNanos());
        assertEquals(0, times.applyNanos());
    }

    private Asked write(String... words) {
        Asked asked = new Asked();
        asked.run.add(new Unit.Single(Request.of(words)), true);
        asked.run.submitted(time.nowNanos());
        shard.intake().submit(asked.run);
        return asked;
    }

    private void turn() {
        time.runFor(MILLI / 2);
    }

    /** Of the time in which answered clients ask again. */
    private void shortTurn() {
        time.runFor(MILLI / 100);
    }

    private void applyAll() {
        List<ControlledNode.Submitted> all = List.copyOf(node.submitted);
        node.submitted.clear();
        all.forEach(submitted -> apply(submitted.entry()));
    }

    private void apply(byte[] entry) {
        state.apply(node.term, ++applied, entry);
        node.commitIndex = applied;
    }

    private byte[] proposedTo(String leader) {
        return node.sent.stream()
                .filter(sent -> sent.to().equals(leader))
                .map(ControlledNode.Sent::message)
                .filter(PeerMessage.Propose.class::isInstance)
                .map(PeerMessage.Propose.class::cast)
                .findFirst()
                .orElseThrow()
                .entry();
    }

    private String counter() {
        Reply reply = state.<@Nullable Reply>ask(machine -> machine.query(Request.of("GET", "n"), Long.MIN_VALUE));
        return reply instanceof Reply.Bulk bulk ? bulk.value().utf8() : String.valueOf(reply);
    }

    private static String codeOf(@Nullable Reply reply) {
        return reply instanceof Reply.Failure failure ? failure.code() : "no error: " + reply;
    }

    private final class Asked implements Run.Owner {
        final Run run = new Run(this, ReadLevel.LINEARIZABLE);

        @Nullable
        Reply reply;

        Run.@Nullable Times times;

        boolean answered() {
            return reply != null;
        }

        String errorCode() {
            return codeOf(reply);
        }

        @Override
        public void answered(Run done) {
            reply = done.reply(0);
            times = done.times(time.nowNanos());
        }

        @Override
        public boolean gone() {
            return false;
        }
    }
}

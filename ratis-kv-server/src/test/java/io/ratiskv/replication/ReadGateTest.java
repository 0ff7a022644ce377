package io.ratiskv.replication;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ratiskv.api.Entry;
import io.ratiskv.api.EntryCodec;
import io.ratiskv.api.Outcome;
import io.ratiskv.api.Reply;
import io.ratiskv.api.Request;
import io.ratiskv.api.Unit;
import io.ratiskv.machine.KeyValueStateMachine;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The rules of the quorum check, one by one, against voters that answer when and what the test says. */
class ReadGateTest {
    private static final long MILLI = 1_000_000L;

    private final SimulatedTime time = new SimulatedTime();
    private final ControlledNode node = new ControlledNode();
    private final List<Run> sentThroughLog = new ArrayList<>();
    private final LogClock clock = new LogClock(time::nowMillis, time::nowNanos);
    private final ApplyLoop state = new ApplyLoop(new KeyValueStateMachine(), clock, file -> {
        throw new IOException("none: " + file);
    });
    private final ReadGate gate =
            new ReadGate(node, node, time.loop(1_000), state, clock, 3_000, 100, sentThroughLog::add);

    @BeforeEach
    void apply_the_first_entry_of_the_term() {
        state.listen(new NobodyListens());
        state.skip(1, 1);
    }

    @Test
    void a_read_that_arrives_after_the_check_was_sent_waits_for_the_next() {
        Asked first = read("k");
        turn();
        assertEquals(List.of("n2:1"), node.termsAsked());

        Asked second = read("k");
        turn();
        gate.termOf("n2", new PeerMessage.Term(1, 1, true));

        assertTrue(first.answered(), "it had arrived when the check was sent");
        assertFalse(second.answered(), "the check that was under way says nothing about a later read");
        turn();
        assertEquals(List.of("n2:2"), node.termsAsked());
        gate.termOf("n2", new PeerMessage.Term(2, 1, true));
        assertTrue(second.answered());
    }

    @Test
    void a_voter_in_a_later_term_confirms_nothing() {
        Asked read = read("k");
        turn();
        gate.termOf("n2", new PeerMessage.Term(1, 2, true));
        gate.termOf("n3", new PeerMessage.Term(1, 1, true));
        assertFalse(read.answered());
    }

    @Test
    void a_voter_that_is_not_running_confirms_nothing() {
        Asked read = read("k");
        turn();
        gate.termOf("n2", new PeerMessage.Term(1, 0, false));
        assertFalse(read.answered());
        assertEquals(List.of("n2:1", "n3:1"), node.termsAsked(), "the other voter is asked in its place");
        gate.termOf("n3", new PeerMessage.Term(1, 1, true));
        assertTrue(read.answered());
    }

    @Test
    void a_voter_counts_once_and_only_for_the_check_it_was_asked_in() {
        node.configuration = new Consensus.Configuration(Set.of("n1", "n2", "n3", "n4", "n5"), Set.of(), Set.of());
        Asked read = read("k");
        turn();
        gate.termOf("n2", new PeerMessage.Term(1, 1, true));
        gate.termOf("n2", new PeerMessage.Term(1, 1, true));
        gate.termOf("n3", new PeerMessage.Term(7, 1, true));
        assertFalse(read.answered());
        gate.termOf("n3", new PeerMessage.Term(1, 1, true));
        assertTrue(read.answered());
    }

    @Test
    void while_members_change_both_majorities_are_needed() {
        node.configuration = new Consensus.Configuration(Set.of("n1", "n2", "n3"), Set.of("n1", "n4", "n5"), Set.of());
        Asked read = read("k");
        turn();
        gate.termOf("n2", new PeerMessage.Term(1, 1, true));
        gate.termOf("n3", new PeerMessage.Term(1, 1, true));
        assertFalse(read.answered());
        gate.termOf("n4", new PeerMessage.Term(1, 1, true));
        assertTrue(read.answered());
    }

    @Test
    void a_listener_does_not_count() {
        node.configuration = new Consensus.Configuration(Set.of("n1", "n2", "n3"), Set.of(), Set.of("n4"));
        Asked read = read("k");
        turn();
        gate.termOf("n4", new PeerMessage.Term(1, 1, true));
        assertFalse(read.answered());
    }

    @Test
    void a_leader_that_voted_in_a_later_term_sends_no_check() {
        node.term = 2;
        Asked read = read("k");
        turn();
        assertEquals(List.of(), node.termsAsked());
        assertFalse(read.answered());
    }

    @Test
    void a_leader_that_has_committed_nothing_in_its_term_sends_no_check() {
        node.ready = false;
        Asked read = read("k");
        turn();
        assertEquals(List.of(), node.termsAsked());
        node.ready = true;
        time.runFor(10 * MILLI);
        gate.termOf("n2", new PeerMessage.Term(1, 1, true));
        assertTrue(read.answered());
    }

    @Test
    void a_confirmed_read_waits_until_its_index_is_applied() {
        node.commitIndex = 2;
        Asked read = read("k");
        turn();
        gate.termOf("n2", new PeerMessage.Term(1, 1, true));
        assertFalse(read.answered());
        byte[] set =
                EntryCodec.encode(new Entry.Execute(0, 0, 0, List.of(new Unit.Single(Request.of("SET", "k", "v")))), 1);
        state.apply(1, 2, set);
        turn();
        assertTrue(read.answered());
    }

    @Test
    void the_other_voters_are_asked_after_two_milliseconds() {
        Asked read = read("k");
        turn();
        assertEquals(List.of("n2:1"), node.termsAsked());
        time.runFor(2 * MILLI);
        assertEquals(List.of("n3:1"), node.termsAsked());
        gate.termOf("n3", new PeerMessage.Term(1, 1, true));
        assertTrue(read.answered());
    }

    @Test
    void a_voter_out_of_reach_is_asked_last() {
        node.unreachable.add("n2");
        read("k");
        turn();
        assertEquals(List.of("n3:1"), node.termsAsked());
    }

    @Test
    void one_node_alone_confirms_itself() {
        node.configuration = new Consensus.Configuration(Set.of("n1"), Set.of(), Set.of());
        Asked read = read("k");
        turn();
        assertTrue(read.answered());
    }

    @Test
    void a_read_that_no_majority_confirms_in_time_is_refused() {
        Asked read = read("k");
        for (int i = 0; i < 400; i++) {
            time.runFor(10 * MILLI);
            gate.watch();
        }
        assertEquals("TRYAGAIN", read.errorCode());
    }

    @Test
    void at_shutdown_waiting_reads_are_refused() {
        Asked underWay = read("k");
        turn();
        Asked waiting = read("k");
        gate.close();
        assertEquals("CLUSTERDOWN", underWay.errorCode());
        assertEquals("CLUSTERDOWN", waiting.errorCode());
    }

    @Test
    void a_follower_asks_the_leader_and_reads_what_it_has_applied_itself() {
        node.leader = "n2";
        Asked read = read("k");
        turn();
        assertEquals(List.of(new ControlledNode.Sent("n2", new PeerMessage.AskIndex(1, 1))), node.sent);
        gate.confirmed("n3", new PeerMessage.Index(1, 1, 0));
        assertFalse(read.answered(), "only the node that was asked can confirm");
        gate.confirmed("n2", new PeerMessage.Index(1, 1, 0));
        assertTrue(read.answered());
    }

    @Test
    void a_leader_sends_the_commit_index_to_a_follower_that_does_not_know_it() {
        node.commitIndex = 5;
        gate.asked("n3", new PeerMessage.AskIndex(9, 4));
        turn();
        gate.termOf("n2", new PeerMessage.Term(1, 1, true));
        assertTrue(node.sent.stream()
                .anyMatch(message -> message.to().equals("n3")
                        && message.message() instanceof PeerMessage.Index index
                        && index.sequence() == 9
                        && index.commitIndex() == 5));
        assertEquals(List.of("n3"), node.pushed);
    }

    @Test
    void a_read_that_meets_a_key_due_by_the_leaders_clock_goes_through_the_log() {
        state.apply(1, 2, EntryCodec.encode(new Entry.OpenGateway("n1", 7, "n1:6379", "n1:8080"), 1));
        byte[] set = EntryCodec.encode(
                new Entry.Execute(2, 1, 1, List.of(new Unit.Single(Request.of("SET", "k", "v", "PX", "5")))), 1);
        EntryCodec.stamp(set, time.nowMillis());
        state.apply(1, 3, set);
        node.commitIndex = 3;
        time.runFor(10 * MILLI);
        Asked read = read("k");
        turn();
        gate.termOf("n2", new PeerMessage.Term(1, 1, true));
        assertFalse(read.answered());
        assertEquals(List.of(read.run), sentThroughLog);
    }

    @Test
    void the_time_of_a_read_is_split_into_queue_confirmation_and_evaluation() {
        node.commitIndex = 2;
        Asked read = read("k");
        turn();
        Asked later = read("k");
        time.runFor(MILLI);
        gate.termOf("n2", new PeerMessage.Term(1, 1, true));
        time.runFor(3 * MILLI);
        state.skip(1, 2);
        turn();
        assertEquals(new Run.Times(4_501_000, 1_000, 4_500_000, 0), read.times);

        gate.termOf("n2", new PeerMessage.Term(2, 1, true));
        assertEquals(new Run.Times(4_500_000, 1_001_000, 3_499_000, 0), later.times);
    }

    @Test
    void a_stale_read_waits_for_nothing() {
        node.leader = null;
        Asked read = read("k", ReadLevel.STALE);
        assertEquals(new Run.Times(0, 0, 0, 0), read.times);
    }

    @Test
    void a_read_of_bounded_age_is_served_by_a_check_that_was_sent_no_longer_ago() {
        Asked first = read("k", new ReadLevel.Bounded(50));
        assertFalse(first.answered(), "nothing was confirmed yet");
        turn();
        time.runFor(10 * MILLI);
        gate.termOf("n2", new PeerMessage.Term(1, 1, true));
        assertTrue(first.answered());
        assertEquals(List.of("n2:1", "n3:1"), node.termsAsked());

        node.leader = null;
        time.runFor(38 * MILLI);
        assertTrue(read("k", new ReadLevel.Bounded(50)).answered(), "49 ms after the check was sent");
        time.runFor(2 * MILLI);
        Asked late = read("k", new ReadLevel.Bounded(50));
        assertFalse(late.answered(), "the check counts from when it was sent");
        time.runFor(3_100 * MILLI);
        gate.watch();
        assertEquals("CLUSTERDOWN", late.errorCode());
        assertEquals(List.of(), node.termsAsked());
    }

    @Test
    void a_check_whose_index_is_not_applied_serves_no_read_of_bounded_age() {
        node.commitIndex = 2;
        read("k");
        turn();
        gate.termOf("n2", new PeerMessage.Term(1, 1, true));
        Asked bounded = read("k", new ReadLevel.Bounded(1_000));
        assertFalse(bounded.answered());
        state.skip(1, 2);
        assertTrue(read("k", new ReadLevel.Bounded(1_000)).answered());
    }

    @Test
    void a_read_of_a_session_waits_until_what_its_client_has_seen_is_applied() {
        node.leader = null;
        assertTrue(read("k", new ReadLevel.Session(1)).answered());
        Asked ahead = read("k", new ReadLevel.Session(3));
        state.skip(1, 2);
        gate.watch();
        assertFalse(ahead.answered());
        state.skip(1, 3);
        gate.watch();
        assertTrue(ahead.answered());
    }

    @Test
    void a_read_of_a_session_that_has_seen_too_much_is_refused_in_time() {
        Asked ahead = read("k", new ReadLevel.Session(Long.MAX_VALUE));
        time.runFor(3_100 * MILLI);
        gate.watch();
        assertEquals("TRYAGAIN", ahead.errorCode());
        Asked atShutdown = read("k", new ReadLevel.Session(Long.MAX_VALUE));
        gate.close();
        assertEquals("CLUSTERDOWN", atShutdown.errorCode());
    }

    private Asked read(String key) {
        return read(key, ReadLevel.LINEARIZABLE);
    }

    private Asked read(String key, ReadLevel level) {
        Asked asked = new Asked(level);
        asked.run.add(new Unit.Single(Request.of("GET", key)), false);
        asked.run.submitted(time.nowNanos());
        gate.submit(asked.run);
        return asked;
    }

    private void turn() {
        time.runFor(MILLI / 2);
    }

    private final class Asked implements Run.Owner {
        final Run run;
        private @Nullable Reply reply;
        private Run.@Nullable Times times;

        Asked(ReadLevel level) {
            run = new Run(this, level);
        }

        boolean answered() {
            return reply != null;
        }

        String errorCode() {
            return reply instanceof Reply.Failure failure ? failure.code() : "no error: " + reply;
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

    private static final class NobodyListens implements ApplyLoop.Listener {
        @Override
        public @Nullable Batch underWay(long epoch, long id) {
            return null;
        }

        @Override
        public void applied(Batch batch, Outcome outcome) {}

        @Override
        public void effects(List<io.ratiskv.api.Effect> effects, long index, Origins origins) {}

        @Override
        public void appliedForeign(long epoch, long id, long turnAtNanos, long doneAtNanos) {}

        @Override
        public void restored(long index) {}

        @Override
        public void leaderChanged(@Nullable String leader, long term) {}

        @Override
        public void crowded() {}
    }
}

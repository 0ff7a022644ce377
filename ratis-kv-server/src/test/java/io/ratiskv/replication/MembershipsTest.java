package io.ratiskv.replication;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ratiskv.api.CommandException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;

/** Members are changed by whoever leads, one at a time, and never so that the group stands still. */
class MembershipsTest {
    private static final long MILLI = 1_000_000L;
    private static final MemberChange.Add ADD = new MemberChange.Add("n5", "n5:9870", "n5:19870");

    private final SimulatedTime time = new SimulatedTime();
    private final ControlledNode node = new ControlledNode();
    private final List<String> removed = new ArrayList<>();
    private final Transfers transfers = new Transfers(node, node, time.loop(1_000));
    private final Memberships memberships = new Memberships(node, node, time.loop(1_000), transfers, removed::add);

    @Test
    void a_node_that_waits_is_added() {
        node.identities.put("n5:19870", new Peers.Identity("n5", "c", "fresh", true, false));
        CompletableFuture<Void> done = begin(ADD);
        assertEquals(List.of(ADD), node.changes);
        assertFalse(done.isDone());
        node.change.complete(null);
        assertTrue(done.isDone() && !done.isCompletedExceptionally());
    }

    @Test
    void who_is_not_there_or_is_another_or_belongs_already_is_not_added() {
        assertEquals("ERR nobody answers there: n5:19870: nobody", problem(begin(ADD)));
        node.identities.put("n5:19870", new Peers.Identity("n6", "c", "fresh", true, false));
        assertEquals("ERR the node at n5:19870 is n6, not n5", problem(begin(ADD)));
        node.identities.put("n5:19870", new Peers.Identity("n5", "c", "old", false, false));
        assertEquals(
                "ERR n5 does not wait to be added: empty its data directory and start it with --join",
                problem(begin(ADD)));
        node.seats.put("n5", new Roster.Seat("n5:19870", "older"));
        assertEquals("ERR n5 is a member already, with another data directory: remove that first", problem(begin(ADD)));
        node.seats.put("n5", new Roster.Seat("n5:19870", "old"));
        assertTrue(begin(ADD).isDone(), "it was added before");
        assertEquals(
                "ERR n2:9870 is the address of n2", problem(begin(new MemberChange.Add("n5", "n2:9870", "n5:19870"))));
        assertEquals(List.of(), node.changes);
    }

    @Test
    void a_listener_votes_when_it_has_caught_up() {
        MemberChange promote = new MemberChange.Promote("n4");
        node.commitIndex = 9 + Memberships.LAG_MAX + 1;
        assertEquals(
                "TRYAGAIN n4 lags 1001 entries behind; it can vote when it has caught up to 1000",
                problem(begin(promote)));
        node.commitIndex--;
        node.unreachable.add("n4");
        assertEquals("TRYAGAIN n4 is not heard; it can vote when it is", problem(begin(promote)));
        node.unreachable.clear();
        node.lastContactMillis.put("n4", Memberships.SILENCE_MAX_MILLIS + 1);
        assertEquals("TRYAGAIN n4 is not heard; it can vote when it is", problem(begin(promote)));
        node.lastContactMillis.clear();
        assertFalse(begin(promote).isDone());
        assertEquals(List.of(promote), node.changes);
        assertTrue(begin(new MemberChange.Promote("n2")).isCompletedExceptionally(), "one at a time");
        node.change.complete(null);
        time.step();
        assertTrue(begin(new MemberChange.Promote("n2")).isDone(), "it votes already");
        assertEquals(List.of(promote), node.changes);
    }

    @Test
    void no_change_leaves_the_group_without_a_majority_that_is_heard() {
        node.lastContactMillis.put("n3", 60_000L);
        assertEquals(
                "ERR without n2 only 1 of 2 voters would be heard, and nothing could be written",
                problem(begin(new MemberChange.Remove("n2"))));
        MemberChange remove = new MemberChange.Remove("n3");
        CompletableFuture<Void> done = begin(remove);
        assertEquals(List.of(remove), node.changes);
        assertEquals(List.of(), removed);
        node.change.complete(null);
        assertTrue(done.isDone());
        assertEquals(List.of("n3"), removed);
    }

    @Test
    void a_leader_hands_over_before_it_is_removed() {
        CompletableFuture<Void> done = begin(new MemberChange.Remove("n1"));
        assertEquals(List.of(), node.changes);
        node.leader = "n3";
        node.transfers.values().forEach(transfer -> transfer.complete(null));
        time.runFor(MILLI);
        PeerMessage.ChangeMembers asked =
                (PeerMessage.ChangeMembers) node.sent.getLast().message();
        assertEquals("n3", node.sent.getLast().to());
        assertEquals(new MemberChange.Remove("n1"), asked.change());
        memberships.answered("n3", new PeerMessage.MembersChanged(asked.sequence(), null));
        assertTrue(done.isDone() && !done.isCompletedExceptionally());
    }

    @Test
    void a_leader_that_was_just_elected_takes_a_moment() {
        node.ready = false;
        MemberChange remove = new MemberChange.Remove("n3");
        assertFalse(begin(remove).isDone());
        assertEquals(List.of(), node.changes);
        node.ready = true;
        time.runFor(50 * MILLI);
        assertEquals(List.of(remove), node.changes);
    }

    @Test
    void a_leader_answers_who_asked() {
        memberships.asked("n2", new PeerMessage.ChangeMembers(7, new MemberChange.Remove("n9")));
        assertEquals(
                new PeerMessage.MembersChanged(7, "ERR no member is called \"n9\"; RAFT.MEMBERS lists them"),
                node.sent.getLast().message());
        time.step();
        memberships.asked("n2", new PeerMessage.ChangeMembers(8, new MemberChange.Remove("n4")));
        node.change.complete(null);
        assertEquals(
                new PeerMessage.MembersChanged(8, null), node.sent.getLast().message());
        node.leader = "n3";
        memberships.asked("n2", new PeerMessage.ChangeMembers(9, new MemberChange.Remove("n4")));
        assertEquals(
                new PeerMessage.MembersChanged(9, "TRYAGAIN n1 does not lead any more"),
                node.sent.getLast().message());
    }

    @Test
    void nobody_waits_for_ever() {
        node.leader = null;
        assertEquals("TRYAGAIN no leader is known here that could change the members", problem(begin(ADD)));
        node.leader = "n3";
        CompletableFuture<Void> done = begin(ADD);
        time.runFor(46_000 * MILLI);
        memberships.watch();
        assertEquals(
                "UNKNOWN n3, which led, did not answer in time; RAFT.MEMBERS tells who the members are", problem(done));
    }

    private CompletableFuture<Void> begin(MemberChange change) {
        CompletableFuture<Void> done = memberships.begin(change);
        time.step();
        time.step();
        return done;
    }

    private static String problem(CompletableFuture<Void> done) {
        Throwable cause = assertThrows(ExecutionException.class, done::get).getCause();
        assertTrue(cause instanceof CommandException, () -> "not for a client: " + cause);
        return String.valueOf(cause.getMessage());
    }
}

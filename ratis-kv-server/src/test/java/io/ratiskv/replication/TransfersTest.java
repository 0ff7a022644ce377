package io.ratiskv.replication;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ratiskv.api.CommandException;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Leadership is handed over by whoever has it, whichever node is asked. */
class TransfersTest {
    private static final long MILLI = 1_000_000L;

    private final SimulatedTime time = new SimulatedTime();
    private final ControlledNode node = new ControlledNode();
    private final Transfers transfers = new Transfers(node, node, time.loop(1_000));

    @Test
    void a_leader_hands_over_itself() {
        CompletableFuture<Void> done = begin("n2");
        assertFalse(done.isDone());
        ratis("n2").complete(null);
        assertTrue(done.isDone() && !done.isCompletedExceptionally());
        assertEquals(List.of(), node.sent);
    }

    @Test
    void without_a_name_the_voter_that_holds_most_is_taken() {
        assertFalse(begin(null).isDone());
        assertEquals(Set.of("n3"), node.transfers.keySet());
    }

    @Test
    void who_leads_already_has_nothing_to_do() {
        assertTrue(begin("n1").isDone());
        assertEquals(Set.of(), node.transfers.keySet());
    }

    @Test
    void a_failure_is_told_in_our_words() {
        CompletableFuture<Void> done = begin("n2");
        ratis("n2").completeExceptionally(new IllegalStateException("org.apache.ratis: Failed to transfer"));
        assertEquals("ERR n2 did not take leadership over within 500 ms; n1 leads on", problem(done));
    }

    @Test
    void a_follower_asks_the_leader() {
        node.leader = "n3";
        CompletableFuture<Void> done = begin("n1");
        PeerMessage.Transfer asked = (PeerMessage.Transfer) node.sent.getLast().message();
        assertEquals("n3", node.sent.getLast().to());
        assertEquals("n1", asked.node());
        assertEquals(500, asked.timeoutMillis());
        transfers.answered("n2", new PeerMessage.Transferred(asked.sequence(), null));
        transfers.answered("n3", new PeerMessage.Transferred(asked.sequence() + 1, null));
        assertFalse(done.isDone(), "neither is the answer to this question");
        transfers.answered("n3", new PeerMessage.Transferred(asked.sequence(), null));
        assertTrue(done.isDone() && !done.isCompletedExceptionally());

        CompletableFuture<Void> refused = begin(null);
        long sequence = ((PeerMessage.Transfer) node.sent.getLast().message()).sequence();
        transfers.answered("n3", new PeerMessage.Transferred(sequence, "ERR no"));
        assertEquals("ERR no", problem(refused));
    }

    @Test
    void a_leader_answers_who_asked() {
        transfers.asked("n2", new PeerMessage.Transfer(7, "n2", 500));
        ratis("n2").complete(null);
        assertEquals(new PeerMessage.Transferred(7, null), node.sent.getLast().message());
        transfers.asked("n2", new PeerMessage.Transfer(8, "n3", 500));
        ratis("n3").completeExceptionally(new IllegalStateException());
        assertEquals(
                new PeerMessage.Transferred(8, "ERR n3 did not take leadership over within 500 ms; n1 leads on"),
                node.sent.getLast().message());
        node.leader = "n3";
        transfers.asked("n2", new PeerMessage.Transfer(9, "n2", 500));
        assertEquals(
                new PeerMessage.Transferred(9, "TRYAGAIN n1 does not lead any more"),
                node.sent.getLast().message());
    }

    @Test
    void nobody_waits_for_ever() {
        node.leader = null;
        assertEquals("TRYAGAIN no leader is known here that could hand over", problem(begin(null)));
        node.leader = "n3";
        node.unreachable.add("n3");
        assertEquals("TRYAGAIN n3, which leads, cannot be reached from here", problem(begin(null)));
        node.unreachable.clear();
        CompletableFuture<Void> done = begin(null);
        time.runFor(1_499 * MILLI);
        transfers.watch();
        assertFalse(done.isDone());
        time.runFor(2 * MILLI);
        transfers.watch();
        assertEquals("TRYAGAIN n3, which led, did not answer in time; RAFT.STATUS tells who leads now", problem(done));
    }

    private CompletableFuture<Void> begin(@Nullable String to) {
        CompletableFuture<Void> done = transfers.begin(to, 500);
        time.step();
        return done;
    }

    private CompletableFuture<Void> ratis(String to) {
        return Objects.requireNonNull(node.transfers.get(to));
    }

    private static String problem(CompletableFuture<Void> done) {
        Throwable cause = assertThrows(ExecutionException.class, done::get).getCause();
        assertTrue(cause instanceof CommandException, () -> "not for a client: " + cause);
        return String.valueOf(cause.getMessage());
    }
}

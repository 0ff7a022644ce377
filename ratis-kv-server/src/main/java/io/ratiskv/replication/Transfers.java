package io.ratiskv.replication;

import io.ratiskv.api.CommandException;
import java.util.Comparator;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands the leadership over: where this node leads itself, else by asking the leader. Event loop, but for the methods that
 * say otherwise.
 *
 * <p>Failures are {@link CommandException}s: what a client is told.
 */
final class Transfers {
    private static final Logger LOG = LoggerFactory.getLogger(Transfers.class);

    /** Beyond the time that the leader may try: its answer is on the way. */
    private static final long ANSWER_MILLIS = 1_000;

    private final Consensus consensus;
    private final Peers peers;
    private final Loop loop;
    private final LeaderCalls calls;

    Transfers(Consensus consensus, Peers peers, Loop loop) {
        this.consensus = consensus;
        this.peers = peers;
        this.loop = loop;
        this.calls = new LeaderCalls(
                peers,
                loop,
                leader ->
                        "TRYAGAIN " + leader + ", which led, did not answer in time; RAFT.STATUS tells who leads now");
    }

    /**
     * Hands it to a node, or to any that is up to date. Any thread.
     *
     * @return completes when that node leads
     */
    CompletableFuture<Void> begin(@Nullable String node, long timeoutMillis) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        loop.execute(() -> {
            String leader = consensus.leader();
            if (leader == null) {
                done.completeExceptionally(
                        new CommandException("TRYAGAIN no leader is known here that could hand over"));
            } else {
                CompletableFuture<Void> moved = leader.equals(consensus.self())
                        ? here(node, timeoutMillis)
                        : calls.ask(
                                leader,
                                timeoutMillis + ANSWER_MILLIS,
                                sequence -> new PeerMessage.Transfer(sequence, node, timeoutMillis));
                CompletableFuture<Void> unused = moved.whenComplete((nothing, failure) -> complete(done, failure));
            }
        });
        return done;
    }

    static void complete(CompletableFuture<Void> done, @Nullable Throwable failure) {
        if (failure == null) {
            done.complete(null);
        } else {
            done.completeExceptionally(cause(failure));
        }
    }

    static Throwable cause(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }

    /** Another node asks this one, which it takes for the leader. */
    void asked(String from, PeerMessage.Transfer question) {
        if (!consensus.self().equals(consensus.leader())) {
            answer(from, question, new CommandException("TRYAGAIN " + consensus.self() + " does not lead any more"));
            return;
        }
        CompletableFuture<Void> unused = here(question.node(), question.timeoutMillis())
                .whenComplete((nothing, failure) -> answer(from, question, failure));
    }

    private void answer(String to, PeerMessage.Transfer question, @Nullable Throwable failure) {
        String problem = failure == null ? null : cause(failure).getMessage();
        peers.send(to, new PeerMessage.Transferred(question.sequence(), problem));
    }

    /** The leader's answer. */
    void answered(String leader, PeerMessage.Transferred answer) {
        calls.answered(leader, answer.sequence(), answer.problem());
    }

    /** Called every few milliseconds: gives up what was not answered. */
    void watch() {
        calls.watch();
    }

    private CompletableFuture<Void> here(@Nullable String wanted, long timeoutMillis) {
        String node = wanted == null ? successor() : wanted;
        if (node == null) {
            return CompletableFuture.failedFuture(
                    new CommandException("ERR there is no other voting member to hand leadership to"));
        }
        if (node.equals(consensus.self())) {
            return CompletableFuture.completedFuture(null);
        }
        return consensus.transferLeadership(node, timeoutMillis).exceptionally(failure -> {
            LOG.warn("leadership was not handed to {}: {}", node, failure.toString());
            throw new CommandException("ERR " + node + " did not take leadership over within " + timeoutMillis + " ms; "
                    + consensus.self() + " leads on");
        });
    }

    /** The voter that is known to hold most of the log. */
    private @Nullable String successor() {
        return consensus.status().peers().stream()
                .filter(peer -> peer.voter() && !peer.id().equals(consensus.self()))
                .max(Comparator.comparingLong(Consensus.Peer::matchIndex))
                .map(Consensus.Peer::id)
                .orElse(null);
    }
}

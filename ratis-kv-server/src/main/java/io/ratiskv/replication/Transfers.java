package io.ratiskv.replication;

import io.ratiskv.api.CommandException;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
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

    /** A question to the leader that is not answered. */
    private record Asked(String leader, long untilNanos, CompletableFuture<Void> done) {}

    private final Consensus consensus;
    private final Peers peers;
    private final Loop loop;
    private final Map<Long, Asked> asked = new HashMap<>();
    private long lastSequence;

    Transfers(Consensus consensus, Peers peers, Loop loop) {
        this.consensus = consensus;
        this.peers = peers;
        this.loop = loop;
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
            } else if (leader.equals(consensus.self())) {
                CompletableFuture<Void> unused =
                        here(node, timeoutMillis).whenComplete((nothing, failure) -> complete(done, failure));
            } else {
                ask(leader, node, timeoutMillis, done);
            }
        });
        return done;
    }

    private static void complete(CompletableFuture<Void> done, @Nullable Throwable failure) {
        if (failure == null) {
            done.complete(null);
        } else {
            done.completeExceptionally(cause(failure));
        }
    }

    private static Throwable cause(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }

    private void ask(String leader, @Nullable String node, long timeoutMillis, CompletableFuture<Void> done) {
        if (!peers.connected(leader)) {
            done.completeExceptionally(
                    new CommandException("TRYAGAIN " + leader + ", which leads, cannot be reached from here"));
            return;
        }
        long until = loop.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMillis + ANSWER_MILLIS);
        long sequence = ++lastSequence;
        asked.put(sequence, new Asked(leader, until, done));
        peers.send(leader, new PeerMessage.Transfer(sequence, node, timeoutMillis));
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
        Asked question = asked.get(answer.sequence());
        if (question != null && question.leader().equals(leader)) {
            asked.remove(answer.sequence());
            String problem = answer.problem();
            complete(question.done(), problem == null ? null : new CommandException(problem));
        }
    }

    /** Called every few milliseconds: gives up what was not answered. */
    void watch() {
        long now = loop.nanoTime();
        for (Map.Entry<Long, Asked> each : List.copyOf(asked.entrySet())) {
            Asked question = each.getValue();
            if (now - question.untilNanos() > 0) {
                asked.remove(each.getKey());
                question.done()
                        .completeExceptionally(new CommandException("TRYAGAIN " + question.leader()
                                + ", which led, did not answer in time; RAFT.STATUS tells who leads now"));
            }
        }
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

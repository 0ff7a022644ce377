package io.ratiskv.replication;

import io.ratiskv.api.CommandException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * What is asked of the leader and answered by "done" or by a problem. Event loop. Failures are {@link CommandException}s:
 * what a client is told.
 */
final class LeaderCalls {
    /** A question that is not answered. */
    private record Asked(String leader, long untilNanos, CompletableFuture<Void> done) {}

    private final Peers peers;
    private final Loop loop;
    private final Function<String, String> unanswered;
    private final Map<Long, Asked> asked = new HashMap<>();
    private long lastSequence;

    /** @param unanswered what a client is told when this leader did not answer in time */
    LeaderCalls(Peers peers, Loop loop, Function<String, String> unanswered) {
        this.peers = peers;
        this.loop = loop;
        this.unanswered = unanswered;
    }

    /** @param question bears the sequence that it is given */
    CompletableFuture<Void> ask(String leader, long timeoutMillis, LongFunction<PeerMessage> question) {
        if (!peers.connected(leader)) {
            return CompletableFuture.failedFuture(
                    new CommandException("TRYAGAIN " + leader + ", which leads, cannot be reached from here"));
        }
        long until = loop.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMillis);
        long sequence = ++lastSequence;
        CompletableFuture<Void> done = new CompletableFuture<>();
        asked.put(sequence, new Asked(leader, until, done));
        peers.send(leader, question.apply(sequence));
        return done;
    }

    /** @param problem what a client is told; null when it was done */
    void answered(String leader, long sequence, @Nullable String problem) {
        Asked question = asked.get(sequence);
        if (question == null || !question.leader().equals(leader)) {
            return;
        }
        asked.remove(sequence);
        if (problem == null) {
            question.done().complete(null);
        } else {
            question.done().completeExceptionally(new CommandException(problem));
        }
    }

    /** Called every few milliseconds: gives up what was not answered. */
    void watch() {
        long now = loop.nanoTime();
        for (Map.Entry<Long, Asked> each : List.copyOf(asked.entrySet())) {
            Asked question = each.getValue();
            if (now - question.untilNanos() > 0) {
                asked.remove(each.getKey());
                question.done().completeExceptionally(new CommandException(unanswered.apply(question.leader())));
            }
        }
    }
}

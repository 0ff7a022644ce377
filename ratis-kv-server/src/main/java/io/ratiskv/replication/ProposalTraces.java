package io.ratiskv.replication;

import io.ratiskv.tracing.Trace;
import io.ratiskv.tracing.Tracing;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The leader's part of batches that other nodes follow: from the arrival of a proposal until it is applied here. Any
 * thread.
 */
final class ProposalTraces {
    private static final int PARTS_MAX = 1_024;

    private record Identity(long epoch, long id) {}

    private static final class Part {
        final Trace trace;
        final long receivedAtNanos;

        /** 0 until it is in the log of this node; who applies it may be faster than who learns that. */
        volatile long appendedAtNanos;

        Part(Trace trace, long receivedAtNanos) {
            this.trace = trace;
            this.receivedAtNanos = receivedAtNanos;
        }
    }

    private final Tracing tracing;
    private final Map<Identity, Part> parts = new ConcurrentHashMap<>();

    ProposalTraces(Tracing tracing) {
        this.tracing = tracing;
    }

    /** Comes before it is handed to the log. One that is here already, or one too many, is not followed. */
    void received(PeerMessage.Propose propose) {
        @Nullable String traceparent = propose.traceparent();
        Identity identity = new Identity(propose.epoch(), propose.id());
        if (traceparent == null || parts.size() >= PARTS_MAX || parts.containsKey(identity)) {
            return;
        }
        long now = System.nanoTime();
        Trace trace = tracing.begin(traceparent, now);
        if (trace != null) {
            parts.putIfAbsent(identity, new Part(trace, now));
        }
    }

    void appended(PeerMessage.Propose propose) {
        Part part = parts.get(new Identity(propose.epoch(), propose.id()));
        if (part != null && part.appendedAtNanos == 0) {
            part.appendedAtNanos = System.nanoTime();
        }
    }

    void refused(PeerMessage.Propose propose, Refusal refusal) {
        Part part = parts.remove(new Identity(propose.epoch(), propose.id()));
        if (part != null) {
            part.trace.end("propose", refusal.getClass().getSimpleName(), System.nanoTime());
        }
    }

    /** Its entry was applied here between the two instants. Apply thread. */
    void applied(long epoch, long id, long turnAtNanos, long doneAtNanos) {
        if (parts.isEmpty()) {
            return;
        }
        Part part = parts.remove(new Identity(epoch, id));
        if (part == null) {
            return;
        }
        long known = part.appendedAtNanos;
        long appendedAtNanos = known == 0 ? turnAtNanos : Math.min(known, turnAtNanos);
        part.trace.stop("append", part.receivedAtNanos, appendedAtNanos);
        part.trace.stop("commit", appendedAtNanos, turnAtNanos);
        part.trace.stop("apply", turnAtNanos, doneAtNanos);
        part.trace.end("propose", null, doneAtNanos);
    }

    /** A snapshot replaced the state: what it holds is applied by nobody any more. */
    void forget() {
        parts.clear();
    }
}

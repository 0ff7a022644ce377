package io.ratiskv.replication;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.ratiskv.tracing.Trace;
import io.ratiskv.tracing.Tracing;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What a leader tells of batches that other nodes follow. */
class ProposalTracesTest {
    private static final PeerMessage.Propose FOLLOWED = new PeerMessage.Propose(5, 1, new byte[0], "parent");

    private final Told told = new Told();
    private final ProposalTraces traces = new ProposalTraces(told);

    @Test
    void a_proposal_is_followed_until_it_is_applied_and_then_forgotten() {
        traces.received(FOLLOWED);
        traces.received(FOLLOWED);
        traces.appended(FOLLOWED);
        traces.applied(5, 2, Long.MAX_VALUE - 1, Long.MAX_VALUE);
        assertEquals(List.of("begin under parent"), told.events);
        traces.applied(5, 1, Long.MAX_VALUE - 1, Long.MAX_VALUE);
        traces.applied(5, 1, Long.MAX_VALUE - 1, Long.MAX_VALUE);
        traces.refused(FOLLOWED, new Refusal.Overloaded());
        assertEquals(List.of("begin under parent", "append", "commit", "apply", "end propose"), told.events);
    }

    @Test
    void a_refusal_ends_it_with_the_reason() {
        traces.received(FOLLOWED);
        traces.refused(FOLLOWED, new Refusal.NotLeader("n2"));
        traces.applied(5, 1, 1, 2);
        assertEquals(List.of("begin under parent", "end propose: NotLeader"), told.events);
    }

    @Test
    void what_nobody_follows_and_what_a_snapshot_swallowed_is_told_by_nobody() {
        traces.received(new PeerMessage.Propose(5, 1, new byte[0]));
        traces.applied(5, 1, 1, 2);
        assertEquals(List.of(), told.events);
        traces.received(FOLLOWED);
        traces.forget();
        traces.applied(5, 1, 1, 2);
        assertEquals(List.of("begin under parent"), told.events);
    }

    /** A collector in memory. */
    private static final class Told implements Tracing, Trace {
        final List<String> events = new ArrayList<>();

        @Override
        public Trace begin(@Nullable String traceparent, long beganAtNanos) {
            events.add("begin under " + traceparent);
            return this;
        }

        @Override
        public String traceparent() {
            return "";
        }

        @Override
        public void stop(String name, long fromNanos, long untilNanos) {
            events.add(fromNanos <= untilNanos ? name : name + " backwards");
        }

        @Override
        public void attribute(String name, String value) {}

        @Override
        public void attribute(String name, long value) {}

        @Override
        public void end(String name, @Nullable String error, long nanos) {
            events.add("end " + name + (error == null ? "" : ": " + error));
        }
    }
}

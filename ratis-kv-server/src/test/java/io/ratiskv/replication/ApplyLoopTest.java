package io.ratiskv.replication;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.ratiskv.api.Effect;
import io.ratiskv.api.Entry;
import io.ratiskv.api.EntryCodec;
import io.ratiskv.api.MalformedEntryException;
import io.ratiskv.api.Outcome;
import io.ratiskv.api.Request;
import io.ratiskv.api.Unit;
import io.ratiskv.machine.KeyValueStateMachine;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The owner of the state: one at a time, and nothing is passed over. */
class ApplyLoopTest {
    private final LogClock clock = new LogClock(() -> 1_000, () -> 0);
    private final ApplyLoop state =
            new ApplyLoop(new KeyValueStateMachine(), clock, file -> new KeyValueStateMachine());
    private final Heard heard = new Heard();

    @Test
    void an_entry_of_a_kind_that_nobody_knows_is_not_passed_over() {
        state.skip(1, 1);
        byte[] entry = EntryCodec.encode(new Entry.Tick(), 1);
        entry[1] = 99;
        assertThrows(MalformedEntryException.class, () -> state.apply(1, 2, entry));
        assertEquals(1, state.appliedIndex());
    }

    @Test
    void an_entry_waits_for_the_end_of_a_read() throws InterruptedException {
        state.skip(1, 1);
        Thread applying = new Thread(() -> state.apply(1, 2, EntryCodec.encode(new Entry.Tick(), 1)));
        long during = state.<Long>ask(machine -> {
            applying.start();
            while (applying.isAlive() && applying.getState() != Thread.State.WAITING) {
                Thread.onSpinWait();
            }
            return machine.appliedIndex();
        });
        applying.join();
        assertEquals(1, during);
        assertEquals(2, state.appliedIndex());
    }

    @Test
    void a_batch_is_answered_where_it_came_from_and_by_nobody_else() {
        state.listen(heard);
        state.apply(1, 1, EntryCodec.encode(new Entry.OpenGateway("n1", 7, "", ""), 1));
        Run run = new Run(heard, ReadLevel.LINEARIZABLE);
        run.add(new Unit.Single(Request.of("INCR", "n")), true);
        run.add(new Unit.Single(Request.of("GET", "n")), false);
        heard.mine = new Batch(1, 5, List.of(run), 0);
        state.apply(1, 2, EntryCodec.encode(heard.mine.writes(5), 1));
        Entry foreign = new Entry.Execute(1, 6, 5, List.of(new Unit.Single(Request.of("INCR", "n"))));
        state.apply(1, 3, EntryCodec.encode(foreign, 1));
        assertEquals(List.of("2 replies to batch 5", "an entry of epoch 1"), heard.events);
    }

    @Test
    void whoever_listens_is_told_that_a_snapshot_replaced_the_state() throws Exception {
        state.listen(heard);
        state.restore(Path.of("snapshot"), 3, 40);
        assertEquals(List.of("restored"), heard.events);
        assertEquals(40, state.appliedIndex());
        assertEquals(3, state.appliedTerm());
    }

    private static final class Heard implements ApplyLoop.Listener, Run.Owner {
        final List<String> events = new ArrayList<>();

        @Nullable
        Batch mine;

        @Override
        public @Nullable Batch underWay(long epoch, long id) {
            return mine != null && mine.id == id ? mine : null;
        }

        @Override
        public void applied(Batch batch, Outcome outcome) {
            events.add(outcome.replies().size() + " replies to batch " + batch.id);
        }

        @Override
        public void effects(List<Effect> effects, long index, Origins origins) {}

        @Override
        public void appliedForeign(long epoch, long id, long turnAtNanos, long doneAtNanos) {
            events.add("an entry of epoch " + epoch);
        }

        @Override
        public void restored(long index) {
            events.add("restored");
        }

        @Override
        public void leaderChanged(@Nullable String leader, long term) {}

        @Override
        public void crowded() {}

        @Override
        public void answered(Run done) {}

        @Override
        public boolean gone() {
            return false;
        }
    }
}

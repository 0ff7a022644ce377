package io.ratiskv.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.ratiskv.api.EffectInterest;
import io.ratiskv.api.Entry;
import io.ratiskv.api.EntryCodec;
import io.ratiskv.api.Outcome;
import io.ratiskv.api.Unit;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The same log gives the same replies, effects and bytes: replayed, decoded, restored on the way, or watched. */
class DeterminismTest {
    private static final int LENGTH = 600;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void a_replayed_log_gives_the_same_outcomes_and_state(long seed) {
        KeyValueStateMachine first = new KeyValueStateMachine();
        KeyValueStateMachine second = new KeyValueStateMachine();
        for (RandomLog.Stamped stamped : RandomLog.of(seed, LENGTH)) {
            Outcome outcome = Observation.apply(first, stamped);
            byte[] encoded = EntryCodec.encode(stamped.entry(), 1);
            Outcome again =
                    second.apply(stamped.index(), stamped.stampMillis(), EntryCodec.decode(encoded), Audience.GATEWAY);
            assertEquals(outcome, again, () -> "seed " + seed + ", entry " + stamped);
        }
        assertEquals(Observation.of(first), Observation.of(second), "seed " + seed);
    }

    @ParameterizedTest
    @ValueSource(longs = {11, 12, 13, 14})
    void a_replica_without_gateway_or_listeners_comes_to_the_same_state(long seed) {
        KeyValueStateMachine gateway = new KeyValueStateMachine();
        gateway.listen(EnumSet.allOf(EffectInterest.class));
        KeyValueStateMachine replica = new KeyValueStateMachine();
        SplittableRandom random = new SplittableRandom(seed);
        for (RandomLog.Stamped stamped : RandomLog.of(seed, LENGTH)) {
            Entry withReads = withReads(stamped.entry(), random);
            gateway.apply(stamped.index(), stamped.stampMillis(), withReads, Audience.GATEWAY);
            for (int i = random.nextInt(3); i > 0; i--) {
                gateway.query(RandomLog.read(random), stamped.stampMillis() + random.nextInt(500));
            }
            Outcome outcome = replica.apply(stamped.index(), stamped.stampMillis(), stamped.entry(), Audience.REPLICA);
            assertEquals(List.of(), outcome.replies(), () -> "seed " + seed + ", entry " + stamped);
        }
        assertEquals(Observation.of(gateway), Observation.of(replica), "seed " + seed);
    }

    @ParameterizedTest
    @ValueSource(longs = {21, 22, 23, 24, 25, 26})
    void a_machine_restored_on_the_way_goes_on_like_the_one_that_was_not(long seed) {
        KeyValueStateMachine lived = new KeyValueStateMachine();
        KeyValueStateMachine restored = new KeyValueStateMachine();
        SplittableRandom random = new SplittableRandom(seed);
        for (RandomLog.Stamped stamped : RandomLog.of(seed, LENGTH)) {
            assertEquals(
                    Observation.apply(lived, stamped),
                    Observation.apply(restored, stamped),
                    () -> "seed " + seed + ", entry " + stamped);
            if (random.nextInt(25) == 0) {
                KeyValueStateMachine before = restored;
                restored = Observation.restored(Observation.bytes(restored.freeze()));
                assertEquals(Observation.of(before), Observation.of(restored), "seed " + seed);
            }
        }
        assertEquals(Observation.of(lived), Observation.of(restored), "seed " + seed);
    }

    @ParameterizedTest
    @ValueSource(longs = {31, 32, 33, 34})
    void a_frozen_view_stays_as_it_was_while_entries_are_applied(long seed) {
        KeyValueStateMachine machine = new KeyValueStateMachine();
        SplittableRandom random = new SplittableRandom(seed);
        List<Frozen> views = new ArrayList<>();
        List<byte[]> bytes = new ArrayList<>();
        for (RandomLog.Stamped stamped : RandomLog.of(seed, LENGTH)) {
            Observation.apply(machine, stamped);
            if (random.nextInt(20) == 0) {
                Frozen view = machine.freeze();
                views.add(view);
                bytes.add(Observation.bytes(view));
            }
        }
        for (int i = 0; i < views.size(); i++) {
            int which = i;
            assertEquals(
                    Observation.restored(bytes.get(i)).freeze().digest(),
                    views.get(i).digest(),
                    () -> "seed " + seed + ", view " + which);
            assertEquals(
                    java.util.Arrays.hashCode(bytes.get(i)),
                    java.util.Arrays.hashCode(Observation.bytes(views.get(i))),
                    () -> "seed " + seed + ", view " + which);
        }
    }

    private static Entry withReads(Entry entry, SplittableRandom random) {
        if (!(entry instanceof Entry.Execute execute) || execute.units().isEmpty()) {
            return entry;
        }
        List<Unit> units = new ArrayList<>();
        for (Unit unit : execute.units()) {
            for (int i = random.nextInt(3); i > 0; i--) {
                units.add(new Unit.Single(RandomLog.read(random)));
            }
            units.add(unit);
        }
        return new Entry.Execute(execute.epoch(), execute.id(), execute.floor(), units);
    }
}

package io.ratiskv.benchmarks;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.Entry;
import io.ratiskv.api.Outcome;
import io.ratiskv.api.Request;
import io.ratiskv.api.Unit;
import io.ratiskv.machine.Audience;
import io.ratiskv.machine.KeyValueStateMachine;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;

/** A state machine that is given entries of many requests each, as a server's log has them where clients pipeline. */
final class Batches {
    /** How many requests an entry has. */
    static final int REQUESTS = 512;

    private final KeyValueStateMachine machine = new KeyValueStateMachine();
    private final long epoch;
    private long index = 1;
    private long id;

    Batches() {
        machine.apply(index, 1_000, new Entry.OpenGateway("n1", 1, "", ""), Audience.REPLICA);
        epoch = index;
    }

    /** So many requests, in entries of {@link #REQUESTS}. */
    void fill(int count, IntFunction<Bytes[]> words) {
        for (int i = 0; i < count; i += REQUESTS) {
            int first = i;
            apply(units(Math.min(count - i, REQUESTS), offset -> words.apply(first + offset)));
        }
    }

    /** Requests, yet to be applied. */
    static List<Unit> units(int count, IntFunction<Bytes[]> words) {
        List<Unit> units = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            units.add(new Unit.Single(new Request(0, 2, Request.DEFAULT_USER, words.apply(i))));
        }
        return units;
    }

    /** An entry of these requests, applied as a follower does. */
    Outcome apply(List<Unit> units) {
        index++;
        id++;
        return machine.apply(index, 1_000_000 + index, new Entry.Execute(epoch, id, id, units), Audience.REPLICA);
    }
}

package io.ratiskv.benchmarks;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.Entry;
import io.ratiskv.api.Outcome;
import io.ratiskv.api.Request;
import io.ratiskv.api.Unit;
import io.ratiskv.machine.Audience;
import io.ratiskv.machine.KeyValueStateMachine;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/** Entries of many requests, as followers apply them, among many keys. A request counts. */
public class BatchCommands extends RequestBenchmark {
    private static final int REQUESTS = 512;
    private static final byte[] TEXT = "text:00000000000".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] VALUE = "value:0000000000".getBytes(StandardCharsets.US_ASCII);
    private static final Bytes SET = Bytes.of("SET");

    /** How many keys there are. */
    @Param({"1000000"})
    public int keys;

    private KeyValueStateMachine machine = new KeyValueStateMachine();
    private SplittableRandom random = new SplittableRandom(1);
    private long index;
    private long epoch;
    private long id;

    /** Fills the keys. */
    @Setup(Level.Trial)
    public void fill() {
        machine = new KeyValueStateMachine();
        random = new SplittableRandom(1);
        index = 1;
        id = 0;
        machine.apply(index, 1_000, new Entry.OpenGateway("n1", 1, "", ""), Audience.REPLICA);
        epoch = index;
        for (int i = 0; i < keys; i += REQUESTS) {
            List<Unit> units = new ArrayList<>();
            for (int j = i; j < Math.min(keys, i + REQUESTS); j++) {
                units.add(set(j));
            }
            apply(units);
        }
    }

    /** Replaces values. */
    @Benchmark
    @OperationsPerInvocation(REQUESTS)
    public Outcome set() {
        List<Unit> units = new ArrayList<>(REQUESTS);
        for (int i = 0; i < REQUESTS; i++) {
            units.add(set(random.nextInt(keys)));
        }
        return apply(units);
    }

    private static Unit set(int key) {
        return new Unit.Single(new Request(
                0, 2, Request.DEFAULT_USER, new Bytes[] {SET, Words.numbered(TEXT, key), Words.numbered(VALUE, key)}));
    }

    private Outcome apply(List<Unit> units) {
        index++;
        id++;
        return machine.apply(index, 1_000_000 + index, new Entry.Execute(epoch, id, id, units), Audience.REPLICA);
    }
}

package io.ratiskv.benchmarks;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.Outcome;
import io.ratiskv.api.Unit;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.SplittableRandom;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/** Entries of many requests, as followers apply them, among many keys. A request counts. */
public class BatchCommands extends RequestBenchmark {
    private static final byte[] TEXT = "text:00000000000".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] VALUE = "value:0000000000".getBytes(StandardCharsets.US_ASCII);
    private static final Bytes SET = Bytes.of("SET");

    /** How many keys there are. */
    @Param({"1000000"})
    public int keys;

    private Batches batches = new Batches();
    private SplittableRandom random = new SplittableRandom(1);
    private List<Unit> next = List.of();

    /** Fills the keys. */
    @Setup(Level.Trial)
    public void fill() {
        batches = new Batches();
        random = new SplittableRandom(1);
        batches.fill(keys, BatchCommands::set);
    }

    /** Makes the requests of an entry, which is not measured. */
    @Setup(Level.Invocation)
    public void prepare() {
        next = Batches.units(Batches.REQUESTS, i -> set(random.nextInt(keys)));
    }

    /** Replaces values. */
    @Benchmark
    @OperationsPerInvocation(Batches.REQUESTS)
    public Outcome set() {
        return batches.apply(next);
    }

    private static Bytes[] set(int key) {
        return new Bytes[] {SET, Words.numbered(TEXT, key), Words.numbered(VALUE, key)};
    }
}

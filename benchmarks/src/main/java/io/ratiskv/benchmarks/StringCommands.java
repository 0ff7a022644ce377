package io.ratiskv.benchmarks;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.Reply;
import io.ratiskv.api.Request;
import io.ratiskv.machine.KeyValueStateMachine;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Whole requests on strings through the door of the core, each an entry of its own, among many keys. */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(
        value = 1,
        jvmArgsAppend = {"-XX:+UnlockExperimentalVMOptions", "-XX:+UseCompactObjectHeaders", "-Xmx2g", "-XX:+UseG1GC"})
public class StringCommands {
    private static final Bytes SET = Bytes.of("SET");
    private static final Bytes GET = Bytes.of("GET");
    private static final Bytes INCR = Bytes.of("INCR");
    private static final Bytes PX = Bytes.of("PX");
    private static final Bytes HOUR = Bytes.of(3_600_000);

    /** How many keys there are. */
    @Param({"100000"})
    public int keys;

    private KeyValueStateMachine machine = new KeyValueStateMachine();
    private SplittableRandom random = new SplittableRandom(1);
    private Bytes[] texts = {};
    private Bytes[] counters = {};
    private Bytes[] values = {};
    private long asked;

    /** Fills two families of keys: one holds texts, one counters. */
    @Setup(Level.Trial)
    public void fill() {
        machine = new KeyValueStateMachine();
        random = new SplittableRandom(1);
        texts = numbered("text:", keys);
        counters = numbered("counter:", keys);
        values = numbered("value:", 1_000);
        for (int i = 0; i < keys; i++) {
            apply(SET, texts[i], values[i % values.length]);
            apply(INCR, counters[i]);
        }
    }

    private static Bytes[] numbered(String prefix, int count) {
        return IntStream.range(0, count).mapToObj(i -> Bytes.of(prefix + i)).toArray(Bytes[]::new);
    }

    /** Reads a key that is there. */
    @Benchmark
    public Reply get() {
        return apply(GET, any(texts));
    }

    /** Replaces a value. */
    @Benchmark
    public Reply set() {
        return apply(SET, any(texts), any(values));
    }

    /** Replaces a value, with a deadline. */
    @Benchmark
    public Reply setWithDeadline() {
        return apply(SET, any(texts), any(values), PX, HOUR);
    }

    /** Raises a counter. */
    @Benchmark
    public Reply increment() {
        return apply(INCR, any(counters));
    }

    private Bytes any(Bytes[] words) {
        return words[random.nextInt(words.length)];
    }

    /** A hundred requests have the same time. */
    private Reply apply(Bytes... words) {
        return machine.apply(new Request(0, 2, Request.DEFAULT_USER, words), 1_000_000 + asked++ / 100);
    }
}

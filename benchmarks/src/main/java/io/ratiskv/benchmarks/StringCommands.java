package io.ratiskv.benchmarks;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.Reply;
import io.ratiskv.api.Request;
import io.ratiskv.machine.KeyValueStateMachine;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/** Whole requests on strings through the door of the core, each an entry of its own, among many keys. */
public class StringCommands extends RequestBenchmark {
    private static final byte[] TEXT = "text:00000000000".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] COUNTER = "count:0000000000".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] VALUE = "value:0000000000".getBytes(StandardCharsets.US_ASCII);
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
    private long asked;

    /** Fills two families of keys: one holds texts, one counters. */
    @Setup(Level.Trial)
    public void fill() {
        machine = new KeyValueStateMachine();
        random = new SplittableRandom(1);
        for (int i = 0; i < keys; i++) {
            apply(SET, Words.numbered(TEXT, i), Words.numbered(VALUE, i));
            apply(INCR, Words.numbered(COUNTER, i));
        }
    }

    /** Reads a key that is there. */
    @Benchmark
    public Reply get() {
        return apply(GET, any(TEXT));
    }

    /** Replaces a value. */
    @Benchmark
    public Reply set() {
        return apply(SET, any(TEXT), Words.numbered(VALUE, asked));
    }

    /** Replaces a value, with a deadline. */
    @Benchmark
    public Reply setWithDeadline() {
        return apply(SET, any(TEXT), Words.numbered(VALUE, asked), PX, HOUR);
    }

    /** Raises a counter. */
    @Benchmark
    public Reply increment() {
        return apply(INCR, any(COUNTER));
    }

    private Bytes any(byte[] template) {
        return Words.numbered(template, random.nextInt(keys));
    }

    /** A hundred requests have the same time. */
    private Reply apply(Bytes... words) {
        return machine.apply(new Request(0, 2, Request.DEFAULT_USER, words), 1_000_000 + asked++ / 100);
    }
}

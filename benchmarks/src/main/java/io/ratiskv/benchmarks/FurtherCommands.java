package io.ratiskv.benchmarks;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.Reply;
import io.ratiskv.api.Request;
import io.ratiskv.machine.KeyValueStateMachine;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Setup;

/** Whole requests through the door of the core, each an entry of its own: bitmaps, HyperLogLog, places, deadlines, keys. */
public class FurtherCommands extends RequestBenchmark {
    private static final int KEYS = 100_000;
    private static final int BITS = 8 << 20;
    private static final byte[] NAME = "name:00000000000".getBytes(StandardCharsets.US_ASCII);
    private static final Bytes SETBIT = Bytes.of("SETBIT");
    private static final Bytes BITS_KEY = Bytes.of("bits");
    private static final Bytes BITCOUNT = Bytes.of("BITCOUNT");
    private static final Bytes ONE = Bytes.of("1");
    private static final Bytes PFADD = Bytes.of("PFADD");
    private static final Bytes PFCOUNT = Bytes.of("PFCOUNT");
    private static final Bytes VISITORS = Bytes.of("visitors");
    private static final Bytes GEOADD = Bytes.of("GEOADD");
    private static final Bytes GEOSEARCH = Bytes.of("GEOSEARCH");
    private static final Bytes PLACES = Bytes.of("places");
    private static final Bytes EXPIRE = Bytes.of("EXPIRE");
    private static final Bytes DEL = Bytes.of("DEL");
    private static final Bytes SET = Bytes.of("SET");
    private static final Bytes SCAN = Bytes.of("SCAN");

    private KeyValueStateMachine machine = new KeyValueStateMachine();
    private SplittableRandom random = new SplittableRandom(1);
    private Bytes cursor = Bytes.of("0");

    /** A bitmap of a megabyte, a dense sketch, places all over the world, and plain keys. */
    @Setup(Level.Trial)
    public void fill() {
        machine = new KeyValueStateMachine();
        random = new SplittableRandom(1);
        apply(SETBIT, BITS_KEY, Bytes.of(BITS - 1), ONE);
        for (int i = 0; i < KEYS; i++) {
            Bytes name = Words.numbered(NAME, i);
            apply(SET, name, ONE);
            apply(PFADD, VISITORS, name);
            apply(GEOADD, PLACES, degrees(360), degrees(170), name);
        }
    }

    /** A bit somewhere in a megabyte. */
    @Benchmark
    public Reply setBit() {
        return apply(SETBIT, BITS_KEY, Bytes.of(random.nextInt(BITS)), ONE);
    }

    /** A kilobyte of it. */
    @Benchmark
    public Reply bitCount() {
        int from = random.nextInt(BITS / 8 - 1024);
        return apply(BITCOUNT, BITS_KEY, Bytes.of(from), Bytes.of(from + 1023));
    }

    /** Somebody who may have been there. */
    @Benchmark
    public Reply pfAdd() {
        return apply(PFADD, VISITORS, Words.numbered(NAME, random.nextInt() & Integer.MAX_VALUE));
    }

    /** How many there were. */
    @Benchmark
    public Reply pfCount() {
        return apply(PFCOUNT, VISITORS);
    }

    /** A place that moves. */
    @Benchmark
    public Reply geoAdd() {
        return apply(GEOADD, PLACES, degrees(360), degrees(170), anyName());
    }

    /** Some ten places around one. */
    @Benchmark
    public Reply geoSearch() {
        return apply(
                GEOSEARCH,
                PLACES,
                Bytes.of("FROMLONLAT"),
                degrees(360),
                degrees(170),
                Bytes.of("BYRADIUS"),
                Bytes.of("130"),
                Bytes.of("km"));
    }

    /** Another deadline. */
    @Benchmark
    public Reply expire() {
        return apply(EXPIRE, anyName(), Bytes.of(10_000 + random.nextInt(10_000)));
    }

    /** A key that goes and comes back. */
    @Benchmark
    public Reply deleteAndSet() {
        Bytes name = anyName();
        apply(DEL, name);
        return apply(SET, name, ONE);
    }

    /** Ten keys of a walk through all. */
    @Benchmark
    public Reply scan() {
        Reply reply = apply(SCAN, cursor);
        cursor = ((Reply.Bulk) ((Reply.Array) reply).elements().getFirst()).value();
        return reply;
    }

    private Bytes degrees(int all) {
        return Bytes.of(String.valueOf(random.nextInt(all) - all / 2 + random.nextInt(1000) / 1000.0));
    }

    private Bytes anyName() {
        return Words.numbered(NAME, random.nextInt(KEYS));
    }

    private Reply apply(Bytes... words) {
        return machine.apply(new Request(0, 2, Request.DEFAULT_USER, words), 1_000);
    }
}

package io.ratiskv.benchmarks;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.Outcome;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/** Entries of many requests, as followers apply them, on collections of many members. A request counts. */
public class BatchCollectionCommands extends RequestBenchmark {
    private static final byte[] MEMBER = "member:00000000000".getBytes(StandardCharsets.US_ASCII);
    private static final Bytes SET = Bytes.of("set");
    private static final Bytes LIST = Bytes.of("list");
    private static final Bytes HASH = Bytes.of("hash");
    private static final Bytes SCORES = Bytes.of("scores");
    private static final Bytes STREAM = Bytes.of("stream");
    private static final Bytes SADD = Bytes.of("SADD");
    private static final Bytes SPOP = Bytes.of("SPOP");
    private static final Bytes LPUSH = Bytes.of("LPUSH");
    private static final Bytes RPOP = Bytes.of("RPOP");
    private static final Bytes HSET = Bytes.of("HSET");
    private static final Bytes ZADD = Bytes.of("ZADD");
    private static final Bytes XADD = Bytes.of("XADD");
    private static final Bytes MAXLEN = Bytes.of("MAXLEN");
    private static final Bytes ABOUT = Bytes.of("~");
    private static final Bytes ANY_ID = Bytes.of("*");
    private static final Bytes FIELD = Bytes.of("field");

    /** How many members each collection has. */
    @Param({"100000"})
    public int members;

    private Batches batches = new Batches();
    private SplittableRandom random = new SplittableRandom(1);
    private long fresh;

    /** Fills one collection of each type. */
    @Setup(Level.Trial)
    public void fill() {
        batches = new Batches();
        random = new SplittableRandom(1);
        batches.fill(members, i -> new Bytes[] {SADD, SET, member(i)});
        batches.fill(members, i -> new Bytes[] {LPUSH, LIST, member(i)});
        batches.fill(members, i -> new Bytes[] {HSET, HASH, member(i), member(i)});
        batches.fill(members, i -> new Bytes[] {ZADD, SCORES, anyNumber(), member(i)});
        batches.fill(members, i -> append());
        fresh = members;
    }

    /** Adds new members and takes out as many others. */
    @Benchmark
    @OperationsPerInvocation(Batches.REQUESTS)
    public Outcome addAndPop() {
        return batches.apply(i -> i % 2 == 0 ? new Bytes[] {SADD, SET, member(fresh++)} : new Bytes[] {SPOP, SET});
    }

    /** A queue: in at one end, out at the other. */
    @Benchmark
    @OperationsPerInvocation(Batches.REQUESTS)
    public Outcome pushAndPop() {
        return batches.apply(i -> i % 2 == 0 ? new Bytes[] {LPUSH, LIST, member(fresh++)} : new Bytes[] {RPOP, LIST});
    }

    /** Puts fields that are there. */
    @Benchmark
    @OperationsPerInvocation(Batches.REQUESTS)
    public Outcome putFields() {
        return batches.apply(i -> new Bytes[] {HSET, HASH, anyMember(), member(fresh++)});
    }

    /** Moves members of the sorted set to other scores. */
    @Benchmark
    @OperationsPerInvocation(Batches.REQUESTS)
    public Outcome putScores() {
        return batches.apply(i -> new Bytes[] {ZADD, SCORES, anyNumber(), anyMember()});
    }

    /** Appends to a stream that keeps as many entries as there are members. */
    @Benchmark
    @OperationsPerInvocation(Batches.REQUESTS)
    public Outcome appendEntries() {
        return batches.apply(i -> append());
    }

    private Bytes[] append() {
        return new Bytes[] {XADD, STREAM, MAXLEN, ABOUT, Bytes.of(members), ANY_ID, FIELD, member(fresh++)};
    }

    private Bytes anyMember() {
        return member(random.nextInt(members));
    }

    private Bytes anyNumber() {
        return Bytes.of(random.nextInt(members));
    }

    private static Bytes member(long number) {
        return Words.numbered(MEMBER, number);
    }
}

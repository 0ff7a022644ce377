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
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

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

    /** A collection, and the requests of the next entry for it: making them is not measured. */
    @State(Scope.Thread)
    public abstract static class Collection {
        /** How many members it has. */
        @Param({"100000"})
        public int members;

        private Batches batches = new Batches();
        private SplittableRandom random = new SplittableRandom(1);
        private List<Unit> next = List.of();
        private long fresh;

        /** Fills it. */
        @Setup(Level.Trial)
        public void fill() {
            batches = new Batches();
            random = new SplittableRandom(1);
            batches.fill(members, this::add);
            fresh = members;
        }

        /** Makes requests. */
        @Setup(Level.Invocation)
        public void prepare() {
            next = Batches.units(Batches.REQUESTS, this::request);
        }

        Outcome apply() {
            return batches.apply(next);
        }

        abstract Bytes[] add(int i);

        abstract Bytes[] request(int i);

        Bytes fresh() {
            return member(fresh++);
        }

        Bytes anyMember() {
            return member(random.nextInt(members));
        }

        Bytes anyNumber() {
            return Bytes.of(random.nextInt(members));
        }
    }

    /** Adds new members and takes out as many others. */
    public static class AddAndPop extends Collection {
        @Override
        Bytes[] add(int i) {
            return new Bytes[] {SADD, SET, member(i)};
        }

        @Override
        Bytes[] request(int i) {
            return i % 2 == 0 ? new Bytes[] {SADD, SET, fresh()} : new Bytes[] {SPOP, SET};
        }
    }

    /** A queue: in at one end, out at the other. */
    public static class PushAndPop extends Collection {
        @Override
        Bytes[] add(int i) {
            return new Bytes[] {LPUSH, LIST, member(i)};
        }

        @Override
        Bytes[] request(int i) {
            return i % 2 == 0 ? new Bytes[] {LPUSH, LIST, fresh()} : new Bytes[] {RPOP, LIST};
        }
    }

    /** Puts fields that are there. */
    public static class PutFields extends Collection {
        @Override
        Bytes[] add(int i) {
            return new Bytes[] {HSET, HASH, member(i), member(i)};
        }

        @Override
        Bytes[] request(int i) {
            return new Bytes[] {HSET, HASH, anyMember(), fresh()};
        }
    }

    /** Moves members of the sorted set to other scores. */
    public static class PutScores extends Collection {
        @Override
        Bytes[] add(int i) {
            return new Bytes[] {ZADD, SCORES, anyNumber(), member(i)};
        }

        @Override
        Bytes[] request(int i) {
            return new Bytes[] {ZADD, SCORES, anyNumber(), anyMember()};
        }
    }

    /** Appends to a stream that keeps as many entries as there are members. */
    public static class AppendEntries extends Collection {
        @Override
        Bytes[] add(int i) {
            return request(i);
        }

        @Override
        Bytes[] request(int i) {
            return new Bytes[] {XADD, STREAM, MAXLEN, ABOUT, Bytes.of(members), ANY_ID, FIELD, fresh()};
        }
    }

    @Benchmark
    @OperationsPerInvocation(Batches.REQUESTS)
    public Outcome addAndPop(AddAndPop set) {
        return set.apply();
    }

    @Benchmark
    @OperationsPerInvocation(Batches.REQUESTS)
    public Outcome pushAndPop(PushAndPop list) {
        return list.apply();
    }

    @Benchmark
    @OperationsPerInvocation(Batches.REQUESTS)
    public Outcome putFields(PutFields hash) {
        return hash.apply();
    }

    @Benchmark
    @OperationsPerInvocation(Batches.REQUESTS)
    public Outcome putScores(PutScores scores) {
        return scores.apply();
    }

    @Benchmark
    @OperationsPerInvocation(Batches.REQUESTS)
    public Outcome appendEntries(AppendEntries stream) {
        return stream.apply();
    }

    private static Bytes member(long number) {
        return Words.numbered(MEMBER, number);
    }
}

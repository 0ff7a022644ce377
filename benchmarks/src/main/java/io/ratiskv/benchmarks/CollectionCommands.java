package io.ratiskv.benchmarks;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.Reply;
import io.ratiskv.api.Request;
import io.ratiskv.machine.KeyValueStateMachine;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/** Whole requests through the door of the core, each an entry of its own, on collections of many members. */
public class CollectionCommands extends RequestBenchmark {
    private static final byte[] MEMBER = "member:00000000000".getBytes(StandardCharsets.US_ASCII);
    private static final Bytes SET = Bytes.of("set");
    private static final Bytes LIST = Bytes.of("list");
    private static final Bytes HASH = Bytes.of("hash");
    private static final Bytes SADD = Bytes.of("SADD");
    private static final Bytes SPOP = Bytes.of("SPOP");
    private static final Bytes SISMEMBER = Bytes.of("SISMEMBER");
    private static final Bytes LPUSH = Bytes.of("LPUSH");
    private static final Bytes RPOP = Bytes.of("RPOP");
    private static final Bytes LINDEX = Bytes.of("LINDEX");
    private static final Bytes LSET = Bytes.of("LSET");
    private static final Bytes HSET = Bytes.of("HSET");
    private static final Bytes HGET = Bytes.of("HGET");
    private static final Bytes SCORES = Bytes.of("scores");
    private static final Bytes ZADD = Bytes.of("ZADD");
    private static final Bytes ZRANK = Bytes.of("ZRANK");
    private static final Bytes ZRANGE = Bytes.of("ZRANGE");

    /** How many members each collection has. */
    @Param({"100000"})
    public int members;

    private KeyValueStateMachine machine = new KeyValueStateMachine();
    private SplittableRandom random = new SplittableRandom(1);
    private long fresh;

    /** Fills one collection of each type. */
    @Setup(Level.Trial)
    public void fill() {
        machine = new KeyValueStateMachine();
        random = new SplittableRandom(1);
        for (int i = 0; i < members; i++) {
            apply(SADD, SET, member(i));
            apply(LPUSH, LIST, member(i));
            apply(HSET, HASH, member(i), member(i));
            apply(ZADD, SCORES, anyNumber(), member(i));
        }
        fresh = members;
    }

    /** Adds a new member and takes out another. */
    @Benchmark
    @OperationsPerInvocation(2)
    public Reply addAndPop() {
        apply(SADD, SET, member(fresh++));
        return apply(SPOP, SET);
    }

    /** Asks for a member that is there. */
    @Benchmark
    public Reply isMember() {
        return apply(SISMEMBER, SET, anyMember());
    }

    /** A queue: in at one end, out at the other. */
    @Benchmark
    @OperationsPerInvocation(2)
    public Reply pushAndPop() {
        apply(LPUSH, LIST, member(fresh++));
        return apply(RPOP, LIST);
    }

    /** Reads in the middle of the list. */
    @Benchmark
    public Reply elementAt() {
        return apply(LINDEX, LIST, anyNumber());
    }

    /** Writes in the middle of the list. */
    @Benchmark
    public Reply setElement() {
        return apply(LSET, LIST, anyNumber(), member(fresh++));
    }

    /** Puts a field that is there. */
    @Benchmark
    public Reply putField() {
        return apply(HSET, HASH, anyMember(), member(fresh++));
    }

    /** Reads a field that is there. */
    @Benchmark
    public Reply field() {
        return apply(HGET, HASH, anyMember());
    }

    /** Moves a member of the sorted set to another score. */
    @Benchmark
    public Reply putScore() {
        return apply(ZADD, SCORES, anyNumber(), anyMember());
    }

    /** Asks where a member of the sorted set stands. */
    @Benchmark
    public Reply rank() {
        return apply(ZRANK, SCORES, anyMember());
    }

    /** Reads ten members of the sorted set somewhere. */
    @Benchmark
    public Reply tenByRank() {
        int first = random.nextInt(members);
        return apply(ZRANGE, SCORES, Bytes.of(first), Bytes.of(first + 9));
    }

    private Bytes anyMember() {
        return member(random.nextInt(members));
    }

    private Bytes anyNumber() {
        return Bytes.of(random.nextInt(members));
    }

    private Reply apply(Bytes... words) {
        return machine.apply(new Request(0, 2, Request.DEFAULT_USER, words), 1_000);
    }

    private static Bytes member(long number) {
        return Words.numbered(MEMBER, number);
    }
}

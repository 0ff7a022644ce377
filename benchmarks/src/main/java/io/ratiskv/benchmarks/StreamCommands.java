package io.ratiskv.benchmarks;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.Reply;
import io.ratiskv.api.Request;
import io.ratiskv.machine.KeyValueStateMachine;
import java.util.List;
import java.util.SplittableRandom;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/** As {@link CollectionCommands}, on a stream that is capped at a number of entries. */
public class StreamCommands extends RequestBenchmark {
    private static final Bytes STREAM = Bytes.of("stream");
    private static final Bytes GROUP = Bytes.of("group");
    private static final Bytes CONSUMER = Bytes.of("consumer");
    private static final Bytes FIELD = Bytes.of("field");
    private static final Bytes XADD = Bytes.of("XADD");
    private static final Bytes MAXLEN = Bytes.of("MAXLEN");
    private static final Bytes ABOUT = Bytes.of("~");
    private static final Bytes NEXT = Bytes.of("*");
    private static final Bytes XRANGE = Bytes.of("XRANGE");
    private static final Bytes LAST = Bytes.of("+");
    private static final Bytes COUNT = Bytes.of("COUNT");
    private static final Bytes ONE = Bytes.of("1");
    private static final Bytes TEN = Bytes.of("10");
    private static final Bytes XREADGROUP = Bytes.of("XREADGROUP");
    private static final Bytes STREAMS = Bytes.of("STREAMS");
    private static final Bytes UNREAD = Bytes.of(">");
    private static final Bytes XACK = Bytes.of("XACK");

    /** How many entries the stream has. */
    @Param({"100000"})
    public int entries;

    private KeyValueStateMachine machine = new KeyValueStateMachine();
    private SplittableRandom random = new SplittableRandom(1);
    private Bytes most = Bytes.EMPTY;
    private long fresh;

    /** Fills the stream; its group has read all of it. */
    @Setup(Level.Trial)
    public void fill() {
        machine = new KeyValueStateMachine();
        random = new SplittableRandom(1);
        most = Bytes.of(entries);
        fresh = 0;
        for (int i = 0; i < entries; i++) {
            add();
        }
        apply(Bytes.of("XGROUP"), Bytes.of("CREATE"), STREAM, GROUP, Bytes.of("$"));
    }

    /** Adds an entry under the log's time. */
    @Benchmark
    public Reply add() {
        return apply(XADD, STREAM, MAXLEN, ABOUT, most, NEXT, FIELD, Bytes.of(fresh++));
    }

    /** Reads ten entries somewhere. */
    @Benchmark
    public Reply range() {
        long millis = now() - 1 - random.nextInt(entries / 10);
        return apply(XRANGE, STREAM, Bytes.of(millis), LAST, COUNT, TEN);
    }

    /** A queue: an entry is added, delivered to a consumer and acknowledged. */
    @Benchmark
    @OperationsPerInvocation(3)
    public Reply addReadAndAcknowledge() {
        add();
        Reply read = apply(XREADGROUP, GROUP, GROUP, CONSUMER, COUNT, ONE, STREAMS, STREAM, UNREAD);
        Reply entry = elements(elements(elements(read).getFirst()).get(1)).getFirst();
        Bytes id = ((Reply.Bulk) elements(entry).getFirst()).value();
        return apply(XACK, STREAM, GROUP, id);
    }

    private static List<Reply> elements(Reply reply) {
        return ((Reply.Array) reply).elements();
    }

    /** Ten entries have the same time. */
    private long now() {
        return 1_000_000 + fresh / 10;
    }

    private Reply apply(Bytes... words) {
        return machine.apply(new Request(0, 2, Request.DEFAULT_USER, words), now());
    }
}

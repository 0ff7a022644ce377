package io.ratiskv.benchmarks;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.Reply;
import io.ratiskv.api.Request;
import io.ratiskv.machine.KeyValueStateMachine;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Setup;

/** As {@link CollectionCommands}: INCR alone, in a script, in a function, and many times in one script. */
public class ScriptCommands extends RequestBenchmark {
    private static final Bytes[] INCR = words("INCR", "key");
    private static final Bytes[] EVAL = words("EVAL", "return redis.call('incr',KEYS[1])", "1", "key");
    private static final Bytes[] FCALL = words("FCALL", "increment", "1", "key");
    private static final Bytes[] LOOP = words("EVAL", "for i = 1, 1000 do redis.call('incr', KEYS[1]) end", "1", "key");

    private KeyValueStateMachine machine = new KeyValueStateMachine();
    private Bytes[] evalsha = {};

    /** Loads what is called. */
    @Setup(Level.Trial)
    public void load() {
        machine = new KeyValueStateMachine();
        Reply name = apply(words("SCRIPT", "LOAD", "return redis.call('incr',KEYS[1])"));
        evalsha = words("EVALSHA", ((Reply.Bulk) name).value().utf8(), "1", "key");
        apply(words(
                "FUNCTION",
                "LOAD",
                "#!lua name=l\nredis.register_function('increment',"
                        + " function(keys) return redis.call('incr', keys[1]) end)"));
    }

    /** Without a script. */
    @Benchmark
    public Reply plain() {
        return apply(INCR);
    }

    /** By its source. */
    @Benchmark
    public Reply source() {
        return apply(EVAL);
    }

    /** By its name. */
    @Benchmark
    public Reply name() {
        return apply(evalsha);
    }

    /** As a function. */
    @Benchmark
    public Reply function() {
        return apply(FCALL);
    }

    /** A thousand times in one script. */
    @Benchmark
    @OperationsPerInvocation(1000)
    public Reply loop() {
        return apply(LOOP);
    }

    private static Bytes[] words(String... words) {
        Bytes[] bytes = new Bytes[words.length];
        for (int i = 0; i < words.length; i++) {
            bytes[i] = Bytes.of(words[i]);
        }
        return bytes;
    }

    private Reply apply(Bytes... words) {
        return machine.apply(new Request(0, 2, Request.DEFAULT_USER, words), 1_000_000);
    }
}

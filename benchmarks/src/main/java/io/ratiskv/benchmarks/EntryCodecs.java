package io.ratiskv.benchmarks;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.Entry;
import io.ratiskv.api.EntryCodec;
import io.ratiskv.api.Request;
import io.ratiskv.api.Unit;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Setup;

/** Entries of the log: a batch of SETs to bytes, as its leader makes them, and back, as its followers do. Counts SETs. */
public class EntryCodecs extends RequestBenchmark {
    private static final int SETS = 64;

    private Entry.Execute entry = new Entry.Execute(1, 0, 0, List.of());
    private byte[] encoded = {};

    /** Makes the batch. */
    @Setup
    public void fill() {
        byte[] key = "key:000000000000".getBytes(StandardCharsets.US_ASCII);
        byte[] value = "value-0000000000".getBytes(StandardCharsets.US_ASCII);
        List<Unit> units = new ArrayList<>();
        for (int i = 0; i < SETS; i++) {
            Bytes[] words = {Bytes.of("SET"), Words.numbered(key, i), Words.numbered(value, i)};
            units.add(new Unit.Single(new Request(0, 2, Request.DEFAULT_USER, words)));
        }
        entry = new Entry.Execute(1, 0, 0, units);
        encoded = encode();
    }

    /** To bytes, measured first. */
    @Benchmark
    @OperationsPerInvocation(SETS)
    public byte[] encode() {
        return EntryCodec.encode((Entry) entry, 1);
    }

    /** And back. */
    @Benchmark
    @OperationsPerInvocation(SETS)
    public Entry decode() {
        return EntryCodec.decode(encoded);
    }
}

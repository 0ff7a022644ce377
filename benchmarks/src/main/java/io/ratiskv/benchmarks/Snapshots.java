package io.ratiskv.benchmarks;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.Request;
import io.ratiskv.machine.KeyValueStateMachine;
import io.ratiskv.snapshot.SnapshotReader;
import io.ratiskv.snapshot.SnapshotWriter;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Setup;

/** A snapshot of strings, written to nowhere and read from memory. Counts keys. */
public class Snapshots extends RequestBenchmark {
    private static final int KEYS = 200_000;

    private KeyValueStateMachine machine = new KeyValueStateMachine();
    private byte[] snapshot = {};

    /** Fills the state with keys and values of 16 bytes, and takes the snapshot that is read. */
    @Setup(Level.Trial)
    public void fill() throws IOException {
        byte[] key = "key:000000000000".getBytes(StandardCharsets.US_ASCII);
        byte[] value = "value-0000000000".getBytes(StandardCharsets.US_ASCII);
        for (int i = 0; i < KEYS; i++) {
            Bytes[] words = {Bytes.of("SET"), Words.numbered(key, i), Words.numbered(value, i)};
            machine.apply(new Request(0, 2, Request.DEFAULT_USER, words), 1_000);
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        SnapshotWriter.write(machine.freeze(), out);
        snapshot = out.toByteArray();
    }

    /** Freezes the state and writes it. */
    @Benchmark
    @OperationsPerInvocation(KEYS)
    public void write() throws IOException {
        SnapshotWriter.write(machine.freeze(), OutputStream.nullOutputStream());
    }

    /** Reads a state. */
    @Benchmark
    @OperationsPerInvocation(KEYS)
    public KeyValueStateMachine restore() throws IOException {
        return SnapshotReader.read(new ByteArrayInputStream(snapshot));
    }
}

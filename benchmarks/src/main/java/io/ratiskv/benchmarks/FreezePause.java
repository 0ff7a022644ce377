package io.ratiskv.benchmarks;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.Entry;
import io.ratiskv.api.Request;
import io.ratiskv.api.Unit;
import io.ratiskv.machine.Audience;
import io.ratiskv.machine.Frozen;
import io.ratiskv.machine.KeyValueStateMachine;
import io.ratiskv.snapshot.SnapshotWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;

/**
 * Prints how long entries of 64 SETs take to apply while another thread writes a snapshot of all keys, against how long
 * they take without one. What an apply was not at work it waited for a processor or the garbage collector.
 *
 * <pre>java -XX:+UseCompactObjectHeaders -Xmx2g -cp … io.ratiskv.benchmarks.FreezePause [KEYS]</pre>
 */
public final class FreezePause {
    private static final int SETS_PER_ENTRY = 64;
    private static final Bytes SET = Bytes.of("SET");
    private static final byte[] KEY = "key:000000000000".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] VALUE = "value-0000000000".getBytes(StandardCharsets.US_ASCII);
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private FreezePause() {}

    public static void main(String[] args) throws ExecutionException, InterruptedException {
        int keys = args.length > 0 ? Integer.parseInt(args[0]) : 1_000_000;
        KeyValueStateMachine machine = new KeyValueStateMachine();
        for (int i = 0; i < keys; i++) machine.apply(set(i), 1_000);
        machine.apply(machine.appliedIndex() + 1, 1_000, new Entry.OpenGateway("n1", 1, "", ""), Audience.REPLICA);
        List<List<Unit>> batches = batches(keys);
        Load load = new Load(machine, batches);
        load.run("warming up ", CompletableFuture.runAsync(() -> sleep(4_000)));
        load.run("no snapshot", CompletableFuture.runAsync(() -> sleep(2_000)));
        for (int round = 0; round < 3; round++) {
            long start = System.nanoTime();
            Frozen frozen = machine.freeze();
            double micros = (System.nanoTime() - start) / 1e3;
            load.run("snapshot   ", CompletableFuture.runAsync(() -> write(frozen)));
            System.out.printf(Locale.ROOT, "             frozen in %.1f microseconds%n", micros);
        }
    }

    private static void write(Frozen frozen) {
        long start = System.nanoTime();
        try {
            SnapshotWriter.write(frozen, OutputStream.nullOutputStream());
        } catch (IOException e) {
            throw new CompletionException(e);
        }
        System.out.printf(
                Locale.ROOT, "             written in %.0f milliseconds%n", (System.nanoTime() - start) / 1e6);
    }

    private static void sleep(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            throw new CompletionException(e);
        }
    }

    /** Of a key of its own for each number. */
    private static Request set(int number) {
        return new Request(
                0, 2, Request.DEFAULT_USER, new Bytes[] {SET, Words.numbered(KEY, number), Words.numbered(VALUE, number)
                });
    }

    private static List<List<Unit>> batches(int keys) {
        List<List<Unit>> batches = new ArrayList<>();
        for (int i = 0; i < 4096; i++) {
            List<Unit> units = new ArrayList<>();
            for (int j = 0; j < SETS_PER_ENTRY; j++) {
                units.add(new Unit.Single(set((int) ((i * 64L + j) * 7919 % keys))));
            }
            batches.add(units);
        }
        return batches;
    }

    /** Applies entries until something else is done. */
    private static final class Load {
        private final KeyValueStateMachine machine;
        private final List<List<Unit>> batches;
        private final long epoch;
        private long id;

        Load(KeyValueStateMachine machine, List<List<Unit>> batches) {
            this.machine = machine;
            this.batches = batches;
            this.epoch = machine.epochOf("n1");
        }

        void run(String name, CompletableFuture<Void> until) throws ExecutionException, InterruptedException {
            long longest = 0;
            long longestAtWork = 0;
            long start = System.nanoTime();
            int applied = 0;
            while (!until.isDone()) {
                Entry entry = new Entry.Execute(epoch, id, id, batches.get((int) (id % batches.size())));
                id++;
                long begun = System.nanoTime();
                long begunAtWork = THREADS.getCurrentThreadCpuTime();
                machine.apply(machine.appliedIndex() + 1, 1_000, entry, Audience.REPLICA);
                longestAtWork = Math.max(longestAtWork, THREADS.getCurrentThreadCpuTime() - begunAtWork);
                longest = Math.max(longest, System.nanoTime() - begun);
                applied++;
            }
            until.get();
            double seconds = (System.nanoTime() - start) / 1e9;
            System.out.printf(
                    Locale.ROOT,
                    "%s: %,.0f SETs per second, longest apply of %d SETs %.2f milliseconds, %.2f of them at work%n",
                    name,
                    applied * SETS_PER_ENTRY / seconds,
                    SETS_PER_ENTRY,
                    longest / 1e6,
                    longestAtWork / 1e6);
        }
    }
}

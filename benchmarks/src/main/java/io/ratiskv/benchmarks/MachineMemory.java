package io.ratiskv.benchmarks;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.Request;
import io.ratiskv.machine.KeyValueStateMachine;
import java.lang.management.ManagementFactory;
import java.util.Locale;

/**
 * Prints how many bytes of live heap a key of the real state costs: 16-byte keys with 16-byte values, set as a replica
 * sets them, without and with a deadline.
 *
 * <pre>java -XX:+UseCompactObjectHeaders -Xmx2g -cp … io.ratiskv.benchmarks.MachineMemory [KEYS]</pre>
 */
public final class MachineMemory {
    private MachineMemory() {}

    /** Measures the number of keys given, by default 1,000,000. */
    public static void main(String[] args) {
        int keys = args.length > 0 ? Integer.parseInt(args[0]) : 1_000_000;
        measure(keys, false);
        measure(keys, true);
    }

    private static void measure(int keys, boolean expiring) {
        KeyValueStateMachine machine = new KeyValueStateMachine();
        Requests.fill(machine, 10_000, expiring);
        long before = usedHeapBytes();
        machine = new KeyValueStateMachine();
        Requests.fill(machine, keys, expiring);
        long used = usedHeapBytes() - before;
        System.out.printf(
                Locale.ROOT,
                "%,11d keys %s: %.1f bytes per key, %.1f in the memory account%n",
                machine.statistics().databases().getFirst().keys(),
                expiring ? "with a deadline   " : "without a deadline",
                (double) used / keys,
                (double) machine.statistics().memoryBytes() / keys);
    }

    private static long usedHeapBytes() {
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    /** SETs of distinct keys, as they come from the wire. */
    static final class Requests {
        private static final Bytes SET = Bytes.of("SET");
        private static final Bytes PXAT = Bytes.of("PXAT");

        private Requests() {}

        static void fill(KeyValueStateMachine machine, int keys, boolean expiring) {
            for (int i = 0; i < keys; i++) {
                machine.apply(set(i, expiring), 1_000);
            }
        }

        static Request set(int number, boolean expiring) {
            Bytes key = Bytes.of(String.format("key:%012d", number));
            Bytes value = Bytes.of(String.format("value-%010d", number));
            Bytes[] words = expiring
                    ? new Bytes[] {SET, key, value, PXAT, Bytes.of(1_000_000_000L + number * 7L)}
                    : new Bytes[] {SET, key, value};
            return new Request(0, 2, Request.DEFAULT_USER, words);
        }
    }
}

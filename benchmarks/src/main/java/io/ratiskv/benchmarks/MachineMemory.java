package io.ratiskv.benchmarks;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.Request;
import io.ratiskv.machine.KeyValueStateMachine;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.function.IntFunction;

/**
 * Prints how many bytes of live heap a key of the real state costs, changed by requests as a replica changes it, and what
 * the memory account says of it: strings, and collections of 10, 100 and 10,000 members. Keys, fields, members and
 * values have 16 bytes each. A line for each: what, its members, bytes of heap, bytes by the account, both for a key.
 *
 * <pre>java -XX:+UseCompactObjectHeaders -Xmx2g -cp … io.ratiskv.benchmarks.MachineMemory [MEMBERS]</pre>
 */
public final class MachineMemory {
    private static final int[] SIZES = {10, 100, 10_000};
    private static final byte[] KEY = "key:000000000000".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] MEMBER = "member:000000000".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] VALUE = "value-0000000000".getBytes(StandardCharsets.US_ASCII);

    private MachineMemory() {}

    /** With as many members in all for each line as given, by default 1,000,000; of strings, keys. */
    public static void main(String[] args) {
        int members = args.length > 0 ? Integer.parseInt(args[0]) : 1_000_000;
        System.out.println("what,members,heap_bytes,account_bytes");
        measure("string", 1, members, key -> number -> words("SET", key, Words.numbered(VALUE, number)));
        measure(
                "string with a deadline",
                1,
                members,
                key -> number -> words(
                        "SET",
                        key,
                        Words.numbered(VALUE, number),
                        Bytes.of("PXAT"),
                        Bytes.of(1_000_000_000L + number * 7L)));
        for (int size : SIZES) {
            int keys = members / size;
            measure(
                    "hash",
                    size,
                    keys,
                    key -> number -> words("HSET", key, Words.numbered(MEMBER, number), Words.numbered(VALUE, number)));
            measure("set", size, keys, key -> number -> words("SADD", key, Words.numbered(MEMBER, number)));
            measure(
                    "sorted set",
                    size,
                    keys,
                    key -> number -> words("ZADD", key, Bytes.of(number * 7L), Words.numbered(MEMBER, number)));
        }
    }

    /** @param requests for a key, that which adds the member of a number */
    private static void measure(String what, int size, int keys, Fill requests) {
        fill(new KeyValueStateMachine(), size, Math.min(keys, 10), requests);
        long before = usedHeapBytes();
        KeyValueStateMachine machine = new KeyValueStateMachine();
        fill(machine, size, keys, requests);
        long used = usedHeapBytes() - before;
        System.out.printf(
                Locale.ROOT,
                "%s,%d,%.1f,%.1f%n",
                what,
                size,
                (double) used / machine.statistics().databases().getFirst().keys(),
                (double) machine.statistics().memoryBytes() / keys);
    }

    private static void fill(KeyValueStateMachine machine, int size, int keys, Fill requests) {
        for (int key = 0; key < keys; key++) {
            IntFunction<Bytes[]> words = requests.of(Words.numbered(KEY, key));
            for (int member = 0; member < size; member++) {
                Bytes[] request = words.apply(key * size + member);
                machine.apply(new Request(0, 2, Request.DEFAULT_USER, request), 1_000);
            }
        }
    }

    private static Bytes[] words(String command, Bytes... rest) {
        Bytes[] words = new Bytes[rest.length + 1];
        words[0] = Bytes.of(command);
        System.arraycopy(rest, 0, words, 1, rest.length);
        return words;
    }

    private static long usedHeapBytes() {
        for (int i = 0; i < 3; i++) System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    /** The requests that fill a key. */
    private interface Fill {
        IntFunction<Bytes[]> of(Bytes key);
    }
}

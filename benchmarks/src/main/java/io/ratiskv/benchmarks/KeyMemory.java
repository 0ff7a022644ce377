package io.ratiskv.benchmarks;

import io.ratiskv.collect.CountedTree;
import io.ratiskv.collect.Epoch;
import io.ratiskv.collect.SlotTrie;
import io.ratiskv.collect.Slots;
import java.lang.management.ManagementFactory;
import java.lang.ref.Reference;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Locale;

/**
 * Prints how many bytes of live heap a key costs: 16-byte keys with 16-byte values as single byte arrays in a
 * slot trie, and a tree of references to all of them, as deadlines have it.
 *
 * <pre>java -XX:+UseCompactObjectHeaders -Xmx2g -cp … io.ratiskv.benchmarks.KeyMemory [KEYS…]</pre>
 */
public final class KeyMemory {
    /** An order that has nothing to do with the one in which elements come. */
    private static final Comparator<byte[]> AT_RANDOM =
            Comparator.<byte[]>comparingInt(Arrays::hashCode).thenComparing(Arrays::compare);

    private KeyMemory() {}

    /** Measures each number of keys given, by default 100,000 and 1,000,000. */
    public static void main(String[] args) {
        int[] sizes = {100_000, 1_000_000};
        if (args.length > 0) {
            sizes = new int[args.length];
            for (int i = 0; i < args.length; i++) sizes[i] = Integer.parseInt(args[i]);
        }
        for (int size : sizes) measure(size);
    }

    private static void measure(int size) {
        double entry = bytesPerEntry(size);
        Epoch epoch = new Epoch();
        long empty = usedHeapBytes();
        SlotTrie<byte[]> trie = filled(size, epoch);
        long withTrie = usedHeapBytes();
        CountedTree<byte[]> tree = new CountedTree<>(AT_RANDOM, epoch);
        for (byte[] element : trie) tree.put(element);
        long withTree = usedHeapBytes();

        double total = (double) (withTrie - empty) / size;
        System.out.printf(
                Locale.ROOT,
                "%,11d keys: %.1f bytes per key = entry %.1f + trie %.1f; tree of references %.1f%n",
                trie.size(),
                total,
                entry,
                total - entry,
                (double) (withTree - withTrie) / tree.size());
        long start = System.nanoTime();
        long frozen = trie.freeze().size();
        double micros = (System.nanoTime() - start) / 1e3;
        System.out.printf(Locale.ROOT, "%,11d keys frozen in %.1f microseconds%n", frozen, micros);
    }

    private static SlotTrie<byte[]> filled(int size, Epoch epoch) {
        SlotTrie<byte[]> trie = new SlotTrie<>(new PlainKeys(), epoch);
        for (int i = 0; i < size; i++) {
            byte[] entry = PlainKeys.entry(i);
            int slot = Slots.of(entry, PlainKeys.KEY_OFFSET, PlainKeys.KEY_LENGTH);
            trie.put(slot, PlainKeys.HASH.hash(entry, PlainKeys.KEY_OFFSET, PlainKeys.KEY_LENGTH), entry);
        }
        return trie;
    }

    /** Returns what the byte arrays cost by themselves. */
    private static double bytesPerEntry(int size) {
        byte[][] entries = new byte[size][];
        try {
            long before = usedHeapBytes();
            for (int i = 0; i < size; i++) entries[i] = PlainKeys.entry(i);
            return (double) (usedHeapBytes() - before) / size;
        } finally {
            Reference.reachabilityFence(entries);
        }
    }

    private static long usedHeapBytes() {
        for (int i = 0; i < 3; i++) System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }
}

package io.ratiskv.benchmarks;

import io.ratiskv.collect.Epoch;
import io.ratiskv.collect.SlotTrie;
import io.ratiskv.collect.Slots;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Looking up and replacing one random key among many: the slot trie, hashing included, against a {@link HashMap}. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(
        value = 1,
        jvmArgsAppend = {"-XX:+UseCompactObjectHeaders", "-Xmx3g", "-XX:+UseG1GC", "-XX:+UseTransparentHugePages"})
public class KeyAccess {
    /** How many keys there are. */
    @Param({"1000000"})
    public int keys;

    private final PlainKeys plain = new PlainKeys();
    private final byte[] key = new byte[PlainKeys.KEY_LENGTH];
    private SlotTrie<byte[]> trie = new SlotTrie<>(plain, new Epoch());
    private Map<Key, byte[]> map = new HashMap<>();
    private SplittableRandom random = new SplittableRandom(1);

    /** A key as a map takes it: equality by content, the hash computed once. */
    private static final class Key {
        private final byte[] bytes;
        private final int hash;

        Key(byte[] bytes) {
            this.bytes = bytes;
            this.hash = Arrays.hashCode(bytes);
        }

        @Override
        public int hashCode() {
            return hash;
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Key that && Arrays.equals(bytes, that.bytes);
        }
    }

    /** Fills both in the same random order. */
    @Setup(Level.Trial)
    public void fill() {
        trie = new SlotTrie<>(plain, new Epoch());
        map = new HashMap<>();
        random = new SplittableRandom(1);
        for (int i = 0; i < keys; i++) {
            put(PlainKeys.entry(i));
            map.put(new Key(PlainKeys.key(i)), new byte[PlainKeys.VALUE_LENGTH]);
        }
    }

    /** Hashing alone, as the trie needs it. */
    @Benchmark
    public long hash() {
        PlainKeys.write(random.nextInt(keys), key, 0);
        return PlainKeys.HASH.hash(key, 0, key.length);
    }

    /** The slot alone. */
    @Benchmark
    public int slot() {
        PlainKeys.write(random.nextInt(keys), key, 0);
        return Slots.of(key, 0, key.length);
    }

    /** Looks up a key in the trie. */
    @Benchmark
    public byte @Nullable [] getFromTrie() {
        PlainKeys.write(random.nextInt(keys), key, 0);
        return trie.get(Slots.of(key, 0, key.length), PlainKeys.HASH.hash(key, 0, key.length), key, 0, key.length);
    }

    /** Looks up a key in the map. */
    @Benchmark
    public byte @Nullable [] getFromMap() {
        return map.get(new Key(PlainKeys.key(random.nextInt(keys))));
    }

    /** Replaces an entry of the trie by a new one. */
    @Benchmark
    public byte @Nullable [] putIntoTrie() {
        return put(PlainKeys.entry(random.nextInt(keys)));
    }

    /** Replaces a value of the map by a new one. */
    @Benchmark
    public byte @Nullable [] putIntoMap() {
        return map.put(new Key(PlainKeys.key(random.nextInt(keys))), new byte[PlainKeys.VALUE_LENGTH]);
    }

    private byte @Nullable [] put(byte[] entry) {
        int slot = Slots.of(entry, PlainKeys.KEY_OFFSET, PlainKeys.KEY_LENGTH);
        return trie.put(slot, PlainKeys.HASH.hash(entry, PlainKeys.KEY_OFFSET, PlainKeys.KEY_LENGTH), entry);
    }
}

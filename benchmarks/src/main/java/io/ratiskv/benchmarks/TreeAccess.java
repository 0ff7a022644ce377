package io.ratiskv.benchmarks;

import io.ratiskv.collect.CountedTree;
import io.ratiskv.collect.Epoch;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/** The tree that counts: by order, by rank, and an element for another. */
public class TreeAccess extends RequestBenchmark {
    /** How many elements there are. */
    @Param({"1000000"})
    public int elements;

    private CountedTree<Long> tree = new CountedTree<>(Long::compare, new Epoch());
    private SplittableRandom random = new SplittableRandom(1);

    /** Fills it with even numbers. */
    @Setup(Level.Trial)
    public void fill() {
        tree = new CountedTree<>(Long::compare, new Epoch());
        random = new SplittableRandom(1);
        for (long i = 0; i < elements; i++) tree.put(2 * i);
    }

    /** By its rank. */
    @Benchmark
    public Long get() {
        return tree.byIndex(random.nextInt(elements));
    }

    /** Where an element stands. */
    @Benchmark
    public int rank() {
        return tree.rankOf(2L * random.nextInt(elements));
    }

    /** Takes an element out and puts it back. */
    @Benchmark
    public @Nullable Long replace() {
        Long element = tree.removeAt(random.nextInt(elements));
        return tree.put(element);
    }
}

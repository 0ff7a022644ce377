package io.ratiskv.command;

import io.ratiskv.api.CommandException;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.IntConsumer;
import java.util.function.IntPredicate;

/** Ranks drawn at random: from the log's luck, evenly. Stateless. */
final class Draws {
    /** So many draws with repetition at most: the reply is built in memory. */
    private static final long REPETITIONS_MAX = 1 << 22;

    /** So many draws, on average, for one that counts. */
    private static final int DRAWS_FOR_ONE = 16;

    private Draws() {}

    /** From 0 to {@code size - 1}. */
    static int rank(Call call, int size) {
        return (int) Math.unsignedMultiplyHigh(call.databases().luck(), size);
    }

    /**
     * Tells {@code count} distinct ranks of {@code size}, in any order, or, below 0, so many independent draws; none
     * of nothing.
     *
     * @param count at most {@code size}
     * @throws CommandException for more repetitions than Redis, which streams them, would mind (docs/differences.md)
     */
    static void ranks(Call call, int size, long count, IntConsumer visitor) {
        if (size == 0) {
            return;
        }
        requireBearable(count);
        for (long i = count; i < 0; i++) {
            visitor.accept(rank(call, size));
        }
        // Floyd's sampling (Bentley and Floyd, "A sample of brilliance", CACM 1987): as many draws as ranks.
        Set<Integer> ranks = new LinkedHashSet<>();
        for (int last = size - (int) Math.max(count, 0); last < size; last++) {
            int rank = rank(call, last + 1);
            if (!ranks.add(rank)) {
                rank = last;
                ranks.add(rank);
            }
            visitor.accept(rank);
        }
    }

    /**
     * As {@link #ranks}, where only some ranks count: others are drawn again.
     *
     * @param visitor says whether the rank it is told counts
     * @return false if luck gave up: far too few of them count
     * @throws CommandException as {@link #ranks}
     */
    static boolean someRanks(Call call, int size, long count, IntPredicate visitor) {
        requireBearable(count);
        long wanted = Math.abs(count);
        long draws = wanted * DRAWS_FOR_ONE;
        Set<Integer> drawn = new LinkedHashSet<>();
        while (wanted > 0 && draws > 0) {
            draws--;
            int rank = rank(call, size);
            if ((count < 0 || drawn.add(rank)) && visitor.test(rank)) {
                wanted--;
            }
        }
        return wanted == 0;
    }

    private static void requireBearable(long count) {
        if (count < -REPETITIONS_MAX) {
            throw Errors.outOfRange("value");
        }
    }
}

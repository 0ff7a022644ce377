package io.ratiskv.command;

import io.ratiskv.api.CommandException;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.IntConsumer;

/** Ranks drawn at random: from the log's luck, evenly. Stateless. */
final class Draws {
    /** So many draws with repetition at most: the reply is built in memory. */
    private static final long REPETITIONS_MAX = 1 << 22;

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
        if (count < -REPETITIONS_MAX) {
            throw Errors.outOfRange("value");
        }
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
}

package io.ratiskv.keyspace;

import io.ratiskv.api.CommandException;

/** Sums of 64-bit integers as clients are answered. Stateless; any thread. */
final class Sums {
    private Sums() {}

    /** @throws CommandException if the sum exceeds 64 bits */
    static long exact(long value, long amount) {
        long sum = value + amount;
        if (((value ^ sum) & (amount ^ sum)) < 0) {
            throw new CommandException("ERR increment or decrement would overflow");
        }
        return sum;
    }
}

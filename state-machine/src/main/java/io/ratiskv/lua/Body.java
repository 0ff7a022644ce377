package io.ratiskv.lua;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A function as the {@link Parser} read it. Immutable.
 *
 * @param more null, or the local variable for the arguments beyond the parameters, which is nil if {@code ...} is used
 * @param captures as {@link Prototype#captures} has them, with variables in place of registers
 * @param line where it begins, 0 for a chunk
 */
record Body(
        List<Variable> parameters,
        boolean takesMore,
        boolean needsTable,
        @Nullable Variable more,
        Statement.Block block,
        List<Capture> captures,
        int line,
        int lastLine) {
    /** A variable of the function around it, or one that this one captured itself, by its index. */
    record Capture(@Nullable Variable variable, int index) {}
}

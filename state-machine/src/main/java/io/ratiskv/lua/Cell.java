package io.ratiskv.lua;

import org.jspecify.annotations.Nullable;

/** A local variable that closures share. Confined to its interpreter. */
final class Cell {
    @Nullable
    Object value;
    /** The number of the last census that met it. */
    int seen;

    Cell(@Nullable Object value) {
        this.value = value;
    }
}

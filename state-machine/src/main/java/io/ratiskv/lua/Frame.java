package io.ratiskv.lua;

import org.jspecify.annotations.Nullable;

/** One call of a function of the script that is under way. Confined to its coroutine, and used again. */
final class Frame {
    private static final @Nullable Object[] NONE = {};

    @Nullable
    LuaClosure closure;
    /** Its first register; the function itself stands before it. */
    int base;
    /** Behind the instruction that is being executed, while another frame is on top. */
    int pc;
    /** How many results the caller wants, -1 for all. */
    int wanted;
    /** The arguments beyond the parameters. */
    @Nullable
    Object[] more = NONE;
    /** Whether its return ends the loop that executes it. */
    boolean entry;

    LuaClosure closure() {
        LuaClosure running = closure;
        if (running == null) {
            throw new IllegalStateException("a frame without a function");
        }
        return running;
    }

    void clear() {
        closure = null;
        more = NONE;
    }

    void takesNoMore() {
        more = NONE;
    }

    int line() {
        return closure().prototype.line(pc);
    }
}

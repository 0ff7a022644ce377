package io.ratiskv.lua;

import org.jspecify.annotations.Nullable;

/** A script took more than it may: no {@code pcall} of the script catches it. Confined to its interpreter. */
public final class Exhausted extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String what;
    private @Nullable String source;
    private int line;

    /** @param what it did, as in {@code it took more than 100 steps} */
    public Exhausted(String what) {
        super(what, null, false, false);
        this.what = what;
    }

    /** Called by each function of the script on the way out; the first one counts. */
    void passes(String chunk, int currentLine) {
        if (source == null) {
            source = chunk;
            line = currentLine;
        }
    }

    public String what() {
        return what;
    }

    /** As {@link LuaError#source}. */
    public @Nullable String source() {
        return source;
    }

    public int line() {
        return line;
    }
}

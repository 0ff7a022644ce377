package io.ratiskv.lua;

import org.jspecify.annotations.Nullable;

/**
 * An error of a script, with any value of Lua; it can be caught by {@code pcall}. Confined to its interpreter.
 *
 * <p>A message of ours learns its place from the innermost function of the script that it passes.
 */
public final class LuaError extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private transient @Nullable Object value;
    private transient @Nullable String plain;
    private boolean ofOperator;
    private @Nullable String source;
    private int line;

    private LuaError(@Nullable Object value, @Nullable String plain) {
        super(null, null, false, false);
        this.value = value;
        this.plain = plain;
    }

    /** An error of ours: where it happened will be put in front. */
    public LuaError(String message) {
        this(null, message);
    }

    /** An error of an operator: where it happened will be put in front, unless a function of Java used the operator. */
    static LuaError ofOperator(String message) {
        LuaError error = new LuaError(message);
        error.ofOperator = true;
        return error;
    }

    /** An error with a value as it is. */
    public static LuaError of(@Nullable Object value) {
        return new LuaError(value, null);
    }

    /**
     * Called by each function of the script on the way out; the first one counts.
     *
     * @param calling whether it was calling another function
     */
    void passes(String chunk, int currentLine, boolean calling) {
        if (plain != null && !(ofOperator && calling)) {
            value = LuaString.wrap((Prototype.shortName(chunk) + ":" + currentLine + ": " + plain)
                    .getBytes(java.nio.charset.StandardCharsets.UTF_8));
            plain = null;
        }
        if (source == null) {
            source = chunk;
            line = currentLine;
        }
    }

    /** What {@code pcall} returns. */
    public @Nullable Object value() {
        if (plain != null) {
            value = LuaString.wrap(plain.getBytes(java.nio.charset.StandardCharsets.UTF_8));
            plain = null;
        }
        return value;
    }

    /** The chunk in which it happened, as it was named with its first character; null if in none. */
    public @Nullable String source() {
        return source;
    }

    /** The line in {@link #source}. */
    public int line() {
        return line;
    }

    @Override
    public String getMessage() {
        return plain != null ? plain : String.valueOf(value);
    }
}

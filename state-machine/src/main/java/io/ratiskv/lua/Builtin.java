package io.ratiskv.lua;

/** A function written in Java. Immutable unless its body is not. */
public final class Builtin extends LuaFunction {
    /** What it does. */
    @FunctionalInterface
    public interface Body {
        /** Returns how many results it has put where {@link Args} says. */
        int run(Args args);
    }

    final Body body;

    Builtin(int id, Body body) {
        super(id);
        this.body = body;
    }
}

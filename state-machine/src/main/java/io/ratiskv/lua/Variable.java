package io.ratiskv.lua;

/** A local variable of a source while it is compiled. Confined to the compilation. */
final class Variable {
    final String name;
    /** Whether a function inside uses it, so that it lives in a {@link Cell}. */
    boolean captured;
    /** Chosen when its code is made. */
    int register = -1;

    Variable(String name) {
        this.name = name;
    }
}

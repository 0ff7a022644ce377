package io.ratiskv.lua;

/** A function of the script with the variables it shares. Confined to its interpreter. */
public final class LuaClosure extends LuaFunction {
    final Prototype prototype;
    final Cell[] cells;
    LuaTable globals;
    /** The number of the last census that met it. */
    int seen;

    LuaClosure(int id, Prototype prototype, Cell[] cells, LuaTable globals) {
        super(id);
        this.prototype = prototype;
        this.cells = cells;
        this.globals = globals;
    }
}

package io.ratiskv.lua;

/** What can be called. */
public abstract sealed class LuaFunction permits LuaClosure, Builtin {
    /** Tells functions apart where an address would, but the same on every machine. */
    final int id;

    LuaFunction(int id) {
        this.id = id;
    }
}

package io.ratiskv.lua;

import org.jspecify.annotations.Nullable;

/**
 * The tables and functions that all runs share. Built once and then read only, but for what an embedder opens between
 * runs; confined to the thread that runs scripts.
 */
public final class Libraries {
    private final LuaTable globals;
    private final LuaTable stringMetatable;
    private int ids;

    /** The libraries of Lua 5.1 without files, processes, clocks and luck, and those that Redis adds. */
    public Libraries() {
        globals = newTable();
        BaseLibrary.install(this);
        TableLibrary.install(this);
        LuaTable string = StringLibrary.install(this);
        MathLibrary.install(this);
        CoroutineLibrary.install(this);
        BitLibrary.install(this);
        StructLibrary.install(this);
        JsonLibrary.install(this);
        MessagePackLibrary.install(this);
        stringMetatable = newTable();
        stringMetatable.set(LuaString.constant("__index"), string);
        stringMetatable.setReadOnly(true);
    }

    public LuaTable globals() {
        return globals;
    }

    LuaTable stringMetatable() {
        return stringMetatable;
    }

    public LuaTable newTable() {
        return new LuaTable(ids++, null);
    }

    /** A table under a global name. */
    public LuaTable library(String name) {
        LuaTable library = newTable();
        globals.set(LuaString.constant(name), library);
        return library;
    }

    public Builtin function(LuaTable library, String name, Builtin.Body body) {
        Builtin function = new Builtin(ids++, body);
        library.set(LuaString.constant(name), function);
        return function;
    }

    public static void value(LuaTable library, String name, @Nullable Object value) {
        library.set(LuaString.constant(name), value instanceof String text ? LuaString.constant(text) : value);
    }

    /** Scripts are refused to change any table that can be reached from here. */
    public static void protect(LuaTable table) {
        if (table.isReadOnly()) {
            return;
        }
        table.setReadOnly(true);
        for (int at = table.nextPosition(0); at != 0; at = table.nextPosition(at)) {
            if (table.valueAt(at) instanceof LuaTable inner) {
                protect(inner);
            }
        }
        LuaTable metatable = table.metatable();
        if (metatable != null) {
            protect(metatable);
        }
    }
}

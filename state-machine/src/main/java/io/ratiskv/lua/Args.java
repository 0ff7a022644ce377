package io.ratiskv.lua;

import org.jspecify.annotations.Nullable;

/** The arguments of one call of a {@link Builtin}, counted from 0, and where its results go. Confined to that call. */
public final class Args {
    private final Lua lua;
    private final Coroutine coroutine;
    private final int base;
    private final int count;
    /** Whether the script called it, so that it has a name there. */
    private final boolean called;

    Args(Lua lua, Coroutine coroutine, int base, int count, boolean called) {
        this.lua = lua;
        this.coroutine = coroutine;
        this.base = base;
        this.count = count;
        this.called = called;
    }

    public Lua lua() {
        return lua;
    }

    public int count() {
        return count;
    }

    /** Null for nil, and for one that was not given. */
    public @Nullable Object at(int index) {
        return index < count ? coroutine.stack[base + index] : null;
    }

    public boolean has(int index) {
        return index < count;
    }

    boolean isNil(int index) {
        return at(index) == null;
    }

    /** {@link Lua#where}, this function not counted; a function of Java that called it has no place. */
    String where(int level) {
        return lua.where(called ? level : level - 1);
    }

    // --- results ------------------------------------------------------------------------------------------------

    public int none() {
        return 0;
    }

    public int give(@Nullable Object result) {
        lua.results[0] = result;
        return 1;
    }

    public int give(double result) {
        return give(Double.valueOf(result));
    }

    public int give(@Nullable Object first, @Nullable Object second) {
        lua.results[0] = first;
        lua.results[1] = second;
        return 2;
    }

    public int give(@Nullable Object first, @Nullable Object second, @Nullable Object third) {
        lua.results[0] = first;
        lua.results[1] = second;
        lua.results[2] = third;
        return 3;
    }

    /** Calls the argument at {@code index} with those behind it. */
    int callProtected(int index, int arguments, java.util.function.UnaryOperator<@Nullable Object> errors) {
        int[] count = new int[1];
        LuaError error = lua.tryCallAt(base + index, arguments, count);
        if (error != null) {
            return give(false, errors.apply(error.value()));
        }
        @Nullable Object[] results = lua.results(count[0] + 1);
        System.arraycopy(results, 0, results, 1, count[0]);
        results[0] = true;
        return count[0] + 1;
    }

    // --- checked arguments --------------------------------------------------------------------------------------

    /** The argument, which must be there. */
    @Nullable
    Object any(int index) {
        if (index >= count) {
            throw bad(index, "value expected");
        }
        return at(index);
    }

    public LuaString string(int index) {
        Object value = at(index);
        if (value instanceof LuaString string) {
            return string;
        }
        if (value instanceof Double number) {
            return lua.newText(number);
        }
        throw wrongType(index, "string");
    }

    @Nullable
    LuaString stringOrNull(int index) {
        return isNil(index) ? null : string(index);
    }

    public double number(int index) {
        Object value = at(index);
        if (value instanceof Double number) {
            return number;
        }
        if (value instanceof LuaString string) {
            Double parsed = NumberText.parse(string.bytes());
            if (parsed != null) {
                return parsed;
            }
        }
        throw wrongType(index, "number");
    }

    double number(int index, double otherwise) {
        return isNil(index) ? otherwise : number(index);
    }

    /** As C converts a number to an int of 32 bits. */
    public int integer(int index) {
        return (int) toLong(number(index));
    }

    int integer(int index, int otherwise) {
        return isNil(index) ? otherwise : integer(index);
    }

    /** As processors of x86-64 convert: what does not fit is the least number. */
    public static long toLong(double number) {
        return number >= -0x1p63 && number < 0x1p63 ? (long) number : Long.MIN_VALUE;
    }

    public LuaTable table(int index) {
        if (at(index) instanceof LuaTable table) {
            return table;
        }
        throw wrongType(index, "table");
    }

    public LuaFunction function(int index) {
        if (at(index) instanceof LuaFunction function) {
            return function;
        }
        throw wrongType(index, "function");
    }

    // --- errors -------------------------------------------------------------------------------------------------

    public LuaError wrongType(int index, String expected) {
        return bad(index, expected + " expected, got " + (has(index) ? Lua.typeName(at(index)) : "no value"));
    }

    /** {@code bad argument #1 to 'rep' (…)}. */
    public LuaError bad(int index, String why) {
        String name = called ? lua.calledName() : null;
        int number = index + 1;
        if (name != null && name.startsWith("method ")) {
            number--;
            if (number == 0) {
                return new LuaError("calling " + quoted(name) + " on bad self (" + why + ")");
            }
        }
        return new LuaError(
                "bad argument #" + number + " to " + (name == null ? "'?'" : quoted(name)) + " (" + why + ")");
    }

    private static String quoted(String kindAndName) {
        return kindAndName.substring(kindAndName.indexOf('\''));
    }
}

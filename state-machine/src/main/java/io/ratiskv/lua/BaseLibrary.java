package io.ratiskv.lua;

import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** The functions without a library. Stateless. */
public final class BaseLibrary {
    private static final LuaString METATABLE = LuaString.constant("__metatable");
    private static final LuaString TO_STRING = LuaString.constant("__tostring");
    private static final LuaString TRUE = LuaString.constant("true");
    private static final LuaString FALSE = LuaString.constant("false");
    private static final LuaString NIL = LuaString.constant("nil");

    /** {@code next}, which the loop over a table knows. */
    static final Builtin.Body NEXT = BaseLibrary::next;

    private BaseLibrary() {}

    static void install(Libraries libraries) {
        LuaTable globals = libraries.globals();
        Libraries.value(globals, "_G", globals);
        Libraries.value(globals, "_VERSION", "Lua 5.1");
        libraries.function(globals, "assert", BaseLibrary::check);
        libraries.function(globals, "collectgarbage", BaseLibrary::collectGarbage);
        libraries.function(globals, "error", BaseLibrary::error);
        libraries.function(globals, "gcinfo", args -> args.give(kilobytes(args)));
        libraries.function(globals, "getfenv", BaseLibrary::getEnvironment);
        libraries.function(globals, "getmetatable", BaseLibrary::getMetatable);
        Builtin ipairsNext = new Builtin(-1, BaseLibrary::nextElement);
        libraries.function(globals, "ipairs", args -> args.give(ipairsNext, args.table(0), 0.0));
        libraries.function(globals, "load", BaseLibrary::load);
        libraries.function(globals, "loadstring", BaseLibrary::loadString);
        libraries.function(globals, "newproxy", BaseLibrary::newProxy);
        Builtin next = libraries.function(globals, "next", NEXT);
        libraries.function(globals, "pairs", args -> args.give(next, args.table(0), null));
        libraries.function(globals, "pcall", args -> protectedCall(args, value -> value));
        libraries.function(globals, "rawequal", args -> args.give(Operations.rawEqual(args.any(0), args.any(1))));
        libraries.function(globals, "rawget", BaseLibrary::rawGet);
        libraries.function(globals, "rawset", BaseLibrary::rawSet);
        libraries.function(globals, "select", BaseLibrary::select);
        libraries.function(globals, "setfenv", BaseLibrary::setEnvironment);
        libraries.function(globals, "setmetatable", BaseLibrary::setMetatable);
        libraries.function(globals, "tonumber", BaseLibrary::toNumber);
        libraries.function(globals, "tostring", BaseLibrary::toText);
        libraries.function(globals, "type", args -> args.give(typeOf(args.any(0))));
        libraries.function(globals, "unpack", BaseLibrary::unpack);
        libraries.function(globals, "xpcall", BaseLibrary::xpcall);
    }

    private static int check(Args args) {
        if (!Lua.isTrue(args.any(0))) {
            LuaString message = args.stringOrNull(1);
            throw new LuaError(message == null ? "assertion failed!" : message.toString());
        }
        @Nullable Object[] results = args.lua().results(args.count());
        for (int i = 0; i < args.count(); i++) {
            results[i] = args.at(i);
        }
        return args.count();
    }

    private static int error(Args args) {
        Object value = args.at(0);
        int level = args.integer(1, 1);
        if (Operations.isText(value) && level > 0) {
            String where = args.where(level);
            value = args.lua().string(concat(where, args.string(0)));
        }
        throw LuaError.of(value);
    }

    private static byte[] concat(String prefix, LuaString text) {
        byte[] head = prefix.getBytes(java.nio.charset.StandardCharsets.UTF_8);
        byte[] all = java.util.Arrays.copyOf(head, head.length + text.length());
        System.arraycopy(text.bytes(), 0, all, head.length, text.length());
        return all;
    }

    /**
     * {@code pcall}.
     *
     * @param errors what becomes of the value of an error
     */
    public static int protectedCall(Args args, UnaryOperator<@Nullable Object> errors) {
        args.any(0);
        return args.callProtected(0, args.count() - 1, errors);
    }

    private static int xpcall(Args args) {
        args.any(1);
        Object handler = args.at(1);
        Lua lua = args.lua();
        return args.callProtected(0, 0, value -> lua.callForOne(handler, value));
    }

    // --- environments and metatables ----------------------------------------------------------------------------

    private static @Nullable LuaFunction functionAt(Args args, boolean optional) {
        if (args.at(0) instanceof LuaFunction function) {
            return function;
        }
        int level = optional ? args.integer(0, 1) : args.integer(0);
        if (level < 0) {
            throw args.bad(0, "level must be non-negative");
        }
        if (level == 0) {
            return null;
        }
        LuaClosure found = args.lua().functionAt(level);
        if (found == null) {
            throw args.bad(0, "invalid level");
        }
        return found;
    }

    private static int getEnvironment(Args args) {
        LuaFunction function = functionAt(args, true);
        return args.give(
                function instanceof LuaClosure closure
                        ? closure.globals
                        : args.lua().globals());
    }

    private static int setEnvironment(Args args) {
        LuaTable globals = args.table(1);
        if (args.at(0) instanceof Double level && level == 0) {
            args.lua().setGlobals(globals);
            return args.none();
        }
        LuaFunction function = functionAt(args, false);
        if (!(function instanceof LuaClosure closure)) {
            throw new LuaError("'setfenv' cannot change environment of given object");
        }
        closure.globals = globals;
        return args.give(closure);
    }

    private static int getMetatable(Args args) {
        LuaTable metatable = args.lua().operations.metatable(args.any(0));
        if (metatable == null) {
            return args.give(null);
        }
        Object shown = metatable.get(METATABLE);
        return args.give(shown != null ? shown : metatable);
    }

    private static int setMetatable(Args args) {
        LuaTable table = args.table(0);
        Object metatable = args.at(1);
        if (!args.has(1) || metatable != null && !(metatable instanceof LuaTable)) {
            throw args.bad(1, "nil or table expected");
        }
        if (table.metatable() != null && table.metatable().get(METATABLE) != null) {
            throw new LuaError("cannot change a protected metatable");
        }
        requireWritable(table);
        table.setMetatable((LuaTable) metatable);
        return args.give(table);
    }

    static void requireWritable(LuaTable table) {
        if (table.isReadOnly()) {
            throw Operations.readOnly();
        }
    }

    private static int newProxy(Args args) {
        Object like = args.at(0);
        Lua lua = args.lua();
        LuaTable metatable = null;
        if (like instanceof Proxy proxy) {
            metatable = proxy.metatable;
        } else if (Boolean.TRUE.equals(like)) {
            metatable = lua.newTable();
        } else if (Lua.isTrue(like)) {
            throw args.bad(0, "boolean or proxy expected");
        }
        lua.meter().allocate(Sizes.CELL);
        return args.give(new Proxy(lua.nextId(), metatable));
    }

    // --- tables -------------------------------------------------------------------------------------------------

    private static int next(Args args) {
        LuaTable table = args.table(0);
        int from = table.positionOf(args.at(1));
        if (from < 0) {
            throw LuaError.ofOperator("invalid key to 'next'");
        }
        int position = table.nextPosition(from);
        args.lua().meter().spend(((position == 0 ? table.positions() : position) - from) >> 3);
        return position == 0 ? args.give(null) : args.give(table.keyAt(position), table.valueAt(position));
    }

    private static int nextElement(Args args) {
        int index = args.integer(1) + 1;
        Object value = args.table(0).get(index);
        return value == null ? args.give(null) : args.give(Double.valueOf(index), value);
    }

    private static int rawGet(Args args) {
        return args.give(args.table(0).get(args.any(1)));
    }

    private static int rawSet(Args args) {
        LuaTable table = args.table(0);
        args.any(1);
        args.any(2);
        requireWritable(table);
        Operations.rawSet(table, args.at(1), args.at(2));
        return args.give(table);
    }

    private static int unpack(Args args) {
        LuaTable table = args.table(0);
        int from = args.integer(1, 1);
        int to = args.isNil(2) ? table.length() : args.integer(2);
        if (from > to) {
            return args.none();
        }
        long count = (long) to - from + 1;
        if (count > Lua.RESULTS_MAX - args.count()) {
            throw new LuaError("too many results to unpack");
        }
        args.lua().meter().spend(count);
        @Nullable Object[] results = args.lua().results((int) count);
        for (int i = 0; i < count; i++) {
            results[i] = table.get(from + i);
        }
        return (int) count;
    }

    private static int select(Args args) {
        if (args.at(0) instanceof LuaString word && word.length() == 1 && word.at(0) == '#') {
            return args.give(Double.valueOf(args.count() - 1));
        }
        int index = args.integer(0);
        int first = index < 0 ? args.count() + index : index;
        if (first < 1) {
            throw args.bad(0, "index out of range");
        }
        int count = Math.max(args.count() - first, 0);
        @Nullable Object[] results = args.lua().results(count);
        for (int i = 0; i < count; i++) {
            results[i] = args.at(first + i);
        }
        return count;
    }

    // --- values -------------------------------------------------------------------------------------------------

    private static int toNumber(Args args) {
        int base = args.integer(1, 10);
        if (base == 10) {
            return args.give(Operations.toNumber(args.any(0)));
        }
        LuaString text = args.string(0);
        if (base < 2 || base > 36) {
            throw args.bad(1, "base out of range");
        }
        return args.give(NumberText.parse(text.bytes(), base));
    }

    /** Whatever a metamethod returns is returned. */
    private static int toText(Args args) {
        Object value = args.any(0);
        Object handler = args.lua().operations.metamethod(value, TO_STRING);
        return args.give(
                handler == null ? toText(args.lua(), value) : args.lua().callForOne(handler, value));
    }

    static LuaString toText(Lua lua, @Nullable Object value) {
        Object handler = lua.operations.metamethod(value, TO_STRING);
        if (handler != null) {
            Object text = lua.callForOne(handler, value);
            if (text instanceof LuaString string) {
                return string;
            }
            if (text instanceof Double number) {
                return lua.newText(number);
            }
            throw new LuaError("'tostring' must return a string to 'print'");
        }
        return switch (value) {
            case null -> NIL;
            case Double number -> lua.newText(number);
            case LuaString string -> string;
            case Boolean bool -> bool ? TRUE : FALSE;
            case LuaTable table -> address(lua, "table", table.id);
            case LuaClosure closure -> address(lua, "function", closure.id);
            case Builtin builtin -> address(lua, "function", builtin.id);
            case Coroutine coroutine -> address(lua, "thread", coroutine.id);
            case Proxy proxy -> address(lua, "userdata", proxy.id);
            default -> lua.string("userdata: (nil)");
        };
    }

    /** What {@code tostring} makes of a value. */
    public static String text(Lua lua, @Nullable Object value) {
        return toText(lua, value).toString();
    }

    private static LuaString address(Lua lua, String kind, int id) {
        return lua.string(kind + ": " + new Conversion('x').flag('#').width(0).of(0x100000000L + id));
    }

    private static LuaString typeOf(@Nullable Object value) {
        return TYPES[typeNumber(value)];
    }

    private static final LuaString[] TYPES = {
        NIL,
        LuaString.constant("boolean"),
        LuaString.constant("number"),
        LuaString.constant("string"),
        LuaString.constant("table"),
        LuaString.constant("function"),
        LuaString.constant("thread"),
        LuaString.constant("userdata"),
    };

    private static int typeNumber(@Nullable Object value) {
        return switch (value) {
            case null -> 0;
            case Boolean bool -> 1;
            case Double number -> 2;
            case LuaString string -> 3;
            case LuaTable table -> 4;
            case LuaFunction function -> 5;
            case Coroutine coroutine -> 6;
            default -> 7;
        };
    }

    private static double kilobytes(Args args) {
        return Math.ceil(args.lua().meter().bytes() / 1024.0);
    }

    /** There is no collector to steer; what is asked for is answered as if there were. */
    private static int collectGarbage(Args args) {
        LuaString option = args.stringOrNull(0);
        return switch (option == null ? "collect" : option.toString()) {
            case "count" -> args.give(args.lua().meter().bytes() / 1024.0);
            case "collect", "stop", "restart" -> args.give(0.0);
            case "step" -> args.give(true);
            case "setpause", "setstepmul" -> args.give(200.0);
            default -> throw args.bad(0, "invalid option '" + option + "'");
        };
    }

    // --- sources ------------------------------------------------------------------------------------------------

    private static int loadString(Args args) {
        LuaString source = args.string(0);
        LuaString name = args.stringOrNull(1);
        return compile(args, source.bytes(), name == null ? source.toString() : name.toString());
    }

    private static int load(Args args) {
        LuaFunction reader = args.function(0);
        LuaString name = args.stringOrNull(1);
        Buffer source = new Buffer(args.lua().meter());
        while (true) {
            Object piece = args.lua().callForOne(reader);
            if (piece == null || piece instanceof LuaString text && text.length() == 0) {
                break;
            }
            if (!Operations.isText(piece)) {
                throw new LuaError("reader function must return a string");
            }
            source.put(Operations.toText(piece));
        }
        return compile(args, source.toLuaString().bytes(), name == null ? "=(load)" : name.toString());
    }

    private static int compile(Args args, byte[] source, String chunk) {
        try {
            return args.give(args.lua().load(source, chunk));
        } catch (LuaError error) {
            return args.give(null, error.value());
        }
    }
}

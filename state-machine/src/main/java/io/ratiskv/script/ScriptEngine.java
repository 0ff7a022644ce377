package io.ratiskv.script;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.CommandException;
import io.ratiskv.api.Reply;
import io.ratiskv.lua.BaseLibrary;
import io.ratiskv.lua.Exhausted;
import io.ratiskv.lua.Libraries;
import io.ratiskv.lua.Lua;
import io.ratiskv.lua.LuaClosure;
import io.ratiskv.lua.LuaError;
import io.ratiskv.lua.LuaString;
import io.ratiskv.lua.LuaTable;
import io.ratiskv.lua.Prototype;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Compiles scripts and runs them. Confined to whoever holds the state's lock.
 *
 * <p>Nothing of a run outlives it: each begins with the same libraries, and a library of functions is loaded anew for
 * each call. What is kept between runs are compiled sources, which change no reply.
 */
final class ScriptEngine {
    /** What a script may take, the commands it calls included: less than a second of one core. */
    private static final long STEPS_MAX = 100_000_000;

    /** What it may hold at a time. */
    private static final long BYTES_MAX = 64L << 20;

    /** What the code of a library may take while it is loaded. */
    private static final long LOADING_STEPS_MAX = 20_000_000;

    /** A longer source takes too long to compile. */
    private static final int SOURCE_BYTES_MAX = 1 << 20;

    /** Compiled sources that are kept, and the bytes of those sources. */
    private static final int COMPILED_MAX = 1000;

    private static final long COMPILED_BYTES_MAX = 8 << 20;

    private static final LuaString KEYS = LuaString.constant("KEYS");
    private static final LuaString ARGV = LuaString.constant("ARGV");
    private static final LuaString ERR = LuaString.constant("err");
    private static final LuaString INDEX = LuaString.constant("__index");

    private final Libraries scripts = new Libraries();
    private final Libraries functions = new Libraries();
    /** The globals of functions: empty, in front of those of {@link #functions}, or of what a library sees while it is loaded. */
    private final LuaTable functionGlobals;

    private final LuaTable functionMetatable;
    private final LuaTable loadingGlobals;

    /** The least recently used first. */
    private final Map<Bytes, Prototype> compiled = new LinkedHashMap<>(16, 0.75f, true);

    private long compiledBytes;

    ScriptEngine() {
        RedisApi.installDebugging(scripts, RedisApi.install(scripts));
        RedisApi.protectReads(scripts, scripts.globals());
        Libraries.protect(scripts.globals());

        RedisApi.install(functions);
        RedisApi.protectReads(functions, functions.globals());
        Libraries.protect(functions.globals());

        LuaTable redis = functions.newTable();
        functions.function(redis, "register_function", FunctionApi::register);
        RedisApi.installBasics(functions, redis);
        RedisApi.protectReads(functions, redis);
        loadingGlobals = functions.newTable();
        Libraries.value(loadingGlobals, "redis", redis);
        Libraries.value(loadingGlobals, "server", redis);
        RedisApi.protectReads(functions, loadingGlobals);
        Libraries.protect(loadingGlobals);

        functionGlobals = functions.newTable();
        functionMetatable = functions.newTable();
        functionMetatable.set(INDEX, functions.globals());
        functionGlobals.setMetatable(functionMetatable);
        functionMetatable.setReadOnly(true);
        functionGlobals.setReadOnly(true);
    }

    // --- compiling ----------------------------------------------------------------------------------------------

    /** @throws CommandException if it does not compile */
    void check(Script script) {
        compile(script);
    }

    private Prototype compile(Script script) {
        return compile(script.body(), "@user_script", "Error compiling script (new function): ");
    }

    private Prototype compile(Library library) {
        return compile(library.code(), "@user_function", "Error compiling function: ");
    }

    private Prototype compile(Bytes source, String chunk, String error) {
        Prototype known = compiled.get(source);
        if (known != null) {
            return known;
        }
        String name = chunk.substring(1);
        if (source.length() > SOURCE_BYTES_MAX) {
            throw new CommandException("ERR " + error + name + ": source of more than " + SOURCE_BYTES_MAX + " bytes");
        }
        // The line of the header stays, empty, so that lines keep their numbers.
        int from = Header.isIn(source) ? Math.max(Header.end(source), 0) : 0;
        byte[] code = source.slice(from, source.length() - from).toByteArray();
        try {
            Prototype prototype = Lua.compile(code, chunk);
            keep(source.owned(), prototype);
            return prototype;
        } catch (LuaError e) {
            throw new CommandException("ERR " + error + oneLine(String.valueOf(e.value())));
        }
    }

    private static String oneLine(String text) {
        return text.replace('\r', ' ').replace('\n', ' ');
    }

    private void keep(Bytes source, Prototype prototype) {
        compiled.put(source, prototype);
        compiledBytes += source.length();
        var oldest = compiled.keySet().iterator();
        while (compiled.size() > COMPILED_MAX || compiledBytes > COMPILED_BYTES_MAX && compiled.size() > 1) {
            compiledBytes -= oldest.next().length();
            oldest.remove();
        }
    }

    // --- running ------------------------------------------------------------------------------------------------

    /** Runs a script as EVAL does. */
    Reply run(Script script, ScriptRun run, List<Bytes> keys, List<Bytes> arguments) {
        Prototype prototype = compile(script);
        LuaTable globals = scripts.globals();
        Lua lua = new Lua(scripts, STEPS_MAX, BYTES_MAX, run);
        try {
            return answer(lua, run, script.sha(), () -> {
                globals.set(KEYS, array(lua, keys));
                globals.set(ARGV, array(lua, arguments));
                return lua.callForOne(lua.closure(prototype));
            });
        } finally {
            globals.set(KEYS, null);
            globals.set(ARGV, null);
        }
    }

    /** Runs a function as FCALL does. */
    Reply run(Library library, String function, ScriptRun run, List<Bytes> keys, List<Bytes> arguments) {
        Prototype prototype = compile(library);
        Lua lua = new Lua(functions, STEPS_MAX, BYTES_MAX, run);
        return answer(lua, run, function, () -> {
            LuaClosure callback = load(lua, prototype, run).callbacks.get(function);
            LuaTable keyTable = array(lua, keys);
            lua.hold(keyTable);
            return lua.callForOne(callback, keyTable, array(lua, arguments));
        });
    }

    /** What the code of a library registers. */
    List<Library.Function> load(Bytes code) {
        Prototype prototype = compile(code, "@user_function", "Error compiling function: ");
        ScriptRun run = new ScriptRun(NOBODY, 0, true, false);
        Lua lua = new Lua(functions, LOADING_STEPS_MAX, BYTES_MAX, run);
        try {
            return List.copyOf(load(lua, prototype, run).functions.values());
        } catch (LuaError e) {
            String text = e.value() instanceof LuaTable table && table.get(ERR) instanceof LuaString err
                    ? err.toString()
                    : "ERR " + BaseLibrary.text(lua, e.value());
            throw new CommandException("ERR Error registering functions: " + oneLine(text));
        } catch (Exhausted e) {
            throw new CommandException("ERR Error registering functions: ERR FUNCTION LOAD timeout");
        }
    }

    /** Runs the code of a library, which sees nothing but how to register functions. */
    private ScriptRun.Registered load(Lua lua, Prototype prototype, ScriptRun run) {
        lua.setGlobals(functionGlobals);
        ScriptRun.Registered registered = run.beginLoading();
        functionMetatable.set(INDEX, loadingGlobals);
        try {
            lua.call(lua.closure(prototype));
        } finally {
            functionMetatable.set(INDEX, functions.globals());
            run.endLoading();
        }
        registered.callbacks.values().forEach(lua::hold);
        return registered;
    }

    private static LuaTable array(Lua lua, List<Bytes> words) {
        LuaTable table = lua.newTable(words.size(), 0);
        lua.hold(table);
        for (int i = 0; i < words.size(); i++) {
            table.set(i + 1, lua.string(words.get(i).toByteArray()));
        }
        lua.release();
        return table;
    }

    private interface Work {
        @Nullable
        Object result();
    }

    private static Reply answer(Lua lua, ScriptRun run, String name, Work work) {
        try {
            try {
                return Replies.toReply(lua, work.result(), run.protocol());
            } catch (LuaError e) {
                return Replies.failure(text(lua, e) + place(name, e.source(), e.line()));
            }
        } catch (LuaError e) {
            return Replies.failure("ERR Error running script " + name + ", " + e.getMessage());
        } catch (Exhausted e) {
            return Replies.failure("ERR Script stopped: " + e.what() + place(name, e.source(), e.line()));
        }
    }

    /** The text of an error, which a table may hold. */
    private static String text(Lua lua, LuaError e) {
        if (!(e.value() instanceof LuaTable table)) {
            return "ERR " + BaseLibrary.text(lua, e.value());
        }
        Object text = table.get(ERR);
        return text instanceof LuaString || text instanceof Double ? BaseLibrary.text(lua, text) : "ERR unknown error";
    }

    private static String place(String name, @Nullable String source, int line) {
        return source == null ? "" : " script: " + name + ", on " + source + ":" + line + ".";
    }

    /** Code that is loaded reaches no command. */
    private static final ScriptHost NOBODY = new ScriptHost() {
        @Override
        public boolean allows(Bytes[] words) {
            return false;
        }

        @Override
        public Reply call(ScriptRun run, Bytes[] words) {
            throw new IllegalStateException("a command while a library is loaded: " + Arrays.toString(words));
        }

        @Override
        public boolean knows(Bytes[] words) {
            throw new IllegalStateException("no commands while a library is loaded");
        }

        @Override
        public void requireRoom() {
            throw new IllegalStateException("no data while a library is loaded");
        }

        @Override
        public long luck() {
            throw new IllegalStateException("no luck while a library is loaded");
        }
    };
}

package io.ratiskv.lua;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code coroutine}. Stateless. */
final class CoroutineLibrary {
    private CoroutineLibrary() {}

    static void install(Libraries libraries) {
        LuaTable coroutine = libraries.library("coroutine");
        libraries.function(coroutine, "create", args -> args.give(create(args)));
        libraries.function(coroutine, "resume", CoroutineLibrary::resume);
        libraries.function(coroutine, "running", CoroutineLibrary::running);
        libraries.function(coroutine, "status", CoroutineLibrary::status);
        libraries.function(coroutine, "wrap", args -> {
            Coroutine created = create(args);
            return args.give(args.lua().newFunction(new Wrapped(created)));
        });
        libraries.function(coroutine, "yield", CoroutineLibrary::suspend);
    }

    private static Coroutine create(Args args) {
        if (!(args.at(0) instanceof LuaClosure body)) {
            throw args.bad(0, "Lua function expected");
        }
        return args.lua().newCoroutine(body);
    }

    private static Coroutine coroutine(Args args) {
        if (args.at(0) instanceof Coroutine coroutine) {
            return coroutine;
        }
        throw args.bad(0, "coroutine expected");
    }

    private static @Nullable Object[] from(Args args, int first) {
        @Nullable Object[] given = new Object[Math.max(args.count() - first, 0)];
        for (int i = 0; i < given.length; i++) {
            given[i] = args.at(first + i);
        }
        return given;
    }

    private static int resume(Args args) {
        Lua lua = args.lua();
        Coroutine coroutine = coroutine(args);
        try {
            int count = lua.resume(coroutine, from(args, 1));
            @Nullable Object[] results = lua.results(count + 1);
            System.arraycopy(results, 0, results, 1, count);
            results[0] = true;
            return count + 1;
        } catch (LuaError error) {
            return args.give(false, error.value());
        }
    }

    private static int running(Args args) {
        Coroutine running = args.lua().running();
        return running.resumer == null ? args.give(null) : args.give(running);
    }

    private static int status(Args args) {
        return args.give(args.lua().string(coroutine(args).status.text()));
    }

    private static int suspend(Args args) {
        int count = args.count();
        @Nullable Object[] given = from(args, 0);
        System.arraycopy(given, 0, args.lua().results(count), 0, count);
        return args.lua().suspend(count);
    }

    /** A coroutine as a function. */
    private record Wrapped(Coroutine coroutine) implements Census.Reaching {
        @Override
        public int run(Args args) {
            Lua lua = args.lua();
            try {
                return lua.resume(coroutine, from(args, 0));
            } catch (LuaError error) {
                Object value = error.value();
                if (value instanceof LuaString message) {
                    byte[] where = args.where(1).getBytes(java.nio.charset.StandardCharsets.UTF_8);
                    Buffer located = new Buffer();
                    throw LuaError.of(
                            located.put(where, 0, where.length).put(message).toLuaString());
                }
                throw LuaError.of(value);
            }
        }

        @Override
        public List<@Nullable Object> reached() {
            return List.of(coroutine);
        }
    }
}

package io.ratiskv.script;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.CommandException;
import io.ratiskv.lua.Args;
import io.ratiskv.lua.LuaClosure;
import io.ratiskv.lua.LuaFunction;
import io.ratiskv.lua.LuaString;
import io.ratiskv.lua.LuaTable;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** {@code redis.register_function}, by which the code of a library names its functions. Stateless. */
final class FunctionApi {
    private FunctionApi() {}

    static int register(Args args) {
        ScriptRun.Registered registered = RedisApi.run(args).registered();
        if (registered == null) {
            throw RedisApi.error(args, "redis.register_function can only be called on FUNCTION LOAD command");
        }
        try {
            Registration registration = switch (args.count()) {
                case 1 -> named(args);
                case 2 -> positional(args);
                default -> throw new CommandException("wrong number of arguments to redis.register_function");
            };
            add(registered, registration);
        } catch (CommandException e) {
            throw RedisApi.error(args, text(e));
        }
        return args.none();
    }

    /** Redis' text without its code, which an error of the script gets later. */
    private static String text(CommandException e) {
        String text = String.valueOf(e.getMessage());
        return text.startsWith("ERR ") ? text.substring("ERR ".length()) : text;
    }

    private record Registration(
            String name, LuaClosure callback, @Nullable Bytes description, Set<ScriptFlag> flags) {}

    private static void add(ScriptRun.Registered registered, Registration it) {
        Library.requireName(it.name);
        if (registered.callbacks.containsKey(it.name)) {
            throw new CommandException("Function already exists in the library");
        }
        registered.callbacks.put(it.name, it.callback);
        registered.functions.put(it.name, new Library.Function(it.name, it.description, it.flags));
    }

    private static Registration positional(Args args) {
        Bytes name = text(args.at(0));
        if (name == null) {
            throw new CommandException("first argument to redis.register_function must be a string");
        }
        if (!(args.at(1) instanceof LuaFunction function)) {
            throw new CommandException("second argument to redis.register_function must be a function");
        }
        return new Registration(name.latin1(), callback(function), null, ScriptFlag.none());
    }

    /** A library can only register what it wrote itself. */
    private static LuaClosure callback(LuaFunction function) {
        if (function instanceof LuaClosure closure) {
            return closure;
        }
        throw new CommandException("callback argument given to redis.register_function must be a function");
    }

    private static Registration named(Args args) {
        if (!(args.at(0) instanceof LuaTable table)) {
            throw new CommandException("calling redis.register_function with a single argument is only applicable to"
                    + " Lua table (representing named arguments).");
        }
        Named named = new Named();
        table.forEach(named::take);
        if (named.name == null) {
            throw new CommandException("redis.register_function must get a function name argument");
        }
        if (named.callback == null) {
            throw new CommandException("redis.register_function must get a callback argument");
        }
        return new Registration(named.name, named.callback, named.description, named.flags);
    }

    /** The named arguments while they are read. Confined to one call. */
    private static final class Named {
        private @Nullable String name;
        private @Nullable LuaClosure callback;
        private @Nullable Bytes description;
        private Set<ScriptFlag> flags = ScriptFlag.none();

        void take(Object key, @Nullable Object value) {
            Bytes argument = text(key);
            if (argument == null) {
                throw new CommandException("named argument key given to redis.register_function is not a string");
            }
            switch (argument.latin1().toLowerCase(Locale.ROOT)) {
                case "function_name" ->
                    name = requireText("function_name", value).latin1();
                case "description" -> description = requireText("description", value);
                case "callback" -> {
                    if (!(value instanceof LuaFunction function)) {
                        throw new CommandException(
                                "callback argument given to redis.register_function must be a function");
                    }
                    callback = callback(function);
                }
                case "flags" -> {
                    if (!(value instanceof LuaTable list)) {
                        throw new CommandException("flags argument to redis.register_function must be a table"
                                + " representing function flags");
                    }
                    flags = flags(list);
                }
                default -> throw new CommandException("unknown argument given to redis.register_function");
            }
        }
    }

    private static Bytes requireText(String argument, @Nullable Object value) {
        Bytes text = text(value);
        if (text == null) {
            throw new CommandException(argument + " argument given to redis.register_function must be a string");
        }
        return text;
    }

    private static @Nullable Bytes text(@Nullable Object value) {
        if (value instanceof LuaString string) {
            return string.toBytes();
        }
        return value instanceof Double number ? Bytes.of(io.ratiskv.lua.Lua.text(number)) : null;
    }

    private static Set<ScriptFlag> flags(LuaTable list) {
        Set<ScriptFlag> flags = ScriptFlag.none();
        for (int i = 1; list.get(i) != null; i++) {
            Bytes name = text(list.get(i));
            ScriptFlag flag = name == null ? null : ScriptFlag.of(name.latin1().toLowerCase(Locale.ROOT));
            if (flag == null) {
                throw new CommandException("unknown flag given");
            }
            flags.add(flag);
        }
        return flags;
    }
}

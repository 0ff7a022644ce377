package io.ratiskv.lua;

/** {@code cjson}, with the settings of Lua CJSON 2.1; each run begins with the standard ones. Stateless. */
final class JsonLibrary {
    private static final LuaString OFF = LuaString.constant("off");
    private static final LuaString ON = LuaString.constant("on");
    private static final LuaString NULL = LuaString.constant("null");

    private JsonLibrary() {}

    /** How values are written and read. Confined to its interpreter. */
    static final class Settings {
        boolean sparseConverts;
        int sparseRatio = 2;
        int sparseSafe = 10;
        int encodeDepthMax = 1000;
        int decodeDepthMax = 1000;
        /** 0 for off, 1 for on, 2 for null. */
        int encodeInvalidNumbers;

        boolean decodeInvalidNumbers = true;
        int precision = 14;
        boolean keepsBuffer = true;
    }

    /** Finds the settings of the library a function belongs to. */
    private interface Source {
        Settings of(Lua lua);
    }

    private interface Setter {
        Object set(Args args, Settings settings);
    }

    static void install(Libraries libraries) {
        LuaTable json = libraries.library("cjson");
        declare(json, (name, body) -> libraries.function(json, name, body), Lua::json);
    }

    private interface Target {
        void function(String name, Builtin.Body body);
    }

    private static void declare(LuaTable json, Target target, Source source) {
        target.function("encode", args -> {
            requireOne(args);
            return args.give(new JsonWriter(args.lua(), source.of(args.lua())).write(args.at(0)));
        });
        target.function("decode", args -> {
            requireOne(args);
            return args.give(new JsonReader(args.lua(), source.of(args.lua()), args.string(0)).read());
        });
        setting(
                target,
                source,
                "encode_max_depth",
                (args, it) -> it.encodeDepthMax = number(args, 0, it.encodeDepthMax, 1, Integer.MAX_VALUE));
        setting(
                target,
                source,
                "decode_max_depth",
                (args, it) -> it.decodeDepthMax = number(args, 0, it.decodeDepthMax, 1, Integer.MAX_VALUE));
        setting(
                target,
                source,
                "encode_number_precision",
                (args, it) -> it.precision = number(args, 0, it.precision, 1, 14));
        setting(target, source, "encode_keep_buffer", (args, it) -> it.keepsBuffer = onOrOff(args, 0, it.keepsBuffer));
        setting(target, source, "encode_invalid_numbers", JsonLibrary::encodeInvalidNumbers);
        setting(
                target,
                source,
                "decode_invalid_numbers",
                (args, it) -> it.decodeInvalidNumbers = onOrOff(args, 0, it.decodeInvalidNumbers));
        target.function("encode_sparse_array", args -> {
            requireAtMost(args, 3);
            Settings it = source.of(args.lua());
            it.sparseConverts = onOrOff(args, 0, it.sparseConverts);
            it.sparseRatio = number(args, 1, it.sparseRatio, 0, Integer.MAX_VALUE);
            it.sparseSafe = number(args, 2, it.sparseSafe, 0, Integer.MAX_VALUE);
            return args.give(it.sparseConverts, (double) it.sparseRatio, (double) it.sparseSafe);
        });
        target.function("new", JsonLibrary::another);
        Libraries.value(json, "null", Null.NULL);
        Libraries.value(json, "_NAME", "cjson");
        Libraries.value(json, "_VERSION", "2.1.0");
    }

    private static int another(Args args) {
        Lua lua = args.lua();
        LuaTable json = lua.newTable();
        Settings settings = new Settings();
        declare(json, (name, body) -> json.set(LuaString.constant(name), lua.newFunction(body)), run -> settings);
        return args.give(json);
    }

    private static void setting(Target target, Source source, String name, Setter setter) {
        target.function(name, args -> {
            requireAtMost(args, 1);
            Object value = setter.set(args, source.of(args.lua()));
            return args.give(value instanceof Integer number ? Double.valueOf(number) : value);
        });
    }

    private static void requireOne(Args args) {
        if (args.count() != 1) {
            throw args.bad(0, "expected 1 argument");
        }
    }

    private static void requireAtMost(Args args, int count) {
        if (args.count() > count) {
            throw args.bad(count, "found too many arguments");
        }
    }

    private static int number(Args args, int index, int otherwise, int min, int max) {
        if (args.isNil(index)) {
            return otherwise;
        }
        int number = args.integer(index);
        if (number < min || number > max) {
            throw args.bad(0, "expected integer between " + min + " and " + max);
        }
        return number;
    }

    private static boolean onOrOff(Args args, int index, boolean otherwise) {
        Object value = args.at(index);
        if (value == null) {
            return otherwise;
        }
        return value instanceof Boolean bool ? bool : option(args, index, 2) == 1;
    }

    private static Object encodeInvalidNumbers(Args args, Settings it) {
        Object value = args.at(0);
        if (value instanceof Boolean bool) {
            it.encodeInvalidNumbers = bool ? 1 : 0;
        } else if (value != null) {
            it.encodeInvalidNumbers = option(args, 0, 3);
        }
        return it.encodeInvalidNumbers == 2 ? NULL : it.encodeInvalidNumbers == 1;
    }

    private static int option(Args args, int index, int count) {
        LuaString[] options = {OFF, ON, NULL};
        LuaString given = args.string(index);
        for (int i = 0; i < count; i++) {
            if (options[i].equals(given)) {
                return i;
            }
        }
        throw args.bad(index, "invalid option '" + given + "'");
    }
}

package io.ratiskv.lua;

import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/** A value of Lua as JSON, without recursion. Confined to one call. */
final class JsonWriter {
    private static final int LEVEL_STEPS = 8;

    private final Lua lua;
    private final JsonLibrary.Settings settings;
    private final Buffer json;
    /** The tables around the place that is being written, the innermost last. */
    private final Deque<Level> levels = new ArrayDeque<>();

    JsonWriter(Lua lua, JsonLibrary.Settings settings) {
        this.lua = lua;
        this.settings = settings;
        this.json = new Buffer(lua.meter());
    }

    LuaString write(@Nullable Object value) {
        put(value);
        while (!levels.isEmpty()) {
            Level level = levels.getLast();
            if (level.length > 0) {
                nextElement(level);
            } else {
                nextField(level);
            }
        }
        return json.toLuaString();
    }

    /** A table that is being written. */
    private static final class Level {
        private final LuaTable table;
        /** Of an array; 0 for an object. */
        private final int length;
        /** The index or position of what was written last. */
        private int at;

        Level(LuaTable table, int length) {
            this.table = table;
            this.length = length;
        }
    }

    private void nextElement(Level level) {
        if (level.at == level.length) {
            json.put(']');
            levels.removeLast();
            return;
        }
        if (level.at > 0) {
            json.put(',');
        }
        level.at++;
        put(level.table.get(level.at));
    }

    private void nextField(Level level) {
        int next = level.table.nextPosition(level.at);
        if (next == 0) {
            json.put('}');
            levels.removeLast();
            return;
        }
        if (level.at > 0) {
            json.put(',');
        }
        level.at = next;
        putKey(level.table.keyAt(next));
        json.put(':');
        put(level.table.valueAt(next));
    }

    private void putKey(Object key) {
        if (key instanceof LuaString string) {
            put(string);
        } else if (key instanceof Double number) {
            json.put('"');
            put(number.doubleValue());
            json.put('"');
        } else {
            throw refused(key, "table key must be a number or string");
        }
    }

    /** Puts a value, or the beginning of a table. */
    private void put(@Nullable Object value) {
        lua.meter().spend(2);
        switch (value) {
            case LuaString string -> put(string);
            case Double number -> put(number.doubleValue());
            case Boolean bool -> json.put(bool ? "true" : "false");
            case LuaTable table -> begin(table);
            case Null nothing -> json.put("null");
            case null -> json.put("null");
            default -> throw refused(value, "type not supported");
        }
    }

    private static LuaError refused(@Nullable Object value, String why) {
        return new LuaError("Cannot serialise " + Lua.typeName(value) + ": " + why);
    }

    private void begin(LuaTable table) {
        if (levels.size() >= settings.encodeDepthMax) {
            throw new LuaError("Cannot serialise, excessive nesting (" + (levels.size() + 1) + ")");
        }
        int length = Math.max(arrayLength(table), 0);
        json.put(length > 0 ? '[' : '{');
        lua.meter().spend(LEVEL_STEPS);
        levels.addLast(new Level(table, length));
    }

    /** The greatest key if all are integers from 1 on, and not too few of them; else -1. */
    private int arrayLength(LuaTable table) {
        lua.meter().spend(table.positions());
        double greatest = 0;
        int count = 0;
        for (int at = table.nextPosition(0); at != 0; at = table.nextPosition(at)) {
            if (!(table.keyAt(at) instanceof Double key) || key < 1 || Math.floor(key) != key) {
                return -1;
            }
            greatest = Math.max(greatest, key);
            count++;
        }
        boolean sparse = settings.sparseRatio > 0
                && greatest > (double) count * settings.sparseRatio
                && greatest > settings.sparseSafe;
        if (sparse && !settings.sparseConverts) {
            throw refused(table, "excessively sparse array");
        }
        return sparse ? -1 : (int) greatest;
    }

    private void put(double number) {
        lua.meter().spend(Lua.NUMBER_STEPS);
        if (Double.isNaN(number) || Double.isInfinite(number)) {
            switch (settings.encodeInvalidNumbers) {
                case 0 -> throw refused(Double.valueOf(number), "must not be NaN or Inf");
                case 1 -> json.put(Double.isNaN(number) ? "nan" : number > 0 ? "inf" : "-inf");
                default -> json.put("null");
            }
            return;
        }
        json.put(
                settings.precision == 14
                        ? NumberText.text(number)
                        : new Conversion('g').precision(settings.precision).of(number));
    }

    private void put(LuaString string) {
        json.put('"');
        for (int i = 0; i < string.length(); i++) {
            int c = string.at(i);
            switch (c) {
                case '"', '\\', '/' -> json.put('\\').put(c);
                case '\b' -> json.put("\\b");
                case '\t' -> json.put("\\t");
                case '\n' -> json.put("\\n");
                case '\f' -> json.put("\\f");
                case '\r' -> json.put("\\r");
                default -> {
                    if (c < 32 || c == 127) {
                        json.put("\\u00").put(digit(c >> 4)).put(digit(c & 15));
                    } else {
                        json.put(c);
                    }
                }
            }
        }
        json.put('"');
    }

    private static int digit(int value) {
        return "0123456789abcdef".charAt(value);
    }
}

package io.ratiskv.lua;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code cmsgpack}, as lua-cmsgpack 0.4.0 does it. Stateless. */
final class MessagePackLibrary {
    private static final int NESTING_MAX = 16;
    /** Input may nest deeper than output, but not without end. */
    private static final int UNPACK_NESTING_MAX = 200;

    private MessagePackLibrary() {}

    static void install(Libraries libraries) {
        LuaTable pack = libraries.library("cmsgpack");
        libraries.function(pack, "pack", MessagePackLibrary::pack);
        libraries.function(pack, "unpack", args -> unpack(args, 0, 0));
        libraries.function(pack, "unpack_one", args -> unpack(args, 1, args.integer(1, 0)));
        libraries.function(pack, "unpack_limit", args -> unpack(args, args.integer(1), args.integer(2, 0)));
        Libraries.value(pack, "_NAME", "cmsgpack");
        Libraries.value(pack, "_VERSION", "lua-cmsgpack 0.4.0");
        Libraries.value(pack, "_COPYRIGHT", "Copyright (C) 2012, Salvatore Sanfilippo");
        Libraries.value(pack, "_DESCRIPTION", "MessagePack C implementation for Lua");
    }

    private static int pack(Args args) {
        if (args.count() == 0) {
            throw args.bad(-1, "MessagePack pack needs input.");
        }
        Writer writer = new Writer(args.lua());
        for (int i = 0; i < args.count(); i++) {
            writer.put(args.at(i), 0);
        }
        return args.give(writer.packed.toLuaString());
    }

    /** Values of Lua as bytes. Confined to one call. */
    private static final class Writer {
        private final Lua lua;
        private final Buffer packed;

        Writer(Lua lua) {
            this.lua = lua;
            this.packed = new Buffer(lua.meter());
        }

        void put(@Nullable Object value, int level) {
            lua.meter().spend(2);
            switch (value) {
                case LuaString string -> put(string);
                case Boolean bool -> packed.put(bool ? 0xc3 : 0xc2);
                case Double number -> put(number);
                case LuaTable table -> {
                    if (level < NESTING_MAX) {
                        put(table, level);
                    } else {
                        packed.put(0xc0);
                    }
                }
                case null -> packed.put(0xc0);
                default -> packed.put(0xc0);
            }
        }

        private void put(LuaString string) {
            int length = string.length();
            if (length < 32) {
                packed.put(0xa0 | length);
            } else if (length <= 0xff) {
                packed.put(0xd9).put(length);
            } else if (length <= 0xffff) {
                head(0xda, length, 2);
            } else {
                head(0xdb, length, 4);
            }
            packed.put(string);
        }

        private void head(int tag, long value, int bytes) {
            packed.put(tag);
            for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8) {
                packed.put((int) (value >>> shift));
            }
        }

        private void put(double number) {
            long whole = Args.toLong(number);
            if (whole == number) {
                put(whole);
            } else if (number == (float) number) {
                head(0xca, StructLibrary.floatBits((float) number), 4);
            } else {
                head(0xcb, StructLibrary.doubleBits(number), 8);
            }
        }

        private void put(long number) {
            if (number >= 0) {
                if (number <= 127) {
                    packed.put((int) number);
                } else if (number <= 0xff) {
                    head(0xcc, number, 1);
                } else if (number <= 0xffff) {
                    head(0xcd, number, 2);
                } else if (number <= 0xffffffffL) {
                    head(0xce, number, 4);
                } else {
                    head(0xcf, number, 8);
                }
            } else if (number >= -32) {
                packed.put((int) number);
            } else if (number >= Byte.MIN_VALUE) {
                head(0xd0, number, 1);
            } else if (number >= Short.MIN_VALUE) {
                head(0xd1, number, 2);
            } else if (number >= Integer.MIN_VALUE) {
                head(0xd2, number, 4);
            } else {
                head(0xd3, number, 8);
            }
        }

        private void put(LuaTable table, int level) {
            lua.meter().spend(table.positions());
            if (isArray(table)) {
                int length = table.length();
                size(length, 0x90, 0xdc);
                for (int i = 1; i <= length; i++) {
                    put(lua.operations.index(table, Double.valueOf(i)), level + 1);
                }
                return;
            }
            int count = 0;
            for (int at = table.nextPosition(0); at != 0; at = table.nextPosition(at)) {
                count++;
            }
            size(count, 0x80, 0xde);
            for (int at = table.nextPosition(0); at != 0; at = table.nextPosition(at)) {
                put(table.keyAt(at), level + 1);
                put(table.valueAt(at), level + 1);
            }
        }

        private void size(int count, int small, int tag) {
            if (count <= 15) {
                packed.put(small | count);
            } else if (count <= 0xffff) {
                head(tag, count, 2);
            } else {
                head(tag + 1, count, 4);
            }
        }

        /** Whether the keys are the integers from 1 to their number. */
        private static boolean isArray(LuaTable table) {
            int count = 0;
            double greatest = 0;
            for (int at = table.nextPosition(0); at != 0; at = table.nextPosition(at)) {
                if (!(table.keyAt(at) instanceof Double key) || key <= 0 || key != (int) key.doubleValue()) {
                    return false;
                }
                greatest = Math.max(greatest, key);
                count++;
            }
            return greatest == count;
        }
    }

    private static int unpack(Args args, int limit, int offset) {
        LuaString packed = args.string(0);
        if (offset < 0 || limit < 0) {
            throw new LuaError(
                    "Invalid request to unpack with offset of " + offset + " and limit of " + packed.length() + ".");
        }
        if (offset > packed.length()) {
            throw new LuaError("Start offset " + offset + " greater than input length " + packed.length() + ".");
        }
        boolean all = limit == 0 && offset == 0;
        Reader reader = new Reader(args.lua(), packed, offset);
        List<@Nullable Object> values = new ArrayList<>();
        LuaTable holder = args.lua().newTable();
        args.lua().hold(holder);
        while (reader.position < packed.length() && (all || values.size() < limit)) {
            if (values.size() >= Lua.RESULTS_MAX - 2) {
                throw new LuaError("stack overflow (too many return values at once;"
                        + " use unpack_one or unpack_limit instead.)");
            }
            Object value = reader.read(0);
            values.add(value);
            holder.set(values.size(), value);
        }
        args.lua().release();
        if (!all) {
            values.addFirst(reader.position == packed.length() ? -1.0 : (double) reader.position);
        }
        @Nullable Object[] results = args.lua().results(values.size());
        for (int i = 0; i < values.size(); i++) {
            results[i] = values.get(i);
        }
        return values.size();
    }

    /** Bytes as values of Lua. Confined to one call. */
    private static final class Reader {
        private final Lua lua;
        private final LuaString packed;
        private int position;

        Reader(Lua lua, LuaString packed, int position) {
            this.lua = lua;
            this.packed = packed;
            this.position = position;
        }

        @Nullable
        Object read(int level) {
            lua.meter().spend(2);
            if (level > UNPACK_NESTING_MAX) {
                throw new LuaError("Bad data format in input.");
            }
            int tag = (int) take(1);
            return switch (tag) {
                case 0xc0 -> null;
                case 0xc2 -> false;
                case 0xc3 -> true;
                case 0xca -> (double) Float.intBitsToFloat((int) take(4));
                case 0xcb -> Double.longBitsToDouble(take(8));
                case 0xcc -> (double) take(1);
                case 0xcd -> (double) take(2);
                case 0xce -> (double) take(4);
                case 0xcf -> NumberText.unsigned(take(8));
                case 0xd0 -> (double) (byte) take(1);
                case 0xd1 -> (double) (short) take(2);
                case 0xd2 -> (double) (int) take(4);
                case 0xd3 -> (double) take(8);
                case 0xd9 -> string(take(1));
                case 0xda -> string(take(2));
                case 0xdb -> string(take(4));
                case 0xdc -> array(take(2), level);
                case 0xdd -> array(take(4), level);
                case 0xde -> map(take(2), level);
                case 0xdf -> map(take(4), level);
                default -> small(tag, level);
            };
        }

        private @Nullable Object small(int tag, int level) {
            if (tag < 0x80) {
                return (double) tag;
            }
            if (tag >= 0xe0) {
                return (double) (byte) tag;
            }
            return switch (tag & 0xf0) {
                case 0x80 -> map(tag & 15, level);
                case 0x90 -> array(tag & 15, level);
                case 0xa0, 0xb0 -> string(tag & 31);
                default -> throw new LuaError("Bad data format in input.");
            };
        }

        private long take(int bytes) {
            need(bytes);
            long value = 0;
            for (int i = 0; i < bytes; i++) {
                value = value << 8 | packed.at(position++);
            }
            return value;
        }

        private void need(long bytes) {
            if (packed.length() - position < bytes) {
                throw new LuaError("Missing bytes in input.");
            }
        }

        private LuaString string(long length) {
            need(length);
            LuaString string = lua.slice(packed, position, position + (int) length);
            position += (int) length;
            return string;
        }

        private LuaTable array(long count, int level) {
            LuaTable table = lua.newTable();
            lua.hold(table);
            for (long i = 1; i <= count; i++) {
                table.set((double) i, read(level + 1));
            }
            lua.release();
            return table;
        }

        private LuaTable map(long count, int level) {
            LuaTable table = lua.newTable();
            lua.hold(table);
            for (long i = 0; i < count; i++) {
                Object key = read(level + 1);
                Operations.rawSet(table, key, read(level + 1));
            }
            lua.release();
            return table;
        }
    }
}

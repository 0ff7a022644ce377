package io.ratiskv.lua;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code string}. Stateless. */
final class StringLibrary {
    private static final String SPECIALS = "^$*+?.([%-";
    /** What stands for a function: nothing can be made of it again. */
    private static final LuaString DUMPED = LuaString.constant("\033Lua");

    private StringLibrary() {}

    static LuaTable install(Libraries libraries) {
        LuaTable string = libraries.library("string");
        libraries.function(string, "byte", StringLibrary::bytes);
        libraries.function(string, "char", StringLibrary::fromBytes);
        libraries.function(string, "dump", StringLibrary::dump);
        libraries.function(string, "find", args -> find(args, true));
        libraries.function(string, "format", StringFormat::format);
        Builtin gmatch = libraries.function(string, "gmatch", StringLibrary::matches);
        Libraries.value(string, "gfind", gmatch);
        libraries.function(string, "gsub", Substitution::substitute);
        libraries.function(
                string, "len", args -> args.give(Double.valueOf(args.string(0).length())));
        libraries.function(string, "lower", args -> args.give(mapped(args, 'A', 'Z', 'a' - 'A')));
        libraries.function(string, "match", args -> find(args, false));
        libraries.function(string, "rep", StringLibrary::repeat);
        libraries.function(string, "reverse", StringLibrary::reverse);
        libraries.function(string, "sub", StringLibrary::part);
        libraries.function(string, "upper", args -> args.give(mapped(args, 'a', 'z', 'A' - 'a')));
        return string;
    }

    /** A position counted from 1, or from the end if negative, as one from 0 on. */
    private static long position(long given, int length) {
        return given >= 0 ? given : Math.max(given + length + 1, 0);
    }

    private static long longAt(Args args, int index, long otherwise) {
        return args.isNil(index) ? otherwise : Args.toLong(args.number(index));
    }

    private static int part(Args args) {
        LuaString string = args.string(0);
        long from = Math.max(position(Args.toLong(args.number(1)), string.length()), 1);
        long to = Math.min(position(longAt(args, 2, -1), string.length()), string.length());
        return args.give(from > to ? LuaString.EMPTY : args.lua().slice(string, (int) from - 1, (int) to));
    }

    private static int bytes(Args args) {
        LuaString string = args.string(0);
        long from = position(longAt(args, 1, 1), string.length());
        long to = Math.min(position(longAt(args, 2, from), string.length()), string.length());
        from = Math.max(from, 1);
        if (from > to) {
            return args.none();
        }
        long count = to - from + 1;
        if (count > Lua.RESULTS_MAX - args.count()) {
            throw new LuaError("stack overflow (string slice too long)");
        }
        @Nullable Object[] results = args.lua().results((int) count);
        for (int i = 0; i < count; i++) {
            results[i] = Double.valueOf(string.at((int) from - 1 + i));
        }
        return (int) count;
    }

    private static int fromBytes(Args args) {
        byte[] bytes = new byte[args.count()];
        for (int i = 0; i < bytes.length; i++) {
            int code = args.integer(i);
            if (code < 0 || code > 255) {
                throw args.bad(i, "invalid value");
            }
            bytes[i] = (byte) code;
        }
        return args.give(args.lua().string(bytes));
    }

    private static int dump(Args args) {
        if (!(args.function(0) instanceof LuaClosure)) {
            throw new LuaError("unable to dump given function");
        }
        return args.give(DUMPED);
    }

    private static LuaString mapped(Args args, char first, char last, int shift) {
        LuaString string = args.string(0);
        args.lua().meter().allocate(Sizes.string(string.length()));
        byte[] mapped = string.bytes().clone();
        for (int i = 0; i < mapped.length; i++) {
            if (mapped[i] >= first && mapped[i] <= last) {
                mapped[i] += (byte) shift;
            }
        }
        return LuaString.wrap(mapped);
    }

    private static int reverse(Args args) {
        LuaString string = args.string(0);
        args.lua().meter().allocate(Sizes.string(string.length()));
        byte[] reversed = new byte[string.length()];
        for (int i = 0; i < reversed.length; i++) {
            reversed[i] = string.bytes()[reversed.length - 1 - i];
        }
        return args.give(LuaString.wrap(reversed));
    }

    private static int repeat(Args args) {
        LuaString string = args.string(0);
        int times = Math.max(args.integer(1), 0);
        long length = (long) string.length() * times;
        args.lua().meter().allocate(Sizes.string(length));
        byte[] repeated = new byte[Math.toIntExact(length)];
        for (int at = 0; at < repeated.length; at += string.length()) {
            System.arraycopy(string.bytes(), 0, repeated, at, string.length());
        }
        return args.give(LuaString.wrap(repeated));
    }

    // --- patterns -----------------------------------------------------------------------------------------------

    private static int find(Args args, boolean find) {
        LuaString string = args.string(0);
        LuaString pattern = args.string(1);
        long from = position(longAt(args, 2, 1), string.length()) - 1;
        int start = (int) Math.min(Math.max(from, 0), string.length());
        if (find && (Lua.isTrue(args.at(3)) || isPlain(pattern))) {
            int at = indexOf(args.lua(), string, pattern, start);
            return at < 0 ? args.give(null) : args.give(at + 1.0, (double) at + pattern.length());
        }
        boolean anchored = pattern.length() > 0 && pattern.at(0) == '^';
        PatternMatch match = new PatternMatch(args.lua(), string, pattern);
        for (int at = start; at <= string.length(); at++) {
            int end = match.matchAt(at, anchored ? 1 : 0);
            if (end >= 0) {
                if (!find) {
                    return match.captures(0, at, end, true);
                }
                int count = match.captures(2, at, end, false);
                @Nullable Object[] results = args.lua().results;
                results[0] = at + 1.0;
                results[1] = (double) end;
                return 2 + count;
            }
            if (anchored) {
                break;
            }
        }
        return args.give(null);
    }

    private static boolean isPlain(LuaString pattern) {
        for (int i = 0; i < pattern.length(); i++) {
            if (SPECIALS.indexOf(pattern.at(i)) >= 0) {
                return false;
            }
        }
        return true;
    }

    private static int indexOf(Lua lua, LuaString string, LuaString sought, int start) {
        byte[] source = string.bytes();
        byte[] part = sought.bytes();
        int last = source.length - part.length;
        for (int at = start; at <= last; at++) {
            int same = 0;
            while (same < part.length && source[at + same] == part[same]) {
                same++;
            }
            if (same == part.length) {
                lua.meter().spend((at - start) >> 2);
                return at;
            }
            if (same > 8) {
                lua.meter().spend(same >> 2);
            }
        }
        lua.meter().spend(Math.max(last - start, 0) >> 2);
        return -1;
    }

    private static int matches(Args args) {
        LuaString string = args.string(0);
        LuaString pattern = args.string(1);
        return args.give(args.lua().newFunction(new Matches(string, pattern)));
    }

    /** What {@code gmatch} returns: each call finds the next match. Confined to its interpreter. */
    private static final class Matches implements Census.Reaching {
        private final LuaString string;
        private final LuaString pattern;
        private int from;

        Matches(LuaString string, LuaString pattern) {
            this.string = string;
            this.pattern = pattern;
        }

        @Override
        public int run(Args args) {
            PatternMatch match = new PatternMatch(args.lua(), string, pattern);
            for (int at = from; at <= string.length(); at++) {
                int end = match.matchAt(at, 0);
                if (end >= 0) {
                    from = end == at ? end + 1 : end;
                    return match.captures(0, at, end, true);
                }
            }
            from = string.length() + 1;
            return args.none();
        }

        @Override
        public List<@Nullable Object> reached() {
            return List.of(string, pattern);
        }
    }
}

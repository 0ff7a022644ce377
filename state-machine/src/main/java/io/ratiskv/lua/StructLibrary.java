package io.ratiskv.lua;

import org.jspecify.annotations.Nullable;

/** {@code struct}: numbers and strings as the bytes of structures of C on x86-64. Stateless. */
final class StructLibrary {
    private static final int INTEGER_BYTES_MAX = 32;
    /** The alignment of a double. */
    private static final int ALIGNMENT_MAX = 8;

    private StructLibrary() {}

    static void install(Libraries libraries) {
        LuaTable struct = libraries.library("struct");
        libraries.function(struct, "pack", StructLibrary::pack);
        libraries.function(struct, "size", StructLibrary::size);
        libraries.function(struct, "unpack", StructLibrary::unpack);
    }

    /** Reads a format item by item. Confined to one call. */
    private static final class Format {
        private final Args args;
        private final LuaString text;
        private int position;
        private boolean big;
        private int alignment = 1;
        /** The item read last. */
        int option;

        int size;

        Format(Args args) {
            this.args = args;
            this.text = args.string(0);
        }

        boolean next() {
            if (position == text.length() || text.at(position) == 0) {
                return false;
            }
            args.lua().meter().spend(1);
            option = text.at(position++);
            size = switch (option) {
                case 'B', 'b', 'x' -> 1;
                case 'H', 'h' -> 2;
                case 'f' -> 4;
                case 'L', 'l', 'T', 'd' -> 8;
                case 'c' -> number(1);
                case 'i', 'I' -> integerSize();
                default -> 0;
            };
            return true;
        }

        private int integerSize() {
            int bytes = number(4);
            if (bytes > INTEGER_BYTES_MAX) {
                throw new LuaError("integral size " + bytes + " is larger than limit of " + INTEGER_BYTES_MAX);
            }
            return bytes;
        }

        private int number(int otherwise) {
            if (position == text.length() || !Lexer.isDigit(text.at(position))) {
                return otherwise;
            }
            long number = 0;
            while (position < text.length() && Lexer.isDigit(text.at(position))) {
                number = 10 * number + text.at(position++) - '0';
                if (number > Integer.MAX_VALUE) {
                    throw new LuaError("integral size overflow");
                }
            }
            return (int) number;
        }

        /** How many bytes align the item at {@code at}. */
        int padding(long at) {
            if (size == 0 || option == 'c') {
                return 0;
            }
            int unit = Math.min(size, alignment);
            return (int) (unit - (at & (unit - 1))) & (unit - 1);
        }

        /** What is no item: order and alignment of those that follow. */
        void control() {
            switch (option) {
                case ' ' -> {}
                case '>' -> big = true;
                case '<' -> big = false;
                case '!' -> {
                    int bytes = number(ALIGNMENT_MAX);
                    if (bytes <= 0 || Integer.bitCount(bytes) != 1) {
                        throw new LuaError("alignment " + bytes + " is not a power of 2");
                    }
                    alignment = bytes;
                }
                default -> throw args.bad(0, "invalid format option '" + Lexer.describe(option) + "'");
            }
        }

        void put(Buffer target, long value) {
            for (int i = 0; i < size; i++) {
                int index = big ? size - 1 - i : i;
                target.put(index < 8 ? (int) (value >>> (8 * index)) : 0);
            }
        }

        long take(byte[] source, int at) {
            long value = 0;
            for (int i = 0; i < size; i++) {
                int index = big ? size - 1 - i : i;
                if (index < 8) {
                    value |= (source[at + i] & 0xffL) << (8 * index);
                }
            }
            return value;
        }
    }

    private static int pack(Args args) {
        Format format = new Format(args);
        Buffer packed = new Buffer(args.lua().meter());
        int argument = 1;
        while (format.next()) {
            packed.fill(0, format.padding(packed.length()));
            if (argument == args.count() && "bBhHlLTiIfdcs".indexOf(format.option) >= 0) {
                String wanted = format.option == 'c' || format.option == 's' ? "string" : "number";
                throw args.bad(argument, wanted + " expected, got nil");
            }
            switch (format.option) {
                case 'b', 'B', 'h', 'H', 'l', 'L', 'T', 'i', 'I' -> {
                    double number = args.number(argument++);
                    format.put(packed, number < 0 ? Args.toLong(number) : unsigned(number));
                }
                case 'x' -> packed.put(0);
                case 'f' -> format.put(packed, floatBits((float) args.number(argument++)));
                case 'd' -> format.put(packed, doubleBits(args.number(argument++)));
                case 'c', 's' -> {
                    LuaString string = args.string(argument++);
                    int length = format.size == 0 ? string.length() : format.size;
                    if (string.length() < length) {
                        // Counted as the library that this one answers for counts.
                        throw args.bad(argument, "string too short");
                    }
                    packed.put(string.bytes(), 0, length);
                    if (format.option == 's') {
                        packed.put(0);
                    }
                }
                default -> format.control();
            }
        }
        return args.give(packed.toLuaString());
    }

    private static long unsigned(double number) {
        return number >= 0x1p63 && number < 0x1p64 ? (long) (number - 0x1p63) ^ Long.MIN_VALUE : Args.toLong(number);
    }

    /** NaN is what 0/0 gives on x86-64. */
    static long doubleBits(double number) {
        return Double.isNaN(number) ? 0xfff8000000000000L : Double.doubleToRawLongBits(number);
    }

    static int floatBits(float number) {
        return Float.isNaN(number) ? 0xffc00000 : Float.floatToRawIntBits(number);
    }

    private static int unpack(Args args) {
        Format format = new Format(args);
        LuaString data = args.string(1);
        long start = args.isNil(2) ? 1 : Args.toLong(args.number(2));
        if (start <= 0) {
            throw args.bad(2, "offset must be 1 or greater");
        }
        long at = start - 1;
        int count = 0;
        while (format.next()) {
            at += format.padding(at);
            requireData(args, data, at, format.size);
            if (count + 2 > Lua.RESULTS_MAX) {
                throw new LuaError("stack overflow (too many results)");
            }
            @Nullable Object[] results = args.lua().results(count + 2);
            int size = format.size;
            switch (format.option) {
                case 'b', 'B', 'h', 'H', 'l', 'L', 'T', 'i', 'I' ->
                    results[count++] = integer(format, data.bytes(), (int) at);
                case 'x' -> {}
                case 'f' -> results[count++] = (double) Float.intBitsToFloat((int) format.take(data.bytes(), (int) at));
                case 'd' -> results[count++] = Double.longBitsToDouble(format.take(data.bytes(), (int) at));
                case 'c' -> {
                    if (size == 0) {
                        Double length = count == 0 ? null : Operations.toNumber(results[count - 1]);
                        if (length == null) {
                            throw new LuaError("format 'c0' needs a previous size");
                        }
                        count--;
                        long bytes = unsigned(length);
                        requireData(args, data, at, bytes < 0 ? Long.MAX_VALUE : bytes);
                        size = (int) bytes;
                    }
                    results[count++] = args.lua().slice(data, (int) at, (int) at + size);
                }
                case 's' -> {
                    int end = (int) at;
                    while (end < data.length() && data.at(end) != 0) {
                        end++;
                    }
                    if (end == data.length()) {
                        throw new LuaError("unfinished string in data");
                    }
                    size = end - (int) at + 1;
                    results[count++] = args.lua().slice(data, (int) at, end);
                }
                default -> format.control();
            }
            at += size;
        }
        args.lua().results(count + 1)[count] = (double) (at + 1);
        return count + 1;
    }

    private static void requireData(Args args, LuaString data, long at, long size) {
        if (size > data.length() || at > data.length() - size) {
            throw args.bad(1, "data string too short");
        }
    }

    private static Double integer(Format format, byte[] data, int at) {
        long value = format.take(data, at);
        if (format.option >= 'A' && format.option <= 'Z') {
            return NumberText.unsigned(value);
        }
        int unused = 64 - 8 * Math.min(format.size, 8);
        return (double) (format.size == 0 ? 0 : value << unused >> unused);
    }

    private static int size(Args args) {
        Format format = new Format(args);
        long at = 0;
        while (format.next()) {
            at += format.padding(at);
            if (format.option == 's') {
                throw args.bad(0, "option 's' has no fixed size");
            }
            if (format.option == 'c' && format.size == 0) {
                throw args.bad(0, "option 'c0' has no fixed size");
            }
            boolean item = Lexer.isDigit(format.option) || Character.isLetter(format.option);
            if (!item) {
                format.control();
            }
            at += format.size;
        }
        return args.give((double) at);
    }
}

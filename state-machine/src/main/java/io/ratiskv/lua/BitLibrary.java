package io.ratiskv.lua;

import java.util.function.IntBinaryOperator;

/** {@code bit}: operations on 32 bits, as <a href="https://bitop.luajit.org">BitOp</a> defines them. Stateless. */
final class BitLibrary {
    /** 2^52 + 2^51: what is added to it has its lowest 32 bits where those of the sum are. */
    private static final double SHIFT = 6755399441055744.0;

    private static final LuaString[] DIGITS = {
        LuaString.constant("0123456789abcdef"), LuaString.constant("0123456789ABCDEF")
    };

    private BitLibrary() {}

    static void install(Libraries libraries) {
        LuaTable bit = libraries.library("bit");
        libraries.function(bit, "tobit", args -> args.give((double) bits(args, 0)));
        libraries.function(bit, "bnot", args -> args.give((double) ~bits(args, 0)));
        folded(libraries, bit, "band", (x, y) -> x & y);
        folded(libraries, bit, "bor", (x, y) -> x | y);
        folded(libraries, bit, "bxor", (x, y) -> x ^ y);
        shifted(libraries, bit, "lshift", (x, n) -> x << n);
        shifted(libraries, bit, "rshift", (x, n) -> x >>> n);
        shifted(libraries, bit, "arshift", (x, n) -> x >> n);
        shifted(libraries, bit, "rol", Integer::rotateLeft);
        shifted(libraries, bit, "ror", Integer::rotateRight);
        libraries.function(bit, "bswap", args -> args.give((double) Integer.reverseBytes(bits(args, 0))));
        libraries.function(bit, "tohex", BitLibrary::hexadecimal);
    }

    private static int bits(Args args, int index) {
        return (int) Double.doubleToRawLongBits(args.number(index) + SHIFT);
    }

    private static void folded(Libraries libraries, LuaTable bit, String name, IntBinaryOperator operator) {
        libraries.function(bit, name, args -> {
            int result = bits(args, 0);
            for (int i = args.count() - 1; i > 0; i--) {
                result = operator.applyAsInt(result, bits(args, i));
            }
            return args.give((double) result);
        });
    }

    private static void shifted(Libraries libraries, LuaTable bit, String name, IntBinaryOperator operator) {
        libraries.function(
                bit, name, args -> args.give((double) operator.applyAsInt(bits(args, 0), bits(args, 1) & 31)));
    }

    private static int hexadecimal(Args args) {
        int value = bits(args, 0);
        int digits = args.has(1) ? bits(args, 1) : 8;
        LuaString alphabet = DIGITS[digits < 0 ? 1 : 0];
        int count = (int) Math.min(Math.abs((long) digits), 8);
        byte[] text = new byte[count];
        for (int i = count - 1; i >= 0; i--) {
            text[i] = (byte) alphabet.at(value & 15);
            value >>>= 4;
        }
        return args.give(args.lua().string(text));
    }
}

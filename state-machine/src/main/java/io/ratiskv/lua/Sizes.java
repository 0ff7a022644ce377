package io.ratiskv.lua;

/**
 * What things count in the {@link Meter}, in bytes: about what they take on the heap, rounded up, and the same on every
 * machine.
 */
final class Sizes {
    static final int TABLE = 96;
    /** One element of an array with the number that may be in it. */
    static final int ELEMENT = 24;
    /** A key and its value with the numbers that may be in them, and its place in the index. */
    static final int ENTRY = 56;

    static final int CLOSURE = 48;
    static final int CELL = 40;
    static final int COROUTINE = 256;
    static final int FRAME = 64;

    private Sizes() {}

    static long string(long length) {
        return 48 + length;
    }

    static long table(int elements, int entries) {
        return TABLE + (long) ELEMENT * elements + (long) ENTRY * entries;
    }

    static long closure(int upvalues) {
        return CLOSURE + 8L * upvalues;
    }
}

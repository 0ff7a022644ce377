package io.ratiskv.lua;

/**
 * The instructions. Each is a long: the operation in bits 0–7, A in 8–15, B in 16–31, C in 32–47; or, in place of B and
 * C, an int in 16–47. B and C of some may be constants: then {@link #CONSTANT} is set.
 *
 * <p>R is a register, K a constant, RK either; a call's B is the number of its arguments plus one, C that of the
 * results wanted plus one, and 0 as many as there are.
 */
final class Op {
    static final int MOVE = 0; // R[A] = R[B]
    static final int LOAD = 1; // R[A] = K[int]
    static final int LOAD_NIL = 2; // R[A] … R[B] = nil
    static final int NEW_CELL = 3; // R[A] = cell of R[A]
    static final int GET_CELL = 4; // R[A] = value of the cell R[B]
    static final int SET_CELL = 5; // value of the cell R[A] = RK[B]
    static final int GET_UPVALUE = 6; // R[A] = value of the closure's cell B
    static final int SET_UPVALUE = 7; // value of the closure's cell A = RK[B]
    static final int GET_GLOBAL = 8; // R[A] = globals[K[int]]
    static final int SET_GLOBAL = 9; // globals[K[int]] = R[A]
    static final int GET_INDEX = 10; // R[A] = R[B][RK[C]]
    static final int SET_INDEX = 11; // R[A][RK[B]] = RK[C]
    static final int SELF = 12; // R[A + 1] = R[B]; R[A] = R[B][RK[C]]
    static final int NEW_TABLE = 13; // R[A] = table with room for B elements and C entries
    static final int SET_LIST = 14; // R[A][C + i] = R[A + i], for 1 ≤ i ≤ B, up to the top if B is 0
    static final int ADD = 15; // R[A] = RK[B] + RK[C]
    static final int SUBTRACT = 16;
    static final int MULTIPLY = 17;
    static final int DIVIDE = 18;
    static final int MODULO = 19;
    static final int POWER = 20;
    static final int CONCAT = 21; // R[A] = R[B] .. … .. R[C]
    static final int NEGATE = 22; // R[A] = -R[B]
    static final int NOT = 23;
    static final int LENGTH = 24;
    static final int JUMP = 25; // to int
    static final int JUMP_IF = 26; // to int if R[A] is true
    static final int JUMP_UNLESS = 27;
    static final int EQUAL = 28; // skip the next instruction unless (RK[B] == RK[C]) is A
    static final int LESS = 29;
    static final int LESS_OR_EQUAL = 30;
    static final int CALL = 31; // R[A] … = R[A](R[A + 1] …)
    static final int TAIL_CALL = 32;
    static final int RETURN = 33; // R[A] …, B - 1 of them
    static final int MORE = 34; // R[A] … = ..., B - 1 of them
    static final int CLOSURE = 35; // R[A] = closure of function int
    static final int FOR_BEGIN = 36; // check R[A] … R[A + 2], to int
    static final int FOR_NEXT = 37; // R[A] += R[A + 2]; while it is within R[A + 1], R[A + 3] = R[A], to int
    static final int FOR_EACH =
            38; // R[A + 3] … R[A + 2 + B] = R[A](R[A + 1], R[A + 2]); unless the first is nil, R[A + 2] = it and skip
    // the next

    static final int CONSTANT = 0x8000;

    private Op() {}

    static boolean isCall(long instruction) {
        int op = (int) instruction & 0xff;
        return op == CALL || op == TAIL_CALL || op == FOR_EACH;
    }

    static long of(int op, int a, int b, int c) {
        return op | (long) a << 8 | (long) b << 16 | (long) c << 32;
    }

    static long wide(int op, int a, int number) {
        return op | (long) a << 8 | (number & 0xffffffffL) << 16;
    }

    static int a(long instruction) {
        return (int) (instruction >>> 8) & 0xff;
    }

    static int b(long instruction) {
        return (int) (instruction >>> 16) & 0xffff;
    }

    static int c(long instruction) {
        return (int) (instruction >>> 32) & 0xffff;
    }

    static int number(long instruction) {
        return (int) (instruction >>> 16);
    }
}

package io.ratiskv.lua;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A function as it was compiled. Immutable once it is built; shared by all closures made of it. */
public final class Prototype {
    /** Of the short name of a chunk that was given as a string. */
    private static final int SHORT_NAME_MAX = 60;

    final String chunk;
    final int lineDefined;
    final int parameters;
    final boolean takesMore;
    /** The parameters beyond become a table in a local variable, as in Lua 5.0. */
    final boolean needsTable;

    final int registers;
    final long[] code;
    final int[] lines;
    final @Nullable Object[] constants;
    final Prototype[] functions;
    /** Where a closure takes its variables from: a register of the function around it, or, negative, its variable -1 - i. */
    final int[] captures;
    /** What operands are called in error texts, by {@link #operand}; sorted. */
    private final int[] namedOperands;

    private final String[] operandNames;

    Prototype(
            String chunk,
            int lineDefined,
            int parameters,
            boolean takesMore,
            boolean needsTable,
            int registers,
            long[] code,
            int[] lines,
            @Nullable Object[] constants,
            Prototype[] functions,
            int[] captures,
            int[] namedOperands,
            String[] operandNames) {
        this.chunk = chunk;
        this.lineDefined = lineDefined;
        this.parameters = parameters;
        this.takesMore = takesMore;
        this.needsTable = needsTable;
        this.registers = registers;
        this.code = code;
        this.lines = lines;
        this.constants = constants;
        this.functions = functions;
        this.captures = captures;
        this.namedOperands = namedOperands;
        this.operandNames = operandNames;
    }

    /** The line of the instruction before {@code pc}. */
    int line(int pc) {
        return lines[Math.max(pc - 1, 0)];
    }

    /** One operand of one instruction. */
    static int operand(int pc, int number) {
        return pc << 8 | number;
    }

    /** {@code local 'x'}; null for what has no name. */
    @Nullable
    String nameOf(int pc, int operand) {
        int at = Arrays.binarySearch(namedOperands, operand(pc, operand));
        return at < 0 ? null : operandNames[at];
    }

    /** The name of a chunk as error texts show it. */
    static String shortName(String chunk) {
        if (chunk.startsWith("@") || chunk.startsWith("=")) {
            return chunk.substring(1);
        }
        int lineEnd = chunk.length();
        for (int i = 0; i < chunk.length(); i++) {
            if (chunk.charAt(i) == '\n' || chunk.charAt(i) == '\r') {
                lineEnd = i;
                break;
            }
        }
        int room = SHORT_NAME_MAX - " [string \"...\"] ".length();
        if (lineEnd < chunk.length() || lineEnd > room) {
            return "[string \"" + chunk.substring(0, Math.min(lineEnd, room)) + "...\"]";
        }
        return "[string \"" + chunk + "\"]";
    }
}

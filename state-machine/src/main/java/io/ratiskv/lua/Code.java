package io.ratiskv.lua;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The instructions of one function while they are made. Confined to the compilation. */
final class Code {
    private static final int REGISTERS_MAX = 250;

    /** Stands for nil among the constants. */
    private static final Object NIL = new Object();

    private final String chunk;
    private final int lineDefined;
    private long[] code = new long[32];
    private int[] lines = new int[32];
    private int length;
    private int line;
    private int free;
    private int registers = 2;
    private final Map<Object, Integer> constants = new LinkedHashMap<>();
    private final List<Prototype> functions = new ArrayList<>();
    private final SortedMap<Integer, String> names = new TreeMap<>();
    /** For each loop around the code that is being made, the jumps out of it. */
    private final List<List<Integer>> breaks = new ArrayList<>();

    Code(String chunk, int lineDefined) {
        this.chunk = chunk;
        this.lineDefined = lineDefined;
    }

    Prototype build(Body body, int[] captures) {
        @Nullable Object[] values = new Object[constants.size()];
        constants.forEach((value, index) -> values[index] = NIL.equals(value) ? null : value);
        return new Prototype(
                chunk,
                lineDefined,
                body.parameters().size(),
                body.takesMore(),
                body.needsTable(),
                registers,
                Arrays.copyOf(code, length),
                Arrays.copyOf(lines, length),
                values,
                functions.toArray(Prototype[]::new),
                captures,
                names.keySet().stream().mapToInt(Integer::intValue).toArray(),
                names.values().toArray(String[]::new));
    }

    // --- instructions -------------------------------------------------------------------------------------------

    void line(int current) {
        line = current;
    }

    int line() {
        return line;
    }

    int position() {
        return length;
    }

    int emit(int op, int a, int b, int c) {
        return add(Op.of(op, a, b, c));
    }

    int emitWide(int op, int a, int number) {
        return add(Op.wide(op, a, number));
    }

    void emitList(int table, int count, int stored) {
        add(Op.SET_LIST | (long) table << 8 | (long) count << 16 | (long) stored << 32);
    }

    private int add(long instruction) {
        if (length == code.length) {
            code = Arrays.copyOf(code, 2 * length);
            lines = Arrays.copyOf(lines, 2 * length);
        }
        code[length] = instruction;
        lines[length] = line;
        return length++;
    }

    void move(int target, int source) {
        if (target != source) {
            emit(Op.MOVE, target, source, 0);
        }
    }

    void loadNil(int first, int count) {
        reserve(first + count);
        emit(Op.LOAD_NIL, first, first + count - 1, 0);
    }

    /** The instruction made last gives its operand a name in error texts. */
    void nameOperand(int operand, @Nullable String name) {
        if (name != null) {
            names.put(Prototype.operand(length - 1, operand), name);
        }
    }

    int constant(@Nullable Object value) {
        Object key = value == null ? NIL : value;
        Integer known = constants.get(key);
        if (known != null) {
            return known;
        }
        constants.put(key, constants.size());
        return constants.size() - 1;
    }

    int function(Prototype prototype) {
        functions.add(prototype);
        return functions.size() - 1;
    }

    // --- jumps --------------------------------------------------------------------------------------------------

    /** A jump whose target is still to be told. */
    int jump() {
        return emitWide(Op.JUMP, 0, 0);
    }

    void jumpTo(int target) {
        emitWide(Op.JUMP, 0, target);
    }

    void landHere(int jump) {
        code[jump] = Op.wide((int) code[jump] & 0xff, Op.a(code[jump]), length);
    }

    void land(List<Integer> jumps) {
        jumps.forEach(this::landHere);
    }

    void beginLoop() {
        breaks.add(new ArrayList<>());
    }

    void breakOut() {
        breaks.getLast().add(jump());
    }

    void endLoop() {
        land(breaks.removeLast());
    }

    // --- registers ----------------------------------------------------------------------------------------------

    /** The first register that is not in use. */
    int mark() {
        return free;
    }

    int take() {
        reserve(free + 1);
        return free++;
    }

    void takeUpTo(int end) {
        reserve(end);
        free = Math.max(free, end);
    }

    void release(int to) {
        free = to;
    }

    /** There will be so many registers at least. */
    void reserve(int count) {
        if (count > REGISTERS_MAX) {
            throw LuaError.of(
                    LuaString.wrap((Prototype.shortName(chunk) + ":" + line + ": function or expression too complex")
                            .getBytes(StandardCharsets.UTF_8)));
        }
        registers = Math.max(registers, count);
    }
}

package io.ratiskv.lua;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The loop that executes instructions. Confined to its interpreter.
 *
 * <p>Calls between functions of the script are frames of a {@link Coroutine}, not of Java: neither their depth nor a
 * suspended coroutine touches Java's stack. Steps are counted one by one and spent where the loop can go round: at
 * jumps back, calls and returns. What is not the usual case of an instruction is in {@link Operations}, for the loop
 * has to stay small enough for the machine's compiler (8000 bytes).
 */
final class Interpreter {
    /** Returned in place of a number of results: the coroutine was suspended. */
    static final int SUSPENDED = -1;

    /** Steps for entering a function, beside its instructions. */
    private static final int CALL_STEPS = 2;

    private static final @Nullable Object[] NOTHING = {};

    private final Lua lua;
    private final Operations operations;
    private final Meter meter;

    Interpreter(Lua lua) {
        this.lua = lua;
        this.operations = lua.operations;
        this.meter = lua.meter;
    }

    /** A frame for a call of {@code callee}, which stands at {@code at} with its arguments behind it. */
    Frame enter(Coroutine co, LuaClosure callee, int at, int count, int wanted, boolean entry) {
        Prototype prototype = callee.prototype;
        int base = at + 1;
        co.ensure(base + Math.max(prototype.registers, count) + 2);
        Frame frame = co.push();
        frame.closure = callee;
        frame.base = base;
        frame.pc = 0;
        frame.wanted = wanted;
        frame.entry = entry;
        int parameters = prototype.parameters;
        if (count < parameters) {
            Arrays.fill(co.stack, base + count, base + parameters, null);
        }
        if (prototype.takesMore) {
            takeMore(co, frame, prototype, base, count);
        }
        return frame;
    }

    private void takeMore(Coroutine co, Frame frame, Prototype prototype, int base, int count) {
        int parameters = prototype.parameters;
        int extra = Math.max(count - parameters, 0);
        if (prototype.needsTable) {
            LuaTable table = lua.newTable(extra, 1);
            for (int i = 0; i < extra; i++) {
                table.set(i + 1, co.stack[base + parameters + i]);
            }
            table.set(Lua.COUNT, Double.valueOf(extra));
            co.stack[base + parameters] = table;
        } else if (extra == 0) {
            frame.more = NOTHING;
        } else {
            meter.allocate((long) Sizes.ELEMENT * extra);
            frame.more = Arrays.copyOfRange(co.stack, base + parameters, base + count);
        }
    }

    /** Executes the frame on top until it returns; the results are in {@link Lua#results}. */
    @SuppressWarnings("ReferenceEquality") // there is one false only: whatever becomes a boolean is boxed the usual way
    int execute(Coroutine co) {
        Frame frame = co.frame();
        LuaClosure closure = frame.closure();
        long[] code = closure.prototype.code;
        @Nullable Object[] k = closure.prototype.constants;
        @Nullable Object[] stack = co.stack;
        int base = frame.base;
        int pc = frame.pc;
        int steps = 0;
        try {
            while (true) {
                long i = code[pc++];
                steps++;
                int a = base + ((int) (i >>> 8) & 0xff);
                int b = (int) (i >>> 16) & 0xffff;
                int c = (int) (i >>> 32) & 0xffff;
                switch ((int) i & 0xff) {
                    case Op.MOVE -> stack[a] = stack[base + b];
                    case Op.LOAD -> stack[a] = k[(int) (i >>> 16)];
                    case Op.LOAD_NIL -> Arrays.fill(stack, a, base + b + 1, null);
                    case Op.NEW_CELL -> {
                        meter.allocate(Sizes.CELL);
                        stack[a] = new Cell(stack[a]);
                    }
                    case Op.GET_CELL -> stack[a] = ((Cell) stack[base + b]).value;
                    case Op.SET_CELL ->
                        ((Cell) stack[a]).value = b >= Op.CONSTANT ? k[b - Op.CONSTANT] : stack[base + b];
                    case Op.GET_UPVALUE -> stack[a] = closure.cells[b].value;
                    case Op.SET_UPVALUE ->
                        closure.cells[a - base].value = b >= Op.CONSTANT ? k[b - Op.CONSTANT] : stack[base + b];
                    case Op.GET_GLOBAL -> {
                        LuaString name = (LuaString) k[(int) (i >>> 16)];
                        Object value = closure.globals.get(name);
                        if (value == null && closure.globals.metatable() != null) {
                            frame.pc = pc;
                            value = operations.index(closure.globals, name);
                            stack = co.stack;
                        }
                        stack[a] = value;
                    }
                    case Op.SET_GLOBAL -> {
                        frame.pc = pc;
                        operations.setIndex(closure.globals, k[(int) (i >>> 16)], stack[a]);
                        stack = co.stack;
                    }
                    case Op.GET_INDEX -> {
                        Object key = c >= Op.CONSTANT ? k[c - Op.CONSTANT] : stack[base + c];
                        Object value;
                        if (stack[base + b] instanceof LuaTable table
                                && ((value = table.get(key)) != null || table.metatable() == null)) {
                            stack[a] = value;
                        } else {
                            frame.pc = pc;
                            value = operations.index(stack[base + b], key);
                            stack = co.stack;
                            stack[a] = value;
                        }
                    }
                    case Op.SET_INDEX -> {
                        frame.pc = pc;
                        operations.setIndex(
                                stack[a],
                                b >= Op.CONSTANT ? k[b - Op.CONSTANT] : stack[base + b],
                                c >= Op.CONSTANT ? k[c - Op.CONSTANT] : stack[base + c]);
                        stack = co.stack;
                    }
                    case Op.SELF -> {
                        Object self = stack[base + b];
                        frame.pc = pc;
                        Object method = operations.index(self, c >= Op.CONSTANT ? k[c - Op.CONSTANT] : stack[base + c]);
                        stack = co.stack;
                        stack[a + 1] = self;
                        stack[a] = method;
                    }
                    case Op.NEW_TABLE -> stack[a] = lua.newTable(b, c);
                    case Op.SET_LIST -> {
                        int count = b == 0 ? co.top - a - 1 : b;
                        int first = (int) (i >>> 32);
                        LuaTable table = (LuaTable) stack[a];
                        table.resizeArray(first + count);
                        for (int n = 1; n <= count; n++) {
                            table.set(first + n, stack[a + n]);
                        }
                    }
                    case Op.ADD -> {
                        Object x = b >= Op.CONSTANT ? k[b - Op.CONSTANT] : stack[base + b];
                        Object y = c >= Op.CONSTANT ? k[c - Op.CONSTANT] : stack[base + c];
                        if (x instanceof Double p && y instanceof Double q) {
                            stack[a] = p + q;
                        } else {
                            frame.pc = pc;
                            Object result = operations.arithmetic(Op.ADD, x, y);
                            stack = co.stack;
                            stack[a] = result;
                        }
                    }
                    case Op.SUBTRACT -> {
                        Object x = b >= Op.CONSTANT ? k[b - Op.CONSTANT] : stack[base + b];
                        Object y = c >= Op.CONSTANT ? k[c - Op.CONSTANT] : stack[base + c];
                        if (x instanceof Double p && y instanceof Double q) {
                            stack[a] = p - q;
                        } else {
                            frame.pc = pc;
                            Object result = operations.arithmetic(Op.SUBTRACT, x, y);
                            stack = co.stack;
                            stack[a] = result;
                        }
                    }
                    case Op.MULTIPLY -> {
                        Object x = b >= Op.CONSTANT ? k[b - Op.CONSTANT] : stack[base + b];
                        Object y = c >= Op.CONSTANT ? k[c - Op.CONSTANT] : stack[base + c];
                        if (x instanceof Double p && y instanceof Double q) {
                            stack[a] = p * q;
                        } else {
                            frame.pc = pc;
                            Object result = operations.arithmetic(Op.MULTIPLY, x, y);
                            stack = co.stack;
                            stack[a] = result;
                        }
                    }
                    case Op.DIVIDE, Op.MODULO, Op.POWER -> {
                        frame.pc = pc;
                        Object result = operations.arithmetic(
                                (int) i & 0xff,
                                b >= Op.CONSTANT ? k[b - Op.CONSTANT] : stack[base + b],
                                c >= Op.CONSTANT ? k[c - Op.CONSTANT] : stack[base + c]);
                        stack = co.stack;
                        stack[a] = result;
                    }
                    case Op.CONCAT -> {
                        frame.pc = pc;
                        Object result = operations.concat(co, base + b, base + c);
                        stack = co.stack;
                        stack[a] = result;
                    }
                    case Op.NEGATE -> {
                        frame.pc = pc;
                        Object result = operations.negate(stack[base + b]);
                        stack = co.stack;
                        stack[a] = result;
                    }
                    case Op.NOT -> {
                        Object value = stack[base + b];
                        stack[a] = value == null || value == Boolean.FALSE;
                    }
                    case Op.LENGTH -> {
                        frame.pc = pc;
                        Object result = operations.length(stack[base + b]);
                        stack = co.stack;
                        stack[a] = result;
                    }
                    case Op.JUMP -> {
                        int target = (int) (i >>> 16);
                        if (target < pc) {
                            meter.spend(steps);
                            steps = 0;
                        }
                        pc = target;
                    }
                    case Op.JUMP_IF -> {
                        Object value = stack[a];
                        if (value != null && value != Boolean.FALSE) {
                            pc = (int) (i >>> 16);
                        }
                    }
                    case Op.JUMP_UNLESS -> {
                        Object value = stack[a];
                        if (value == null || value == Boolean.FALSE) {
                            pc = (int) (i >>> 16);
                        }
                    }
                    case Op.EQUAL -> {
                        Object x = b >= Op.CONSTANT ? k[b - Op.CONSTANT] : stack[base + b];
                        Object y = c >= Op.CONSTANT ? k[c - Op.CONSTANT] : stack[base + c];
                        frame.pc = pc;
                        boolean holds = operations.equal(x, y);
                        stack = co.stack;
                        pc = holds == (a != base) ? (int) (code[pc] >>> 16) : pc + 1;
                    }
                    case Op.LESS -> {
                        Object x = b >= Op.CONSTANT ? k[b - Op.CONSTANT] : stack[base + b];
                        Object y = c >= Op.CONSTANT ? k[c - Op.CONSTANT] : stack[base + c];
                        boolean holds;
                        if (x instanceof Double p && y instanceof Double q) {
                            holds = p < q;
                        } else {
                            frame.pc = pc;
                            holds = operations.less(x, y);
                            stack = co.stack;
                        }
                        pc = holds == (a != base) ? (int) (code[pc] >>> 16) : pc + 1;
                    }
                    case Op.LESS_OR_EQUAL -> {
                        Object x = b >= Op.CONSTANT ? k[b - Op.CONSTANT] : stack[base + b];
                        Object y = c >= Op.CONSTANT ? k[c - Op.CONSTANT] : stack[base + c];
                        boolean holds;
                        if (x instanceof Double p && y instanceof Double q) {
                            holds = p <= q;
                        } else {
                            frame.pc = pc;
                            holds = operations.lessOrEqual(x, y);
                            stack = co.stack;
                        }
                        pc = holds == (a != base) ? (int) (code[pc] >>> 16) : pc + 1;
                    }
                    case Op.CALL, Op.TAIL_CALL -> {
                        int count = b == 0 ? co.top - a - 1 : b - 1;
                        frame.pc = pc;
                        meter.spend(steps);
                        steps = 0;
                        Object callee = stack[a];
                        if (!(callee instanceof LuaFunction)) {
                            count = operations.makeCallable(co, a, count, true);
                            stack = co.stack;
                            callee = stack[a];
                        }
                        if (callee instanceof LuaClosure function) {
                            if (((int) i & 0xff) == Op.CALL) {
                                frame = enter(co, function, a, count, c - 1, false);
                            } else {
                                System.arraycopy(stack, a, stack, base - 1, count + 1);
                                int wanted = frame.wanted;
                                boolean entry = frame.entry;
                                co.pop();
                                frame = enter(co, function, base - 1, count, wanted, entry);
                            }
                            steps = CALL_STEPS;
                            closure = function;
                            code = function.prototype.code;
                            k = function.prototype.constants;
                            stack = co.stack;
                            base = frame.base;
                            pc = 0;
                        } else {
                            int given = operations.run((Builtin) callee, co, a + 1, count);
                            if (given == SUSPENDED) {
                                return SUSPENDED;
                            }
                            deliver(co, a, given, ((int) i & 0xff) == Op.CALL ? c - 1 : -1);
                            stack = co.stack;
                        }
                    }
                    case Op.RETURN -> {
                        int count = b == 0 ? co.top - a : b - 1;
                        meter.spend(steps);
                        steps = 0;
                        if (frame.entry) {
                            System.arraycopy(stack, a, lua.results(count), 0, count);
                            co.pop();
                            return count;
                        }
                        int to = base - 1;
                        int wanted = frame.wanted;
                        if (wanted < 0) {
                            System.arraycopy(stack, a, stack, to, count);
                            co.top = to + count;
                        } else if (wanted == 1) {
                            stack[to] = count == 0 ? null : stack[a];
                        } else {
                            System.arraycopy(stack, a, stack, to, Math.min(count, wanted));
                            for (int n = count; n < wanted; n++) {
                                stack[to + n] = null;
                            }
                        }
                        co.pop();
                        frame = co.frame();
                        closure = frame.closure();
                        code = closure.prototype.code;
                        k = closure.prototype.constants;
                        base = frame.base;
                        pc = frame.pc;
                    }
                    case Op.MORE -> {
                        more(co, frame, a, b - 1);
                        stack = co.stack;
                    }
                    case Op.CLOSURE -> stack[a] = close(closure, (int) (i >>> 16), stack, base);
                    case Op.FOR_BEGIN -> {
                        frame.pc = pc;
                        operations.prepareFor(stack, a);
                        pc = (int) (i >>> 16);
                    }
                    case Op.FOR_NEXT -> {
                        double step = (Double) stack[a + 2];
                        double next = (Double) stack[a] + step;
                        double limit = (Double) stack[a + 1];
                        if (step > 0 ? next <= limit : limit <= next) {
                            meter.spend(steps);
                            steps = 0;
                            Double number = next;
                            stack[a] = number;
                            stack[a + 3] = number;
                            pc = (int) (i >>> 16);
                        }
                    }
                    case Op.FOR_EACH -> {
                        frame.pc = pc;
                        meter.spend(steps);
                        steps = 0;
                        operations.iterate(co, a, b);
                        stack = co.stack;
                        if (stack[a + 3] == null) {
                            pc++;
                        } else {
                            stack[a + 2] = stack[a + 3];
                            pc = (int) (code[pc] >>> 16);
                        }
                    }
                    default -> throw new IllegalStateException("no instruction: " + i);
                }
            }
        } catch (LuaError error) {
            error.passes(closure.prototype.chunk, closure.prototype.line(pc), Op.isCall(code[pc - 1]));
            meter.spend(steps);
            throw error;
        } catch (Exhausted end) {
            end.passes(closure.prototype.chunk, closure.prototype.line(pc));
            throw end;
        }
    }

    /** Puts the results of a builtin where a call wants them. */
    void deliver(Coroutine co, int at, int given, int wanted) {
        @Nullable Object[] results = lua.results;
        if (wanted == 1) {
            co.stack[at] = given == 0 ? null : results[0];
            return;
        }
        if (wanted < 0) {
            co.ensure(at + given + 1);
            System.arraycopy(results, 0, co.stack, at, given);
            co.top = at + given;
            return;
        }
        for (int n = 0; n < wanted; n++) {
            co.stack[at + n] = n < given ? results[n] : null;
        }
    }

    private static void more(Coroutine co, Frame frame, int at, int wanted) {
        @Nullable Object[] more = frame.more;
        if (wanted < 0) {
            co.ensure(at + more.length + 1);
            System.arraycopy(more, 0, co.stack, at, more.length);
            co.top = at + more.length;
            return;
        }
        for (int n = 0; n < wanted; n++) {
            co.stack[at + n] = n < more.length ? more[n] : null;
        }
    }

    private LuaClosure close(LuaClosure around, int number, @Nullable Object[] stack, int base) {
        Prototype prototype = around.prototype.functions[number];
        int[] captures = prototype.captures;
        meter.allocate(Sizes.closure(captures.length));
        Cell[] cells = new Cell[captures.length];
        for (int n = 0; n < captures.length; n++) {
            cells[n] = captures[n] >= 0 ? (Cell) stack[base + captures[n]] : around.cells[-1 - captures[n]];
        }
        return new LuaClosure(lua.nextId(), prototype, cells, around.globals);
    }
}

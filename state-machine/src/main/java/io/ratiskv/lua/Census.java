package io.ratiskv.lua;

import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Counts the bytes of all that a run can still reach: its own collector of garbage, but for collecting. Confined to its
 * interpreter.
 *
 * <p>What it counts depends on the values alone, never on the machine's collector. Each thing is marked with the number
 * of the census that met it.
 */
final class Census {
    /** Steps for each thing that is visited. */
    private static final int VISIT_STEPS = 4;

    private final Lua lua;
    private final Deque<Object> waiting = new ArrayDeque<>();
    private int number;
    private long bytes;

    Census(Lua lua) {
        this.lua = lua;
    }

    long count(Meter meter) {
        number++;
        bytes = 0;
        for (Coroutine co = lua.running(); co != null; co = co.resumer) {
            meet(co);
        }
        meet(lua.globals());
        for (Object object : lua.held()) {
            meet(object);
        }
        for (Object result : lua.results) {
            meet(result);
        }
        while (!waiting.isEmpty()) {
            meter.spend(VISIT_STEPS);
            visit(waiting.pop(), meter);
        }
        return bytes;
    }

    private void meet(@Nullable Object value) {
        switch (value) {
            case LuaString string -> {
                if (!string.isSeenBy(number)) {
                    bytes += Sizes.string(string.length());
                }
            }
            case LuaTable table -> {
                if (table.seen != number) {
                    table.seen = number;
                    waiting.push(table);
                }
            }
            case LuaClosure closure -> {
                if (closure.seen != number) {
                    closure.seen = number;
                    waiting.push(closure);
                }
            }
            case Coroutine coroutine -> {
                if (coroutine.seen != number) {
                    coroutine.seen = number;
                    waiting.push(coroutine);
                }
            }
            case Cell cell -> {
                if (cell.seen != number) {
                    cell.seen = number;
                    bytes += Sizes.CELL;
                    waiting.push(cell);
                }
            }
            case Builtin builtin -> {
                if (builtin.body instanceof Reaching reaching) {
                    bytes += Sizes.CLOSURE;
                    reaching.reached().forEach(this::meet);
                }
            }
            case null -> {}
            default -> {} // numbers have their place in what holds them
        }
    }

    private void visit(Object value, Meter meter) {
        switch (value) {
            case LuaTable table -> {
                if (!table.isShared()) {
                    bytes += table.size();
                }
                meter.spend(table.positions());
                meet(table.metatable());
                for (int at = table.nextPosition(0); at != 0; at = table.nextPosition(at)) {
                    meet(table.keyAt(at));
                    meet(table.valueAt(at));
                }
            }
            case LuaClosure closure -> {
                bytes += Sizes.closure(closure.cells.length);
                meet(closure.globals);
                for (Cell cell : closure.cells) {
                    meet(cell);
                }
            }
            case Coroutine coroutine -> {
                bytes += coroutine.size();
                meet(coroutine.body);
                meet(coroutine.globals);
                meter.spend(coroutine.stack.length);
                for (int i = 0; i < Math.min(coroutine.free(), coroutine.stack.length); i++) {
                    meet(coroutine.stack[i]);
                }
                for (int i = 0; i < coroutine.depth; i++) {
                    meet(coroutine.frame(i).closure());
                    bytes += (long) Sizes.ELEMENT * coroutine.frame(i).more.length;
                    for (Object more : coroutine.frame(i).more) {
                        meet(more);
                    }
                }
            }
            case Cell cell -> meet(cell.value);
            default -> throw new IllegalStateException("no such thing waits: " + value);
        }
    }

    /** A function written in Java that keeps values of the run. */
    interface Reaching extends Builtin.Body {
        java.util.List<@Nullable Object> reached();
    }
}

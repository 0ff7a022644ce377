package io.ratiskv.lua;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Instructions of what the {@link Parser} read. Confined to the compilation.
 *
 * <p>A local variable has a register; those that a function inside uses hold a {@link Cell} there, made anew each time
 * the variable is declared. Values that are worked with stand above the variables, as on a stack.
 */
final class Compiler {
    /** Elements of a constructor that wait for one instruction to store them. */
    private static final int ELEMENTS_PER_STORE = 50;

    private final String chunk;
    private Code code;

    Compiler(String chunk) {
        this.chunk = chunk;
        this.code = new Code(chunk, 0);
    }

    Prototype compile(Body body) {
        Code outer = code;
        code = new Code(chunk, body.line());
        code.line(body.line());
        for (Variable parameter : body.parameters()) {
            parameter.register = code.take();
        }
        Variable more = body.more();
        if (more != null) {
            more.register = code.take();
            if (!body.needsTable()) {
                code.loadNil(more.register, 1);
            }
        }
        body.parameters().forEach(this::wrap);
        if (more != null) {
            wrap(more);
        }
        block(body.block());
        code.line(body.lastLine());
        code.emit(Op.RETURN, 0, 1, 0);
        Prototype prototype = code.build(body, captures(body));
        code = outer;
        return prototype;
    }

    private static int[] captures(Body body) {
        int[] captures = new int[body.captures().size()];
        for (int i = 0; i < captures.length; i++) {
            Body.Capture capture = body.captures().get(i);
            Variable variable = capture.variable();
            captures[i] = variable != null ? variable.register : -1 - capture.index();
        }
        return captures;
    }

    /** A variable whose value is in its register begins its life. */
    private void wrap(Variable variable) {
        if (variable.captured) {
            code.emit(Op.NEW_CELL, variable.register, 0, 0);
        }
    }

    // --- statements ---------------------------------------------------------------------------------------------

    private void block(Statement.Block block) {
        int mark = code.mark();
        statements(block);
        code.release(mark);
    }

    private void statements(Statement.Block block) {
        for (Statement statement : block.statements()) {
            code.line(statement.line());
            statement(statement);
        }
    }

    private void statement(Statement statement) {
        switch (statement) {
            case Statement.LocalVariables it -> localVariables(it);
            case Statement.LocalFunction it -> localFunction(it);
            case Statement.Assignment it -> assignment(it);
            case Statement.CallStatement it -> {
                int mark = code.mark();
                call(it.call(), code.take(), 0);
                code.release(mark);
            }
            case Statement.Block it -> block(it);
            case Statement.While it -> {
                int start = code.position();
                List<Integer> exits = jumps(it.condition(), false);
                loopBody(it.body());
                code.jumpTo(start);
                code.land(exits);
                code.endLoop();
            }
            case Statement.Repeat it -> repeat(it);
            case Statement.If it -> ifStatement(it);
            case Statement.NumericFor it -> numericFor(it);
            case Statement.GenericFor it -> genericFor(it);
            case Statement.Return it -> returnStatement(it);
            case Statement.Break it -> code.breakOut();
        }
    }

    private void localVariables(Statement.LocalVariables it) {
        int first = code.mark();
        adjusted(it.values(), it.variables().size());
        for (int i = 0; i < it.variables().size(); i++) {
            it.variables().get(i).register = first + i;
            wrap(it.variables().get(i));
        }
    }

    private void localFunction(Statement.LocalFunction it) {
        Variable variable = it.variable();
        variable.register = code.take();
        if (!variable.captured) {
            function(it.body(), variable.register);
            return;
        }
        code.loadNil(variable.register, 1);
        wrap(variable);
        int closure = code.take();
        function(it.body(), closure);
        code.emit(Op.SET_CELL, variable.register, closure, 0);
        code.release(closure);
    }

    private void assignment(Statement.Assignment it) {
        int mark = code.mark();
        if (it.targets().size() == 1 && it.values().size() == 1) {
            assign(it.targets().getFirst(), it.values().getFirst());
        } else {
            assignAll(it);
        }
        code.release(mark);
    }

    private void assign(Expression target, Expression value) {
        switch (target) {
            case Expression.Local local -> {
                if (local.variable().captured) {
                    store(target, operand(value));
                } else if (writesLast(value)) {
                    into(value, local.variable().register);
                } else {
                    code.move(local.variable().register, any(value));
                }
            }
            case Expression.Index index -> {
                int object = any(index.object());
                int key = operand(index.key());
                int stored = operand(value);
                storeIndex(index, object, key, stored);
            }
            case Expression.Global global -> store(global, any(value));
            default -> store(target, operand(value));
        }
    }

    /** Whether its code reads all it needs before it writes its result. */
    private static boolean writesLast(Expression value) {
        return switch (value) {
            case Expression.Constant it -> true;
            case Expression.Local it -> true;
            case Expression.Upvalue it -> true;
            case Expression.Global it -> true;
            case Expression.Index it -> true;
            case Expression.Arithmetic it -> true;
            case Expression.Unary it -> true;
            case Expression.Not it -> true;
            case Expression.Concat it -> true;
            default -> false;
        };
    }

    /** All expressions are evaluated before anything is stored; the last target is stored first. */
    private void assignAll(Statement.Assignment it) {
        int[] objects = new int[it.targets().size()];
        int[] keys = new int[it.targets().size()];
        for (int i = 0; i < objects.length; i++) {
            if (it.targets().get(i) instanceof Expression.Index index) {
                objects[i] = copy(index.object());
                keys[i] = index.key() instanceof Expression.Constant ? operand(index.key()) : copy(index.key());
            }
        }
        int first = code.mark();
        adjusted(it.values(), it.targets().size());
        for (int i = it.targets().size() - 1; i >= 0; i--) {
            if (it.targets().get(i) instanceof Expression.Index index) {
                storeIndex(index, objects[i], keys[i], first + i);
            } else {
                store(it.targets().get(i), first + i);
            }
        }
    }

    /** @param value a register, or a constant unless the target is global or an uncaptured variable */
    private void store(Expression target, int value) {
        switch (target) {
            case Expression.Local local -> {
                if (local.variable().captured) {
                    code.emit(Op.SET_CELL, local.variable().register, value, 0);
                } else {
                    code.move(local.variable().register, value);
                }
            }
            case Expression.Upvalue upvalue -> code.emit(Op.SET_UPVALUE, upvalue.index(), value, 0);
            case Expression.Global global -> code.emitWide(Op.SET_GLOBAL, value, code.constant(global.name()));
            default -> throw new IllegalStateException("no target: " + target);
        }
    }

    private void storeIndex(Expression.Index index, int object, int key, int value) {
        code.line(index.line());
        code.emit(Op.SET_INDEX, object, key, value);
        code.nameOperand(0, nameOf(index.object()));
    }

    private void repeat(Statement.Repeat it) {
        int start = code.position();
        int mark = code.mark();
        code.beginLoop();
        statements(it.body());
        List<Integer> exits = jumps(it.condition(), true);
        code.release(mark);
        code.jumpTo(start);
        code.land(exits);
        code.endLoop();
    }

    private void loopBody(Statement.Block body) {
        code.beginLoop();
        block(body);
    }

    private void ifStatement(Statement.If it) {
        List<Integer> ends = new ArrayList<>();
        for (int i = 0; i < it.blocks().size(); i++) {
            List<Integer> others = jumps(it.conditions().get(i), false);
            block(it.blocks().get(i));
            if (i < it.blocks().size() - 1 || it.otherwise() != null) {
                ends.add(code.jump());
            }
            code.land(others);
        }
        if (it.otherwise() != null) {
            block(it.otherwise());
        }
        code.land(ends);
    }

    private void numericFor(Statement.NumericFor it) {
        int mark = code.mark();
        int base = code.take();
        into(it.first(), base);
        into(it.limit(), code.take());
        int step = code.take();
        into(it.step() == null ? new Expression.Constant(1.0) : it.step(), step);
        code.line(it.line());
        int begin = code.emitWide(Op.FOR_BEGIN, base, 0);
        int body = code.position();
        it.variable().register = code.take();
        wrap(it.variable());
        loopBody(it.body());
        code.landHere(begin);
        code.line(it.line());
        code.emitWide(Op.FOR_NEXT, base, body);
        code.endLoop();
        code.release(mark);
    }

    private void genericFor(Statement.GenericFor it) {
        int mark = code.mark();
        int base = code.mark();
        adjusted(it.values(), 3);
        code.line(it.line());
        int toFirst = code.jump();
        int body = code.position();
        for (Variable variable : it.variables()) {
            variable.register = code.take();
        }
        // Room for the two arguments of the iterator.
        code.reserve(base + 5);
        it.variables().forEach(this::wrap);
        loopBody(it.body());
        code.landHere(toFirst);
        code.line(it.line());
        code.emit(Op.FOR_EACH, base, it.variables().size(), 0);
        code.nameOperand(0, "local '(for generator)'");
        code.jumpTo(body);
        code.endLoop();
        code.release(mark);
    }

    private void returnStatement(Statement.Return it) {
        int mark = code.mark();
        List<Expression> values = it.values();
        if (values.size() == 1 && isCall(values.getFirst())) {
            int base = code.take();
            tailCall(values.getFirst(), base);
            code.emit(Op.RETURN, base, 0, 0);
        } else if (values.size() == 1 && !values.getFirst().isOpen()) {
            code.emit(Op.RETURN, any(values.getFirst()), 2, 0);
        } else {
            int first = code.mark();
            boolean open = all(values);
            code.emit(Op.RETURN, first, open ? 0 : values.size() + 1, 0);
        }
        code.release(mark);
    }

    private static boolean isCall(Expression value) {
        return value instanceof Expression.Call || value instanceof Expression.MethodCall;
    }

    // --- several values -----------------------------------------------------------------------------------------

    /** All values above what is in use; whether the last is any number of them. */
    private boolean all(List<Expression> values) {
        for (int i = 0; i < values.size(); i++) {
            Expression value = values.get(i);
            if (i == values.size() - 1 && value.isOpen()) {
                open(value, code.take(), -1);
                return true;
            }
            into(value, code.take());
        }
        return false;
    }

    /** So many values above what is in use. */
    private void adjusted(List<Expression> values, int wanted) {
        int first = code.mark();
        for (int i = 0; i < values.size(); i++) {
            Expression value = values.get(i);
            if (i == values.size() - 1 && value.isOpen() && wanted > i) {
                open(value, code.take(), wanted - i);
                code.reserve(first + wanted);
                code.takeUpTo(first + wanted);
                return;
            }
            into(value, code.take());
        }
        int missing = wanted - values.size();
        if (missing > 0) {
            code.loadNil(code.mark(), missing);
        }
        code.takeUpTo(first + wanted);
        code.release(first + wanted);
    }

    /** @param wanted below 0 for all */
    private void open(Expression value, int target, int wanted) {
        if (value instanceof Expression.More) {
            code.emit(Op.MORE, target, wanted + 1, 0);
        } else {
            call(value, target, wanted);
        }
    }

    // --- expressions --------------------------------------------------------------------------------------------

    /** A register with the value: a variable's own, or a new one. */
    private int any(Expression expression) {
        if (expression instanceof Expression.Local local && !local.variable().captured) {
            return local.variable().register;
        }
        if (expression instanceof Expression.Parenthesis it && it.inside() instanceof Expression.Local) {
            return any(it.inside());
        }
        int register = code.take();
        into(expression, register);
        return register;
    }

    /** A new register with the value. */
    private int copy(Expression expression) {
        int register = code.take();
        into(expression, register);
        return register;
    }

    /** A register with the value that may be a variable's own, or a constant. */
    private int operand(Expression expression) {
        if (expression instanceof Expression.Constant constant) {
            int index = code.constant(constant.value());
            if (index < Op.CONSTANT) {
                return index | Op.CONSTANT;
            }
        }
        return any(expression);
    }

    /** Puts the value into a register, which is either the last one taken, with nothing in it yet, or a variable's. */
    private void into(Expression expression, int target) {
        int mark = code.mark();
        switch (expression) {
            case Expression.Constant it -> {
                if (it.value() == null) {
                    code.loadNil(target, 1);
                } else {
                    code.emitWide(Op.LOAD, target, code.constant(it.value()));
                }
            }
            case Expression.Local it -> {
                if (it.variable().captured) {
                    code.emit(Op.GET_CELL, target, it.variable().register, 0);
                } else {
                    code.move(target, it.variable().register);
                }
            }
            case Expression.Upvalue it -> code.emit(Op.GET_UPVALUE, target, it.index(), 0);
            case Expression.Global it -> {
                code.line(it.line());
                code.emitWide(Op.GET_GLOBAL, target, code.constant(it.name()));
            }
            case Expression.Index it -> index(it, target);
            case Expression.Call it -> call(it, target, 1);
            case Expression.MethodCall it -> call(it, target, 1);
            case Expression.More it -> code.emit(Op.MORE, target, 2, 0);
            case Expression.Function it -> function(it.body(), target);
            case Expression.Arithmetic it -> {
                int left = operand(it.left());
                int right = operand(it.right());
                code.line(it.line());
                code.emit(it.op(), target, left, right);
                code.nameOperand(0, nameOf(it.left()));
                code.nameOperand(1, nameOf(it.right()));
            }
            case Expression.Concat it -> concat(it, target);
            case Expression.Comparison it -> truth(it, target);
            case Expression.Choice it -> choice(it, target);
            case Expression.Not it -> code.emit(Op.NOT, target, any(it.operand()), 0);
            case Expression.Unary it -> {
                int operand = any(it.operand());
                code.line(it.line());
                code.emit(it.op(), target, operand, 0);
                code.nameOperand(0, nameOf(it.operand()));
            }
            case Expression.Parenthesis it -> into(it.inside(), target);
            case Expression.Constructor it -> constructor(it, target);
        }
        code.release(mark);
    }

    private void index(Expression.Index it, int target) {
        int object = any(it.object());
        int key = operand(it.key());
        code.line(it.line());
        code.emit(Op.GET_INDEX, target, object, key);
        code.nameOperand(0, nameOf(it.object()));
    }

    private void function(Body body, int target) {
        int line = code.line();
        Prototype prototype = compile(body);
        code.line(line);
        code.emitWide(Op.CLOSURE, target, code.function(prototype));
    }

    private void concat(Expression.Concat it, int target) {
        int first = code.mark();
        for (Expression part : it.parts()) {
            into(part, code.take());
        }
        code.line(it.line());
        code.emit(Op.CONCAT, target, first, first + it.parts().size() - 1);
        for (int i = 0; i < it.parts().size(); i++) {
            code.nameOperand(i, nameOf(it.parts().get(i)));
        }
    }

    private void truth(Expression.Comparison it, int target) {
        List<Integer> ifTrue = jumps(it, true);
        code.emitWide(Op.LOAD, target, code.constant(false));
        int end = code.jump();
        code.land(ifTrue);
        code.emitWide(Op.LOAD, target, code.constant(true));
        code.landHere(end);
    }

    private void choice(Expression.Choice it, int target) {
        into(it.left(), target);
        int end = code.emitWide(it.and() ? Op.JUMP_UNLESS : Op.JUMP_IF, target, 0);
        into(it.right(), target);
        code.landHere(end);
    }

    private void constructor(Expression.Constructor it, int target) {
        int table = isFresh(target) ? target : code.take();
        int elements = 0;
        for (Expression.Field field : it.fields()) {
            elements += field.key() == null ? 1 : 0;
        }
        code.line(it.line());
        code.emit(
                Op.NEW_TABLE,
                table,
                Math.min(elements, 0xffff),
                Math.min(it.fields().size() - elements, 0xffff));
        int stored = 0;
        int waiting = 0;
        int mark = code.mark();
        for (int i = 0; i < it.fields().size(); i++) {
            Expression.Field field = it.fields().get(i);
            if (field.key() != null) {
                int inner = code.mark();
                int key = operand(field.key());
                int value = operand(field.value());
                code.line(field.line());
                code.emit(Op.SET_INDEX, table, key, value);
                code.release(inner);
            } else if (i == it.fields().size() - 1 && field.value().isOpen()) {
                open(field.value(), code.take(), -1);
                code.emitList(table, 0, stored);
                waiting = 0;
            } else {
                into(field.value(), code.take());
                if (++waiting == ELEMENTS_PER_STORE) {
                    code.emitList(table, waiting, stored);
                    stored += waiting;
                    waiting = 0;
                    code.release(mark);
                }
            }
        }
        if (waiting > 0) {
            code.emitList(table, waiting, stored);
        }
        code.release(mark);
        code.move(target, table);
    }

    /** Whether the register is the last one taken, so that what follows it is free. */
    private boolean isFresh(int register) {
        return register == code.mark() - 1;
    }

    // --- calls --------------------------------------------------------------------------------------------------

    /** @param wanted below 0 for all; the results begin at {@code target}, which then is the last register taken */
    private void call(Expression call, int target, int wanted) {
        int mark = code.mark();
        int base = isFresh(target) ? target : code.take();
        emitCall(Op.CALL, call, base, wanted + 1);
        code.release(mark);
        code.move(target, base);
    }

    private void tailCall(Expression call, int base) {
        emitCall(Op.TAIL_CALL, call, base, 0);
    }

    private void emitCall(int op, Expression call, int base, int results) {
        List<Expression> arguments;
        int line;
        String name;
        int self = 0;
        if (call instanceof Expression.MethodCall it) {
            int object = any(it.object());
            int key = operand(new Expression.Constant(it.name()));
            code.line(it.line());
            code.emit(Op.SELF, base, object, key);
            code.nameOperand(0, nameOf(it.object()));
            code.release(base + 1);
            code.takeUpTo(base + 2);
            arguments = it.arguments();
            line = it.line();
            name = "method '" + it.name() + "'";
            self = 1;
        } else {
            Expression.Call it = (Expression.Call) call;
            into(it.function(), base);
            arguments = it.arguments();
            line = it.line();
            name = nameOf(it.function());
        }
        boolean open = all(arguments);
        code.line(line);
        code.emit(op, base, open ? 0 : arguments.size() + self + 1, results);
        code.nameOperand(0, name);
    }

    /** What an operand is called in error texts; null if it has no name. */
    private static @Nullable String nameOf(Expression expression) {
        return switch (expression) {
            case Expression.Local it -> "local '" + it.variable().name + "'";
            case Expression.Upvalue it -> "upvalue '" + it.name() + "'";
            case Expression.Global it -> "global '" + it.name() + "'";
            case Expression.Index it ->
                "field '" + (it.key() instanceof Expression.Constant c && c.value() instanceof LuaString s ? s : "?")
                        + "'";
            case Expression.Parenthesis it -> nameOf(it.inside());
            default -> null;
        };
    }

    // --- conditions ---------------------------------------------------------------------------------------------

    /** Code that jumps if the truth of the expression is {@code when}; the jumps are still to be given a target. */
    private List<Integer> jumps(Expression expression, boolean when) {
        int mark = code.mark();
        List<Integer> jumps = new ArrayList<>();
        switch (expression) {
            case Expression.Constant it -> {
                if (Lua.isTrue(it.value()) == when) {
                    jumps.add(code.jump());
                }
            }
            case Expression.Not it -> jumps.addAll(jumps(it.operand(), !when));
            case Expression.Parenthesis it -> jumps.addAll(jumps(it.inside(), when));
            case Expression.Comparison it -> {
                int left = operand(it.left());
                int right = operand(it.right());
                code.line(it.line());
                boolean swapped = it.op() < 0;
                code.emit(
                        Math.abs(it.op()), it.holds() == when ? 1 : 0, swapped ? right : left, swapped ? left : right);
                jumps.add(code.jump());
            }
            case Expression.Choice it -> {
                if (it.and() == when) {
                    // Both must be so (for "and" true, for "or" false) to jump.
                    List<Integer> others = jumps(it.left(), !when);
                    jumps.addAll(jumps(it.right(), when));
                    code.land(others);
                } else {
                    jumps.addAll(jumps(it.left(), when));
                    jumps.addAll(jumps(it.right(), when));
                }
            }
            default -> jumps.add(code.emitWide(when ? Op.JUMP_IF : Op.JUMP_UNLESS, any(expression), 0));
        }
        code.release(mark);
        return jumps;
    }
}

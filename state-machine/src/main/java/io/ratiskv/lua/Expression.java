package io.ratiskv.lua;

import java.util.List;

/** What gives values, as the {@link Parser} read it. Immutable. */
sealed interface Expression {
    /** Nil, a boolean, a number or a string. */
    record Constant(@org.jspecify.annotations.Nullable Object value) implements Expression {}

    record Local(Variable variable) implements Expression {}

    /** A variable of a function around this one. */
    record Upvalue(int index, String name) implements Expression {}

    record Global(LuaString name, int line) implements Expression {}

    record Index(Expression object, Expression key, int line) implements Expression {}

    record Call(Expression function, List<Expression> arguments, int line) implements Expression {}

    record MethodCall(Expression object, LuaString name, List<Expression> arguments, int line) implements Expression {}

    record More() implements Expression {}

    record Function(Body body) implements Expression {}

    /** An arithmetic operator, by its instruction. */
    record Arithmetic(int op, Expression left, Expression right, int line) implements Expression {}

    record Concat(List<Expression> parts, int line) implements Expression {}

    /**
     * An order or equality: {@code op} is its instruction.
     *
     * @param holds whether the instruction must hold, or not
     */
    record Comparison(int op, boolean holds, Expression left, Expression right, int line) implements Expression {}

    /** {@code and}, or {@code or}. */
    record Choice(boolean and, Expression left, Expression right) implements Expression {}

    record Not(Expression operand) implements Expression {}

    /** {@link Op#NEGATE} or {@link Op#LENGTH}. */
    record Unary(int op, Expression operand, int line) implements Expression {}

    /** Cuts what is inside to one value. */
    record Parenthesis(Expression inside) implements Expression {}

    /** A table: elements are those without a key. */
    record Constructor(List<Field> fields, int line) implements Expression {}

    /** @param key null for an element */
    record Field(@org.jspecify.annotations.Nullable Expression key, Expression value, int line) {}

    /** Whether it may give any number of values. */
    default boolean isOpen() {
        return this instanceof Call || this instanceof MethodCall || this instanceof More;
    }
}

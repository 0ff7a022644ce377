package io.ratiskv.lua;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is done, as the {@link Parser} read it. Immutable. */
sealed interface Statement {
    /** The line it begins at. */
    int line();

    record LocalVariables(List<Variable> variables, List<Expression> values, int line) implements Statement {}

    record LocalFunction(Variable variable, Body body, int line) implements Statement {}

    record Assignment(List<Expression> targets, List<Expression> values, int line) implements Statement {}

    record CallStatement(Expression call, int line) implements Statement {}

    record Block(List<Statement> statements, int line) implements Statement {}

    record While(Expression condition, Block body, int line) implements Statement {}

    /** Its condition sees the variables of its body. */
    record Repeat(Block body, Expression condition, int line) implements Statement {}

    record If(
            List<Expression> conditions,
            List<Block> blocks,
            @Nullable Block otherwise,
            int line) implements Statement {}

    record NumericFor(
            Variable variable,
            Expression first,
            Expression limit,
            @Nullable Expression step,
            Block body,
            int line) implements Statement {}

    record GenericFor(List<Variable> variables, List<Expression> values, Block body, int line) implements Statement {}

    record Return(List<Expression> values, int line) implements Statement {}

    record Break(int line) implements Statement {}
}

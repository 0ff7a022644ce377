package io.ratiskv.lua;

import java.util.ArrayList;
import java.util.List;

/**
 * A source as statements and expressions, by recursive descent. Confined to the compilation.
 *
 * <p>Chains that lean to the left (sums, calls of calls) are read in a loop; what nests is limited as in Lua 5.1.
 */
final class Parser {
    /** Levels of nesting. */
    private static final int DEPTH_MAX = 200;

    /** Operators and calls on the way to the deepest part of an expression: making code of them recurses. */
    private static final int HEIGHT_MAX = 500;

    private static final int UNARY_PRIORITY = 8;

    private final Lexer lexer;
    private Scope scope;
    private int depth;
    /** Of the expression that was read last. */
    private int height;
    /** Of the highest expression of the function that is being read. */
    private int highest;

    /** @param depth levels of Java's stack that are taken already */
    Parser(byte[] source, String chunk, int depth) {
        this.lexer = new Lexer(source, chunk);
        this.scope = new Scope(null, 0);
        this.depth = depth;
    }

    /** The whole source as a function. */
    Body chunk() {
        scope.takesMore = true;
        lexer.next();
        Statement.Block block = block();
        expect(Token.END_OF_SOURCE);
        return new Body(List.of(), true, false, null, block, List.of(), 0, lexer.line());
    }

    // --- statements ---------------------------------------------------------------------------------------------

    private Statement.Block block() {
        int visible = scope.visible();
        Statement.Block block = openBlock();
        scope.forget(visible);
        return block;
    }

    /** A block whose variables stay visible. */
    private Statement.Block openBlock() {
        enter();
        int line = lexer.line();
        List<Statement> statements = new ArrayList<>();
        while (!endsBlock()) {
            boolean last = lexer.token() == Token.RETURN || lexer.token() == Token.BREAK;
            statements.add(statement());
            accept(';');
            if (last) {
                break;
            }
        }
        leave();
        return new Statement.Block(statements, line);
    }

    private boolean endsBlock() {
        return switch (lexer.token()) {
            case END_OF_SOURCE, END, ELSE, ELSEIF, UNTIL -> true;
            default -> false;
        };
    }

    private Statement statement() {
        int line = lexer.line();
        return switch (lexer.token()) {
            case IF -> ifStatement(line);
            case WHILE -> whileStatement(line);
            case DO -> {
                lexer.next();
                Statement.Block block = block();
                close(Token.END, Token.DO, line);
                yield block;
            }
            case FOR -> forStatement(line);
            case REPEAT -> repeatStatement(line);
            case FUNCTION -> functionStatement(line);
            case LOCAL -> {
                lexer.next();
                yield accept(Token.FUNCTION) ? localFunction(line) : localVariables(line);
            }
            case RETURN -> returnStatement(line);
            case BREAK -> {
                lexer.next();
                if (scope.loops == 0) {
                    throw lexer.unexpected("no loop to break");
                }
                yield new Statement.Break(line);
            }
            default -> callOrAssignment(line);
        };
    }

    private Statement ifStatement(int line) {
        List<Expression> conditions = new ArrayList<>();
        List<Statement.Block> blocks = new ArrayList<>();
        Statement.Block otherwise = null;
        do {
            lexer.next();
            conditions.add(expression());
            expect(Token.THEN);
            blocks.add(block());
        } while (lexer.token() == Token.ELSEIF);
        if (accept(Token.ELSE)) {
            otherwise = block();
        }
        close(Token.END, Token.IF, line);
        return new Statement.If(conditions, blocks, otherwise, line);
    }

    private Statement whileStatement(int line) {
        lexer.next();
        Expression condition = expression();
        expect(Token.DO);
        Statement.Block body = loopBody();
        close(Token.END, Token.WHILE, line);
        return new Statement.While(condition, body, line);
    }

    private Statement.Block loopBody() {
        scope.loops++;
        Statement.Block body = block();
        scope.loops--;
        return body;
    }

    private Statement repeatStatement(int line) {
        lexer.next();
        int visible = scope.visible();
        scope.loops++;
        Statement.Block body = openBlock();
        scope.loops--;
        close(Token.UNTIL, Token.REPEAT, line);
        Expression condition = expression();
        scope.forget(visible);
        return new Statement.Repeat(body, condition, line);
    }

    private Statement forStatement(int line) {
        lexer.next();
        LuaString first = name();
        Statement loop;
        if (lexer.is('=')) {
            loop = numericFor(first, line);
        } else if (lexer.is(',') || lexer.token() == Token.IN) {
            loop = genericFor(first, line);
        } else {
            throw lexer.unexpected("'=' or 'in' expected");
        }
        close(Token.END, Token.FOR, line);
        return loop;
    }

    private Statement numericFor(LuaString name, int line) {
        lexer.next();
        Expression first = expression();
        expect(',');
        Expression limit = expression();
        Expression step = accept(',') ? expression() : null;
        expect(Token.DO);
        int visible = scope.visible();
        reserve(3);
        Variable variable = declare(name);
        Statement.Block body = loopBody();
        scope.forget(visible);
        return new Statement.NumericFor(variable, first, limit, step, body, line);
    }

    private Statement genericFor(LuaString firstName, int line) {
        List<LuaString> names = new ArrayList<>();
        names.add(firstName);
        while (accept(',')) {
            names.add(name());
        }
        expect(Token.IN);
        List<Expression> values = expressions();
        expect(Token.DO);
        int visible = scope.visible();
        reserve(3);
        List<Variable> variables = new ArrayList<>();
        for (LuaString name : names) {
            variables.add(declare(name));
        }
        Statement.Block body = loopBody();
        scope.forget(visible);
        return new Statement.GenericFor(variables, values, body, line);
    }

    /** Variables of a loop that have no name a source could use. */
    private void reserve(int count) {
        for (int i = 0; i < count; i++) {
            scope.declare(new Variable("(for)"), lexer);
        }
    }

    private Statement functionStatement(int line) {
        lexer.next();
        Expression target = variable();
        boolean method = false;
        while (lexer.is('.') || lexer.is(':')) {
            method = lexer.is(':');
            lexer.next();
            int nameLine = lexer.line();
            target = new Expression.Index(target, new Expression.Constant(name()), nameLine);
            if (method) {
                break;
            }
        }
        Body body = body(method, line);
        return new Statement.Assignment(List.of(target), List.of(new Expression.Function(body)), line);
    }

    private Statement localFunction(int line) {
        Variable variable = declare(name());
        return new Statement.LocalFunction(variable, body(false, lexer.line()), line);
    }

    private Statement localVariables(int line) {
        List<LuaString> names = new ArrayList<>();
        do {
            names.add(name());
        } while (accept(','));
        List<Expression> values = accept('=') ? expressions() : List.of();
        List<Variable> variables = new ArrayList<>();
        for (LuaString name : names) {
            variables.add(declare(name));
        }
        return new Statement.LocalVariables(variables, values, line);
    }

    private Statement returnStatement(int line) {
        lexer.next();
        List<Expression> values = endsBlock() || lexer.is(';') ? List.of() : expressions();
        return new Statement.Return(values, line);
    }

    private Statement callOrAssignment(int line) {
        Expression first = suffixed();
        if (first instanceof Expression.Call || first instanceof Expression.MethodCall) {
            return new Statement.CallStatement(first, line);
        }
        List<Expression> targets = new ArrayList<>();
        targets.add(assignable(first));
        while (accept(',')) {
            targets.add(assignable(suffixed()));
            if (targets.size() > DEPTH_MAX) {
                throw lexer.error(
                        "function at line " + scope.line + " has more than " + DEPTH_MAX + " variables in assignment");
            }
        }
        expect('=');
        return new Statement.Assignment(targets, expressions(), line);
    }

    private Expression assignable(Expression target) {
        return switch (target) {
            case Expression.Local local -> local;
            case Expression.Upvalue upvalue -> upvalue;
            case Expression.Global global -> global;
            case Expression.Index index -> index;
            default -> throw lexer.unexpected("syntax error");
        };
    }

    // --- functions ----------------------------------------------------------------------------------------------

    private Body body(boolean method, int line) {
        enter();
        Scope outer = scope;
        int outerHighest = highest;
        scope = new Scope(outer, line);
        highest = 0;
        expect('(');
        List<Variable> parameters = new ArrayList<>();
        if (method) {
            parameters.add(declare("self"));
        }
        Variable more = null;
        if (!lexer.is(')')) {
            do {
                if (accept(Token.DOTS)) {
                    scope.takesMore = true;
                    more = declare("arg");
                    break;
                }
                if (lexer.token() != Token.NAME) {
                    throw lexer.unexpected("<name> or '...' expected");
                }
                parameters.add(declare(name()));
            } while (accept(','));
        }
        expect(')');
        Statement.Block block = block();
        int lastLine = lexer.line();
        close(Token.END, Token.FUNCTION, line);
        Body body = new Body(
                parameters,
                scope.takesMore,
                scope.takesMore && !scope.usesMore,
                more,
                block,
                scope.captures(),
                line,
                lastLine);
        scope = outer;
        height = above(highest);
        highest = Math.max(outerHighest, height);
        leave();
        return body;
    }

    private Variable declare(LuaString name) {
        return declare(name.toString());
    }

    private Variable declare(String name) {
        Variable variable = new Variable(name);
        scope.declare(variable, lexer);
        return variable;
    }

    // --- expressions --------------------------------------------------------------------------------------------

    private List<Expression> expressions() {
        List<Expression> all = new ArrayList<>();
        int tallest = 0;
        do {
            all.add(expression());
            tallest = Math.max(tallest, height);
        } while (accept(','));
        height = tallest;
        return all;
    }

    private Expression expression() {
        return expression(0);
    }

    /** Reads operators that bind closer than {@code limit}. */
    private Expression expression(int limit) {
        enter();
        Expression left = operand();
        int leftHeight = height;
        while (leftPriority() > limit) {
            left = binary(left);
            leftHeight = above(Math.max(leftHeight, height));
        }
        height = leftHeight;
        highest = Math.max(highest, height);
        leave();
        return left;
    }

    private Expression operand() {
        int line = lexer.line();
        if (accept(Token.NOT)) {
            Expression operand = expression(UNARY_PRIORITY);
            height = above(height);
            return new Expression.Not(operand);
        }
        if (accept('-')) {
            Expression operand = expression(UNARY_PRIORITY);
            height = above(height);
            return operand instanceof Expression.Constant constant && constant.value() instanceof Double number
                    ? new Expression.Constant(-number)
                    : new Expression.Unary(Op.NEGATE, operand, line);
        }
        if (accept('#')) {
            Expression operand = expression(UNARY_PRIORITY);
            height = above(height);
            return new Expression.Unary(Op.LENGTH, operand, line);
        }
        return simple();
    }

    /** 0 if the word is no operator of two operands. */
    private int leftPriority() {
        return switch (lexer.token()) {
            case OR -> 1;
            case AND -> 2;
            case EQUAL, NOT_EQUAL, LESS_OR_EQUAL, GREATER_OR_EQUAL -> 3;
            case CONCAT -> 5;
            case CHARACTER -> {
                if (lexer.is('<') || lexer.is('>')) {
                    yield 3;
                }
                if (lexer.is('+') || lexer.is('-')) {
                    yield 6;
                }
                if (lexer.is('*') || lexer.is('/') || lexer.is('%')) {
                    yield 7;
                }
                yield lexer.is('^') ? 10 : 0;
            }
            default -> 0;
        };
    }

    private Expression binary(Expression left) {
        int line = lexer.line();
        switch (lexer.token()) {
            case OR -> {
                return new Expression.Choice(false, left, right(1));
            }
            case AND -> {
                return new Expression.Choice(true, left, right(2));
            }
            case EQUAL -> {
                return new Expression.Comparison(Op.EQUAL, true, left, right(3), line);
            }
            case NOT_EQUAL -> {
                return new Expression.Comparison(Op.EQUAL, false, left, right(3), line);
            }
            case LESS_OR_EQUAL -> {
                return new Expression.Comparison(Op.LESS_OR_EQUAL, true, left, right(3), line);
            }
            case GREATER_OR_EQUAL -> {
                return swapped(Op.LESS_OR_EQUAL, left, right(3), line);
            }
            case CONCAT -> {
                return concat(left, right(4), line);
            }
            default -> {}
        }
        if (lexer.is('<')) {
            return new Expression.Comparison(Op.LESS, true, left, right(3), line);
        }
        if (lexer.is('>')) {
            return swapped(Op.LESS, left, right(3), line);
        }
        if (lexer.is('^')) {
            return new Expression.Arithmetic(Op.POWER, left, right(9), line);
        }
        int op = lexer.is('+')
                ? Op.ADD
                : lexer.is('-') ? Op.SUBTRACT : lexer.is('*') ? Op.MULTIPLY : lexer.is('/') ? Op.DIVIDE : Op.MODULO;
        return new Expression.Arithmetic(op, left, right(op <= Op.SUBTRACT ? 6 : 7), line);
    }

    private Expression right(int priority) {
        lexer.next();
        return expression(priority);
    }

    /** {@code a > b}: evaluated in the order it is written, compared the other way round. */
    private static Expression swapped(int op, Expression left, Expression right, int line) {
        return new Expression.Comparison(-op, true, left, right, line);
    }

    /** A chain of strings leans to the right: the parts of one are joined at once. */
    private static Expression concat(Expression left, Expression right, int line) {
        List<Expression> parts = new ArrayList<>();
        parts.add(left);
        if (right instanceof Expression.Concat chain) {
            parts.addAll(chain.parts());
        } else {
            parts.add(right);
        }
        return new Expression.Concat(parts, line);
    }

    private Expression simple() {
        Expression simple;
        switch (lexer.token()) {
            case NUMBER -> simple = new Expression.Constant(lexer.number());
            case STRING -> simple = new Expression.Constant(lexer.text());
            case NIL -> simple = new Expression.Constant(null);
            case TRUE -> simple = new Expression.Constant(true);
            case FALSE -> simple = new Expression.Constant(false);
            case DOTS -> {
                if (!scope.takesMore) {
                    throw lexer.unexpected("cannot use '...' outside a vararg function");
                }
                scope.usesMore = true;
                simple = new Expression.More();
            }
            case FUNCTION -> {
                int line = lexer.line();
                lexer.next();
                return new Expression.Function(body(false, line));
            }
            default -> {
                return lexer.is('{') ? constructor() : suffixed();
            }
        }
        lexer.next();
        height = 1;
        return simple;
    }

    private Expression primary() {
        if (lexer.is('(')) {
            int line = lexer.line();
            lexer.next();
            Expression inside = expression();
            close(')', '(', line);
            height = above(height);
            return new Expression.Parenthesis(inside);
        }
        if (lexer.token() == Token.NAME) {
            return variable();
        }
        throw lexer.unexpected("unexpected symbol");
    }

    private Expression variable() {
        if (lexer.token() != Token.NAME) {
            throw lexer.unexpected("'<name>' expected");
        }
        LuaString name = lexer.text();
        Expression resolved = scope.resolve(name.toString(), name, lexer);
        lexer.next();
        height = 1;
        return resolved;
    }

    private Expression suffixed() {
        Expression expression = primary();
        int chain = height;
        while (true) {
            int line = lexer.line();
            height = 0;
            if (lexer.is('.')) {
                lexer.next();
                expression = new Expression.Index(expression, new Expression.Constant(name()), line);
            } else if (lexer.is('[')) {
                lexer.next();
                Expression key = expression();
                expect(']');
                expression = new Expression.Index(expression, key, line);
            } else if (lexer.is(':')) {
                lexer.next();
                LuaString name = name();
                expression = new Expression.MethodCall(expression, name, arguments(), line);
            } else if (lexer.is('(') || lexer.is('{') || lexer.token() == Token.STRING) {
                expression = new Expression.Call(expression, arguments(), line);
            } else {
                height = chain;
                return expression;
            }
            chain = above(Math.max(chain, height));
        }
    }

    private List<Expression> arguments() {
        if (lexer.token() == Token.STRING) {
            Expression string = new Expression.Constant(lexer.text());
            lexer.next();
            height = 1;
            return List.of(string);
        }
        if (lexer.is('{')) {
            return List.of(constructor());
        }
        if (!lexer.is('(')) {
            throw lexer.unexpected("function arguments expected");
        }
        int line = lexer.line();
        if (line != lexer.lineOfLast()) {
            throw lexer.unexpected("ambiguous syntax (function call x new statement)");
        }
        lexer.next();
        List<Expression> arguments = lexer.is(')') ? List.of() : expressions();
        close(')', '(', line);
        return arguments;
    }

    private Expression constructor() {
        int line = lexer.line();
        expect('{');
        List<Expression.Field> fields = new ArrayList<>();
        int tallest = 0;
        while (!lexer.is('}')) {
            height = 0;
            fields.add(field());
            tallest = Math.max(tallest, height);
            if (!accept(',') && !accept(';')) {
                break;
            }
        }
        close('}', '{', line);
        height = above(tallest);
        return new Expression.Constructor(fields, line);
    }

    private Expression.Field field() {
        int line = lexer.line();
        if (lexer.is('[')) {
            lexer.next();
            Expression key = expression();
            int keyHeight = height;
            expect(']');
            expect('=');
            Expression value = expression();
            height = Math.max(keyHeight, height);
            return new Expression.Field(key, value, line);
        }
        if (lexer.token() == Token.NAME && lexer.aheadIs('=')) {
            Expression key = new Expression.Constant(name());
            expect('=');
            return new Expression.Field(key, expression(), line);
        }
        return new Expression.Field(null, expression(), line);
    }

    // --- words --------------------------------------------------------------------------------------------------

    private void enter() {
        if (++depth > DEPTH_MAX) {
            throw lexer.error("chunk has too many syntax levels");
        }
    }

    private int above(int part) {
        if (part >= HEIGHT_MAX) {
            throw lexer.error("function or expression too complex");
        }
        return part + 1;
    }

    private void leave() {
        depth--;
    }

    private LuaString name() {
        if (lexer.token() != Token.NAME) {
            throw lexer.unexpected("'<name>' expected");
        }
        LuaString name = lexer.text();
        lexer.next();
        return name;
    }

    private boolean accept(char c) {
        if (!lexer.is(c)) {
            return false;
        }
        lexer.next();
        return true;
    }

    private boolean accept(Token token) {
        if (lexer.token() != token) {
            return false;
        }
        lexer.next();
        return true;
    }

    private void expect(char c) {
        if (!accept(c)) {
            throw lexer.unexpected("'" + c + "' expected");
        }
    }

    private void expect(Token token) {
        if (lexer.token() != token) {
            throw lexer.unexpected("'" + token.text() + "' expected");
        }
        if (token != Token.END_OF_SOURCE) {
            lexer.next();
        }
    }

    private void close(Token token, Token opened, int line) {
        if (!accept(token)) {
            throw unclosed(token.text(), opened.text(), line);
        }
    }

    private void close(char c, char opened, int line) {
        if (!accept(c)) {
            throw unclosed(Character.toString(c), Character.toString(opened), line);
        }
    }

    private LuaError unclosed(String what, String opened, int line) {
        return lexer.unexpected(
                line == lexer.line()
                        ? "'" + what + "' expected"
                        : "'" + what + "' expected (to close '" + opened + "' at line " + line + ")");
    }
}

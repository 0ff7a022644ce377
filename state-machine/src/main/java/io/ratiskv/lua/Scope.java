package io.ratiskv.lua;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The names a function's source can see while it is parsed. Confined to the parser. */
final class Scope {
    private static final int VARIABLES_MAX = 200;
    private static final int CAPTURES_MAX = 60;

    final @Nullable Scope around;
    final int line;
    private final List<Variable> visible = new ArrayList<>();
    private final List<Body.Capture> captures = new ArrayList<>();
    /** Whether {@code ...} may be used. */
    boolean takesMore;
    /** Whether it was. */
    boolean usesMore;
    /** Loops around the statement that is being parsed. */
    int loops;

    Scope(@Nullable Scope around, int line) {
        this.around = around;
        this.line = line;
    }

    int visible() {
        return visible.size();
    }

    void declare(Variable variable, Lexer lexer) {
        if (visible.size() >= VARIABLES_MAX) {
            throw tooMany(lexer, VARIABLES_MAX, "local variables");
        }
        visible.add(variable);
    }

    /** A block ended. */
    void forget(int keep) {
        while (visible.size() > keep) {
            visible.removeLast();
        }
    }

    List<Body.Capture> captures() {
        return captures;
    }

    Expression resolve(String name, LuaString text, Lexer lexer) {
        Variable own = find(name);
        if (own != null) {
            return new Expression.Local(own);
        }
        int captured = capture(name, lexer);
        return captured < 0 ? new Expression.Global(text, lexer.line()) : new Expression.Upvalue(captured, name);
    }

    private @Nullable Variable find(String name) {
        for (int i = visible.size() - 1; i >= 0; i--) {
            if (visible.get(i).name.equals(name)) {
                return visible.get(i);
            }
        }
        return null;
    }

    /** The index of the variable of a function around this one; -1 if there is none of that name. */
    private int capture(String name, Lexer lexer) {
        if (around == null) {
            return -1;
        }
        Variable variable = around.find(name);
        if (variable != null) {
            variable.captured = true;
            return add(new Body.Capture(variable, 0), lexer);
        }
        int outer = around.capture(name, lexer);
        return outer < 0 ? -1 : add(new Body.Capture(null, outer), lexer);
    }

    private int add(Body.Capture capture, Lexer lexer) {
        for (int i = 0; i < captures.size(); i++) {
            Body.Capture known = captures.get(i);
            if (known.variable() == capture.variable() && known.index() == capture.index()) {
                return i;
            }
        }
        if (captures.size() >= CAPTURES_MAX) {
            throw tooMany(lexer, CAPTURES_MAX, "upvalues");
        }
        captures.add(capture);
        return captures.size() - 1;
    }

    private LuaError tooMany(Lexer lexer, int max, String what) {
        String who = line == 0 ? "main function" : "function at line " + line;
        return lexer.error(who + " has more than " + max + " " + what);
    }
}

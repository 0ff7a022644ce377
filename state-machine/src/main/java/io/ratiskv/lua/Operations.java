package io.ratiskv.lua;

import org.jspecify.annotations.Nullable;

/** What the operators do beyond the usual case: conversions, metamethods, errors. Confined to its interpreter. */
final class Operations {
    /** So many tables may refer to each other by {@code __index}. */
    private static final int LOOPS_MAX = 100;

    /** Steps for calling a function written in Java. */
    private static final int CALL_STEPS = 4;

    private static final LuaString INDEX = LuaString.constant("__index");
    private static final LuaString NEW_INDEX = LuaString.constant("__newindex");
    private static final LuaString CALL = LuaString.constant("__call");
    private static final LuaString CONCAT = LuaString.constant("__concat");
    private static final LuaString LENGTH = LuaString.constant("__len");
    private static final LuaString NEGATE = LuaString.constant("__unm");
    private static final LuaString EQUAL = LuaString.constant("__eq");
    private static final LuaString LESS = LuaString.constant("__lt");
    private static final LuaString LESS_OR_EQUAL = LuaString.constant("__le");
    private static final LuaString[] ARITHMETIC = {
        LuaString.constant("__add"),
        LuaString.constant("__sub"),
        LuaString.constant("__mul"),
        LuaString.constant("__div"),
        LuaString.constant("__mod"),
        LuaString.constant("__pow"),
    };

    private final Lua lua;
    private @Nullable Interpreter interpreter;

    Operations(Lua lua) {
        this.lua = lua;
    }

    void interpreter(Interpreter loop) {
        interpreter = loop;
    }

    // --- metatables ---------------------------------------------------------------------------------------------

    @Nullable
    LuaTable metatable(@Nullable Object value) {
        if (value instanceof LuaTable table) {
            return table.metatable();
        }
        if (value instanceof LuaString) {
            return lua.stringMetatable();
        }
        return value instanceof Proxy proxy ? proxy.metatable : null;
    }

    @Nullable
    Object metamethod(@Nullable Object value, LuaString event) {
        LuaTable metatable = metatable(value);
        return metatable == null ? null : metatable.get(event);
    }

    // --- tables -------------------------------------------------------------------------------------------------

    @Nullable
    Object index(@Nullable Object indexed, @Nullable Object key) {
        Object object = indexed;
        for (int loop = 0; loop < LOOPS_MAX; loop++) {
            Object handler;
            if (object instanceof LuaTable table) {
                Object value = table.get(key);
                if (value != null) {
                    return value;
                }
                LuaTable metatable = table.metatable();
                handler = metatable == null ? null : metatable.get(INDEX);
                if (handler == null) {
                    return null;
                }
            } else {
                handler = metamethod(object, INDEX);
                if (handler == null) {
                    throw wrongOperand(loop == 0 ? 0 : -1, "index", object);
                }
            }
            if (handler instanceof LuaFunction) {
                return lua.callForOne(handler, object, key);
            }
            object = handler;
        }
        throw LuaError.ofOperator("loop in gettable");
    }

    void setIndex(@Nullable Object indexed, @Nullable Object key, @Nullable Object value) {
        Object object = indexed;
        for (int loop = 0; loop < LOOPS_MAX; loop++) {
            Object handler;
            if (object instanceof LuaTable table) {
                if (table.isReadOnly()) {
                    throw readOnly();
                }
                LuaTable metatable = table.metatable();
                handler = metatable == null || table.get(key) != null ? null : metatable.get(NEW_INDEX);
                if (handler == null) {
                    rawSet(table, key, value);
                    return;
                }
            } else {
                handler = metamethod(object, NEW_INDEX);
                if (handler == null) {
                    throw wrongOperand(loop == 0 ? 0 : -1, "index", object);
                }
            }
            if (handler instanceof LuaFunction) {
                lua.call(handler, object, key, value);
                return;
            }
            object = handler;
        }
        throw LuaError.ofOperator("loop in settable");
    }

    static void rawSet(LuaTable table, @Nullable Object key, @Nullable Object value) {
        if (key instanceof Double number) {
            if (number.isNaN()) {
                throw LuaError.ofOperator("table index is NaN");
            }
            table.set(number.doubleValue(), value);
        } else if (key == null) {
            throw LuaError.ofOperator("table index is nil");
        } else {
            table.set(key, value);
        }
    }

    static LuaError readOnly() {
        return LuaError.ofOperator("Attempt to modify a readonly table");
    }

    // --- arithmetic ---------------------------------------------------------------------------------------------

    static @Nullable Double toNumber(@Nullable Object value) {
        if (value instanceof Double number) {
            return number;
        }
        return value instanceof LuaString string ? NumberText.parse(string.bytes()) : null;
    }

    @Nullable
    Object arithmetic(int op, @Nullable Object x, @Nullable Object y) {
        Double p = toNumber(x);
        Double q = p == null ? null : toNumber(y);
        if (p != null && q != null) {
            return switch (op) {
                case Op.ADD -> p + q;
                case Op.SUBTRACT -> p - q;
                case Op.MULTIPLY -> p * q;
                case Op.DIVIDE -> p / q;
                case Op.MODULO -> p - Math.floor(p / q) * q;
                default -> StrictMath.pow(p, q);
            };
        }
        Object handler = metamethod(x, ARITHMETIC[op - Op.ADD]);
        if (handler == null) {
            handler = metamethod(y, ARITHMETIC[op - Op.ADD]);
        }
        if (handler == null) {
            throw p == null ? wrongOperand(0, "perform arithmetic on", x) : wrongOperand(1, "perform arithmetic on", y);
        }
        return lua.callForOne(handler, x, y);
    }

    @Nullable
    Object negate(@Nullable Object value) {
        Double number = toNumber(value);
        if (number != null) {
            return -number;
        }
        Object handler = metamethod(value, NEGATE);
        if (handler == null) {
            throw wrongOperand(0, "perform arithmetic on", value);
        }
        return lua.callForOne(handler, value, value);
    }

    @Nullable
    Object length(@Nullable Object value) {
        if (value instanceof LuaTable table) {
            return Double.valueOf(table.length());
        }
        if (value instanceof LuaString string) {
            return Double.valueOf(string.length());
        }
        Object handler = metamethod(value, LENGTH);
        if (handler == null) {
            throw wrongOperand(0, "get length of", value);
        }
        return lua.callForOne(handler, value);
    }

    /** Joins the registers from {@code first} to {@code last}, from the right, as many strings at a time as there are. */
    @Nullable
    Object concat(Coroutine co, int first, int last) {
        Object result = co.stack[last];
        int at = last - 1;
        while (at >= first) {
            Object left = co.stack[at];
            if (!isText(left) || !isText(result)) {
                result = concatByHandler(left, result, at - first, at + 1 == last ? last - first : -1);
                at--;
                continue;
            }
            int from = at;
            while (from > first && isText(co.stack[from - 1])) {
                from--;
            }
            result = join(co.stack, from, at, toText(result));
            at = from - 1;
        }
        return result;
    }

    private @Nullable Object concatByHandler(
            @Nullable Object left, @Nullable Object right, int leftOperand, int rightOperand) {
        Object handler = metamethod(left, CONCAT);
        if (handler == null) {
            handler = metamethod(right, CONCAT);
        }
        if (handler == null) {
            throw isText(left)
                    ? wrongOperand(rightOperand, "concatenate", right)
                    : wrongOperand(leftOperand, "concatenate", left);
        }
        return lua.callForOne(handler, left, right);
    }

    private LuaString join(@Nullable Object[] stack, int from, int to, LuaString last) {
        long length = last.length();
        LuaString[] parts = new LuaString[to - from + 1];
        for (int i = from; i <= to; i++) {
            if (stack[i] instanceof Double) {
                lua.meter.spend(Lua.NUMBER_STEPS);
            }
            parts[i - from] = toText(stack[i]);
            length += parts[i - from].length();
        }
        lua.meter.allocate(Sizes.string(length));
        byte[] bytes = new byte[Math.toIntExact(length)];
        int at = 0;
        for (LuaString part : parts) {
            System.arraycopy(part.bytes(), 0, bytes, at, part.length());
            at += part.length();
        }
        System.arraycopy(last.bytes(), 0, bytes, at, last.length());
        return LuaString.wrap(bytes);
    }

    static boolean isText(@Nullable Object value) {
        return value instanceof LuaString || value instanceof Double;
    }

    static LuaString toText(@Nullable Object value) {
        return value instanceof Double number
                ? NumberText.of(number)
                : (LuaString) java.util.Objects.requireNonNull(value);
    }

    // --- comparison ---------------------------------------------------------------------------------------------

    /** Equal without metamethods. */
    @SuppressWarnings("ReferenceEquality") // what is neither a number nor a string equals itself alone
    static boolean rawEqual(@Nullable Object x, @Nullable Object y) {
        if (x instanceof Double p && y instanceof Double q) {
            return p.doubleValue() == q.doubleValue();
        }
        return x == y || x instanceof LuaString && x.equals(y);
    }

    boolean equal(@Nullable Object x, @Nullable Object y) {
        if (rawEqual(x, y)) {
            return true;
        }
        boolean comparable = x instanceof LuaTable && y instanceof LuaTable || x instanceof Proxy && y instanceof Proxy;
        if (!comparable) {
            return false;
        }
        Object handler = metamethod(x, EQUAL);
        return handler != null && rawEqual(handler, metamethod(y, EQUAL)) && Lua.isTrue(lua.callForOne(handler, x, y));
    }

    boolean less(@Nullable Object x, @Nullable Object y) {
        if (x instanceof Double p && y instanceof Double q) {
            return p < q;
        }
        if (x instanceof LuaString p && y instanceof LuaString q) {
            lua.meter.spendBytes(Math.min(p.length(), q.length()));
            return p.compareTo(q) < 0;
        }
        Object handler = orderHandler(x, y, LESS);
        if (handler == null) {
            throw incomparable(x, y);
        }
        return Lua.isTrue(lua.callForOne(handler, x, y));
    }

    boolean lessOrEqual(@Nullable Object x, @Nullable Object y) {
        if (x instanceof Double p && y instanceof Double q) {
            return p <= q;
        }
        if (x instanceof LuaString p && y instanceof LuaString q) {
            lua.meter.spendBytes(Math.min(p.length(), q.length()));
            return p.compareTo(q) <= 0;
        }
        Object handler = orderHandler(x, y, LESS_OR_EQUAL);
        if (handler != null) {
            return Lua.isTrue(lua.callForOne(handler, x, y));
        }
        handler = orderHandler(y, x, LESS);
        if (handler == null) {
            throw incomparable(x, y);
        }
        return !Lua.isTrue(lua.callForOne(handler, y, x));
    }

    private @Nullable Object orderHandler(@Nullable Object x, @Nullable Object y, LuaString event) {
        if (!Lua.typeName(x).equals(Lua.typeName(y))) {
            return null;
        }
        Object handler = metamethod(x, event);
        return handler != null && rawEqual(handler, metamethod(y, event)) ? handler : null;
    }

    private static LuaError incomparable(@Nullable Object x, @Nullable Object y) {
        String one = Lua.typeName(x);
        String other = Lua.typeName(y);
        return LuaError.ofOperator(
                one.equals(other)
                        ? "attempt to compare two " + one + " values"
                        : "attempt to compare " + one + " with " + other);
    }

    // --- calls --------------------------------------------------------------------------------------------------

    /** Runs a builtin that the script calls by a name, if it has one. */
    int run(Builtin builtin, Coroutine co, int base, int count) {
        return run(builtin, co, base, count, true);
    }

    int run(Builtin builtin, Coroutine co, int base, int count, boolean called) {
        lua.meter.spend(CALL_STEPS);
        return builtin.body.run(new Args(lua, co, base, count, called));
    }

    /** Puts the {@code __call} of what stands at {@code at} before it. Returns the number of arguments then. */
    int makeCallable(Coroutine co, int at, int count, boolean named) {
        Object value = co.stack[at];
        Object handler = metamethod(value, CALL);
        if (!(handler instanceof LuaFunction)) {
            throw new LuaError(wrongOperand(named ? 0 : -1, "call", value).getMessage());
        }
        co.ensure(at + count + 3);
        System.arraycopy(co.stack, at, co.stack, at + 1, count + 1);
        co.stack[at] = handler;
        return count + 1;
    }

    // --- loops --------------------------------------------------------------------------------------------------

    void prepareFor(@Nullable Object[] stack, int at) {
        Double first = toNumber(stack[at]);
        if (first == null) {
            throw LuaError.ofOperator("'for' initial value must be a number");
        }
        Double limit = toNumber(stack[at + 1]);
        if (limit == null) {
            throw LuaError.ofOperator("'for' limit must be a number");
        }
        Double step = toNumber(stack[at + 2]);
        if (step == null) {
            throw LuaError.ofOperator("'for' step must be a number");
        }
        stack[at] = first - step;
        stack[at + 1] = limit;
        stack[at + 2] = step;
    }

    /** One turn of a for-in loop: its function at {@code at}, its state and the last value behind it, then room for the results. */
    @SuppressWarnings("ReferenceEquality") // only next itself may be taken for it
    void iterate(Coroutine co, int at, int wanted) {
        @Nullable Object[] stack = co.stack;
        if (stack[at] instanceof Builtin builtin) {
            if (builtin.body == BaseLibrary.NEXT && stack[at + 1] instanceof LuaTable table) {
                next(table, stack, at, wanted);
                return;
            }
            stack[at + 3] = stack[at + 1];
            stack[at + 4] = stack[at + 2];
            int given = run(builtin, co, at + 3, 2);
            if (given == Interpreter.SUSPENDED) {
                throw LuaError.ofOperator("attempt to yield across metamethod/C-call boundary");
            }
            deliver(co, at + 3, given, wanted);
            return;
        }
        int given = lua.call(stack[at], stack[at + 1], stack[at + 2]);
        deliver(co, at + 3, given, wanted);
    }

    private void deliver(Coroutine co, int at, int given, int wanted) {
        if (interpreter != null) {
            interpreter.deliver(co, at, given, wanted);
        }
    }

    private void next(LuaTable table, @Nullable Object[] stack, int at, int wanted) {
        int from = table.positionOf(stack[at + 2]);
        if (from < 0) {
            throw LuaError.ofOperator("invalid key to 'next'");
        }
        int position = table.nextPosition(from);
        lua.meter.spend(Math.max((position == 0 ? table.positions() : position) - from, 0) >> 3);
        stack[at + 3] = position == 0 ? null : table.keyAt(position);
        if (wanted > 1) {
            stack[at + 4] = position == 0 ? null : table.valueAt(position);
        }
        for (int i = 2; i < wanted; i++) {
            stack[at + 3 + i] = null;
        }
    }

    // --- errors -------------------------------------------------------------------------------------------------

    /** {@code attempt to index local 'x' (a nil value)}; {@code operand} below 0 has no name. */
    private LuaError wrongOperand(int operand, String action, @Nullable Object value) {
        Coroutine co = lua.running();
        String name = null;
        if (operand >= 0 && co.depth > 0) {
            Frame frame = co.frame();
            name = frame.closure().prototype.nameOf(frame.pc - 1, operand);
        }
        String type = Lua.typeName(value);
        return LuaError.ofOperator(
                name == null
                        ? "attempt to " + action + " a " + type + " value"
                        : "attempt to " + action + " " + name + " (a " + type + " value)");
    }
}

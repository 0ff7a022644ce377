package io.ratiskv.lua;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One run of a script: its values, its coroutines and what it may still take. Confined to one thread.
 *
 * <p>What all runs share (libraries, compiled functions) is never changed by a run; what one run makes dies with it.
 */
public final class Lua {
    /** Calls from Java back into a script inside each other, as in Lua 5.1. */
    static final int BOUNDARIES_MAX = 199;

    /** Steps for such a call. */
    private static final int BOUNDARY_STEPS = 16;

    /** The results a function of C can leave on Lua's stack. */
    static final int RESULTS_MAX = 8000;

    static final LuaString COUNT = LuaString.constant("n");

    /** What runs make is numbered from here on; below are the shared tables and functions. */
    private static final int FIRST_ID = 1 << 16;

    /** Steps for making text of a number. */
    static final int NUMBER_STEPS = 30;

    /** Steps for each byte of a source, and bytes of memory. */
    private static final int COMPILE_STEPS = 8;

    private static final int COMPILE_BYTES = 32;

    final Meter meter;
    final Operations operations;
    private final Interpreter interpreter;
    private final @Nullable LuaTable stringMetatable;
    private final LuaTable globals;
    private final Object attachment;

    /** The results of the last function that returned to Java. */
    @Nullable
    Object[] results = new Object[16];

    private JsonLibrary.@Nullable Settings json;
    private Coroutine running;
    private int boundaries;
    private int ids = FIRST_ID;
    /** What functions written in Java are making and no value reaches yet. */
    private final List<Object> held = new ArrayList<>();

    /**
     * @param libraries shared by runs
     * @param attachment what the functions of an embedder find at {@link #attachment}
     */
    public Lua(Libraries libraries, long stepsMax, long bytesMax, Object attachment) {
        this.meter = new Meter(stepsMax, bytesMax, new Census(this));
        this.globals = libraries.globals();
        this.stringMetatable = libraries.stringMetatable();
        this.attachment = attachment;
        this.operations = new Operations(this);
        this.interpreter = new Interpreter(this);
        operations.interpreter(interpreter);
        this.running = new Coroutine(nextId(), null, globals, meter);
        running.status = Coroutine.Status.RUNNING;
    }

    public Meter meter() {
        return meter;
    }

    public Object attachment() {
        return attachment;
    }

    /** The globals of functions that are compiled while it runs. */
    public LuaTable globals() {
        return running.globals;
    }

    public void setGlobals(LuaTable table) {
        running.globals = table;
    }

    @Nullable
    LuaTable stringMetatable() {
        return stringMetatable;
    }

    Coroutine running() {
        return running;
    }

    int nextId() {
        return ids++;
    }

    /** The settings of {@code cjson} in this run. */
    JsonLibrary.Settings json() {
        if (json == null) {
            json = new JsonLibrary.Settings();
        }
        return json;
    }

    // --- values -------------------------------------------------------------------------------------------------

    public LuaTable newTable() {
        return new LuaTable(nextId(), meter);
    }

    public LuaTable newTable(int elements, int entries) {
        return new LuaTable(nextId(), meter, elements, entries);
    }

    /** A string of bytes that the caller does not write any more. */
    public LuaString string(byte[] bytes) {
        meter.allocate(Sizes.string(bytes.length));
        return LuaString.wrap(bytes);
    }

    public LuaString string(String text) {
        return string(text.getBytes(StandardCharsets.UTF_8));
    }

    LuaString slice(LuaString string, int from, int to) {
        if (from >= to) {
            return LuaString.EMPTY;
        }
        if (from == 0 && to == string.length()) {
            return string;
        }
        meter.allocate(Sizes.string(to - from));
        return LuaString.wrap(Arrays.copyOfRange(string.bytes(), from, to));
    }

    /** A number as a string. */
    LuaString newText(double number) {
        meter.spend(NUMBER_STEPS);
        LuaString text = NumberText.of(number);
        meter.allocate(Sizes.string(text.length()));
        return text;
    }

    /** A number as Lua writes it. */
    public static String text(double number) {
        return NumberText.text(number);
    }

    public Builtin newFunction(Builtin.Body body) {
        meter.allocate(Sizes.CLOSURE);
        return new Builtin(nextId(), body);
    }

    /** Keeps {@code object} counted while a function written in Java makes it. */
    public void hold(Object object) {
        held.add(object);
    }

    public void release() {
        held.removeLast();
    }

    List<Object> held() {
        return held;
    }

    /** Room for {@code count} results. */
    public @Nullable Object[] results(int count) {
        if (count > results.length) {
            results = Arrays.copyOf(results, Math.max(count, 2 * results.length));
        }
        return results;
    }

    /** The names of {@code type()}. */
    public static String typeName(@Nullable Object value) {
        return switch (value) {
            case null -> "nil";
            case LuaString string -> "string";
            case Double number -> "number";
            case Boolean bool -> "boolean";
            case LuaTable table -> "table";
            case LuaFunction function -> "function";
            case Coroutine coroutine -> "thread";
            default -> "userdata";
        };
    }

    public static boolean isTrue(@Nullable Object value) {
        return value != null && !Boolean.FALSE.equals(value);
    }

    // --- compiling ----------------------------------------------------------------------------------------------

    /**
     * Compiles a source as part of the run.
     *
     * @throws LuaError with the place, if it is no chunk of Lua
     */
    public LuaClosure load(byte[] source, String chunk) {
        meter.spend((long) COMPILE_STEPS * source.length);
        meter.allocate((long) COMPILE_BYTES * source.length);
        return closure(compile(source, chunk, boundaries));
    }

    public LuaClosure closure(Prototype prototype) {
        return new LuaClosure(nextId(), prototype, new Cell[0], running.globals);
    }

    /** A compiled chunk, for any run. */
    public static Prototype compile(byte[] source, String chunk) {
        return compile(source, chunk, 0);
    }

    /** Calls inside each other and what nests in a source share one limit, as in Lua 5.1. */
    private static Prototype compile(byte[] source, String chunk, int depth) {
        return new Compiler(chunk).compile(new Parser(source, chunk, depth).chunk());
    }

    // --- calling ------------------------------------------------------------------------------------------------

    /** Calls a function, or what can be called like one; returns how many of {@link #results} are its. */
    public int call(@Nullable Object function, @Nullable Object... arguments) {
        Coroutine co = running;
        int at = co.free();
        co.ensure(at + arguments.length + 2);
        co.stack[at] = function;
        System.arraycopy(arguments, 0, co.stack, at + 1, arguments.length);
        return callAt(at, arguments.length);
    }

    /** The first result of a call. */
    public @Nullable Object callForOne(@Nullable Object function, @Nullable Object... arguments) {
        return call(function, arguments) == 0 ? null : results[0];
    }

    /** Calls what stands at {@code at} with the arguments behind it. */
    int callAt(int at, int arguments) {
        Coroutine co = running;
        int savedTop = co.top;
        if (boundaries >= BOUNDARIES_MAX) {
            throw LuaError.ofOperator("C stack overflow");
        }
        meter.spend(BOUNDARY_STEPS);
        boundaries++;
        co.boundaries++;
        try {
            co.top = at + 1 + arguments;
            int count = arguments;
            if (!(co.stack[at] instanceof LuaFunction)) {
                count = operations.makeCallable(co, at, count, false);
                co.top = at + 1 + count;
            }
            if (co.stack[at] instanceof LuaClosure closure) {
                interpreter.enter(co, closure, at, count, -1, true);
                return interpreter.execute(co);
            }
            return operations.run((Builtin) co.stack[at], co, at + 1, count, false);
        } finally {
            co.boundaries--;
            boundaries--;
            co.top = savedTop;
        }
    }

    /** What {@code pcall} does: null if the call succeeded, else the error; then the results are undefined. */
    @Nullable
    LuaError tryCallAt(int at, int arguments, int[] count) {
        Coroutine co = running;
        int depth = co.depth;
        int top = co.top;
        int holding = held.size();
        long pinned = meter.pinned();
        try {
            count[0] = callAt(at, arguments);
            return null;
        } catch (LuaError error) {
            co.unwind(depth);
            co.top = top;
            forget(holding, pinned);
            return error;
        }
    }

    private void forget(int holding, long pinned) {
        while (held.size() > holding) {
            held.removeLast();
        }
        meter.pinnedAgain(pinned);
    }

    // --- coroutines ---------------------------------------------------------------------------------------------

    Coroutine newCoroutine(LuaFunction body) {
        return new Coroutine(nextId(), body, running.globals, meter);
    }

    /**
     * Runs a coroutine until it returns, fails or is suspended.
     *
     * @return how many of {@link #results} it gave
     * @throws LuaError its own; it is dead then
     */
    int resume(Coroutine co, @Nullable Object[] given) {
        if (co.status != Coroutine.Status.SUSPENDED) {
            throw LuaError.of(string("cannot resume " + co.status.text() + " coroutine"));
        }
        if (boundaries >= BOUNDARIES_MAX) {
            throw LuaError.ofOperator("C stack overflow");
        }
        Coroutine resumer = running;
        int holding = held.size();
        long pinned = meter.pinned();
        boundaries++;
        resumer.status = Coroutine.Status.NORMAL;
        co.resumer = resumer;
        co.status = Coroutine.Status.RUNNING;
        running = co;
        try {
            int count = co.depth == 0 ? begin(co, given) : goOn(co, given);
            if (count == Interpreter.SUSPENDED) {
                co.status = Coroutine.Status.SUSPENDED;
                return suspendedWith;
            }
            co.status = Coroutine.Status.DEAD;
            return count;
        } catch (LuaError error) {
            co.status = Coroutine.Status.DEAD;
            co.unwind(0);
            forget(holding, pinned);
            throw error;
        } finally {
            boundaries--;
            running = resumer;
            resumer.status = Coroutine.Status.RUNNING;
            co.resumer = null;
        }
    }

    /** How many of {@link #results} the suspended coroutine hands out. */
    private int suspendedWith;

    /** Ends the coroutine's turn; the results are what its resumer gets. */
    int suspend(int count) {
        if (running.resumer == null || running.boundaries > 0) {
            throw LuaError.ofOperator("attempt to yield across metamethod/C-call boundary");
        }
        suspendedWith = count;
        return Interpreter.SUSPENDED;
    }

    private int begin(Coroutine co, @Nullable Object[] given) {
        co.ensure(given.length + 2);
        co.stack[0] = co.body;
        System.arraycopy(given, 0, co.stack, 1, given.length);
        co.top = given.length + 1;
        if (co.body instanceof LuaClosure closure) {
            interpreter.enter(co, closure, 0, given.length, -1, true);
            return interpreter.execute(co);
        }
        // A builtin has no place to go on from.
        co.boundaries++;
        try {
            return operations.run((Builtin) co.stack[0], co, 1, given.length, false);
        } finally {
            co.boundaries--;
        }
    }

    /** The call that suspended it returns what was given. */
    private int goOn(Coroutine co, @Nullable Object[] given) {
        System.arraycopy(given, 0, results(given.length), 0, given.length);
        Frame frame = co.frame();
        long instruction = frame.closure().prototype.code[frame.pc - 1];
        int wanted = ((int) instruction & 0xff) == Op.CALL ? Op.c(instruction) - 1 : -1;
        interpreter.deliver(co, frame.base + Op.a(instruction), given.length, wanted);
        return interpreter.execute(co);
    }

    // --- for error texts ----------------------------------------------------------------------------------------

    /** What the script calls the function it is calling; null if that has no name. */
    @Nullable
    String calledName() {
        if (running.depth == 0) {
            return null;
        }
        Frame frame = running.frame();
        return frame.closure().prototype.nameOf(frame.pc - 1, 0);
    }

    /** The function of the script {@code level} levels up, 1 for the innermost. */
    @Nullable
    LuaClosure functionAt(int level) {
        int at = running.depth - level;
        return at < 0 ? null : running.frame(at).closure();
    }

    /** {@code chunk:line: } of the function of the script {@code level} levels up, 1 for the innermost; empty if there is none. */
    String where(int level) {
        int at = running.depth - 1;
        for (int passed = 1; passed < level && at >= 0; passed++) {
            // Between a function that Java called and the one below it, the function of Java counts.
            if (running.frame(at).entry && ++passed == level) {
                return "";
            }
            at--;
        }
        if (level <= 0 || at < 0) {
            return "";
        }
        Frame frame = running.frame(at);
        return Prototype.shortName(frame.closure().prototype.chunk) + ":" + frame.line() + ": ";
    }
}

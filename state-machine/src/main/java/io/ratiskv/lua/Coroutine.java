package io.ratiskv.lua;

import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A stack of registers and of the calls that use them: a coroutine, or the main line of a run. Confined to its
 * interpreter.
 */
final class Coroutine {
    /** Calls of functions of the script inside each other, as in Lua 5.1. */
    private static final int FRAMES_MAX = 16384;

    private static final int FIRST_REGISTERS = 64;

    /** What a coroutine is doing, in the words of {@code coroutine.status}. */
    enum Status {
        SUSPENDED,
        RUNNING,
        NORMAL,
        DEAD;

        String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    final int id;
    final @Nullable LuaFunction body;
    private final Meter meter;

    @Nullable
    Object[] stack = new Object[FIRST_REGISTERS];
    /** Behind the last value that has no place in a frame: results and arguments of unknown number. */
    int top;

    private Frame[] frames = new Frame[8];
    int depth;
    Status status = Status.SUSPENDED;
    /** Calls from Java back into the script inside this coroutine: it cannot be suspended then. */
    int boundaries;
    /** Who resumed it. */
    @Nullable
    Coroutine resumer;

    LuaTable globals;
    /** The number of the last census that met it. */
    int seen;

    Coroutine(int id, @Nullable LuaFunction body, LuaTable globals, Meter meter) {
        this.id = id;
        this.body = body;
        this.globals = globals;
        this.meter = meter;
        meter.allocate(Sizes.COROUTINE + (long) Sizes.ELEMENT * FIRST_REGISTERS);
    }

    long size() {
        return Sizes.COROUTINE + (long) Sizes.ELEMENT * stack.length + (long) Sizes.FRAME * frames.length;
    }

    /** Makes the stack at least so large. Whoever holds the array has to look again. */
    void ensure(int registers) {
        if (registers > stack.length) {
            int larger = Math.max(registers, 2 * stack.length);
            meter.allocate((long) Sizes.ELEMENT * (larger - stack.length));
            stack = Arrays.copyOf(stack, larger);
        }
    }

    /** The frame on top. */
    Frame frame() {
        return frames[depth - 1];
    }

    Frame frame(int level) {
        return frames[level];
    }

    /** A new frame on top. */
    Frame push() {
        if (depth == frames.length) {
            if (depth >= FRAMES_MAX) {
                throw new LuaError("stack overflow");
            }
            meter.allocate((long) Sizes.FRAME * frames.length);
            frames = Arrays.copyOf(frames, 2 * frames.length);
        }
        Frame frame = frames[depth];
        if (frame == null) {
            frame = new Frame();
            frames[depth] = frame;
        }
        depth++;
        return frame;
    }

    void pop() {
        depth--;
        frames[depth].clear();
    }

    /** Drops the frames above {@code newDepth}. */
    void unwind(int newDepth) {
        while (depth > newDepth) {
            pop();
        }
    }

    /** The first register that nobody uses. */
    int free() {
        if (depth == 0) {
            return top;
        }
        Frame frame = frame();
        return Math.max(top, frame.base + frame.closure().prototype.registers);
    }
}

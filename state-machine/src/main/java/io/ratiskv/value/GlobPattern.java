package io.ratiskv.value;

import io.ratiskv.api.Bytes;
import java.util.Arrays;

/**
 * A pattern with {@code *}, {@code ?}, {@code [a-z]}, {@code [^a]} and {@code \} over bytes. Immutable; any thread.
 *
 * <p>Compiled to a list of steps, and matched with one point to fall back to, the latest star: an earlier star need
 * never match more, so the time is at most the product of the lengths, however many stars there are.
 */
public final class GlobPattern {
    private static final int ANY_RUN = -1;
    private static final int ANY_ONE = -2;
    private static final int SETS_FROM = 256;

    /** A byte 0..255, {@link #ANY_RUN}, {@link #ANY_ONE}, or {@link #SETS_FROM} plus an index of {@link #sets}. */
    private final int[] steps;

    /** Of each bracket the bytes it takes: 256 bits. */
    private final long[][] sets;

    private final boolean ignoreCase;

    private GlobPattern(int[] steps, long[][] sets, boolean ignoreCase) {
        this.steps = steps;
        this.sets = sets;
        this.ignoreCase = ignoreCase;
    }

    public static GlobPattern compile(Bytes pattern) {
        return compile(pattern, /* ignoreCase= */ false);
    }

    /** Every sequence of bytes is a pattern: an open bracket ends with it, a final backslash stands for itself. */
    public static GlobPattern compile(Bytes pattern, boolean ignoreCase) {
        int[] steps = new int[pattern.length()];
        long[][] sets = new long[count(pattern, '[')][];
        int stepCount = 0;
        int setCount = 0;
        int at = 0;
        while (at < pattern.length()) {
            byte b = pattern.at(at);
            if (b == '*') {
                if (stepCount == 0 || steps[stepCount - 1] != ANY_RUN) {
                    steps[stepCount++] = ANY_RUN;
                }
                at++;
            } else if (b == '?') {
                steps[stepCount++] = ANY_ONE;
                at++;
            } else if (b == '[') {
                long[] set = new long[4];
                at = bracket(pattern, at + 1, set, ignoreCase);
                sets[setCount] = set;
                steps[stepCount++] = SETS_FROM + setCount++;
            } else {
                if (b == '\\' && at + 1 < pattern.length()) {
                    at++;
                }
                steps[stepCount++] = fold(pattern.at(at), ignoreCase) & 0xff;
                at++;
            }
        }
        return new GlobPattern(Arrays.copyOf(steps, stepCount), sets, ignoreCase);
    }

    /** Whether this takes every text. */
    public boolean matchesAll() {
        return steps.length == 1 && steps[0] == ANY_RUN;
    }

    public boolean matches(Bytes text) {
        int at = 0;
        int step = 0;
        int starStep = -1;
        int starAt = 0;
        while (at < text.length()) {
            if (step < steps.length && steps[step] == ANY_RUN) {
                starStep = step++;
                starAt = at;
            } else if (step < steps.length && takes(steps[step], text.at(at))) {
                step++;
                at++;
            } else if (starStep >= 0) {
                step = starStep + 1;
                at = ++starAt;
            } else {
                return false;
            }
        }
        while (step < steps.length && steps[step] == ANY_RUN) {
            step++;
        }
        return step == steps.length;
    }

    private boolean takes(int step, byte b) {
        if (step == ANY_ONE) {
            return true;
        }
        int folded = fold(b, ignoreCase) & 0xff;
        if (step < SETS_FROM) {
            return step == folded;
        }
        return (sets[step - SETS_FROM][folded >>> 6] >>> folded & 1) != 0;
    }

    /** Reads a bracket's inside from {@code from} into {@code set}; where the pattern goes on. */
    private static int bracket(Bytes pattern, int from, long[] set, boolean ignoreCase) {
        int at = from;
        boolean not = at < pattern.length() && pattern.at(at) == '^';
        if (not) {
            at++;
        }
        while (at < pattern.length() && pattern.at(at) != ']') {
            int left = pattern.length() - at;
            if (pattern.at(at) == '\\' && left >= 2) {
                // An escaped byte is taken as it is, even where case is ignored.
                add(set, pattern.at(at + 1), pattern.at(at + 1));
                at += 2;
            } else if (left >= 3 && pattern.at(at + 1) == '-') {
                byte one = fold(pattern.at(at), ignoreCase);
                byte other = fold(pattern.at(at + 2), ignoreCase);
                add(set, (byte) Math.min(one, other), (byte) Math.max(one, other));
                at += 3;
            } else {
                byte one = fold(pattern.at(at), ignoreCase);
                add(set, one, one);
                at++;
            }
        }
        if (not) {
            for (int i = 0; i < set.length; i++) {
                set[i] = ~set[i];
            }
        }
        return Math.min(at + 1, pattern.length());
    }

    /** Bytes count as signed here: a range does not reach from ASCII beyond it. */
    private static void add(long[] set, byte from, byte to) {
        for (int b = from; b <= to; b++) {
            set[(b & 0xff) >>> 6] |= 1L << (b & 0xff);
        }
    }

    private static byte fold(byte b, boolean ignoreCase) {
        return ignoreCase && b >= 'A' && b <= 'Z' ? (byte) (b + 32) : b;
    }

    private static int count(Bytes pattern, char wanted) {
        int count = 0;
        for (int i = 0; i < pattern.length(); i++) {
            if (pattern.at(i) == wanted) {
                count++;
            }
        }
        return count;
    }
}

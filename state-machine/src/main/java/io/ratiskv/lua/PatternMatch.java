package io.ratiskv.lua;

import org.jspecify.annotations.Nullable;

/**
 * The search for one pattern of Lua in one string, by backtracking. Confined to one call of a function.
 *
 * <p>Each try of a character is a step; what recurses is limited, so that no pattern reaches the end of Java's stack.
 */
final class PatternMatch {
    private static final int CAPTURES_MAX = 32;
    private static final int DEPTH_MAX = 200;
    private static final int ESCAPE = '%';
    private static final int NO_MATCH = -1;

    private static final int UNFINISHED = -1;
    private static final int POSITION = -2;

    private final Lua lua;
    private final byte[] source;
    private final byte[] pattern;
    private final LuaString string;
    private final int[] starts = new int[CAPTURES_MAX];
    private final int[] lengths = new int[CAPTURES_MAX];
    private int captures;
    private int depth;

    PatternMatch(Lua lua, LuaString string, LuaString pattern) {
        this.lua = lua;
        this.string = string;
        this.source = string.bytes();
        this.pattern = pattern.bytes();
    }

    /** Where the match that begins at {@code at} ends, with the pattern from {@code patternAt} on; -1 if there is none. */
    int matchAt(int at, int patternAt) {
        captures = 0;
        depth = 0;
        return match(at, patternAt);
    }

    int captures() {
        return captures;
    }

    /** The capture, or the whole match for the first if there are none. */
    Object capture(int index, int from, int to) {
        if (index >= captures) {
            if (index != 0) {
                throw new LuaError("invalid capture index");
            }
            return lua.slice(string, from, to);
        }
        if (lengths[index] == UNFINISHED) {
            throw new LuaError("unfinished capture");
        }
        return lengths[index] == POSITION
                ? Double.valueOf(starts[index] + 1)
                : lua.slice(string, starts[index], starts[index] + lengths[index]);
    }

    /** Puts all captures where results go, behind {@code first} others. */
    int captures(int first, int from, int to, boolean wholeIfNone) {
        int count = captures == 0 && wholeIfNone ? 1 : captures;
        @Nullable Object[] results = lua.results(first + count);
        for (int i = 0; i < count; i++) {
            results[first + i] = capture(i, from, to);
        }
        return count;
    }

    private int match(int from, int patternFrom) {
        if (++depth > DEPTH_MAX) {
            throw new LuaError("pattern too complex");
        }
        int result = matchHere(from, patternFrom);
        depth--;
        return result;
    }

    private int matchHere(int from, int patternFrom) {
        int s = from;
        int p = patternFrom;
        while (p < pattern.length) {
            lua.meter().spend(1);
            switch (pattern[p]) {
                case '(' -> {
                    return p + 1 < pattern.length && pattern[p + 1] == ')'
                            ? startCapture(s, p + 2, POSITION)
                            : startCapture(s, p + 1, UNFINISHED);
                }
                case ')' -> {
                    return endCapture(s, p + 1);
                }
                case '$' -> {
                    if (p + 1 == pattern.length) {
                        return s == source.length ? s : NO_MATCH;
                    }
                }
                case ESCAPE -> {
                    int next = p + 1 < pattern.length ? pattern[p + 1] : 0;
                    if (next == 'b') {
                        s = matchBalance(s, p + 2);
                        if (s == NO_MATCH) {
                            return NO_MATCH;
                        }
                        p += 4;
                        continue;
                    }
                    if (next == 'f') {
                        int end = frontier(s, p + 2);
                        if (end == NO_MATCH) {
                            return NO_MATCH;
                        }
                        p = end;
                        continue;
                    }
                    if (Lexer.isDigit(next)) {
                        s = matchCapture(s, next);
                        if (s == NO_MATCH) {
                            return NO_MATCH;
                        }
                        p += 2;
                        continue;
                    }
                }
                default -> {}
            }
            int end = classEnd(p);
            int suffix = end < pattern.length ? pattern[end] : 0;
            switch (suffix) {
                case '?' -> {
                    if (single(s, p, end)) {
                        int result = match(s + 1, end + 1);
                        if (result != NO_MATCH) {
                            return result;
                        }
                    }
                    p = end + 1;
                }
                case '*' -> {
                    return most(s, p, end, 0);
                }
                case '+' -> {
                    return most(s, p, end, 1);
                }
                case '-' -> {
                    return least(s, p, end);
                }
                default -> {
                    if (!single(s, p, end)) {
                        return NO_MATCH;
                    }
                    s++;
                    p = end;
                }
            }
        }
        return s;
    }

    private int most(int s, int p, int end, int atLeast) {
        int count = 0;
        while (single(s + count, p, end)) {
            lua.meter().spend(1);
            count++;
        }
        for (; count >= atLeast; count--) {
            int result = match(s + count, end + 1);
            if (result != NO_MATCH) {
                return result;
            }
        }
        return NO_MATCH;
    }

    private int least(int from, int p, int end) {
        int s = from;
        while (true) {
            int result = match(s, end + 1);
            if (result != NO_MATCH) {
                return result;
            }
            if (!single(s, p, end)) {
                return NO_MATCH;
            }
            s++;
        }
    }

    private int startCapture(int s, int p, int what) {
        if (captures >= CAPTURES_MAX) {
            throw new LuaError("too many captures");
        }
        starts[captures] = s;
        lengths[captures] = what;
        captures++;
        int result = match(s, p);
        if (result == NO_MATCH) {
            captures--;
        }
        return result;
    }

    private int endCapture(int s, int p) {
        int open = captures - 1;
        while (open >= 0 && lengths[open] != UNFINISHED) {
            open--;
        }
        if (open < 0) {
            throw new LuaError("invalid pattern capture");
        }
        lengths[open] = s - starts[open];
        int result = match(s, p);
        if (result == NO_MATCH) {
            lengths[open] = UNFINISHED;
        }
        return result;
    }

    private int matchBalance(int s, int p) {
        if (p + 1 >= pattern.length) {
            throw new LuaError("unbalanced pattern");
        }
        if (s >= source.length || source[s] != pattern[p]) {
            return NO_MATCH;
        }
        int open = pattern[p];
        int close = pattern[p + 1];
        int level = 1;
        for (int at = s + 1; at < source.length; at++) {
            lua.meter().spend(1);
            if (source[at] == close) {
                if (--level == 0) {
                    return at + 1;
                }
            } else if (source[at] == open) {
                level++;
            }
        }
        return NO_MATCH;
    }

    /** Where the pattern goes on behind a frontier that is here; -1 if it is not. */
    @SuppressWarnings("OrphanedFormatString") // a pattern's, not a format's
    private int frontier(int s, int p) {
        if (p >= pattern.length || pattern[p] != '[') {
            throw new LuaError("missing '[' after '%f' in pattern");
        }
        int end = classEnd(p);
        int before = s == 0 ? 0 : source[s - 1] & 0xff;
        int here = s < source.length ? source[s] & 0xff : 0;
        return !inSet(before, p, end - 1) && inSet(here, p, end - 1) ? end : NO_MATCH;
    }

    private int matchCapture(int s, int digit) {
        int index = digit - '1';
        if (index < 0 || index >= captures || lengths[index] == UNFINISHED) {
            throw new LuaError("invalid capture index");
        }
        int length = Math.max(lengths[index], 0);
        lua.meter().spendBytes(length);
        if (source.length - s < length) {
            return NO_MATCH;
        }
        boolean same = java.util.Arrays.equals(source, starts[index], starts[index] + length, source, s, s + length);
        return same ? s + length : NO_MATCH;
    }

    /** Where the item of the pattern at {@code p} ends, its suffix not counted. */
    private int classEnd(int from) {
        int p = from + 1;
        if (pattern[from] == ESCAPE) {
            if (p >= pattern.length) {
                throw new LuaError("malformed pattern (ends with '%')");
            }
            return p + 1;
        }
        if (pattern[from] != '[') {
            return p;
        }
        if (p < pattern.length && pattern[p] == '^') {
            p++;
        }
        do {
            if (p >= pattern.length) {
                throw new LuaError("malformed pattern (missing ']')");
            }
            lua.meter().spend(1);
            if (pattern[p++] == ESCAPE && p < pattern.length) {
                p++;
            }
        } while (p >= pattern.length || pattern[p] != ']');
        return p + 1;
    }

    private boolean single(int s, int p, int end) {
        if (s >= source.length) {
            return false;
        }
        int c = source[s] & 0xff;
        return switch (pattern[p]) {
            case '.' -> true;
            case ESCAPE -> inClass(c, pattern[p + 1] & 0xff);
            case '[' -> inSet(c, p, end - 1);
            default -> (pattern[p] & 0xff) == c;
        };
    }

    /** @param end where the closing bracket is */
    private boolean inSet(int c, int from, int end) {
        boolean holds = true;
        int p = from + 1;
        if (pattern[p] == '^') {
            holds = false;
            p++;
        }
        lua.meter().spend((end - from) >> 3);
        for (; p < end; p++) {
            if (pattern[p] == ESCAPE) {
                p++;
                if (inClass(c, pattern[p] & 0xff)) {
                    return holds;
                }
            } else if (p + 2 < end && pattern[p + 1] == '-') {
                if ((pattern[p] & 0xff) <= c && c <= (pattern[p + 2] & 0xff)) {
                    return holds;
                }
                p += 2;
            } else if ((pattern[p] & 0xff) == c) {
                return holds;
            }
        }
        return !holds;
    }

    /** As the functions of C classify in its own locale. */
    private static boolean inClass(int c, int letter) {
        boolean member = switch (letter | 0x20) {
            case 'a' -> isAlpha(c);
            case 'c' -> c < 32 || c == 127;
            case 'd' -> Lexer.isDigit(c);
            case 'l' -> c >= 'a' && c <= 'z';
            case 'p' -> c > 32 && c < 127 && !isAlpha(c) && !Lexer.isDigit(c);
            case 's' -> NumberText.isSpace(c);
            case 'u' -> c >= 'A' && c <= 'Z';
            case 'w' -> isAlpha(c) || Lexer.isDigit(c);
            case 'x' -> Lexer.isDigit(c) || (c | 0x20) >= 'a' && (c | 0x20) <= 'f';
            case 'z' -> c == 0;
            default -> {
                // No class: the character itself.
                yield letter == c;
            }
        };
        boolean isClass = isAlpha(letter) && "acdlpsuwxz".indexOf(letter | 0x20) >= 0;
        if (!isClass) {
            return letter == c;
        }
        return letter >= 'A' && letter <= 'Z' ? !member : member;
    }

    private static boolean isAlpha(int c) {
        return (c | 0x20) >= 'a' && (c | 0x20) <= 'z' && c < 128;
    }
}

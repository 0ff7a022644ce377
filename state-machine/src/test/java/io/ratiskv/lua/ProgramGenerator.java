package io.ratiskv.lua;

import java.util.List;
import java.util.SplittableRandom;

/** Programs from a seed: few names, so that values of every type meet in every place. */
final class ProgramGenerator {
    private static final List<String> NAMES = List.of("a", "b", "c", "d", "f", "g");

    private static final List<String> CALLED = List.of(
            "pcall",
            "xpcall",
            "select",
            "tostring",
            "tonumber",
            "type",
            "next",
            "pairs",
            "ipairs",
            "unpack",
            "rawget",
            "rawset",
            "rawequal",
            "setmetatable",
            "getmetatable",
            "error",
            "assert",
            "loadstring",
            "string.rep",
            "string.sub",
            "string.find",
            "string.match",
            "string.gmatch",
            "string.gsub",
            "string.format",
            "string.byte",
            "string.char",
            "string.upper",
            "string.reverse",
            "table.insert",
            "table.remove",
            "table.concat",
            "table.sort",
            "table.maxn",
            "math.floor",
            "math.max",
            "math.fmod",
            "math.pow",
            "coroutine.wrap",
            "coroutine.create",
            "coroutine.resume",
            "coroutine.yield",
            "coroutine.status",
            "coroutine.running",
            "bit.band",
            "bit.lshift",
            "bit.tohex",
            "struct.pack",
            "struct.unpack",
            "cjson.encode",
            "cjson.decode",
            "cmsgpack.pack",
            "cmsgpack.unpack");

    private static final List<String> CONSTANTS = List.of(
            "nil",
            "true",
            "false",
            "0",
            "1",
            "2",
            "-1",
            "3.5",
            "1e9",
            "2^31",
            "2^53",
            "-2^63",
            "1/0",
            "0/0",
            "''",
            "'x'",
            "'abc'",
            "'10'",
            "'0x1p4'",
            "'%d+'",
            "'(.-)%1'",
            "'[^a-z]*$'",
            "'%b()'",
            "'%f[%w]'",
            "'%99.99f|%q|%s'",
            "'<i4>Ls'",
            "'[1,{\"a\":null}]'",
            "'return ...'",
            "'\\0\\255'",
            "__index",
            "'__index'",
            "'__call'",
            "'__eq'",
            "'__tostring'",
            "'n'");

    private static final List<String> OPERATORS =
            List.of("+", "-", "*", "/", "%", "^", "..", "==", "~=", "<", "<=", ">", ">=", "and", "or");

    private final SplittableRandom random;
    private final StringBuilder out = new StringBuilder();

    private ProgramGenerator(SplittableRandom random) {
        this.random = random;
    }

    static String program(long seed) {
        ProgramGenerator generator = new ProgramGenerator(new SplittableRandom(seed));
        generator.out.append("local a, b, c, d = {}, {1, 2, 3}, 'abc', 7 local f, g\n");
        generator.block(4);
        generator.out.append("return tostring(a), b, c, d");
        return generator.out.toString();
    }

    /** A source with some bytes changed, taken out or moved. */
    static String disturbed(String source, SplittableRandom random) {
        StringBuilder text = new StringBuilder(source);
        for (int i = random.nextInt(1, 4); i > 0 && !text.isEmpty(); i--) {
            int at = random.nextInt(text.length());
            int end = Math.min(text.length(), at + random.nextInt(1, 12));
            String piece = text.substring(at, end);
            switch (random.nextInt(4)) {
                case 0 -> text.delete(at, end);
                case 1 -> text.insert(at, piece.repeat(random.nextInt(1, 30)));
                case 2 -> text.delete(at, end).insert(random.nextInt(text.length() + 1), piece);
                default -> text.setCharAt(at, (char) random.nextInt(random.nextBoolean() ? 128 : 256));
            }
        }
        return text.toString();
    }

    private <T> T any(List<T> list) {
        return list.get(random.nextInt(list.size()));
    }

    private void block(int depth) {
        for (int i = random.nextInt(1, 5); i > 0; i--) {
            statement(depth - 1);
            out.append('\n');
        }
    }

    private void statement(int depth) {
        switch (depth <= 0 ? random.nextInt(4) : random.nextInt(16)) {
            case 0 -> assignment("");
            case 1 -> assignment("local ");
            case 2 -> {
                place();
                out.append(" = ");
                expression(2);
            }
            case 3 -> {
                out.append("pcall(").append(any(CALLED)).append(", ");
                expressions(3);
                out.append(')');
            }
            case 4 -> framed("if ", " then ", depth, random.nextBoolean() ? " else d = 1 end" : " end");
            case 5 -> framed("while ", " do ", depth, random.nextBoolean() ? " break end" : " end");
            case 6 -> {
                out.append("repeat ");
                block(depth);
                out.append(" until ");
                expression(2);
            }
            case 7 -> framed("for i = 1, ", " do ", depth, " end");
            case 8 -> framed("for k, v in pairs(b), ", " do ", depth, " end");
            case 9 -> framed("for k in ", " do ", depth, " end");
            case 10 -> function("local function f(x, ...)", depth);
            case 11 -> function("function a.m(x)", depth);
            case 12 -> function("g = coroutine.wrap(function(...)", depth, ") pcall(g)");
            case 13 -> function("setmetatable(a, {" + metamethod() + " = function(x, y)", depth, "})");
            case 14 -> {
                out.append("do ");
                block(depth);
                out.append(" end");
            }
            default -> function("pcall(function(...)", depth, ")");
        }
    }

    private void assignment(String before) {
        out.append(before).append(any(NAMES)).append(", ").append(any(NAMES)).append(" = ");
        expressions(3);
    }

    private void place() {
        out.append(any(NAMES)).append('[');
        expression(1);
        out.append(']');
    }

    private void framed(String head, String then, int depth, String end) {
        out.append(head);
        expression(2);
        out.append(then);
        block(depth);
        out.append(end);
    }

    private void function(String head, int depth) {
        function(head, depth, "");
    }

    private void function(String head, int depth, String behind) {
        out.append(head).append(' ');
        block(depth);
        if (random.nextBoolean()) {
            out.append(" return ");
            expressions(2);
        }
        out.append(" end").append(behind);
    }

    private String metamethod() {
        return any(List.of(
                "__index", "__newindex", "__call", "__add", "__concat", "__eq", "__lt", "__le", "__len", "__tostring"));
    }

    private void expressions(int depth) {
        expression(depth);
        for (int i = random.nextInt(4); i > 0; i--) {
            out.append(", ");
            expression(depth);
        }
    }

    private void expression(int depth) {
        switch (depth <= 0 ? random.nextInt(3) : random.nextInt(10)) {
            case 0, 1 -> out.append(any(NAMES));
            case 2 -> out.append(any(CONSTANTS));
            case 3 -> {
                out.append('(');
                expression(depth - 1);
                out.append(' ').append(any(OPERATORS)).append(' ');
                expression(depth - 1);
                out.append(')');
            }
            case 4 -> {
                out.append(any(List.of("- ", "not ", "#")));
                expression(depth - 1);
            }
            case 5 -> place();
            case 6 -> {
                out.append('{');
                expressions(depth - 1);
                out.append(", n = ");
                expression(depth - 1);
                out.append('}');
            }
            case 7 -> {
                out.append(any(NAMES)).append('(');
                expressions(depth - 1);
                out.append(')');
            }
            case 8 -> {
                out.append("select(-1, pcall(").append(any(CALLED)).append(", ");
                expressions(depth - 1);
                out.append("))");
            }
            default -> {
                out.append(any(CALLED)).append('(');
                expressions(depth - 1);
                out.append(')');
            }
        }
    }
}

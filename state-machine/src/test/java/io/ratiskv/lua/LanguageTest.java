package io.ratiskv.lua;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** The language and its libraries do what they do in Redis 7.2, errors included. */
class LanguageTest {
    private static final long STEPS_MAX = 10_000_000;
    private static final long BYTES_MAX = 64 << 20;

    private final Snippets snippets = new Snippets();

    private String results(String source) {
        return snippets.results(source, STEPS_MAX, BYTES_MAX);
    }

    @Test
    void every_snippet_gives_what_redis_gives() throws IOException {
        List<Executable> checks = new ArrayList<>();
        List<String> lines = lines();
        for (int i = 0; i < lines.size(); i++) {
            if (lines.get(i).startsWith("> ")) {
                String source = unescaped(lines.get(i).substring(2));
                String expected = unescaped(lines.get(++i));
                checks.add(() -> assertEquals(expected, results(source), source));
            }
        }
        assertTrue(checks.size() > 450, () -> "only " + checks.size() + " snippets");
        assertAll(checks);
    }

    static List<String> lines() throws IOException {
        try (InputStream in = LanguageTest.class.getResourceAsStream("/lua/language.txt")) {
            return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .toList();
        }
    }

    static String unescaped(String text) {
        StringBuilder plain = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c != '\\') {
                plain.append(c);
                continue;
            }
            char escaped = text.charAt(++i);
            switch (escaped) {
                case 'n' -> plain.append('\n');
                case 't' -> plain.append('\t');
                case 'r' -> plain.append('\r');
                case 'x' -> {
                    plain.append((char) Integer.parseInt(text.substring(i + 1, i + 3), 16));
                    i += 2;
                }
                default -> plain.append(escaped);
            }
        }
        return plain.toString();
    }

    @Test
    void tables_are_traversed_in_the_order_their_keys_came() {
        assertEquals(
                "true\tz=1 y=2 x=3 w=4 v=5 u=6 t=7 s=8 r=9 q=10",
                results("local t = {} for i, k in ipairs{'z','y','x','w','v','u','t','s','r','q'} do t[k] = i end"
                        + " local s = {} for k, v in pairs(t) do s[#s + 1] = k .. '=' .. v end"
                        + " return table.concat(s, ' ')"));
        assertEquals(
                "true\t1 2 b a",
                results("local s = {} for k in pairs({b = 1, 10, a = 2, 20}) do s[#s + 1] = tostring(k) end"
                        + " return table.concat(s, ' ')"));
    }

    @Test
    void a_key_that_is_removed_while_a_table_is_traversed_does_not_end_the_traversal() {
        assertEquals(
                "true\t1000\t0",
                results("local t = {} for i = 1, 1000 do t['k' .. i] = i end local n = 0"
                        + " for k in pairs(t) do t[k] = nil n = n + 1 end"
                        + " local left = 0 for k in pairs(t) do left = left + 1 end return n, left"));
    }

    @Test
    void objects_have_the_same_addresses_in_every_run() {
        String source = "return tostring({}), tostring(function() end), tostring(coroutine.create(function() end))";
        assertEquals(results(source), new Snippets().results(source, STEPS_MAX, BYTES_MAX));
        assertTrue(results(source).matches("true\ttable: 0x[0-9a-f]+\tfunction: 0x[0-9a-f]+\tthread: 0x[0-9a-f]+"));
    }

    @Test
    void the_settings_of_json_end_with_the_run() {
        assertEquals("true\t1", results("return cjson.encode_max_depth(1)"));
        assertEquals("true\t[[[]]]", results("return (cjson.encode({{{}}}):gsub('{}', '[]'))"));
    }

    @Test
    void an_error_tells_the_line_of_the_innermost_function() {
        assertEquals("false\tc:3: x", results("local function f()\n  local y = 1\n  error('x')\nend\nf()"));
        assertEquals(
                "false\tc:2: attempt to call upvalue 'g' (a nil value)",
                results("local g\nlocal function f() g() end\n\nf()"));
    }

    @Test
    void a_local_variable_that_closures_share_is_one() {
        assertEquals(
                "true\t3\t3\t2\t1",
                results(
                        "local function counter() local n = 0 return function() n = n + 1 return n end,"
                                + " function() return n end end local a, get = counter() local b = counter()"
                                + " a() a() b() local x = a() local y = get() local z = b() local w = counter()() return x, y, z, w"));
    }
}

package io.ratiskv.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

final class HumanTextTest {
    @Test
    void scalars_say_what_they_are() {
        assertText("(nil)", "null");
        assertText("(integer) -5", "-5");
        assertText("(double) 1.5", "1.5");
        assertText("(true)", "true");
        assertText("OK", "\"OK\"");
        assertText("\"a \\\"b\\\" \\\\ \\n é\"", "\"a \\\"b\\\" \\\\ \\n é\"");
        assertText("\"\\x1b[31m\"", "\"\\u001b[31m\"");
        assertText("\"\\xc2\\x9b\"", "\"\\u009b\"");
    }

    @Test
    void nested_replies_are_indented() {
        assertText("(empty array)", "[]");
        assertText("(empty map)", "{}");
        assertText("""
                1) "a"
                2) 1) (integer) 1
                   2) 1# "x" => "y"
                      2# "zz" => 1) (nil)
                                 2) "b"
                3) (empty array)""", "[\"a\",[1,{\"x\":\"y\",\"zz\":[null,\"b\"]}],[]]");
        assertText(
                " 1) (integer) 0\n 2) (integer) 0\n 3) (integer) 0\n 4) (integer) 0\n 5) (integer) 0\n"
                        + " 6) (integer) 0\n 7) (integer) 0\n 8) (integer) 0\n 9) (integer) 0\n10) 1) (nil)\n    2) (nil)",
                "[0,0,0,0,0,0,0,0,0,[null,null]]");
    }

    @Test
    void bytes_that_are_not_text_are_shown_one_by_one() {
        assertEquals("\"\\xffa\\x00\"", HumanText.quoted(new byte[] {-1, 'a', 0}));
        assertEquals("\"ü\"", HumanText.quoted("ü".getBytes(StandardCharsets.UTF_8)));
    }

    private static void assertText(String expected, String json) {
        Result result = Json.parse(json);
        assertNotNull(result);
        assertEquals(expected, HumanText.of(result));
    }
}

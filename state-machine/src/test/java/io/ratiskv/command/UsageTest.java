package io.ratiskv.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.ratiskv.api.Bytes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class UsageTest {
    @Test
    void a_line_says_the_arity() {
        assertEquals(2, Usage.parse("GET key", 1).arity());
        assertEquals(-3, Usage.parse("SET key value [NX | XX] [EX seconds]", 1).arity());
        assertEquals(-2, Usage.parse("DEL key [key ...]", 1).arity());
        assertEquals(
                -4, Usage.parse("HSET key field value [field value ...]", 1).arity());
        assertEquals(3, Usage.parse("CLIENT REPLY <ON | OFF | SKIP>", 2).arity());
        assertEquals(
                4,
                Usage.parse("CLIENT SETINFO <LIB-NAME libname | LIB-VER libver>", 2)
                        .arity());
        assertEquals(-1, Usage.parse("INFO [section [section ...]]", 1).arity());
        assertEquals(-2, Usage.parse("AUTH [username] password", 1).arity());
    }

    @Test
    void a_line_is_shown_as_it_was_written_but_for_the_types() {
        for (String line : List.of(
                "SET key value [NX | XX] [GET] [EX seconds | PX milliseconds | KEEPTTL]",
                "DEL key [key ...]",
                "INFO [section [section ...]]",
                "HRANDFIELD key [count [WITHVALUES]]",
                "CLIENT SETINFO <LIB-NAME libname | LIB-VER libver>",
                "CLIENT LIST [TYPE <NORMAL | MASTER>] [ID id [id ...]]")) {
            assertEquals(line, Usage.parse(line, 1).toString());
        }
        assertEquals(
                "COPY source destination",
                Usage.parse("COPY source:key destination:key", 1).toString());
    }

    @Test
    void a_mistake_in_a_line_is_told() {
        for (String line : List.of("X [a", "X a]", "X <a | >", "X a:nonsense", "X [a | b")) {
            assertThrows(IllegalArgumentException.class, () -> Usage.parse(line, 1), line);
        }
    }

    @Test
    void keys_are_found_where_the_line_has_them() {
        assertEquals("1/0/1", specs("GET key"));
        assertEquals("1/-1/1", specs("DEL key [key ...]"));
        assertEquals("1/-1/2", specs("MSET key value [key value ...]"));
        assertEquals("1/-2/1", specs("BLPOP key [key ...] timeout"));
        assertEquals("1/1/1", specs("LCS key1:key key2:key [LEN]"));
        assertEquals("counted 2", specs("ZDIFF2 a numkeys key [key ...] [WITHSCORES]"));
        assertEquals("counted 1", specs("ZDIFF numkeys key [key ...] [WITHSCORES]"));
        assertEquals("", specs("PING [message]"));
    }

    @Test
    void keys_behind_a_word_are_found_by_it() {
        Usage sort = Usage.parse("SORT key [LIMIT offset count] [STORE destination:key]", 1);
        List<KeySpec> specs = KeySpec.derive(sort, List.of(KeyFlag.parse("RO access"), KeyFlag.parse("OW update")));
        assertEquals(new KeySpec.Keyword("STORE", 2), specs.get(1).begin());
        assertEquals(KeyFlag.parse("OW update"), specs.get(1).flags());
    }

    @Test
    void keys_behind_the_last_of_several_options_are_found_by_none_of_their_values() {
        KeySpec spec = new KeySpec(
                KeyFlag.parse("OW update"),
                new KeySpec.LastOption(
                        "STORE",
                        2,
                        List.of(
                                new KeySpec.Option("STORE", 1),
                                new KeySpec.Option("BY", 1),
                                new KeySpec.Option("LIMIT", 2))),
                new KeySpec.Range(0, 1));
        assertEquals("d", positions(spec, "SORT k STORE d"));
        assertEquals("e", positions(spec, "SORT k STORE d DESC store e"));
        assertEquals("BY", positions(spec, "SORT k STORE BY"));
        assertEquals("", positions(spec, "SORT k BY STORE LIMIT STORE STORE"));
        assertEquals("", positions(spec, "SORT k STORE"));
        assertEquals("", positions(spec, "SORT"));
    }

    private static String positions(KeySpec spec, String line) {
        String[] words = line.split(" ");
        List<String> found = new ArrayList<>();
        spec.positions(Arrays.stream(words).map(Bytes::of).toArray(Bytes[]::new), i -> found.add(words[i]));
        return String.join(" ", found);
    }

    private static String specs(String line) {
        List<KeySpec> specs = KeySpec.derive(Usage.parse(line, 1), List.of(KeyFlag.parse("RO")));
        return String.join(" ", specs.stream().map(UsageTest::show).toList());
    }

    private static String show(KeySpec spec) {
        int position = ((KeySpec.Index) spec.begin()).position();
        return switch (spec.find()) {
            case KeySpec.Range range -> position + "/" + range.last() + "/" + range.step();
            case KeySpec.Counted counted -> "counted " + position;
        };
    }
}

package io.ratiskv.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ratiskv.api.Reply;
import io.ratiskv.api.Request;
import io.ratiskv.machine.KeyValueStateMachine;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.function.IntConsumer;
import org.junit.jupiter.api.Test;

/** What is too large for a transcript: walks with cursors, and luck. */
class WalksAndDrawsTest {
    private static final int MANY = 2_000;

    private final KeyValueStateMachine machine = new KeyValueStateMachine();

    private Reply write(String... words) {
        return machine.apply(Request.of(words), 1_000);
    }

    private Reply read(String... words) {
        Reply reply = machine.query(Request.of(words), 1_000);
        assertNotNull(reply);
        return reply;
    }

    private static List<String> texts(Reply array) {
        return ((Reply.Array) array)
                .elements().stream()
                        .map(element -> ((Reply.Bulk) element).value().utf8())
                        .toList();
    }

    /** Walks to the end, in small steps; {@code between} runs before each. */
    private List<String> walk(IntConsumer between, String... wordsBeforeCursor) {
        List<String> told = new ArrayList<>();
        String cursor = "0";
        int calls = 0;
        do {
            between.accept(calls++);
            List<String> words = new ArrayList<>(List.of(wordsBeforeCursor));
            words.addAll(List.of(cursor, "COUNT", "7"));
            List<Reply> page = ((Reply.Array) read(words.toArray(String[]::new))).elements();
            told.addAll(texts(page.get(1)));
            cursor = ((Reply.Bulk) page.get(0)).value().utf8();
            assertTrue(Long.parseLong(cursor) < 1L << 53, cursor);
        } while (!cursor.equals("0"));
        int steps = calls;
        assertTrue(steps > MANY / 100, () -> "only " + steps + " steps");
        return told;
    }

    @Test
    void a_scan_tells_every_key_that_stays() {
        for (int i = 0; i < MANY; i++) {
            write("SET", "key" + i, "v");
        }
        List<String> told = walk(
                step -> {
                    write("SET", "new" + step, "v");
                    write("DEL", "new" + (step - 3));
                },
                "SCAN");
        told.removeIf(key -> key.startsWith("new"));
        assertEquals(MANY, new TreeSet<>(told).size());
        assertEquals(MANY, told.size());
    }

    @Test
    void a_scan_of_a_large_hash_tells_every_field_with_its_value() {
        for (int i = 0; i < MANY; i++) {
            write("HSET", "h", "field" + i, "value" + i);
        }
        Map<String, String> told = new HashMap<>();
        List<String> walked = walk(step -> write("HSET", "h", "new" + step, "v"), "HSCAN", "h");
        for (int i = 0; i < walked.size(); i += 2) {
            told.put(walked.get(i), walked.get(i + 1));
        }
        for (int i = 0; i < MANY; i++) {
            assertEquals("value" + i, told.get("field" + i));
        }
    }

    @Test
    void a_scan_of_a_large_sorted_set_tells_every_member_with_seventeen_digits_of_its_score() {
        for (int i = 0; i < MANY; i++) {
            write("ZADD", "z", i + ".1", "member" + i);
        }
        Map<String, String> told = new HashMap<>();
        List<String> walked = walk(step -> write("ZADD", "z", "1", "new" + step), "ZSCAN", "z");
        for (int i = 0; i < walked.size(); i += 2) {
            told.put(walked.get(i), walked.get(i + 1));
        }
        for (int i = 0; i < MANY; i++) {
            assertEquals(i + 0.1, Double.parseDouble(told.get("member" + i)), 1e-9);
        }
        assertEquals("0.10000000000000001", told.get("member0"));
    }

    @Test
    void members_drawn_without_repetition_are_distinct_and_of_the_sorted_set() {
        for (int i = 0; i < 1_000; i++) {
            write("ZADD", "z", Integer.toString(i), "member" + i);
        }
        for (int count : new int[] {1, 500, 999, 1_000, 1_001}) {
            List<String> drawn = texts(read("ZRANDMEMBER", "z", Integer.toString(count)));
            assertEquals(Math.min(count, 1_000), new TreeSet<>(drawn).size());
            assertEquals(Math.min(count, 1_000), drawn.size());
        }
        List<String> repeated = texts(read("ZRANDMEMBER", "z", "-3000"));
        assertEquals(3_000, repeated.size());
        assertTrue(new TreeSet<>(repeated).size() > 900);
    }

    @Test
    void a_scan_of_a_large_set_tells_every_member_that_stays() {
        for (int i = 0; i < MANY; i++) {
            write("SADD", "s", "member" + i);
        }
        List<String> told = walk(
                step -> {
                    write("SADD", "s", "new" + step);
                    write("SREM", "s", "new" + (step - 3));
                },
                "SSCAN",
                "s");
        told.removeIf(member -> member.startsWith("new"));
        assertEquals(MANY, new TreeSet<>(told).size());
        assertEquals(MANY, told.size());
    }

    @Test
    void members_popped_are_distinct_and_gone_and_the_others_stay() {
        for (int size : new int[] {3, 100, 1_000}) {
            for (int count : new int[] {1, 2, size / 2, size * 9 / 10, size - 1}) {
                write("DEL", "s");
                TreeSet<String> members = new TreeSet<>();
                for (int i = 0; i < size; i++) {
                    write("SADD", "s", "member" + i);
                    members.add("member" + i);
                }
                List<String> popped = set(write("SPOP", "s", Integer.toString(count)));
                assertEquals(count, new TreeSet<>(popped).size());
                assertEquals(count, popped.size());
                assertTrue(members.removeAll(popped));
                assertEquals(members, new TreeSet<>(set(read("SMEMBERS", "s"))));
            }
        }
    }

    @Test
    void what_little_a_pop_leaves_is_compact_again() {
        for (int i = 0; i < 600; i++) {
            write("SADD", "s", "member" + i);
        }
        write("SPOP", "s", "300");
        assertEquals(Reply.bulk("hashtable"), read("OBJECT", "ENCODING", "s"));
        write("SPOP", "s", "297");
        assertEquals(Reply.bulk("listpack"), read("OBJECT", "ENCODING", "s"));
    }

    @Test
    void every_member_is_popped_about_as_often_as_the_others() {
        Map<String, Integer> pops = new HashMap<>();
        for (int i = 0; i < 5_000; i++) {
            write("SADD", "s", "a", "b", "c", "d", "e", "f", "g", "h", "i", "j");
            pops.merge(((Reply.Bulk) write("SPOP", "s")).value().utf8(), 1, Integer::sum);
            set(write("SPOP", "s", "1")).forEach(member -> pops.merge(member, 1, Integer::sum));
        }
        assertEquals(10, pops.size());
        pops.values().forEach(times -> assertTrue(times > 850 && times < 1_150, pops::toString));
    }

    private static List<String> set(Reply set) {
        return texts(Reply.array(((Reply.Set) set).elements()));
    }

    @Test
    void fields_drawn_without_repetition_are_distinct_and_of_the_hash() {
        for (int size : new int[] {3, 100, 1_000}) {
            write("DEL", "h");
            for (int i = 0; i < size; i++) {
                write("HSET", "h", "field" + i, "value" + i);
            }
            for (int count : new int[] {1, 2, size / 2, size - 1, size, size + 1}) {
                List<String> drawn = texts(read("HRANDFIELD", "h", Integer.toString(count)));
                assertEquals(Math.min(count, size), drawn.size());
                assertEquals(drawn.size(), new TreeSet<>(drawn).size());
                drawn.forEach(field -> assertEquals(Reply.of(1), read("HEXISTS", "h", field)));
            }
        }
    }

    @Test
    void fields_are_drawn_evenly_from_between_those_that_are_due_and_not_yet_removed() {
        for (int living : new int[] {20, 3_000}) {
            KeyValueStateMachine one = new KeyValueStateMachine();
            for (int i = 0; i < 4_000; i++) {
                one.apply(Request.of("HSET", "h", "field" + i, "value" + i), 1_000);
                if (i >= living) {
                    one.apply(Request.of("HPEXPIREAT", "h", "5000", "FIELDS", "1", "field" + i), 1_000);
                }
            }
            // Of this entry on many are due, more than one entry removes.
            one.apply(Request.of("SET", "other", "v"), 5_000);
            assertEquals(Reply.of(living), one.query(Request.of("HLEN", "h"), Long.MIN_VALUE));
            Map<String, Integer> draws = new HashMap<>();
            Reply repeated = one.query(Request.of("HRANDFIELD", "h", "-10000"), Long.MIN_VALUE);
            texts(Objects.requireNonNull(repeated)).forEach(field -> draws.merge(field, 1, Integer::sum));
            draws.keySet().forEach(field -> assertTrue(Integer.parseInt(field.substring(5)) < living, field));
            assertTrue(draws.size() > living * 9 / 10);
            int most = 3 * 10_000 / living + 20;
            draws.values().forEach(times -> assertTrue(times < most, draws::toString));
            for (int count : new int[] {1, living / 2, living - 1, living}) {
                Reply distinct = one.query(Request.of("HRANDFIELD", "h", Integer.toString(count)), Long.MIN_VALUE);
                List<String> drawn = texts(Objects.requireNonNull(distinct));
                assertEquals(count, drawn.size());
                assertEquals(count, new TreeSet<>(drawn).size());
            }
        }
    }

    @Test
    void every_field_is_drawn_about_as_often_as_the_others() {
        for (int i = 0; i < 10; i++) {
            write("HSET", "h", "field" + i, "value" + i);
        }
        Map<String, Integer> withRepetition = new HashMap<>();
        texts(read("HRANDFIELD", "h", "-10000")).forEach(field -> withRepetition.merge(field, 1, Integer::sum));
        Map<String, Integer> without = new HashMap<>();
        for (int i = 0; i < 2_000; i++) {
            texts(read("HRANDFIELD", "h", "5")).forEach(field -> without.merge(field, 1, Integer::sum));
        }
        for (Map<String, Integer> draws : List.of(withRepetition, without)) {
            assertEquals(10, draws.size());
            draws.values().forEach(times -> assertTrue(times > 850 && times < 1_150, draws::toString));
        }
    }

    @Test
    void every_key_is_drawn_about_as_often_as_the_others() {
        for (int i = 0; i < 10; i++) {
            write("SET", "key" + i, "v");
        }
        Map<String, Integer> draws = new HashMap<>();
        for (int i = 0; i < 10_000; i++) {
            draws.merge(((Reply.Bulk) read("RANDOMKEY")).value().utf8(), 1, Integer::sum);
        }
        assertEquals(10, draws.size());
        draws.values().forEach(times -> assertTrue(times > 850 && times < 1_150, draws::toString));
    }
}

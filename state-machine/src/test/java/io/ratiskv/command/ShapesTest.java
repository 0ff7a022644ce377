package io.ratiskv.command;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.Entry;
import io.ratiskv.api.Reply;
import io.ratiskv.api.Request;
import io.ratiskv.machine.Audience;
import io.ratiskv.machine.KeyValueStateMachine;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which shape a collection has after requests of many words, as Redis 7.2 tells by OBJECT ENCODING. */
class ShapesTest {
    private final KeyValueStateMachine machine = new KeyValueStateMachine();

    @Test
    void an_addition_makes_room_for_every_word_even_if_it_adds_none() {
        ask("SADD", "few", "a");
        ask("SADD", "integers", "1");
        ask("ZADD", "scored", "1", "a");
        assertEncodings("listpack", "intset", "listpack");

        assertEquals(Reply.of(0), ask(repeated(129, "SADD", "few", "a")));
        assertEquals(Reply.of(0), ask(repeated(513, "SADD", "integers", "1")));
        assertEquals(Reply.of(0), ask(repeated(129, "ZADD", "scored", "1", "a")));
        assertEncodings("hashtable", "hashtable", "skiplist");
    }

    @Test
    void what_makes_room_alone_is_no_change() {
        ask("SADD", "few", "a");
        ask("ZADD", "scored", "1", "a");
        Reply versions = ask("RAFT.VERSIONS", "few", "scored");
        Reply memory = ask("MEMORY", "USAGE", "few");

        ask(repeated(129, "SADD", "few", "a"));
        ask(repeated(129, "ZADD", "scored", "1", "a"));
        assertEquals(versions, ask("RAFT.VERSIONS", "few", "scored"));
        assertEquals(memory, ask("MEMORY", "USAGE", "few"));
    }

    @Test
    void a_hash_has_room_for_every_field_of_a_request() {
        ask(repeated(129, "HSET", "fields", "f", "v"));
        assertEquals(Reply.bulk("hashtable"), ask("OBJECT", "ENCODING", "fields"));
        assertEquals(Reply.of(1), ask("HLEN", "fields"));
    }

    @Test
    void a_new_key_has_room_for_every_word() {
        ask(repeated(129, "SADD", "few", "a"));
        ask(repeated(513, "SADD", "integers", "1"));
        ask(repeated(129, "GEOADD", "scored", "1", "1", "a"));
        assertEncodings("hashtable", "hashtable", "skiplist");

        ask("DEL", "few", "integers", "scored");
        ask(repeated(129, "ZADD", "scored", "XX", "1", "a"));
        assertEquals(Reply.of(0), ask("EXISTS", "scored"));
    }

    @Test
    void a_full_list_that_is_rotated_stays_compact() {
        machine.apply(1, 1, new Entry.Configure("list-max-listpack-size", Bytes.of(3)), Audience.GATEWAY);
        ask("RPUSH", "l", "a", "b", "c");
        assertEquals(Reply.bulk("c"), ask("RPOPLPUSH", "l", "l"));
        assertEquals(Reply.bulk("c"), ask("LMOVE", "l", "l", "LEFT", "LEFT"));
        assertEquals(Reply.bulk("listpack"), ask("OBJECT", "ENCODING", "l"));

        ask("RPUSH", "l", "d");
        assertEquals(Reply.bulk("c"), ask("LMOVE", "l", "l", "LEFT", "RIGHT"));
        assertEquals(Reply.bulk("quicklist"), ask("OBJECT", "ENCODING", "l"));
    }

    private void assertEncodings(String few, String integers, String scored) {
        assertEquals(Reply.bulk(few), ask("OBJECT", "ENCODING", "few"));
        assertEquals(Reply.bulk(integers), ask("OBJECT", "ENCODING", "integers"));
        assertEquals(Reply.bulk(scored), ask("OBJECT", "ENCODING", "scored"));
    }

    private Reply ask(String... words) {
        return machine.apply(Request.of(words), 1);
    }

    /** The words, those behind the key (and options) so many times. */
    private static String[] repeated(int times, String name, String key, String... rest) {
        List<String> words = new ArrayList<>(List.of(name, key));
        int options = rest[0].equals("XX") ? 1 : 0;
        words.addAll(List.of(rest).subList(0, options));
        for (int i = 0; i < times; i++) {
            words.addAll(List.of(rest).subList(options, rest.length));
        }
        return words.toArray(String[]::new);
    }
}

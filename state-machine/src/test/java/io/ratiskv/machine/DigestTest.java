package io.ratiskv.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.ratiskv.api.Request;
import org.junit.jupiter.api.Test;

/** What replicas are compared by. */
class DigestTest {
    @Test
    void it_survives_its_encoding() {
        Digest digest = sample();
        assertEquals(digest, Digest.decode(digest.encode()));
        assertThrows(IllegalArgumentException.class, () -> Digest.decode(new byte[8]));
    }

    /**
     * Nodes of two releases compare their digests while a cluster is upgraded. Whoever changes what this test expects
     * raises {@link Digest#VERSION}, or healthy nodes take each other for wrong.
     */
    @Test
    void it_is_the_same_in_every_release_of_a_version() {
        assertEquals(1, Digest.VERSION);
        assertEquals("3d8622e50dba30c6", sample().toString());
    }

    @Test
    void a_difference_is_told_for_a_person() {
        Digest sample = sample();
        assertEquals("", sample.differenceFrom(sample()));
        assertEquals("slots 7629", sample.differenceFrom(with("SET", "k", "w")));
        assertEquals("scripts", sample.differenceFrom(with("SCRIPT", "LOAD", "return 1")));
        assertEquals("users", sample.differenceFrom(with("ACL", "SETUSER", "alice", "on")));
        KeyValueStateMachine many = machine();
        for (int i = 0; i < 1_000; i++) {
            run(many, "SET", "key" + i, "v");
        }
        String difference = sample.differenceFrom(many.freeze().digest());
        assertEquals(20, difference.split(",").length, difference);
        assertEquals(" and more", difference.substring(difference.length() - 9));
    }

    @Test
    void deadlines_count() {
        assertNotEquals(sample(), with("PEXPIREAT", "k", "99999999999"));
    }

    private static Digest sample() {
        return machine().freeze().digest();
    }

    private static Digest with(String... words) {
        KeyValueStateMachine machine = machine();
        run(machine, words);
        return machine.freeze().digest();
    }

    private static KeyValueStateMachine machine() {
        KeyValueStateMachine machine = new KeyValueStateMachine();
        run(machine, "SET", "k", "v");
        run(machine, "SET", "dying", "v", "PXAT", "99999999999");
        run(machine, "HSET", "h", "f", "v", "g", "w");
        run(machine, "HPEXPIREAT", "h", "99999999999", "FIELDS", "1", "f");
        run(machine, "RPUSH", "l", "a", "b", "c");
        run(machine, "SADD", "s", "a", "b", "17");
        run(machine, "ZADD", "z", "1.5", "a", "-inf", "b");
        run(machine, "XADD", "x", "5-1", "f", "v");
        run(machine, "XGROUP", "CREATE", "x", "g", "0");
        run(machine, "XREADGROUP", "GROUP", "g", "c", "STREAMS", "x", ">");
        run(machine, "PFADD", "p", "a", "b");
        run(machine, "SETBIT", "pages", "80000000", "1");
        run(machine, "SCRIPT", "LOAD", "return 42");
        return machine;
    }

    private static void run(KeyValueStateMachine machine, String... words) {
        machine.apply(Request.of(words), 1_000);
    }
}

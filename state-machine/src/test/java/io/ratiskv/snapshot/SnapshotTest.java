package io.ratiskv.snapshot;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.Entry;
import io.ratiskv.api.Request;
import io.ratiskv.machine.Audience;
import io.ratiskv.machine.KeyValueStateMachine;
import io.ratiskv.machine.Observation;
import io.ratiskv.machine.RandomLog;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Snapshots are canonical, and no other bytes are taken for one. */
class SnapshotTest {
    @Test
    void an_empty_machine_comes_back() throws IOException {
        KeyValueStateMachine machine = new KeyValueStateMachine();
        assertEquals(Observation.of(machine), Observation.of(restored(Observation.bytes(machine.freeze()))));
    }

    @Test
    void values_larger_than_a_chunk_come_back() throws IOException {
        KeyValueStateMachine machine = new KeyValueStateMachine();
        byte[] large = new byte[5 << 20];
        new SplittableRandom(1).nextBytes(large);
        set(machine, "large", Bytes.wrap(large));
        set(machine, "empty", Bytes.EMPTY);
        machine.apply(Request.of("HSET", "hash", "field", "x".repeat(200_000)), 1_000);
        assertEquals(Observation.of(machine), Observation.of(restored(Observation.bytes(machine.freeze()))));
    }

    @Test
    void equal_states_that_came_about_otherwise_are_equal_bytes() {
        KeyValueStateMachine one = new KeyValueStateMachine();
        KeyValueStateMachine other = new KeyValueStateMachine();
        one.apply(Request.of("MSET", "a", "1", "b", "2", "c", "3"), 0);
        other.apply(Request.of("MSET", "c", "3", "a", "1", "b", "2"), 0);
        assertArrayEquals(Observation.bytes(one.freeze()), Observation.bytes(other.freeze()));
    }

    @Test
    void a_digest_tells_contents_apart_and_nothing_else() {
        KeyValueStateMachine one = new KeyValueStateMachine();
        KeyValueStateMachine other = new KeyValueStateMachine();
        other.apply(1, 0, new Entry.Configure("hash-key", Bytes.of("0123456789abcdef")), Audience.REPLICA);
        other.apply(2, 0, new Entry.Configure("hash-max-listpack-entries", Bytes.of("0")), Audience.REPLICA);
        other.apply(Request.of("SET", "a", "0"), 0);
        for (KeyValueStateMachine machine : List.of(one, other)) {
            machine.apply(Request.of("SET", "a", "1", "PXAT", "5000"), 0);
            machine.apply(Request.of("HSET", "h", "f", "1", "g", "2"), 0);
        }
        assertEquals(one.freeze().digest(), other.freeze().digest());
        other.apply(Request.of("PEXPIREAT", "a", "5001"), 0);
        assertNotEquals(one.freeze().digest(), other.freeze().digest());
        one.apply(Request.of("PEXPIREAT", "a", "5001"), 0);
        assertEquals(one.freeze().digest(), other.freeze().digest());
        one.apply(Request.of("HSET", "h", "f", "2", "g", "1"), 0);
        assertNotEquals(one.freeze().digest(), other.freeze().digest());
    }

    @Test
    void a_digest_tells_databases_apart() {
        KeyValueStateMachine one = new KeyValueStateMachine();
        KeyValueStateMachine other = new KeyValueStateMachine();
        one.apply(Request.of("SET", "a", "1"), 0);
        other.apply(Request.of("SET", "a", "1"), 0);
        other.apply(Request.of("MOVE", "a", "1"), 0);
        assertNotEquals(one.freeze().digest(), other.freeze().digest());
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2})
    void any_damaged_byte_is_noticed(long seed) {
        byte[] whole = snapshot(seed);
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < 400; i++) {
            byte[] damaged = whole.clone();
            int at = random.nextInt(damaged.length);
            damaged[at] ^= (byte) (1 << random.nextInt(8));
            SnapshotException refusal = assertThrows(
                    SnapshotException.class, () -> restored(damaged), () -> "seed " + seed + ", byte " + at);
            assertTrue(refusal.offset() <= whole.length, refusal.toString());
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {3, 4})
    void a_snapshot_that_was_cut_off_or_goes_on_is_refused(long seed) {
        byte[] whole = snapshot(seed);
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < 200; i++) {
            int length = random.nextInt(whole.length);
            assertThrows(
                    SnapshotException.class,
                    () -> restored(Arrays.copyOf(whole, length)),
                    () -> "seed " + seed + ", length " + length);
        }
        assertThrows(SnapshotException.class, () -> restored(Arrays.copyOf(whole, whole.length + 1)));
    }

    @Test
    void the_refusal_names_section_and_offset() {
        byte[] whole = snapshot(5);
        whole[Section.MAGIC.length + Section.HEADER_BYTES + 3] ^= 1;
        SnapshotException refusal = assertThrows(SnapshotException.class, () -> restored(whole));
        assertEquals("STATE", refusal.section());
        assertTrue(refusal.toString().contains("checksum"), refusal.toString());
    }

    @Test
    void a_length_that_promises_more_than_comes_takes_no_memory() throws IOException {
        // A setting whose name claims two gigabytes; the heap of the tests is half of that.
        SnapshotException refusal =
                assertThrows(SnapshotException.class, () -> restored(head(1, 1, 1, 1, 1, 0, 0, 0, 0, 9, 0x7fff_ff00L)));
        assertTrue(refusal.toString().contains("ends too soon"), refusal.toString());
    }

    @ParameterizedTest
    @ValueSource(longs = {6, 7, 8})
    void fields_that_can_not_be_are_refused_though_their_checksums_hold(long seed) throws IOException {
        SplittableRandom random = new SplittableRandom(seed);
        byte[] whole = snapshot(seed);
        for (int i = 0; i < 300; i++) {
            byte[] forged = forged(whole, random);
            int round = i;
            try {
                restored(forged);
            } catch (IOException refusal) {
                assertInstanceOf(SnapshotException.class, refusal, () -> "seed " + seed + ", round " + round);
            }
        }
    }

    @Test
    void a_later_format_is_refused() {
        SnapshotException refusal = assertThrows(SnapshotException.class, () -> restored(head(Section.FORMAT + 1)));
        assertTrue(refusal.toString().contains("format 2 is unknown"), refusal.toString());
    }

    /** A stream that begins with a state of these fields and has nothing else. */
    private static byte[] head(long... fields) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(Section.MAGIC);
        SectionWriter writer = new SectionWriter(out);
        writer.begin(Section.STATE);
        for (long field : fields) {
            writer.varint(field);
        }
        writer.end();
        return out.toByteArray();
    }

    /** Changes bytes of payloads and writes the checksums anew. */
    private static byte[] forged(byte[] whole, SplittableRandom random) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(Section.MAGIC);
        SectionWriter writer = new SectionWriter(out);
        int oneIn = random.nextInt(20, 2_000);
        int at = Section.MAGIC.length;
        while (at < whole.length) {
            int length = ByteBuffer.wrap(whole).getInt(at + 2);
            writer.begin(Section.of(whole[at]));
            for (int i = 0; i < length; i++) {
                int value = whole[at + Section.HEADER_BYTES + i];
                writer.oneByte(random.nextInt(oneIn) == 0 ? random.nextInt() : value);
            }
            if (whole[at + 1] == 1) {
                writer.end();
            }
            at += Section.HEADER_BYTES + length;
        }
        return out.toByteArray();
    }

    private static byte[] snapshot(long seed) {
        KeyValueStateMachine machine = new KeyValueStateMachine();
        for (RandomLog.Stamped stamped : RandomLog.of(seed, 300)) {
            Observation.apply(machine, stamped);
        }
        return Observation.bytes(machine.freeze());
    }

    private static KeyValueStateMachine restored(byte[] bytes) throws IOException {
        return SnapshotReader.read(new ByteArrayInputStream(bytes));
    }

    private static void set(KeyValueStateMachine machine, String key, Bytes value) {
        Bytes[] words = {Bytes.of("SET"), Bytes.of(key), value};
        machine.apply(new Request(0, 2, Request.DEFAULT_USER, words), 1_000);
    }
}

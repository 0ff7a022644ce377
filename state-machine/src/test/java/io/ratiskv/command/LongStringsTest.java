package io.ratiskv.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.Reply;
import io.ratiskv.api.Request;
import io.ratiskv.machine.KeyValueStateMachine;
import io.ratiskv.machine.Observation;
import io.ratiskv.transcript.ReplyText;
import org.junit.jupiter.api.Test;

/** What is too long for a transcript: strings up to the longest there can be, of which little is written. */
class LongStringsTest {
    private final KeyValueStateMachine machine = new KeyValueStateMachine();

    private void write(String request, String expected) {
        assertEquals(expected, ReplyText.of(machine.apply(Request.of(request.split(" ")), 1_000)), request);
    }

    private void read(String request, String expected) {
        Reply reply = machine.query(Request.of(request.split(" ")), 1_000);
        assertNotNull(reply);
        assertEquals(expected, ReplyText.of(reply), request);
    }

    @Test
    void the_last_bit_there_can_be_is_set_and_found() {
        write("SETBIT b 4294967295 1", "0");
        read("STRLEN b", "536870912");
        read("GETBIT b 4294967295", "1");
        read("GETBIT b 4294967294", "0");
        read("BITPOS b 1", "4294967295");
        read("BITPOS b 0", "0");
        read("BITCOUNT b", "1");
        read("BITCOUNT b -1 -1", "1");
        read("BITCOUNT b 4294967295 -1 BIT", "1");
        read("GETRANGE b -2 -1", "\"\\x00\\x01\"");
        read("MEMORY USAGE b", "536870961");
        write("BITOP OR c b none", "536870912");
        read("BITPOS c 1", "4294967295");
        write("SETBIT b 4294967295 0", "1");
        read("BITCOUNT b", "0");
        read("BITPOS b 1", "-1");
        write("APPEND b x", "(error) ERR string exceeds maximum allowed size (proto-max-bulk-len)");
        write("COPY c d", "1");
        write("SETBIT d 7 1", "0");
        read("BITCOUNT c", "1");
        read("BITCOUNT d", "2");
        write("INCR d", "(error) ERR value is not an integer or out of range");
        write("INCRBYFLOAT d 1", "(error) ERR value is not a valid float");
    }

    @Test
    void a_field_may_end_behind_the_last_bit_there_can_be() {
        write("BITFIELD b SET i64 4294967295 5 GET i64 4294967295", "[0, 5]");
        read("STRLEN b", "536870920");
        read("BITFIELD_RO b GET u8 4294967288 GET i64 4294967295", "[0, 5]");
    }

    @Test
    void a_string_of_pages_counts_and_comes_back_as_one_in_an_array_does() {
        String text = "text".repeat(10_000);
        KeyValueStateMachine other = new KeyValueStateMachine();
        other.apply(Request.of("SET", "s", text), 1_000);
        machine.apply(Request.of("SETRANGE", "s", "30000", text.substring(30_000)), 1_000);
        machine.apply(Request.of("SETRANGE", "s", "0", text.substring(0, 30_000)), 1_000);

        assertEquals(other.freeze().digest(), machine.freeze().digest());
        assertEquals(other.freeze().memoryBytes(), machine.freeze().memoryBytes());
        read("GET s", "\"" + text + "\"");
        KeyValueStateMachine restored = Observation.restored(Observation.bytes(machine.freeze()));
        assertEquals(Observation.of(machine), Observation.of(restored));
        restored.apply(Request.of("APPEND", "s", "x"), 1_000);
        assertEquals(Bytes.of(text + "x"), ((Reply.Bulk) restored.apply(Request.of("GETDEL", "s"), 1_000)).value());
        restored.apply(Request.of("FLUSHALL"), 1_000);
        assertEquals(0, restored.freeze().memoryBytes());
    }
}

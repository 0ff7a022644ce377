package io.ratiskv.script;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.ratiskv.api.Bytes;
import org.junit.jupiter.api.Test;

/** Which scripts are kept follows from the requests alone. */
class ScriptsTest {
    private final Scripts scripts = new Scripts();

    private static Bytes body(int number) {
        return Bytes.of("return " + number);
    }

    private static Bytes sha(Bytes body) {
        return Bytes.of(Sha1.hex(body));
    }

    @Test
    void of_what_was_evaluated_the_last_used_stay() {
        for (int i = 0; i < 500; i++) {
            scripts.evaluate(body(i), /* keeps= */ true);
        }
        assertNotNull(scripts.find(sha(body(0)), /* keeps= */ true));
        scripts.evaluate(body(1), /* keeps= */ true);
        scripts.evaluate(body(500), /* keeps= */ true);
        scripts.evaluate(body(501), /* keeps= */ true);

        assertEquals(500, scripts.scripts());
        assertNotNull(scripts.find(sha(body(0)), /* keeps= */ false));
        assertNotNull(scripts.find(sha(body(1)), /* keeps= */ false));
        assertNull(scripts.find(sha(body(2)), /* keeps= */ false));
        assertNull(scripts.find(sha(body(3)), /* keeps= */ false));
        assertNotNull(scripts.find(sha(body(4)), /* keeps= */ false));
    }

    @Test
    void what_only_reads_neither_keeps_a_script_nor_counts_as_a_use() {
        scripts.evaluate(body(0), /* keeps= */ false);
        assertNull(scripts.find(sha(body(0)), /* keeps= */ false));
        for (int i = 0; i < 500; i++) {
            scripts.evaluate(body(i), /* keeps= */ true);
        }
        assertNotNull(scripts.find(sha(body(0)), /* keeps= */ false));
        scripts.evaluate(body(500), /* keeps= */ true);
        assertNull(scripts.find(sha(body(0)), /* keeps= */ false));
    }

    @Test
    void what_was_loaded_stays() {
        scripts.evaluate(body(-1), /* keeps= */ true);
        scripts.load(body(-1));
        for (int i = 0; i < 1_000; i++) {
            scripts.evaluate(body(i), /* keeps= */ true);
        }
        assertEquals(501, scripts.scripts());
        assertNotNull(scripts.find(sha(body(-1)), /* keeps= */ false));
    }

    @Test
    void long_scripts_push_each_other_out_by_their_bytes() {
        for (int i = 0; i < 20; i++) {
            scripts.evaluate(Bytes.of("return " + i + " --" + "x".repeat((1 << 20) - 20)), /* keeps= */ true);
        }
        assertEquals(16, scripts.scripts());
    }

    @Test
    void a_copy_of_the_state_goes_on_as_the_original() {
        for (int i = 0; i < 700; i++) {
            scripts.evaluate(body(i), /* keeps= */ true);
        }
        scripts.load(body(9_999));
        scripts.evaluate(body(300), /* keeps= */ true);
        Scripts copy = new Scripts();
        copy.restore(scripts.state());
        assertEquals(scripts.state(), copy.state());

        for (int i = 700; i < 1_000; i++) {
            scripts.evaluate(body(i), /* keeps= */ true);
            copy.evaluate(body(i), /* keeps= */ true);
        }
        assertEquals(scripts.state(), copy.state());
    }
}

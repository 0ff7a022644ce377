package io.ratiskv.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.Effect;
import io.ratiskv.api.Entry;
import io.ratiskv.api.EntryCodec;
import io.ratiskv.api.Outcome;
import io.ratiskv.api.Reply;
import io.ratiskv.api.Request;
import io.ratiskv.api.Unit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A batch takes effect once, whichever of its copies comes first; one that was given up or closed never does. */
class GatewaysTest {
    private final KeyValueStateMachine machine = new KeyValueStateMachine();
    private long nowMillis = 1_000;

    @Test
    void the_copies_of_a_batch_take_effect_once() {
        long epoch = open("n1");
        assertEquals(List.of(Reply.of(1)), increment(epoch, 0, 0).replies());
        assertEquals(Outcome.IGNORED, increment(epoch, 0, 0));
        assertEquals(List.of(Reply.of(2)), increment(epoch, 1, 0).replies());
        assertEquals(Outcome.IGNORED, increment(epoch, 0, 0));
    }

    @Test
    void a_batch_below_the_floor_never_takes_effect() {
        long epoch = open("n1");
        increment(epoch, 5, 5);
        assertFalse(increment(epoch, 4, 3).taken());
        assertEquals(List.of(Reply.of(2)), increment(epoch, 6, 5).replies());
    }

    @Test
    void an_id_that_was_given_up_never_takes_effect() {
        long epoch = open("n1");
        assertTrue(apply(new Entry.Execute(epoch, 0, 0, List.of())).taken());
        assertFalse(increment(epoch, 0, 0).taken());
    }

    @Test
    void giving_up_a_batch_that_was_applied_changes_nothing() {
        long epoch = open("n1");
        increment(epoch, 0, 0);
        assertFalse(apply(new Entry.Execute(epoch, 0, 0, List.of())).taken());
    }

    @Test
    void opening_a_gateway_closes_the_older_one_of_the_node_alone() {
        long old = open("n1");
        long other = open("n2");
        long now = open("n1");
        assertFalse(increment(old, 0, 0).taken());
        assertTrue(increment(other, 0, 0).taken());
        assertTrue(increment(now, 0, 0).taken());
        assertEquals(now, machine.epochOf("n1"));
        assertEquals(0, machine.epochOf("n3"));
    }

    @Test
    void an_opened_gateway_is_announced_with_its_incarnation_and_addresses() {
        Outcome outcome = apply(new Entry.OpenGateway("n1", 77, "h:1", "h:2"));
        assertEquals(
                List.of(new Effect.GatewayOpened("n1", 77, machine.appliedIndex(), "h:1", "h:2")), outcome.effects());
        assertEquals(List.of(new NodeAddress("n1", "h:1", "h:2")), machine.nodes());
    }

    @Test
    void ten_minutes_of_logged_silence_close_an_epoch_and_keep_the_address() {
        long silent = open("n1");
        long busy = open("n2");
        nowMillis += Gateways.SILENCE_MAX_MILLIS - 1;
        increment(busy, 0, 0);
        assertEquals(silent, machine.epochOf("n1"));
        nowMillis += 1;
        increment(busy, 1, 0);
        assertEquals(0, machine.epochOf("n1"));
        assertFalse(increment(silent, 0, 0).taken());
        assertEquals(2, machine.nodes().size());
    }

    @Test
    void the_first_entry_after_a_long_silence_is_itself_a_sign_of_life() {
        long epoch = open("n1");
        nowMillis += 10 * Gateways.SILENCE_MAX_MILLIS;
        assertTrue(increment(epoch, 0, 0).taken());
        assertTrue(increment(epoch, 1, 0).taken());
    }

    @Test
    void a_batch_in_pieces_takes_effect_with_its_last_piece() {
        long epoch = open("n1");
        List<Entry.Fragment> pieces = pieces(epoch, 0, 3, set("a", "1"), set("b", "2"));
        assertEquals(Outcome.NOTHING, apply(pieces.get(0)));
        assertEquals(Outcome.NOTHING, apply(pieces.get(1)));
        assertEquals(0, machine.statistics().databases().getFirst().keys());
        assertEquals(List.of(Reply.OK, Reply.OK), apply(pieces.get(2)).replies());
        assertEquals(Outcome.IGNORED, apply(pieces.get(2)));
        assertEquals(Outcome.IGNORED, apply(pieces.get(0)));
    }

    @Test
    void pieces_sent_again_from_the_first_begin_anew() {
        long epoch = open("n1");
        List<Entry.Fragment> pieces = pieces(epoch, 0, 3, set("a", "1"));
        apply(pieces.get(0));
        apply(pieces.get(1));
        apply(pieces.get(0));
        assertEquals(Outcome.IGNORED, apply(pieces.get(2)), "the second copy lacks its second piece");
        apply(pieces.get(1));
        assertEquals(List.of(Reply.OK), apply(pieces.get(2)).replies());
    }

    @Test
    void batches_between_the_pieces_of_another_are_applied_in_log_order() {
        long epoch = open("n1");
        List<Entry.Fragment> pieces = pieces(epoch, 0, 2, set("n", "10"));
        apply(pieces.get(0));
        increment(epoch, 1, 0);
        apply(pieces.get(1));
        assertEquals(List.of(Reply.of(11)), increment(epoch, 2, 0).replies());
    }

    @Test
    void pieces_are_dropped_with_their_floor_and_their_epoch() {
        long epoch = open("n1");
        apply(pieces(epoch, 0, 2, set("a", "1")).getFirst());
        assertEquals(1, pending());
        increment(epoch, 1, 1);
        assertEquals(0, pending());
        apply(pieces(epoch, 2, 2, set("a", "1")).getFirst());
        open("n1");
        assertEquals(0, pending());
    }

    @Test
    void giving_up_drops_the_pieces() {
        long epoch = open("n1");
        List<Entry.Fragment> pieces = pieces(epoch, 0, 2, set("a", "1"));
        apply(pieces.get(0));
        apply(new Entry.Execute(epoch, 0, 0, List.of()));
        assertEquals(0, pending());
        assertEquals(Outcome.IGNORED, apply(pieces.get(1)));
    }

    @Test
    void pieces_that_claim_more_than_fits_are_ignored() {
        long epoch = open("n1");
        Bytes piece = Bytes.wrap(new byte[1 << 10]);
        assertEquals(Outcome.IGNORED, apply(new Entry.Fragment(epoch, 0, 0, 0, Integer.MAX_VALUE, piece)));
        assertEquals(Outcome.IGNORED, apply(new Entry.Fragment(epoch, 0, 0, 0, 0, piece)));
        assertEquals(0, pending());
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void windows_agree_with_a_set_of_all_ids_ever_applied(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        Gateways gateways = new Gateways();
        Map<Long, Set<Long>> applied = new HashMap<>();
        Map<Long, Long> floors = new HashMap<>();
        List<Long> epochs = new ArrayList<>();
        Map<Integer, Long> openEpochs = new HashMap<>();
        for (long index = 1; index < 20_000; index++) {
            int node = random.nextInt(3);
            if (epochs.isEmpty() || random.nextInt(500) == 0) {
                gateways.open(new Entry.OpenGateway("n" + node, 0, "", ""), index, 0);
                openEpochs.put(node, index);
                epochs.add(index);
                continue;
            }
            long epoch = epochs.get(random.nextInt(Math.max(0, epochs.size() - 4), epochs.size()));
            long floor = floors.getOrDefault(epoch, 0L);
            long id = Math.max(0, floor + random.nextInt(-3, 12));
            long entryFloor = Math.max(0, Math.min(id, floor + random.nextInt(-2, 3)));
            boolean expected = openEpochs.containsValue(epoch)
                    && id >= floor
                    && applied.computeIfAbsent(epoch, e -> new HashSet<>()).add(id);
            boolean admitted = gateways.admit(epoch, id, entryFloor, 0);
            if (openEpochs.containsValue(epoch)) {
                floors.put(epoch, Math.max(floor, entryFloor));
            }
            assertEquals(expected, admitted, "seed " + seed + ", index " + index);
        }
    }

    private long open(String node) {
        apply(new Entry.OpenGateway(node, 1, node + ":1", node + ":2"));
        return machine.appliedIndex();
    }

    private Outcome apply(Entry entry) {
        return machine.apply(machine.appliedIndex() + 1, nowMillis, entry, Audience.GATEWAY);
    }

    private Outcome increment(long epoch, long id, long floor) {
        return apply(new Entry.Execute(epoch, id, floor, List.of(new Unit.Single(Request.of("INCR", "n")))));
    }

    private static Unit set(String key, String value) {
        return new Unit.Single(Request.of("SET", key, value));
    }

    private static List<Entry.Fragment> pieces(long epoch, long id, int count, Unit... units) {
        Bytes whole = Bytes.wrap(EntryCodec.encodeUnits(List.of(units)));
        int size = whole.length() / count;
        List<Entry.Fragment> pieces = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int length = i == count - 1 ? whole.length() - i * size : size;
            pieces.add(new Entry.Fragment(epoch, id, 0, i, count, whole.slice(i * size, length)));
        }
        return pieces;
    }

    private int pending() {
        return machine.freeze().state().gateways().stream()
                .mapToInt(gateway -> gateway.pieces().size())
                .sum();
    }
}

package io.ratiskv.replication;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.ratiskv.api.Request;
import io.ratiskv.machine.Digest;
import io.ratiskv.machine.KeyValueStateMachine;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Who is said to differ, on n1 of three. */
class DivergenceTest {
    private static final Digest RIGHT = digest("SET", "k", "v");
    private static final Digest WRONG = digest("SET", "k", "w");

    private final ControlledNode node = new ControlledNode();
    private final List<String> diverged = new ArrayList<>();
    private final Divergence divergence = new Divergence(node, node, diverged::add);

    @Test
    void every_member_is_told() {
        node.configuration = new Consensus.Configuration(Set.of("n1", "n2"), Set.of(), Set.of("n3"));
        divergence.folded(7, RIGHT);
        assertEquals(
                Set.of(
                        new ControlledNode.Sent("n2", new PeerMessage.StateDigest(7, RIGHT)),
                        new ControlledNode.Sent("n3", new PeerMessage.StateDigest(7, RIGHT))),
                Set.copyOf(node.sent));
    }

    @Test
    void who_is_contradicted_by_a_majority_is_wrong() {
        divergence.told("n2", 7, RIGHT);
        divergence.folded(7, WRONG);
        assertEquals(List.of(), diverged, "one against one");
        divergence.told("n3", 7, RIGHT);
        assertEquals(List.of("its state after index 7 was not that of the majority: slots 7629"), diverged);
        assertEquals(new Divergence.Figures(3, 1), divergence.figures());
    }

    @Test
    void another_that_differs_is_counted_and_this_one_goes_on() {
        divergence.folded(7, RIGHT);
        divergence.told("n2", 7, RIGHT);
        divergence.told("n3", 7, WRONG);
        divergence.told("n3", 7, WRONG);
        assertEquals(List.of(), diverged);
        assertEquals(new Divergence.Figures(3, 1), divergence.figures());
    }

    @Test
    void states_of_different_indexes_are_not_compared() {
        divergence.folded(7, WRONG);
        divergence.told("n2", 8, RIGHT);
        divergence.told("n3", 8, RIGHT);
        assertEquals(List.of(), diverged);
        assertEquals(new Divergence.Figures(2, 0), divergence.figures());
    }

    @Test
    void listeners_are_judged_and_do_not_judge() {
        node.configuration = new Consensus.Configuration(Set.of("n1", "n2"), Set.of(), Set.of("n3", "n4", "n5"));
        for (String listener : List.of("n3", "n4", "n5")) {
            divergence.told(listener, 7, WRONG);
        }
        divergence.folded(7, RIGHT);
        assertEquals(new Divergence.Figures(0, 0), divergence.figures());
        divergence.told("n2", 7, RIGHT);
        assertEquals(List.of(), diverged);
        assertEquals(new Divergence.Figures(5, 3), divergence.figures());
    }

    @Test
    void where_no_two_agree_nobody_is_right() {
        divergence.folded(7, RIGHT);
        divergence.told("n2", 7, WRONG);
        divergence.told("n3", 7, digest("SET", "k", "x"));
        assertEquals(List.of(), diverged);
        assertEquals(new Divergence.Figures(0, 1), divergence.figures());
    }

    @Test
    void old_indexes_are_forgotten() {
        for (long index = 1; index <= 10; index++) {
            divergence.folded(index, WRONG);
        }
        divergence.told("n2", 2, RIGHT);
        divergence.told("n3", 2, RIGHT);
        assertEquals(List.of(), diverged);
    }

    private static Digest digest(String... words) {
        KeyValueStateMachine machine = new KeyValueStateMachine();
        machine.apply(Request.of(words), 1);
        return machine.freeze().digest();
    }
}

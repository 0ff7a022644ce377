package io.ratiskv.peer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ratiskv.replication.PeerMessage.AskTerm;
import io.ratiskv.replication.PeerMessage.Propose;
import io.ratiskv.replication.PeerMessage.Term;
import io.ratiskv.replication.Peers;
import io.ratiskv.replication.Roster;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PeerLinksTest {
    private static final int LARGEST_BATCH_BYTES = 1_150_000;

    private final List<AutoCloseable> open = new ArrayList<>();

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable one : open.reversed()) one.close();
    }

    @Test
    void three_nodes_hear_each_other() throws Exception {
        Map<String, InetSocketAddress> addresses = TestNode.addresses("n1", "n2", "n3");
        TestNode n1 = start("n1", addresses);
        TestNode n2 = start("n2", addresses);
        TestNode n3 = start("n3", addresses);
        n1.awaitLinked("n2", "n3");
        n2.awaitLinked("n1", "n3");
        n3.awaitLinked("n1", "n2");

        assertAnswers(n1, n2);
        assertAnswers(n2, n1);
        assertAnswers(n1, n3);
        assertAnswers(n3, n1);
        assertAnswers(n2, n3);
        assertAnswers(n3, n2);
    }

    @Test
    void messages_of_one_thread_arrive_in_order() throws Exception {
        Map<String, InetSocketAddress> addresses = TestNode.addresses("n1", "n2");
        TestNode n1 = start("n1", addresses);
        TestNode n2 = start("n2", addresses).awaitLinked("n1");
        n1.awaitLinked("n2");

        for (int burst = 0; burst < 10; burst++) {
            for (int id = 0; id < 1_000; id++) n1.send("n2", new Propose(burst, id, new byte[id % 300]));
            for (int id = 0; id < 1_000; id++) {
                Propose propose = assertInstanceOf(Propose.class, n2.next().message());
                assertEquals(burst, propose.epoch());
                assertEquals(id, propose.id());
                assertEquals(id % 300, propose.entry().length);
            }
        }
    }

    @Test
    void the_largest_batch_arrives_whole() throws Exception {
        Map<String, InetSocketAddress> addresses = TestNode.addresses("n1", "n2");
        TestNode n1 = start("n1", addresses);
        TestNode n2 = start("n2", addresses).awaitLinked("n1");
        n1.awaitLinked("n2");
        byte[] entry = randomBytes(1, LARGEST_BATCH_BYTES);

        n1.send("n2", new Propose(5, 6, entry));

        Propose arrived = assertInstanceOf(Propose.class, n2.next().message());
        assertEquals(5, arrived.epoch());
        assertEquals(6, arrived.id());
        assertArrayEquals(entry, arrived.entry());
    }

    @Test
    void a_message_that_no_link_would_carry_is_refused_at_once() throws Exception {
        TestNode n1 = start("n1", TestNode.addresses("n1", "n2"));
        Propose tooLarge = new Propose(1, 1, new byte[Limits.MESSAGE_BYTES_MAX]);
        assertThrows(IllegalArgumentException.class, () -> n1.send("n2", tooLarge));
    }

    @Test
    void a_message_to_a_node_that_is_not_there_is_dropped() throws Exception {
        Map<String, InetSocketAddress> addresses = TestNode.addresses("n1", "n2");
        TestNode n1 = start("n1", addresses);
        n1.send("n2", new Propose(1, 1, new byte[1]));
        assertFalse(n1.links().connected("n2"));

        TestNode n2 = start("n2", addresses).awaitLinked("n1");
        n1.awaitLinked("n2").send("n2", new Propose(1, 2, new byte[1]));
        assertEquals(2, assertInstanceOf(Propose.class, n2.next().message()).id());
    }

    @Test
    void a_group_of_one_serves_although_its_port_is_taken() throws Exception {
        Map<String, InetSocketAddress> addresses = TestNode.addresses("n1");
        try (ServerSocket taken = new ServerSocket()) {
            taken.bind(TestNode.of("n1", addresses));
            TestNode n1 = start("n1", addresses);
            n1.send("n2", new AskTerm(1));
            assertFalse(n1.links().connected("n2"), "a link to a node that nobody named");
        }
    }

    @Test
    void who_is_at_an_address_can_be_asked_by_anybody() throws Exception {
        Map<String, InetSocketAddress> addresses = TestNode.addresses("n1", "n2", "n3");
        start("n1", Map.of("n1", TestNode.of("n1", addresses)));
        List<InetSocketAddress> asked = List.of(TestNode.of("n2", addresses), TestNode.of("n1", addresses));
        assertEquals(new Peers.Identity("n1", "c", "", true, false), Introduction.await("n2", asked, null, 20_000));
        TestNode n2 = start("n2", Map.of("n2", TestNode.of("n2", addresses)));
        String address = "127.0.0.1:" + TestNode.of("n1", addresses).getPort();
        assertEquals("n1", n2.links().identify(address).get().node());
        InetSocketAddress third = TestNode.of("n3", addresses);
        n2.links().follow(new Roster(5, true, Map.of("n3", new Roster.Seat("127.0.0.1:" + third.getPort(), ""))));
        IOException taken = assertThrows(
                IOException.class, () -> Introduction.await("n3", List.of(TestNode.of("n2", addresses)), null, 0));
        assertTrue(String.valueOf(taken.getMessage()).endsWith("remove it first"), taken::toString);
        TestNode stranger = TestNode.start("n3", "another cluster", addresses);
        open.add(stranger);
        ExecutionException refused = assertThrows(
                ExecutionException.class,
                () -> stranger.links().identify(address).get());
        assertTrue(String.valueOf(refused.getMessage()).contains("belongs to cluster c"), refused::toString);
    }

    @Test
    void links_follow_the_members() throws Exception {
        Map<String, InetSocketAddress> addresses = TestNode.addresses("n1", "n2", "n3");
        TestNode n1 = start("n1", Map.of("n1", TestNode.of("n1", addresses)));
        TestNode n2 = start("n2", addresses);
        Map<String, Roster.Seat> seats = new HashMap<>();
        addresses.forEach((node, at) -> seats.put(node, new Roster.Seat("127.0.0.1:" + at.getPort(), "")));
        n1.links().follow(new Roster(5, true, seats));
        n1.awaitLinked("n2");
        n2.awaitLinked("n1");
        assertAnswers(n1, n2);

        seats.remove("n2");
        n1.links().follow(new Roster(7, true, seats));
        n1.awaitUnlinked("n2");
        n2.awaitUnlinked("n1");
        n2.awaitDisowned("n1", 7);

        seats.put(
                "n2",
                new Roster.Seat("127.0.0.1:" + TestNode.of("n2", addresses).getPort(), "another life"));
        n1.links().follow(new Roster(9, true, seats));
        n2.awaitDisowned("n1", 9);
        assertFalse(n1.links().connected("n2"));
    }

    @Test
    void a_restarted_node_is_linked_again() throws Exception {
        Map<String, InetSocketAddress> addresses = TestNode.addresses("n1", "n2");
        TestNode n1 = start("n1", addresses);
        for (int round = 0; round < 5; round++) {
            TestNode n2 = TestNode.start("n2", "c", addresses);
            long serving = System.nanoTime();
            n1.awaitLinked("n2");
            n2.awaitLinked("n1");
            long linked = System.nanoTime();
            System.out.printf("linked %.1f ms after the node serves%n", (linked - serving) / 1e6);
            assertAnswers(n1, n2);
            n2.close();
            n1.awaitUnlinked("n2");
            System.out.printf("unlinked %.1f ms after the node began to close%n", (System.nanoTime() - linked) / 1e6);
        }
    }

    @Test
    void a_node_of_another_cluster_is_refused() throws Exception {
        Map<String, InetSocketAddress> addresses = TestNode.addresses("n1", "n2");
        TestNode n1 = start("n1", addresses);
        TestNode stranger = TestNode.start("n2", "another cluster", addresses);
        open.add(stranger);

        stranger.send("n1", new AskTerm(1));
        n1.send("n2", new AskTerm(1));
        assertTrue(n1.hearsNothing(500));
        assertTrue(stranger.hearsNothing(1));
        assertFalse(n1.links().connected("n2"));

        stranger.close();
        TestNode n2 = start("n2", addresses);
        n1.awaitLinked("n2");
        assertAnswers(n2, n1);
    }

    @Test
    void a_node_at_the_address_of_another_is_refused() throws Exception {
        Map<String, InetSocketAddress> addresses = TestNode.addresses("n1", "n2", "n3");
        Map<String, InetSocketAddress> exchanged = new HashMap<>(addresses);
        exchanged.put("n3", addresses.get("n2"));
        TestNode n1 = start("n1", addresses);
        start("n3", exchanged);

        assertTrue(n1.hearsNothing(500));
        assertFalse(n1.links().connected("n2"), "n3 was taken for n2");
    }

    @Test
    void a_node_that_falls_silent_is_given_up_and_found_again() throws Exception {
        Map<String, InetSocketAddress> addresses = TestNode.addresses("n1", "n2");
        StallingProxy network = network(TestNode.of("n2", addresses));
        Map<String, InetSocketAddress> through = new HashMap<>(addresses);
        through.put("n2", network.address());
        TestNode n1 = start("n1", through);
        TestNode n2 = start("n2", addresses);
        n1.awaitLinked("n2");
        n2.awaitLinked("n1");

        network.stall();
        long stalled = System.nanoTime();
        n1.awaitUnlinked("n2");
        System.out.printf("silence noticed after %.0f ms%n", (System.nanoTime() - stalled) / 1e6);
        n2.awaitUnlinked("n1");
        network.resume();
        n1.awaitLinked("n2");
        n2.awaitLinked("n1");
        assertAnswers(n1, n2);
    }

    @Test
    void a_node_that_takes_nothing_costs_bounded_memory_and_blocks_nobody() throws Exception {
        Map<String, InetSocketAddress> addresses = TestNode.addresses("n1", "n2");
        StallingProxy network = network(TestNode.of("n2", addresses));
        Map<String, InetSocketAddress> through = new HashMap<>(addresses);
        through.put("n2", network.address());
        TestNode n1 = start("n1", through);
        start("n2", addresses).awaitLinked("n1");
        n1.awaitLinked("n2");

        network.stall();
        byte[] entry = new byte[LARGEST_BATCH_BYTES];
        long bytes = 0;
        while (n1.links().connected("n2") && bytes < 4L * Limits.UNSENT_BYTES_MAX) {
            n1.send("n2", new Propose(1, 1, entry));
            bytes += entry.length;
        }
        n1.awaitUnlinked("n2");
        assertTrue(bytes >= Limits.UNSENT_BYTES_MAX, "given up after " + bytes + " bytes");
    }

    private static void assertAnswers(TestNode asking, TestNode asked) throws InterruptedException {
        asking.send(asked.id(), new AskTerm(3));
        TestNode.Received question = asked.next();
        assertEquals(asking.id(), question.from());
        long sequence = assertInstanceOf(AskTerm.class, question.message()).sequence();
        asked.send(asking.id(), new Term(sequence, 9, true));
        assertEquals(new TestNode.Received(asked.id(), new Term(3, 9, true)), asking.next());
    }

    private static byte[] randomBytes(long seed, int length) {
        byte[] bytes = new byte[length];
        new SplittableRandom(seed).nextBytes(bytes);
        return bytes;
    }

    private StallingProxy network(InetSocketAddress target) throws Exception {
        StallingProxy network = new StallingProxy(target).start();
        open.add(network);
        return network;
    }

    private TestNode start(String id, Map<String, InetSocketAddress> addresses) throws Exception {
        TestNode node = TestNode.start(id, "c", addresses);
        open.add(node);
        return node;
    }
}

package io.ratiskv.peer;

import io.ratiskv.replication.PeerMessage;
import io.ratiskv.replication.PeerMessage.AskTerm;
import io.ratiskv.replication.PeerMessage.Term;
import io.ratiskv.replication.Peers;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * How long a question to another node takes on this machine: prints the round trip of {@code AskTerm}, asked from a
 * thread outside the links, in microseconds. A program; not run by the tests. Arguments: rounds, microseconds between.
 */
final class PingPong {
    private PingPong() {}

    public static void main(String[] arguments) throws Exception {
        int rounds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 20_000;
        long pauseMicros = arguments.length > 1 ? Long.parseLong(arguments[1]) : 200;
        Map<String, InetSocketAddress> addresses = TestNode.addresses("n1", "n2");
        CountDownLatch linked = new CountDownLatch(2);
        AtomicLong answered = new AtomicLong(-1);
        AtomicLong answeredAt = new AtomicLong();
        Thread asking = Thread.currentThread();
        try (PeerLinks one = new PeerLinks(settings("n1", "n2", addresses));
                PeerLinks other = new PeerLinks(settings("n2", "n1", addresses))) {
            one.start(new Peers.Listener() {
                @Override
                public void received(String from, PeerMessage message) {
                    if (!(message instanceof Term term)) return;
                    answeredAt.set(System.nanoTime());
                    answered.set(term.sequence());
                    LockSupport.unpark(asking);
                }

                @Override
                public void linkChanged(String node, boolean up) {
                    linked.countDown();
                }
            });
            other.start(new Peers.Listener() {
                @Override
                public void received(String from, PeerMessage message) {
                    if (message instanceof AskTerm ask) other.send(from, new Term(ask.sequence(), 1, true));
                }

                @Override
                public void linkChanged(String node, boolean up) {
                    linked.countDown();
                }
            });
            linked.await();
            for (int repetition = 0; repetition < 4; repetition++) {
                long[] nanos = new long[rounds];
                for (int round = 0; round < rounds; round++) {
                    long sequence = (long) repetition * rounds + round;
                    long begin = System.nanoTime();
                    one.send("n2", new AskTerm(sequence));
                    while (answered.get() < sequence) LockSupport.parkNanos(1_000_000);
                    nanos[round] = answeredAt.get() - begin;
                    if (pauseMicros > 0) LockSupport.parkNanos(pauseMicros * 1_000);
                }
                Arrays.sort(nanos);
                System.out.printf(
                        "round trip p50 %.0f, p90 %.0f, p99 %.0f us%n",
                        nanos[rounds / 2] / 1e3, nanos[rounds * 9 / 10] / 1e3, nanos[rounds * 99 / 100] / 1e3);
            }
        }
    }

    private static LinkSettings settings(String self, String other, Map<String, InetSocketAddress> addresses) {
        return new LinkSettings(
                self, "c", TestNode.of(self, addresses), Map.of(other, TestNode.of(other, addresses)), null);
    }
}

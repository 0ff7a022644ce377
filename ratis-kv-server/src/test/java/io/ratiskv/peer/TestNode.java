package io.ratiskv.peer;

import static org.junit.jupiter.api.Assertions.fail;

import io.ratiskv.net.TestPorts;
import io.ratiskv.replication.PeerMessage;
import io.ratiskv.replication.Peers;
import io.ratiskv.tls.Tls;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A node that has links and nothing else, and remembers what it hears. Any thread. */
final class TestNode implements Peers.Listener, AutoCloseable {
    private static final long PATIENCE_SECONDS = 20;

    private final String id;
    private final BlockingQueue<Received> received = new LinkedBlockingQueue<>();
    private final Map<String, Boolean> up = new HashMap<>();
    private final Map<String, Long> disownedAt = new HashMap<>();
    private final PeerLinks links;

    /** A message and who sent it. */
    record Received(String from, PeerMessage message) {}

    private TestNode(String id, PeerLinks links) {
        this.id = id;
        this.links = links;
    }

    static TestNode start(String id, String cluster, Map<String, InetSocketAddress> addresses) throws IOException {
        return start(id, cluster, addresses, null);
    }

    /** @param addresses of all nodes, this one included */
    static TestNode start(String id, String cluster, Map<String, InetSocketAddress> addresses, @Nullable Tls tls)
            throws IOException {
        Map<String, InetSocketAddress> others = new HashMap<>(addresses);
        InetSocketAddress own = of(id, addresses);
        others.remove(id);
        PeerLinks links = new PeerLinks(new LinkSettings(id, cluster, own, others, tls));
        TestNode node = new TestNode(id, links);
        links.start(node);
        return node;
    }

    /** Free ports of the loopback, by node. */
    static Map<String, InetSocketAddress> addresses(String... nodes) throws IOException {
        Map<String, InetSocketAddress> addresses = new HashMap<>();
        for (String node : nodes) {
            addresses.put(node, new InetSocketAddress(InetAddress.getLoopbackAddress(), TestPorts.free()));
        }
        return addresses;
    }

    static InetSocketAddress of(String node, Map<String, InetSocketAddress> addresses) {
        InetSocketAddress address = addresses.get(node);
        return address != null ? address : fail(node + " has no address");
    }

    String id() {
        return id;
    }

    PeerLinks links() {
        return links;
    }

    void send(String to, PeerMessage message) {
        links.send(to, message);
    }

    /** The next message, whoever sent it. */
    Received next() throws InterruptedException {
        Received next = received.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        return next != null ? next : fail(id + " hears nothing");
    }

    boolean hearsNothing(long millis) throws InterruptedException {
        return received.poll(millis, TimeUnit.MILLISECONDS) == null;
    }

    TestNode awaitLinked(String... others) throws InterruptedException {
        for (String other : others) await(other, true);
        return this;
    }

    void awaitUnlinked(String other) throws InterruptedException {
        await(other, false);
    }

    /** Waits until the other says that this node is no member by the configuration at {@code index}. */
    synchronized void awaitDisowned(String other, long index) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (disownedAt.getOrDefault(other, -1L) != index) {
            long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
            if (left <= 0) fail(other + " does not say to " + id + " that it is no member at " + index);
            wait(left);
        }
    }

    private synchronized void await(String other, boolean wanted) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (up.getOrDefault(other, false) != wanted) {
            long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
            if (left <= 0) fail("the link of " + id + " to " + other + " is not " + (wanted ? "up" : "down"));
            wait(left);
        }
    }

    @Override
    public void received(String from, PeerMessage message) {
        received.add(new Received(from, message));
    }

    @Override
    public synchronized void linkChanged(String node, boolean isUp) {
        up.put(node, isUp);
        notifyAll();
    }

    @Override
    public synchronized void disowned(String node, long index) {
        disownedAt.put(node, index);
        notifyAll();
    }

    @Override
    public void close() {
        links.close();
    }
}

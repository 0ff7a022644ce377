package io.ratiskv.peer;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.ratiskv.proto.peer.IdentifyRequest;
import io.ratiskv.proto.peer.PeerFrame;
import io.ratiskv.proto.peer.PeerLinkGrpc;
import io.ratiskv.replication.PeerMessage;
import io.ratiskv.replication.Peers;
import io.ratiskv.replication.Roster;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The links of this node to all others. Any thread; {@link #start} and {@link #close} block and are called once each.
 * Who the others are is told by {@link #follow} whenever it changes.
 *
 * <p>Everything happens on one event loop of its own: the listener is called there, and what it sends from there goes out
 * without changing threads. Other threads hand over through the loop's queue. What a node says goes over the stream that
 * this node opened to it; the order of a stream is the order of the link. A message is lost when its stream breaks, and
 * never sent again. When more than 32 MiB wait for a node, its link is given up and made anew.
 */
public final class PeerLinks implements Peers, AutoCloseable {
    /** The one shard of this node. */
    static final int SHARD = 0;

    private static final Logger log = LoggerFactory.getLogger(PeerLinks.class);

    private static final int REFUSALS_SHOWN_MAX = 100;
    private static final long CLOSE_MILLIS_MAX = 2_000;

    private final LinkSettings settings;
    private final Hellos hellos;
    private final Frames frames;
    private volatile Roster roster;

    /** Replaced whole, on the event loop once there is one. */
    private volatile Map<String, Link> links = Map.of();

    /** Streams that others opened, welcome or not yet. Event loop. */
    private final Set<Incoming> incoming = new HashSet<>();

    /** Refusals that were logged: a node that is refused comes again and again. Event loop. */
    private final Set<String> refusalsShown = new HashSet<>();

    /** Null until there is somebody to talk to or to listen for: a node alone serves clients before it is loaded. */
    private volatile @Nullable Transport transport;

    @GuardedBy("this")
    private @Nullable Server server;

    @GuardedBy("this")
    private boolean closed;

    private volatile @Nullable Listener listener;

    /** Nothing is bound or sent before {@link #start}. */
    public PeerLinks(LinkSettings settings) {
        long life = new SecureRandom().nextLong() >>> 2; // sequences that are moved by it stay positive
        this.settings = settings;
        this.frames = new Frames(life);
        this.roster = beginning(settings);
        this.hellos = new Hellos(settings.self(), settings.cluster(), settings.incarnation(), life, () -> this.roster);
    }

    private static Roster beginning(LinkSettings settings) {
        Map<String, Roster.Seat> seats = new HashMap<>();
        settings.others()
                .forEach((node, address) ->
                        seats.put(node, new Roster.Seat(address.getHostString() + ":" + address.getPort(), "")));
        return new Roster(-1, false, seats);
    }

    /**
     * Binds, and begins to reach the others. A group of one binds beside its start, and serves without that if it can not:
     * then nobody can join it.
     *
     * @param listener hears from now on, on the event loop, and never while it sends
     * @throws IOException when the address can not be bound, or TLS can not be set up with what is given
     */
    public void start(Listener listener) throws IOException {
        if (this.listener != null) throw new IllegalStateException("started before");
        this.listener = listener;
        boolean alone = roster.seats().keySet().stream().allMatch(settings.self()::equals);
        if (alone && settings.incarnation().isEmpty()) {
            Thread.ofPlatform().daemon().name("peer-links-start").start(this::listenAlone);
        } else {
            Map<String, Link> first = links(roster);
            links = first;
            listen();
            execute(() -> first.values().forEach(Link::dial));
        }
    }

    private void listenAlone() {
        try {
            listen();
        } catch (IOException e) {
            log.warn("No node can join this one, which can not listen at {}: {}", settings.bind(), e.getMessage());
        }
    }

    private synchronized void listen() throws IOException {
        if (closed || server != null) return;
        Transport made = transport;
        if (made == null) {
            made = new Transport(settings.tls());
            transport = made;
        }
        server = made.server(settings.bind(), new Service()).start();
        schedule(this::tick, Limits.TICK_MILLIS);
    }

    /** From here on these are the members: links to others end, links to new ones are made. */
    public void follow(Roster next) {
        if (listener == null) {
            roster = next;
            return;
        }
        if (transport == null) {
            if (next.seats().keySet().stream().allMatch(settings.self()::equals)) {
                roster = next;
                return;
            }
            listenAlone();
            if (transport == null) return;
        }
        execute(() -> arrange(next));
    }

    private Map<String, Link> links(Roster of) {
        Map<String, Link> known = links;
        Map<String, Link> wanted = new HashMap<>();
        of.seats().forEach((node, seat) -> {
            if (node.equals(settings.self())) return;
            InetSocketAddress address = address(seat.peerAddress());
            @Nullable Link link = known.get(node);
            boolean same = link != null && link.address().equals(address);
            wanted.put(node, same ? link : new Link(this, node, address, frames));
        });
        return Map.copyOf(wanted);
    }

    private void arrange(Roster next) {
        roster = next;
        Map<String, Link> before = links;
        Map<String, Link> after = links(next);
        links = after;
        before.forEach((node, link) -> {
            if (after.get(node) != link) link.part(next.index());
        });
        after.forEach((node, link) -> {
            if (before.get(node) != link) link.dial();
        });
    }

    private static InetSocketAddress address(String hostAndPort) {
        int colon = hostAndPort.lastIndexOf(':');
        String host = hostAndPort.substring(0, colon);
        if (host.startsWith("[")) host = host.substring(1, host.length() - 1);
        return InetSocketAddress.createUnresolved(host, Integer.parseInt(hostAndPort.substring(colon + 1)));
    }

    @Override
    public CompletableFuture<Identity> identify(String address) {
        try {
            listen();
        } catch (IOException e) {
            return CompletableFuture.failedFuture(e);
        }
        return Introduction.ask(transport(), settings.self(), address(address)).thenApply(who -> {
            if (!who.cluster().equals(settings.cluster())) {
                throw new IllegalArgumentException(who.node() + " at " + address + " belongs to cluster "
                        + who.cluster() + ", this is " + settings.cluster());
            }
            return who;
        });
    }

    /** The port that the others reach this node at. */
    public synchronized int port() {
        if (server == null) throw new IllegalStateException("not started");
        return server.getPort();
    }

    /**
     * {@inheritDoc}
     *
     * <p>The array of a {@code Propose} must not change until it is known what became of it.
     *
     * @throws IllegalArgumentException when the message is too large for any link
     */
    @Override
    public void send(String node, PeerMessage message) {
        @Nullable Link link = links.get(node);
        if (link == null) return;
        PeerFrame frame = frames.encode(message);
        int size = frame.getSerializedSize();
        if (size > Limits.MESSAGE_BYTES_MAX) {
            throw new IllegalArgumentException(
                    "a message of " + size + " bytes is above the limit of " + Limits.MESSAGE_BYTES_MAX);
        }
        link.send(frame, size);
    }

    /** {@inheritDoc} Up means that both nodes hear each other: a question would be answered. */
    @Override
    public boolean connected(String node) {
        @Nullable Link link = links.get(node);
        return link != null && link.isUp();
    }

    /** Ends all links and frees the port. Not on the event loop. What is sent later is dropped. */
    @Override
    public void close() {
        @Nullable Server serving;
        @Nullable Transport ended;
        synchronized (this) {
            closed = true;
            serving = server;
            ended = transport;
        }
        if (ended == null) return;
        CountDownLatch said = new CountDownLatch(1);
        List<ManagedChannel> ending = new CopyOnWriteArrayList<>();
        boolean first = execute(() -> {
            for (Link link : links.values()) link.close(ending::add);
            for (Incoming stranger : List.copyOf(incoming)) stranger.close(Status.UNAVAILABLE);
            said.countDown();
        });
        try {
            if (first && !said.await(CLOSE_MILLIS_MAX, TimeUnit.MILLISECONDS)) {
                log.warn("The links do not end: their event loop is stuck");
            }
            // A name may be looked up for one of them: what comes of it still needs the loop.
            for (ManagedChannel channel : ending) channel.awaitTermination(CLOSE_MILLIS_MAX, TimeUnit.MILLISECONDS);
            if (serving != null) serving.shutdownNow().awaitTermination(CLOSE_MILLIS_MAX, TimeUnit.MILLISECONDS);
            ended.close(CLOSE_MILLIS_MAX);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    Hellos hellos() {
        return hellos;
    }

    Listener listener() {
        Listener hearing = listener;
        if (hearing == null) throw new IllegalStateException("not started");
        return hearing;
    }

    /** @param node one that {@link Hellos} accepted */
    Link link(String node) {
        Link link = links.get(node);
        if (link == null) throw new IllegalStateException(node + " is not a peer of " + settings.self());
        return link;
    }

    ManagedChannel channel(InetSocketAddress address) {
        return transport().channel(address);
    }

    private Transport transport() {
        Transport made = transport;
        if (made == null) throw new IllegalStateException("a group of one has no links");
        return made;
    }

    boolean inLoop() {
        return transport().loop().inEventLoop();
    }

    /** On the loop, after a while; not at all when it ends before. */
    void schedule(Runnable task, long delayMillis) {
        try {
            var unused = transport().loop().schedule(task, delayMillis, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException closed) {
            log.debug("The links are closed");
        }
    }

    /** On the links' thread; returns false, and does nothing, when it has ended. Any thread, once started. */
    @CanIgnoreReturnValue
    public boolean execute(Runnable task) {
        try {
            transport().loop().execute(task);
            return true;
        } catch (RejectedExecutionException closed) {
            return false;
        }
    }

    void forget(Incoming stream) {
        incoming.remove(stream);
    }

    void refused(String reason) {
        if (refusalsShown.size() < REFUSALS_SHOWN_MAX && refusalsShown.add(reason)) {
            log.warn("Refused a link: {}", reason);
        }
    }

    private void tick() {
        links.values().forEach(Link::tick);
        for (Incoming stream : new ArrayList<>(incoming)) stream.tick();
        schedule(this::tick, Limits.TICK_MILLIS);
    }

    /** What the others call. Event loop. */
    private final class Service extends PeerLinkGrpc.PeerLinkImplBase {
        @Override
        public StreamObserver<PeerFrame> open(StreamObserver<PeerFrame> responses) {
            Incoming stream = new Incoming(PeerLinks.this, (ServerCallStreamObserver<PeerFrame>) responses);
            incoming.add(stream);
            return stream;
        }

        @Override
        public void identify(IdentifyRequest question, StreamObserver<io.ratiskv.proto.peer.Identity> responses) {
            responses.onNext(io.ratiskv.proto.peer.Identity.newBuilder()
                    .setNodeId(settings.self())
                    .setClusterId(settings.cluster())
                    .setIncarnation(settings.incarnation())
                    .setJoining(!roster.seats().containsKey(settings.self()))
                    .setTaken(roster.seats().containsKey(question.getNodeId()))
                    .build());
            responses.onCompleted();
        }
    }
}

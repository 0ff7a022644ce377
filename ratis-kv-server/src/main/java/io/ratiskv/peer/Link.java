package io.ratiskv.peer;

import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.ratiskv.proto.peer.PeerFrame;
import io.ratiskv.replication.PeerMessage;
import java.net.InetSocketAddress;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What this node has to do with one other: the stream it opens to it, over which it speaks, and the one that the other
 * opens, over which it listens. Confined to the event loop, but for {@link #send} and {@link #isUp}.
 *
 * <p>The link is up while both are open. A stream that fails is opened anew after a short wait, or at once when the
 * other node calls, which a node does as soon as it is there.
 */
final class Link {
    private static final Logger log = LoggerFactory.getLogger(PeerLinks.class);

    private final PeerLinks links;
    private final String node;
    private final InetSocketAddress address;
    private final Frames frames;

    private @Nullable Outgoing outgoing;
    private @Nullable Incoming incoming;
    private long backoffMillis = Limits.BACKOFF_MIN_MILLIS;

    /** Rises with each attempt: a planned one is dropped when another was made since. */
    private long attempt;

    /** The last trouble that was logged, so that it is logged once; null while the stream is open. */
    private @Nullable String lastTrouble;

    private boolean closed;
    private volatile boolean up;

    /** Bytes that other threads handed over and the loop has not written yet. */
    private final AtomicLong handedOver = new AtomicLong();

    private final AtomicBoolean givingUp = new AtomicBoolean();

    Link(PeerLinks links, String node, InetSocketAddress address, Frames frames) {
        this.links = links;
        this.node = node;
        this.address = address;
        this.frames = frames;
    }

    String node() {
        return node;
    }

    Hellos hellos() {
        return links.hellos();
    }

    boolean isUp() {
        return up;
    }

    /** Tries to reach the node now. */
    void dial() {
        if (closed) return;
        attempt++;
        Outgoing stream = new Outgoing(this, links.channel(address));
        outgoing = stream;
        stream.start(hellos().own());
    }

    /** Sends if the stream is open, else drops. Any thread; on the event loop the frame goes out with this turn. */
    void send(PeerFrame frame, int size) {
        if (links.inLoop()) {
            write(frame);
        } else if (handedOver.addAndGet(size) > Limits.UNSENT_BYTES_MAX) {
            handedOver.addAndGet(-size);
            giveUpSoon();
        } else {
            links.execute(() -> {
                handedOver.addAndGet(-size);
                write(frame);
            });
        }
    }

    private void write(PeerFrame frame) {
        @Nullable Outgoing stream = outgoing;
        if (stream != null && stream.isOpen() && !stream.write(frame)) giveUpSoon();
    }

    /** Not at once: who sends does not expect to hear that the link is down before {@code send} returns. */
    private void giveUpSoon() {
        if (!givingUp.compareAndSet(false, true)) return;
        links.execute(() -> {
            givingUp.set(false);
            giveUp();
        });
    }

    /** So much waits that the node is as good as dead: what waits is dropped with the stream. */
    private void giveUp() {
        @Nullable Outgoing stream = outgoing;
        if (stream == null || !stream.isOpen()) return;
        stream.close();
        broken(stream, "it does not take what is sent to it");
    }

    void tick() {
        if (outgoing != null) outgoing.tick();
    }

    /** @param ending takes the connection that this link had, which ends by itself */
    void close(Consumer<ManagedChannel> ending) {
        closed = true;
        if (outgoing != null) {
            outgoing.close();
            ending.accept(outgoing.channel());
        }
        outgoing = null;
        if (incoming != null) incoming.close(Status.UNAVAILABLE.withDescription("the node is shutting down"));
        incoming = null;
        tellChange("this node is shutting down");
    }

    /** The node is no member any more: ends the link, and tells it by which configuration. */
    void part(long index) {
        closed = true;
        if (outgoing != null) outgoing.close();
        outgoing = null;
        if (incoming != null) incoming.disown("you are no member any more", index);
        incoming = null;
        tellChange("it is no member any more");
    }

    /** The other node says that this one is no member. */
    void disowned(long index) {
        links.listener().disowned(node, index);
    }

    InetSocketAddress address() {
        return address;
    }

    /** The other node answered Hello. */
    void opened(Outgoing stream) {
        if (stream != outgoing) return;
        backoffMillis = Limits.BACKOFF_MIN_MILLIS;
        lastTrouble = null;
        tellChange("");
    }

    /** The stream that was open ended. */
    void broken(Outgoing stream, String reason) {
        if (stream != outgoing) return;
        outgoing = null;
        tellChange(reason);
        dialAfter(backoffMillis);
    }

    /**
     * An attempt failed.
     *
     * @param mayBeBusy false when the node is there and one of the two does not want the other
     */
    void failed(Outgoing stream, String reason, boolean mayBeBusy) {
        if (stream != outgoing) return;
        outgoing = null;
        if (!reason.equals(lastTrouble)) {
            if (mayBeBusy) log.info("Node {} can not be reached at {} yet: {}", node, address, reason);
            else log.warn("No link with {} at {}: {}", node, address, reason);
        }
        lastTrouble = reason;
        dialAfter(mayBeBusy ? backoffMillis : Limits.REFUSED_BACKOFF_MILLIS);
        backoffMillis = Math.min(backoffMillis * 2, Limits.BACKOFF_MAX_MILLIS);
    }

    /** The other node opened a stream. It replaces an older one, and tells that the node is there. */
    void accepted(Incoming stream, long peerLife) {
        @Nullable Incoming older = incoming;
        incoming = stream;
        if (older != null) older.close(Status.ABORTED.withDescription("a newer stream came"));
        @Nullable Outgoing own = outgoing;
        if (own == null) {
            dial();
        } else if (own.isStuck() || own.isOpen() && own.peerLife() != peerLife) {
            // Opened to a process that is no more.
            own.close();
            outgoing = null;
            tellChange("it was restarted");
            dial();
        }
        tellChange("");
    }

    /** The other node's stream is gone. */
    void lost(Incoming stream, String reason) {
        if (stream != incoming) return;
        incoming = null;
        tellChange(reason);
    }

    void received(PeerFrame frame) {
        @Nullable PeerMessage message = frames.decode(frame);
        if (message != null) links.listener().received(node, message);
    }

    private void dialAfter(long millis) {
        if (closed) return;
        long planned = attempt;
        Runnable unlessDialed = () -> {
            if (attempt == planned) dial();
        };
        links.schedule(unlessDialed, millis);
    }

    private void tellChange(String reason) {
        boolean now = incoming != null && outgoing != null && outgoing.isOpen();
        if (now == up) return;
        up = now;
        if (now) log.info("Linked with {} at {}", node, address);
        else log.info("Lost the link with {}: {}", node, reason);
        links.listener().linkChanged(node, now);
    }
}

package io.ratiskv.peer;

import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import io.ratiskv.proto.peer.PeerFrame;
import io.ratiskv.proto.peer.PeerLinkGrpc;
import io.ratiskv.proto.peer.Ping;
import org.jspecify.annotations.Nullable;

/**
 * One attempt to reach another node, and the stream that comes of it: a connection of its own, which ends with it.
 * Confined to the event loop.
 *
 * <p>Three states: asking (Hello is sent, not answered), open, ended. What happens is told to {@link Link}.
 */
final class Outgoing implements ClientResponseObserver<PeerFrame, PeerFrame> {
    private static final PeerFrame PING =
            PeerFrame.newBuilder().setPing(Ping.getDefaultInstance()).build();

    private final Link link;
    private final ManagedChannel channel;
    private @Nullable ClientCallStreamObserver<PeerFrame> stream;
    private boolean open;
    private boolean ended;
    private long peerLife;

    /** Turns of the clock since the other side was last heard, or since the attempt began. */
    private int silentTicks;

    Outgoing(Link link, ManagedChannel channel) {
        this.link = link;
        this.channel = channel;
    }

    /** Begins the attempt; {@link Link#opened} or {@link Link#failed} follows. */
    void start(PeerFrame hello) {
        var requests = PeerLinkGrpc.newStub(channel)
                .withOnReadyThreshold(Limits.UNSENT_BYTES_MAX)
                .open(this);
        requests.onNext(hello);
    }

    ManagedChannel channel() {
        return channel;
    }

    boolean isOpen() {
        return open;
    }

    /** The number that the other process gave itself. Meaningless unless open. */
    long peerLife() {
        return peerLife;
    }

    /** False when so much waits to be sent that the frame was dropped. Open only. */
    boolean write(PeerFrame frame) {
        if (stream == null || !stream.isReady()) return false;
        stream.onNext(frame);
        return true;
    }

    /** One turn of the clock: how long the other side has been silent is counted in turns, so a pause of this process costs one. */
    void tick() {
        silentTicks++;
        if (open) {
            if (silentTicks > Limits.SILENT_TICKS_MAX) end("it does not answer", /* mayBeBusy= */ true);
            else if (stream != null && stream.isReady()) stream.onNext(PING);
        } else if (silentTicks > Limits.HELLO_TICKS_MAX) {
            end("it does not say Hello", true);
        }
    }

    boolean isStuck() {
        return !open && silentTicks >= Limits.STUCK_TICKS;
    }

    /** Gives up, without telling the link. */
    void close() {
        ended = true;
        open = false;
        if (stream != null) stream.cancel("link closed", null);
        channel.shutdownNow();
    }

    @Override
    public void beforeStart(ClientCallStreamObserver<PeerFrame> requests) {
        this.stream = requests;
    }

    @Override
    public void onNext(PeerFrame frame) {
        if (ended) return;
        silentTicks = 0;
        if (open) return; // a Pong, or of a later version
        Hellos.@Nullable Refusal refusal = link.hellos().refusal(frame, link.node());
        if (refusal != null) {
            end(refusal.reason(), false);
            return;
        }
        peerLife = frame.getHello().getLife();
        open = true;
        link.opened(this);
    }

    @Override
    public void onError(Throwable error) {
        if (ended) return;
        Status status = Status.fromThrowable(error);
        end(
                Reasons.of(status),
                status.getCode() != Status.Code.FAILED_PRECONDITION
                        && status.getCode() != Status.Code.PERMISSION_DENIED);
        @Nullable Long index = Disowned.index(error);
        if (index != null) link.disowned(index);
    }

    @Override
    public void onCompleted() {
        if (!ended) end("it closed the stream", true);
    }

    private void end(String reason, boolean mayBeBusy) {
        boolean wasOpen = open;
        close();
        if (wasOpen) link.broken(this, reason);
        else link.failed(this, reason, mayBeBusy);
    }
}

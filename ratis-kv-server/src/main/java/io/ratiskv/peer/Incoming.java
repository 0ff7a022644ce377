package io.ratiskv.peer;

import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.ratiskv.proto.peer.PeerFrame;
import io.ratiskv.proto.peer.Pong;
import org.jspecify.annotations.Nullable;

/** A stream that another node opened to this one. Confined to the event loop. */
final class Incoming implements StreamObserver<PeerFrame> {
    private static final PeerFrame PONG =
            PeerFrame.newBuilder().setPong(Pong.getDefaultInstance()).build();

    private final PeerLinks links;
    private final ServerCallStreamObserver<PeerFrame> responses;

    /** Whose it is; null until its Hello is accepted. */
    private @Nullable Link link;

    private boolean ended;
    private int silentTicks;

    Incoming(PeerLinks links, ServerCallStreamObserver<PeerFrame> responses) {
        this.links = links;
        this.responses = responses;
    }

    /** One turn of the clock. */
    void tick() {
        if (++silentTicks <= Limits.SILENT_TICKS_MAX) return;
        @Nullable Link from = link;
        close(Status.DEADLINE_EXCEEDED.withDescription("nothing was heard from you"));
        if (from != null) from.lost(this, "nothing was heard from it");
    }

    /** Ends the stream without telling the link. */
    void close(Status why) {
        close(why, null);
    }

    /** As {@link #close}, and tells the other node that it is no member by the configuration at this index. */
    void disown(String reason, long index) {
        close(Status.PERMISSION_DENIED.withDescription(reason), Disowned.trailers(index));
    }

    private void close(Status why, @Nullable Metadata trailers) {
        if (ended) return;
        ended = true;
        links.forget(this);
        if (!responses.isCancelled()) responses.onError(why.asRuntimeException(trailers));
    }

    @Override
    public void onNext(PeerFrame frame) {
        if (ended) return;
        silentTicks = 0;
        if (link == null) {
            accept(frame);
        } else if (frame.hasPing()) {
            if (responses.isReady()) responses.onNext(PONG);
        } else if (frame.getShard() == PeerLinks.SHARD) {
            link.received(frame);
        }
    }

    @Override
    public void onError(Throwable error) {
        Status status = Status.fromThrowable(error);
        lost(status.getCode() == Status.Code.CANCELLED ? "it closed its stream" : Reasons.of(status));
    }

    @Override
    public void onCompleted() {
        lost("it closed its stream");
    }

    private void accept(PeerFrame frame) {
        Hellos.@Nullable Refusal refusal = links.hellos().refusal(frame, null);
        if (refusal != null) {
            links.refused(refusal.reason());
            @Nullable Long settledAt = refusal.settledAt();
            if (settledAt != null) disown("refused: " + refusal.reason(), settledAt);
            else close(Status.FAILED_PRECONDITION.withDescription("refused: " + refusal.reason()));
            return;
        }
        Link of = links.link(frame.getHello().getNodeId());
        link = of;
        responses.onNext(links.hellos().own());
        of.accepted(this, frame.getHello().getLife());
    }

    private void lost(String reason) {
        if (ended) return;
        ended = true;
        links.forget(this);
        if (link != null) link.lost(this, reason);
    }
}

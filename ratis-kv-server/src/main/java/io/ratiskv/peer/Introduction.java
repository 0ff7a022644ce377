package io.ratiskv.peer;

import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import io.ratiskv.proto.peer.IdentifyRequest;
import io.ratiskv.proto.peer.Identity;
import io.ratiskv.proto.peer.PeerLinkGrpc;
import io.ratiskv.replication.Peers;
import io.ratiskv.tls.Tls;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks who is at an address, before the two are members of one group. Stateless; any thread. */
public final class Introduction {
    private static final Logger log = LoggerFactory.getLogger(Introduction.class);
    private static final long ANSWER_SECONDS = 3;
    private static final long AGAIN_MILLIS = 500;

    private Introduction() {}

    /**
     * Asks one address after the other until a node answers of whose group no member bears this node's name. Blocks.
     *
     * @param self name of this node, which has no data yet
     * @param tls mutual, as between members; null for plain text
     * @throws IOException with a message for the operator, when none did for {@code patienceMillis}
     */
    public static Peers.Identity await(
            String self, List<InetSocketAddress> addresses, @Nullable Tls tls, long patienceMillis) throws IOException {
        Transport transport = new Transport(tls);
        try {
            long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(patienceMillis);
            while (true) {
                List<String> problems = new ArrayList<>();
                for (InetSocketAddress address : addresses) {
                    try {
                        Peers.Identity who = ask(transport, self, address).get();
                        if (!who.taken()) return who;
                        problems.add(who.node() + " knows a member " + self
                                + ", which has another data directory; remove it first");
                    } catch (ExecutionException e) {
                        @Nullable Throwable cause = e.getCause();
                        problems.add(cause == null ? e.toString() : String.valueOf(cause.getMessage()));
                    }
                }
                if (System.nanoTime() > until) {
                    throw new IOException("no group can be joined: " + String.join("; ", problems));
                }
                log.info("No group can be joined yet: {}", problems);
                TimeUnit.MILLISECONDS.sleep(AGAIN_MILLIS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while looking for a node to join", e);
        } finally {
            closeQuietly(transport);
        }
    }

    private static void closeQuietly(Transport transport) {
        try {
            transport.close(ANSWER_SECONDS * 1_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    static CompletableFuture<Peers.Identity> ask(Transport transport, String self, InetSocketAddress address) {
        ManagedChannel channel = transport.channel(address);
        CompletableFuture<Peers.Identity> answer = new CompletableFuture<>();
        PeerLinkGrpc.newStub(channel)
                .withDeadlineAfter(ANSWER_SECONDS, TimeUnit.SECONDS)
                .identify(IdentifyRequest.newBuilder().setNodeId(self).build(), new StreamObserver<>() {
                    @Override
                    public void onNext(Identity identity) {
                        answer.complete(new Peers.Identity(
                                identity.getNodeId(),
                                identity.getClusterId(),
                                identity.getIncarnation(),
                                identity.getJoining(),
                                identity.getTaken()));
                    }

                    @Override
                    public void onError(Throwable error) {
                        answer.completeExceptionally(
                                new IOException(address + ": " + Reasons.of(Status.fromThrowable(error)), error));
                    }

                    @Override
                    public void onCompleted() {
                        answer.completeExceptionally(new IOException(address + ": it says nothing"));
                    }
                });
        return answer.whenComplete((identity, failure) -> channel.shutdown());
    }
}

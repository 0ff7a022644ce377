package io.ratiskv.session;

import io.ratiskv.local.LocalReplicator;
import io.ratiskv.resp.NettyLoop;
import io.ratiskv.resp.RespServer;
import io.ratiskv.resp.RespSettings;
import io.ratiskv.tls.Tls;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** A server on a socket of loopback over a state in process. Any thread. */
public final class TestServer implements AutoCloseable {
    private final NettyLoop loop = NettyLoop.start("resp-test");
    private final LocalReplicator replicator = new LocalReplicator(loop, System::currentTimeMillis);
    private final TestNode node = new TestNode(replicator);
    private final Sessions sessions;
    private final RespServer server;

    /** @param change of {@link RespSettings#defaults} */
    public TestServer(Credentials credentials, UnaryOperator<RespSettings> change) throws IOException {
        this(credentials, change, null);
    }

    /** @param tls null for plain connections */
    public TestServer(Credentials credentials, UnaryOperator<RespSettings> change, @Nullable Tls tls)
            throws IOException {
        RespSettings settings =
                change.apply(RespSettings.defaults(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)));
        Aftermath aftermath = new Aftermath(loop, new PubSub(loop, NoPeers.INSTANCE), wanted -> {});
        replicator.listen(aftermath);
        sessions = new Sessions(
                replicator.machine().commands(),
                replicator,
                loop,
                node,
                node,
                credentials,
                aftermath,
                SessionSettings.defaults(),
                null);
        server = sessions.listen(loop, settings, tls);
    }

    public TestServer() throws IOException {
        this(Credentials.NONE, UnaryOperator.identity());
    }

    public int port() {
        return server.address().getPort();
    }

    public RespServer server() {
        return server;
    }

    public Sessions sessions() {
        return sessions;
    }

    public NettyLoop loop() {
        return loop;
    }

    /** While held, requests that need the state are not answered. */
    public void hold(boolean holds) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        loop.execute(() -> {
            replicator.hold(holds);
            done.complete(null);
        });
        done.join();
    }

    /** Memory of requests received and not answered, as the loop sees it. */
    public long receiveBytes() {
        CompletableFuture<Long> bytes = new CompletableFuture<>();
        loop.execute(() -> bytes.complete(server.receiveBytes()));
        return bytes.join();
    }

    @Override
    public void close() {
        loop.close();
    }
}

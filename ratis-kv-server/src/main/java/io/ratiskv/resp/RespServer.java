package io.ratiskv.resp;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.socket.nio.NioChannelOption;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.ratiskv.api.Bytes;
import io.ratiskv.tls.Tls;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import jdk.net.ExtendedSocketOptions;
import org.jspecify.annotations.Nullable;

/**
 * Listens for RESP clients and holds their connections. Confined to the event loop, except where a method says "any
 * thread".
 */
public final class RespServer {
    private static final byte[] TOO_MANY = "-ERR max number of clients reached\r\n".getBytes(StandardCharsets.US_ASCII);

    /** When Netty holds this much for a socket it is given no more, until it holds only the lower of the two. */
    private static final WriteBufferWaterMark WATER_MARK = new WriteBufferWaterMark(128 * 1024, 512 * 1024);

    private static final int BACKLOG = 1024;

    /** Bounds of what a connection may hold without ever being held up. */
    private static final long HELD_UP_BYTES_MIN = 4 * 1024;

    private static final long HELD_UP_BYTES_MAX = 64 * 1024;

    /** Counts since the start; read by any thread. */
    public static final class Traffic {
        private final AtomicLong connectionsAccepted = new AtomicLong();
        private final AtomicLong connectionsRejected = new AtomicLong();
        private final AtomicLong bytesIn = new AtomicLong();
        private final AtomicLong bytesOut = new AtomicLong();
        private volatile int connections;

        public long connectionsAccepted() {
            return connectionsAccepted.get();
        }

        public long connectionsRejected() {
            return connectionsRejected.get();
        }

        public long bytesIn() {
            return bytesIn.get();
        }

        public long bytesOut() {
            return bytesOut.get();
        }

        /** Connected now. */
        public int connections() {
            return connections;
        }
    }

    /** Takes what was encoded for a connection that is gone. */
    private static final ReplyBuffer.Drain NOWHERE = new ReplyBuffer.Drain() {
        @Override
        public void copied(byte[] array, int length) {}

        @Override
        public void shared(Bytes bytes) {}
    };

    private final NettyLoop loop;
    private final RespSettings settings;
    private final @Nullable SslContext tls;
    private final Conversations conversations;
    private final ReplyBuffer replies = new ReplyBuffer(NOWHERE);
    private final ReceiveAccount account;
    private final Traffic traffic = new Traffic();
    private final Set<RespConnection> connections = new LinkedHashSet<>();
    private final CompletableFuture<Void> drained = new CompletableFuture<>();

    private int maxClients;
    private int idleTimeoutSeconds;
    private @Nullable Channel listener;
    private boolean draining;

    private RespServer(NettyLoop loop, RespSettings settings, @Nullable SslContext tls, Conversations conversations) {
        this.loop = loop;
        this.settings = settings;
        this.tls = tls;
        this.conversations = conversations;
        // All connections together stay within half of the limit before any of them is held up.
        long share = settings.receiveBytesMax() / 2 / Math.max(1, settings.maxClients());
        this.account =
                new ReceiveAccount(settings.receiveBytesMax(), Math.clamp(share, HELD_UP_BYTES_MIN, HELD_UP_BYTES_MAX));
        this.maxClients = settings.maxClients();
        this.idleTimeoutSeconds = settings.idleTimeoutSeconds();
    }

    /**
     * Opens the port. Any thread but the loop's.
     *
     * @param tls null for plain connections
     * @throws IOException if the address cannot be bound; the message names it
     */
    public static RespServer bind(NettyLoop loop, RespSettings settings, @Nullable Tls tls, Conversations conversations)
            throws IOException {
        RespServer server = new RespServer(loop, settings, tls == null ? null : context(tls), conversations);
        server.listen();
        loop.schedule(server::sweep, 1, TimeUnit.SECONDS);
        return server;
    }

    private static SslContext context(Tls tls) throws IOException {
        ClientAuth auth = switch (tls.clientAuth()) {
            case NO -> ClientAuth.NONE;
            case OPTIONAL -> ClientAuth.OPTIONAL;
            case YES -> ClientAuth.REQUIRE;
        };
        return SslContextBuilder.forServer(tls.keyManagerFactory())
                .sslProvider(SslProvider.JDK)
                .trustManager(tls.trustManagerFactory())
                .clientAuth(auth)
                .protocols(Tls.protocols())
                .ciphers(Tls.cipherSuites())
                .build();
    }

    private void listen() throws IOException {
        ServerBootstrap bootstrap = new ServerBootstrap()
                .group(loop.group())
                .channel(loop.serverChannel())
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
                .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER_MARK)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        accepted(channel);
                    }
                });
        keepAlive(bootstrap);
        ChannelFuture bound = bootstrap.bind(settings.address()).awaitUninterruptibly();
        if (!bound.isSuccess()) {
            Throwable cause = bound.cause();
            throw new IOException(
                    "cannot listen for RESP on " + settings.address().getHostString() + ":"
                            + settings.address().getPort() + ": " + cause.getMessage(),
                    cause);
        }
        listener = bound.channel();
    }

    private void keepAlive(ServerBootstrap bootstrap) {
        int seconds = settings.tcpKeepaliveSeconds();
        if (seconds <= 0) {
            return;
        }
        bootstrap.childOption(ChannelOption.SO_KEEPALIVE, true);
        // As Redis: the first probe after the interval, three more at a third of it.
        int between = Math.max(1, seconds / 3);
        if (loop.epoll()) {
            bootstrap.childOption(EpollChannelOption.TCP_KEEPIDLE, seconds);
            bootstrap.childOption(EpollChannelOption.TCP_KEEPINTVL, between);
            bootstrap.childOption(EpollChannelOption.TCP_KEEPCNT, 3);
        } else {
            bootstrap.childOption(NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPIDLE), seconds);
            bootstrap.childOption(NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPINTERVAL), between);
            bootstrap.childOption(NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPCOUNT), 3);
        }
    }

    @SuppressWarnings("FutureReturnValueIgnored") // nobody waits for the end of one that was turned away
    private void accepted(Channel channel) {
        traffic.connectionsAccepted.incrementAndGet();
        if (connections.size() >= maxClients || draining) {
            traffic.connectionsRejected.incrementAndGet();
            if (tls == null) {
                channel.writeAndFlush(Unpooled.wrappedBuffer(TOO_MANY)).addListener(ChannelFutureListener.CLOSE);
            } else {
                // A handshake only to refuse would cost what the limit is there to spare.
                channel.close();
            }
            return;
        }
        if (tls != null) {
            channel.pipeline().addLast(tls.newHandler(channel.alloc()));
        }
        RespConnection connection = new RespConnection(this, channel, conversations);
        connections.add(connection);
        traffic.connections = connections.size();
        channel.pipeline().addLast(connection);
    }

    void left(RespConnection connection) {
        connections.remove(connection);
        traffic.connections = connections.size();
        if (draining && connections.isEmpty()) {
            drained.complete(null);
        }
    }

    void received(int bytes) {
        traffic.bytesIn.addAndGet(bytes);
    }

    void sent(int bytes) {
        traffic.bytesOut.addAndGet(bytes);
    }

    private void sweep() {
        if (drained.isDone()) {
            return;
        }
        long now = System.nanoTime();
        for (RespConnection connection : List.copyOf(connections)) {
            connection.check(now);
        }
        if (account.awaited() instanceof RespConnection awaited) {
            awaited.checkAwaited(now);
        }
        loop.schedule(this::sweep, 1, TimeUnit.SECONDS);
    }

    /** Where it listens, the system's choice of a port included. Any thread. */
    public InetSocketAddress address() {
        Channel listening = listener;
        if (listening == null) {
            throw new IllegalStateException("not bound");
        }
        return (InetSocketAddress) listening.localAddress();
    }

    /**
     * Stops listening, answers what was received and closes. Any thread.
     *
     * @param timeoutMillis after which connections are closed as they are
     * @return completes when no connection is left
     */
    @SuppressWarnings("FutureReturnValueIgnored") // nobody waits for the listener's own end
    public CompletableFuture<Void> drain(long timeoutMillis) {
        loop.execute(() -> {
            draining = true;
            Channel listening = listener;
            if (listening != null) {
                listening.close();
            }
            for (RespConnection connection : List.copyOf(connections)) {
                connection.conversation().finish();
            }
            if (connections.isEmpty()) {
                drained.complete(null);
            }
        });
        loop.schedule(
                () -> List.copyOf(connections).forEach(RespConnection::close), timeoutMillis, TimeUnit.MILLISECONDS);
        return drained;
    }

    /** Any thread. */
    public Traffic traffic() {
        return traffic;
    }

    /** Memory of requests being received or waiting for their answer, in bytes. */
    public long receiveBytes() {
        return account.usedBytes();
    }

    public int maxClients() {
        return maxClients;
    }

    public void maxClients(int value) {
        maxClients = value;
    }

    /** 0: never. */
    public int idleTimeoutSeconds() {
        return idleTimeoutSeconds;
    }

    public void idleTimeoutSeconds(int value) {
        idleTimeoutSeconds = value;
    }

    ReplyBuffer replies() {
        return replies;
    }

    ReceiveAccount account() {
        return account;
    }

    /** Any thread. */
    public RespSettings settings() {
        return settings;
    }
}

package io.ratiskv.peer;

import io.grpc.BindableService;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.netty.shaded.io.netty.channel.Channel;
import io.grpc.netty.shaded.io.netty.channel.ChannelOption;
import io.grpc.netty.shaded.io.netty.channel.EventLoop;
import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.IoHandlerFactory;
import io.grpc.netty.shaded.io.netty.channel.MultiThreadIoEventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.ServerChannel;
import io.grpc.netty.shaded.io.netty.channel.epoll.Epoll;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollIoHandler;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollServerSocketChannel;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollSocketChannel;
import io.grpc.netty.shaded.io.netty.channel.nio.NioIoHandler;
import io.grpc.netty.shaded.io.netty.channel.socket.nio.NioServerSocketChannel;
import io.grpc.netty.shaded.io.netty.channel.socket.nio.NioSocketChannel;
import io.grpc.netty.shaded.io.netty.handler.ssl.ClientAuth;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContext;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContextBuilder;
import io.grpc.netty.shaded.io.netty.util.concurrent.DefaultThreadFactory;
import io.ratiskv.tls.Tls;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * The event loop, and gRPC's servers and channels set up for it: no executor between the socket and our code, a fixed
 * window, no retries that would keep copies. Any thread.
 */
final class Transport {
    /** Held, because the JDK forgets the level of a logger that nobody holds. A stranger's broken connection is no news. */
    private static final Logger GRPC_LOG = Logger.getLogger("io.grpc");

    private final EventLoopGroup group;
    private final Class<? extends ServerChannel> serverType;
    private final Class<? extends Channel> clientType;
    private final @Nullable SslContext serverTls;
    private final @Nullable SslContext clientTls;

    Transport(@Nullable Tls tls) throws SSLException {
        GRPC_LOG.setLevel(Level.WARNING);
        serverTls = tls == null ? null : serverContext(tls);
        clientTls = tls == null ? null : clientContext(tls);
        boolean epoll = Epoll.isAvailable();
        IoHandlerFactory io = epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
        serverType = epoll ? EpollServerSocketChannel.class : NioServerSocketChannel.class;
        clientType = epoll ? EpollSocketChannel.class : NioSocketChannel.class;
        group = new MultiThreadIoEventLoopGroup(1, new DefaultThreadFactory("peer-links", /* daemon= */ true), io);
    }

    EventLoop loop() {
        return group.next();
    }

    Server server(InetSocketAddress bind, BindableService service) {
        NettyServerBuilder builder = NettyServerBuilder.forAddress(bind)
                .channelType(serverType)
                .bossEventLoopGroup(group)
                .workerEventLoopGroup(group)
                .directExecutor()
                .flowControlWindow(Limits.WINDOW_BYTES)
                .maxInboundMessageSize(Limits.MESSAGE_BYTES_MAX)
                .maxConcurrentCallsPerConnection(1)
                .handshakeTimeout(Limits.HANDSHAKE_TIMEOUT_SECONDS, TimeUnit.SECONDS)
                .addService(service);
        if (serverTls != null) builder.sslContext(serverTls);
        return builder.build();
    }

    /** A channel that connects at its first call; the caller shuts it down. Its callbacks come on the loop. */
    ManagedChannel channel(InetSocketAddress address) {
        NettyChannelBuilder builder = NettyChannelBuilder.forAddress(address.getHostString(), address.getPort())
                .channelType(clientType, InetSocketAddress.class)
                .eventLoopGroup(group)
                // Not the direct executor: a failure to resolve the name is told on a thread of its own.
                .executor(loop())
                .withOption(ChannelOption.CONNECT_TIMEOUT_MILLIS, Limits.CONNECT_TIMEOUT_MILLIS)
                .flowControlWindow(Limits.WINDOW_BYTES)
                .maxInboundMessageSize(Limits.MESSAGE_BYTES_MAX)
                .proxyDetector(target -> null)
                .disableServiceConfigLookUp()
                .disableRetry();
        if (clientTls != null) builder.sslContext(clientTls);
        else builder.usePlaintext();
        return builder.build();
    }

    void close(long millisMax) throws InterruptedException {
        group.shutdownGracefully(0, millisMax, TimeUnit.MILLISECONDS).await(millisMax);
    }

    private static SslContext serverContext(Tls tls) throws SSLException {
        return GrpcSslContexts.configure(SslContextBuilder.forServer(tls.keyManagerFactory()))
                .trustManager(tls.trustManagerFactory())
                .clientAuth(ClientAuth.REQUIRE)
                .protocols(Tls.protocols())
                .build();
    }

    private static SslContext clientContext(Tls tls) throws SSLException {
        return GrpcSslContexts.configure(SslContextBuilder.forClient())
                .keyManager(tls.keyManagerFactory())
                .trustManager(tls.trustManagerFactory())
                .protocols(Tls.protocols())
                .build();
    }
}

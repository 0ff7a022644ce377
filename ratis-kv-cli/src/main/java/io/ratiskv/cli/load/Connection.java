package io.ratiskv.cli.load;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.ratiskv.cli.wire.Endpoint;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;

/** A client's connection: TLS where it is asked for, then the greeting, then requests. Confined to its loop. */
@SuppressWarnings("FutureReturnValueIgnored") // what fails is heard by exceptionCaught and channelInactive
final class Connection extends SimpleChannelInboundHandler<Dialect.Reply> {
    /** What a client hears, on its loop. */
    interface Listener {
        /** Requests may be sent. */
        void ready();

        void reply(Dialect.Reply reply);

        /**
         * Nothing more comes.
         *
         * @param wasReady whether requests may have been sent
         */
        void lost(boolean wasReady, String reason);
    }

    private final Dialect dialect;
    private final Listener listener;
    private final long timeoutMillis;
    private final Channel channel;
    private boolean ready;
    private boolean over;
    private String reason = "the node closed the connection";

    /** Connects; the listener hears what comes of it, never within this call. */
    Connection(Place place, byte[] value, long timeoutMillis, Loops.Loop loop, Listener listener) {
        this.dialect = place.target().dialect(value);
        this.listener = listener;
        this.timeoutMillis = timeoutMillis;
        int connectMillis = Endpoint.connectMillis(timeoutMillis);
        ChannelFuture connecting = new Bootstrap()
                .group(loop.events())
                .channel(loop.channelType())
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, connectMillis)
                .handler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel made) {
                        SSLContext tls = place.target().endpoint().tls();
                        if (tls != null) made.pipeline().addLast(tls(tls, place, connectMillis));
                        dialect.install(made.pipeline());
                        made.pipeline().addLast(Connection.this);
                    }
                })
                .connect(place.address());
        this.channel = connecting.channel();
        // On the loop's next turn, as it may have failed already.
        connecting.addListener(done -> loop.events().execute(() -> {
            if (!done.isSuccess()) lost(String.valueOf(done.cause().getMessage()));
            else if (place.target().endpoint().tls() == null) greet();
        }));
    }

    private static SslHandler tls(SSLContext context, Place place, int handshakeMillis) {
        Endpoint endpoint = place.target().endpoint();
        SSLEngine engine = context.createSSLEngine(endpoint.host(), endpoint.port());
        engine.setUseClientMode(true);
        engine.setSSLParameters(Endpoint.identified(engine.getSSLParameters()));
        SslHandler handler = new SslHandler(engine);
        handler.setHandshakeTimeoutMillis(handshakeMillis);
        return handler;
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (!(event instanceof SslHandshakeCompletionEvent handshake)) return;
        if (handshake.isSuccess()) greet();
        else close(String.valueOf(handshake.cause().getMessage()));
    }

    private void greet() {
        if (over) return;
        ByteBuf greeting = channel.alloc().buffer();
        if (dialect.greet(greeting)) {
            channel.writeAndFlush(greeting, channel.voidPromise());
            channel.eventLoop().schedule(this::giveUpGreeting, timeoutMillis, TimeUnit.MILLISECONDS);
        } else {
            greeting.release();
            ready = true;
            listener.ready();
        }
    }

    private void giveUpGreeting() {
        if (!ready) close("no answer within " + timeoutMillis + " ms");
    }

    /** Sends requests together. */
    void send(List<Operation> operations) {
        ByteBuf requests = channel.alloc().buffer();
        for (Operation operation : operations) dialect.encode(operation, requests);
        channel.writeAndFlush(requests, channel.voidPromise());
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, Dialect.Reply reply) {
        if (over) return;
        if (ready) {
            listener.reply(reply);
        } else if (reply.outcome() == Outcome.OK) {
            ready = true;
            listener.ready();
        } else {
            close(reply.error());
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        Throwable told = cause instanceof DecoderException && cause.getCause() != null ? cause.getCause() : cause;
        close(String.valueOf(told.getMessage()));
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        lost(reason);
    }

    /** Breaks it: the listener hears why. */
    void close(String why) {
        reason = why;
        channel.close();
    }

    /** Closes it; the listener hears no more. */
    void leave() {
        over = true;
        channel.close();
    }

    private void lost(String why) {
        if (over) return;
        over = true;
        listener.lost(ready, why);
    }
}

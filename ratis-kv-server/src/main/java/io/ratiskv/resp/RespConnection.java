package io.ratiskv.resp;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.ratiskv.api.Bytes;
import io.ratiskv.api.Reply;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client's socket: what it sends goes to its {@link Conversation}, what comes back is sent when the socket takes
 * it. Confined to the event loop.
 *
 * <p>Netty is given no more than it sends soon; the rest waits here, long bulks as the very arrays of the keyspace, so
 * a client that reads slowly costs references, not copies.
 */
final class RespConnection extends ChannelInboundHandlerAdapter
        implements RequestSink, Outlet, ReplyBuffer.Drain, ReceiveAccount.Holder {
    private static final Logger LOG = LoggerFactory.getLogger(RespConnection.class);

    /** One piece of a long bulk as it is copied for the socket. */
    private static final int PIECE_BYTES = 128 * 1024;

    private static final long STALLED_NANOS = TimeUnit.SECONDS.toNanos(5);

    /** Within this time a client authenticates, and a request that is not large arrives as a whole. */
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(60);

    private final RespServer server;
    private final Channel channel;
    private final RespDecoder decoder;
    private final ReplyBuffer replies;
    private final Conversation conversation;

    /** What the socket does not take yet, in order. */
    private final Deque<Bytes> queue = new ArrayDeque<>(2);

    /** How much of the first of {@link #queue} was handed to Netty. */
    private int headSent;

    private long queuedBytes;
    private boolean unflushed;
    private boolean closing;
    private boolean closed;

    private boolean readingWanted = true;
    private boolean admitted = true;
    private boolean congestionTold;
    private long chargedBytes;
    private final long connectedAtNanos;
    private long readAtNanos;
    private long requestAtNanos;
    private long takenAtNanos;
    private long closingSinceNanos;

    RespConnection(RespServer server, Channel channel, Conversations conversations) {
        this.server = server;
        this.channel = channel;
        this.replies = server.replies();
        this.decoder = new RespDecoder(this, server.settings().bulkBytesMax());
        this.readAtNanos = System.nanoTime();
        this.connectedAtNanos = readAtNanos;
        this.requestAtNanos = readAtNanos;
        this.takenAtNanos = readAtNanos;
        this.conversation = begin(conversations);
    }

    private Conversation begin(Conversations conversations) {
        return conversations.begin(this);
    }

    // What the client sends

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf in = (ByteBuf) message;
        try {
            readAtNanos = System.nanoTime();
            if (decoder.heldBytes() == 0) {
                requestAtNanos = readAtNanos;
            }
            server.received(in.readableBytes());
            decoder.decode(in);
        } finally {
            in.release();
        }
        charge();
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        if (!closed) {
            conversation.turnEnded();
            charge();
            flush();
        }
    }

    @Override
    public void request(Bytes[] words) {
        requestAtNanos = readAtNanos;
        conversation.request(words);
    }

    @Override
    public void malformed(String error) {
        LOG.info("{}: {}; the connection is closed", remoteAddress(), error);
        conversation.malformed(error);
    }

    @Override
    public void crossProtocol(String word) {
        LOG.warn(
                "{}: closed at a line that begins with {}: HTTP is sent to the RESP port, perhaps through a browser",
                remoteAddress(),
                word);
        close();
    }

    @Override
    public boolean authenticated() {
        return conversation.authenticated();
    }

    private void charge() {
        long held = closed ? 0 : decoder.heldBytes() + conversation.heldBytes();
        if (held != chargedBytes) {
            long before = chargedBytes;
            chargedBytes = held;
            server.account().changed(this, before, held);
        }
    }

    @Override
    public void admitted(boolean reads) {
        admitted = reads;
        applyReading();
    }

    @Override
    public void reading(boolean wanted) {
        readingWanted = wanted;
        applyReading();
    }

    private void applyReading() {
        boolean reads = admitted && readingWanted;
        if (channel.config().isAutoRead() != reads) {
            channel.config().setAutoRead(reads);
        }
    }

    // What the client is sent

    @Override
    public void write(Reply reply, int protocol) {
        if (!closed) {
            replies.fillFor(this);
            RespEncoder.encode(reply, protocol, replies);
            unflushed = true;
        }
    }

    @Override
    public void copied(byte[] array, int length) {
        if (closed) {
            return;
        }
        if (queue.isEmpty() && channel.isWritable()) {
            send(array, 0, length);
        } else {
            enqueue(Bytes.wrap(Arrays.copyOf(array, length)));
        }
    }

    @Override
    public void shared(Bytes bytes) {
        if (!closed) {
            enqueue(bytes);
        }
    }

    private void enqueue(Bytes bytes) {
        queue.add(bytes);
        queuedBytes += bytes.length();
        fillSocket();
    }

    @SuppressWarnings("FutureReturnValueIgnored") // a failed write closes the channel, which is told apart
    private void send(byte[] array, int from, int length) {
        ByteBuf piece = channel.alloc().directBuffer(length);
        piece.writeBytes(array, from, length);
        server.sent(length);
        channel.write(piece, channel.voidPromise());
        unflushed = true;
    }

    /** Hands Netty as much of the queue as it takes without piling up. */
    private void fillSocket() {
        while (!queue.isEmpty() && channel.isWritable()) {
            Bytes head = queue.element();
            int length = Math.min(PIECE_BYTES, head.length() - headSent);
            send(head.array(), head.offset() + headSent, length);
            queuedBytes -= length;
            headSent += length;
            if (headSent == head.length()) {
                queue.remove();
                headSent = 0;
            }
        }
    }

    @Override
    public void flush() {
        replies.fillFor(this);
        replies.drainAll();
        if (unflushed) {
            unflushed = false;
            channel.flush();
        }
        charge();
        if (closing && queue.isEmpty() && !closed) {
            closing = false;
            // Behind everything that was handed to Netty.
            channel.writeAndFlush(channel.alloc().directBuffer(0)).addListener(ChannelFutureListener.CLOSE);
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        if (closed) {
            return;
        }
        takenAtNanos = System.nanoTime();
        if (!channel.isWritable()) {
            congestionTold = true;
            return;
        }
        fillSocket();
        flush();
        if (congestionTold && !congested()) {
            congestionTold = false;
            conversation.drained();
        }
    }

    @Override
    public boolean congested() {
        boolean congested = !queue.isEmpty() || !channel.isWritable();
        congestionTold |= congested;
        return congested;
    }

    @Override
    public long pendingBytes() {
        ChannelOutboundBuffer handed = channel.unsafe().outboundBuffer();
        return queuedBytes + (handed == null ? 0 : handed.totalPendingWriteBytes());
    }

    // The end

    @Override
    public void closeAfterFlush() {
        closing = true;
        closingSinceNanos = System.nanoTime();
        decoder.forget();
        reading(false);
        flush();
    }

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // channelInactive tells when it is closed
    public void close() {
        decoder.forget();
        channel.close();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof ChannelInputShutdownEvent) {
            conversation.inputEnded();
        } else if (event instanceof SslHandshakeCompletionEvent handshake && !handshake.isSuccess()) {
            LOG.info(
                    "{}: TLS handshake failed: {}",
                    remoteAddress(),
                    handshake.cause().getMessage());
        }
        context.fireUserEventTriggered(event);
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        if (closed) {
            return;
        }
        replies.forget(this);
        closed = true;
        decoder.forget();
        queue.clear();
        queuedBytes = 0;
        server.account().left(this, chargedBytes);
        chargedBytes = 0;
        server.left(this);
        conversation.closed();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (cause instanceof IOException || cause instanceof DecoderException) {
            // The client went away, or what it speaks is not TLS: no fault of this node.
            LOG.debug("{}: {}", remoteAddress(), cause.toString());
        } else {
            LOG.warn("{}: the connection is closed", remoteAddress(), cause);
        }
        close();
    }

    Conversation conversation() {
        return conversation;
    }

    /** Closes what is idle or does not read; once a second. */
    void check(long nowNanos) {
        int idleSeconds = server.idleTimeoutSeconds();
        if (idleSeconds > 0
                && nowNanos - readAtNanos > TimeUnit.SECONDS.toNanos(idleSeconds)
                && !conversation.waits()) {
            LOG.info("{}: closed after {} s without a request", remoteAddress(), idleSeconds);
            close();
            return;
        }
        if (!conversation.authenticated() && nowNanos - connectedAtNanos > PATIENCE_NANOS) {
            LOG.info("{}: closed, it did not authenticate", remoteAddress());
            close();
            return;
        }
        long unfinished = decoder.heldBytes();
        if (unfinished > 0
                && unfinished <= server.account().freeBytes()
                && nowNanos - requestAtNanos > PATIENCE_NANOS
                && admitted
                && readingWanted) {
            LOG.info("{}: closed, {} bytes of a request wait for their rest", remoteAddress(), unfinished);
            close();
            return;
        }
        if (closing && nowNanos - closingSinceNanos > STALLED_NANOS) {
            close();
            return;
        }
        Bytes head = queue.peek();
        long beside = head == null ? 0 : queuedBytes - (head.length() - headSent);
        if (beside > server.settings().outputBytesMax() && nowNanos - takenAtNanos > STALLED_NANOS) {
            LOG.warn("{}: dropped, {} bytes of replies wait for it and it does not read", remoteAddress(), queuedBytes);
            close();
        }
    }

    /** Closes if others wait for the end of what this connection sends and it sends nothing. */
    void checkAwaited(long nowNanos) {
        if (nowNanos - readAtNanos > 2 * STALLED_NANOS && !conversation.waits()) {
            LOG.warn(
                    "{}: dropped, it holds {} bytes of unfinished requests that others wait for",
                    remoteAddress(),
                    chargedBytes);
            close();
        }
    }

    @Override
    public String remoteAddress() {
        return text(channel.remoteAddress());
    }

    @Override
    public String localAddress() {
        return text(channel.localAddress());
    }

    private static String text(@Nullable SocketAddress address) {
        if (!(address instanceof InetSocketAddress inet)) {
            return "?:0";
        }
        String host = inet.getAddress().getHostAddress();
        return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + inet.getPort();
    }
}

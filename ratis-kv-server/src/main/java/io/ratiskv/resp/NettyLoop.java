package io.ratiskv.resp;

import io.netty.channel.EventLoop;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.ratiskv.replication.Loop;
import java.util.concurrent.TimeUnit;

/**
 * The one event loop of sockets, gateway and read checks, on epoll where there is one. Any thread.
 *
 * <p>A turn reads all sockets that are ready, then runs what was handed to {@link #execute}: a task handed over while
 * reading thus sees everything that this turn brought.
 */
public final class NettyLoop implements Loop, AutoCloseable {
    private static final long CLOSE_MILLIS = 5_000;

    private final boolean epoll;
    private final MultiThreadIoEventLoopGroup group;
    private final EventLoop loop;

    private NettyLoop(boolean epoll, MultiThreadIoEventLoopGroup group) {
        this.epoll = epoll;
        this.group = group;
        this.loop = group.next();
    }

    /** @param threadName of its only thread */
    public static NettyLoop start(String threadName) {
        return start(threadName, Epoll.isAvailable());
    }

    static NettyLoop start(String threadName, boolean epoll) {
        IoHandlerFactory factory = epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
        return new NettyLoop(
                epoll, new MultiThreadIoEventLoopGroup(1, new DefaultThreadFactory(threadName, true), factory));
    }

    @Override
    public void execute(Runnable task) {
        loop.execute(task);
    }

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // what a task throws is logged by Netty
    public void schedule(Runnable task, long delay, TimeUnit unit) {
        loop.schedule(task, delay, unit);
    }

    @Override
    public boolean inLoop() {
        return loop.inEventLoop();
    }

    @Override
    public long nanoTime() {
        return System.nanoTime();
    }

    /** {@code epoll} or {@code nio}. */
    public String mechanism() {
        return epoll ? "epoll" : "nio";
    }

    boolean epoll() {
        return epoll;
    }

    MultiThreadIoEventLoopGroup group() {
        return group;
    }

    Class<? extends ServerChannel> serverChannel() {
        return epoll ? EpollServerSocketChannel.class : NioServerSocketChannel.class;
    }

    /** Stops the loop and closes what is still open on it. Blocks, so not from the loop itself. */
    @Override
    public void close() {
        group.shutdownGracefully(0, CLOSE_MILLIS, TimeUnit.MILLISECONDS).awaitUninterruptibly(CLOSE_MILLIS);
    }
}

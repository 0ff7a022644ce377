package io.ratiskv.cli.load;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.concurrent.TimeUnit;

/** The threads of a load: few, for each takes from the machine what the servers on it may need. Any thread. */
final class Loops implements AutoCloseable {
    private final MultiThreadIoEventLoopGroup group;
    private final Class<? extends Channel> channelType;

    /**
     * One of the threads.
     *
     * @param channelType of its connections
     */
    record Loop(EventLoop events, Class<? extends Channel> channelType) {}

    private Loops(MultiThreadIoEventLoopGroup group, Class<? extends Channel> channelType) {
        this.group = group;
        this.channelType = channelType;
    }

    static Loops start(int threads) {
        boolean epoll = Epoll.isAvailable();
        IoHandlerFactory io = epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
        return new Loops(
                new MultiThreadIoEventLoopGroup(threads, new DefaultThreadFactory("clients", true), io),
                epoll ? EpollSocketChannel.class : NioSocketChannel.class);
    }

    Loop next() {
        return new Loop(group.next(), channelType);
    }

    /** Ends the threads; what is under way on them is left. */
    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // nobody waits for them
    public void close() {
        group.shutdownGracefully(0, 0, TimeUnit.MILLISECONDS);
    }
}

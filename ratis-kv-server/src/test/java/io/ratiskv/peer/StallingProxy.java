package io.ratiskv.peer;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;

/**
 * A stretch of network that can be stopped: connections stay, nothing gets through, as with a stopped process or a
 * cable that was pulled. Any thread.
 */
final class StallingProxy implements AutoCloseable {
    private final ServerSocket server;
    private final InetSocketAddress target;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private volatile CountDownLatch open = new CountDownLatch(0);

    StallingProxy(InetSocketAddress target) throws IOException {
        this.target = target;
        this.server = new ServerSocket(0, 16, InetAddress.getLoopbackAddress());
    }

    StallingProxy start() {
        Thread.ofVirtual().start(this::accept);
        return this;
    }

    InetSocketAddress address() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), server.getLocalPort());
    }

    void stall() {
        open = new CountDownLatch(1);
    }

    void resume() {
        open.countDown();
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                relay(server.accept());
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void relay(Socket from) throws IOException {
        sockets.add(from);
        Socket to = new Socket();
        sockets.add(to);
        try {
            to.connect(target);
        } catch (IOException nobodyThere) {
            from.close();
            return;
        }
        Thread.ofVirtual().start(() -> pump(from, to));
        Thread.ofVirtual().start(() -> pump(to, from));
    }

    private void pump(Socket from, Socket to) {
        byte[] buffer = new byte[64 << 10];
        try (from;
                to;
                InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream()) {
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                open.await();
                out.write(buffer, 0, n);
            }
        } catch (IOException | InterruptedException ended) {
            // Either side closed: so is the other, by leaving the block.
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        resume();
        for (Socket socket : sockets) socket.close();
    }
}

package io.ratiskv.net;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;

/**
 * Ports of the loopback on which servers of tests may listen, each given out once. They are below the range from which a
 * system takes the ports of outgoing connections (RFC 6056, section 3.2; Linux: 32768 and up): a port from there, free
 * when it was looked at, may belong to a connection when the server comes to it. From other JVMs with tests a block of
 * ports is kept by a socket that listens on its first port. Any thread.
 */
public final class TestPorts {
    private static final int FIRST = 22_100;
    private static final int END = 29_800;
    private static final int BLOCK = 100;

    /** Open until the JVM ends. */
    private static final List<ServerSocket> guards = new ArrayList<>();

    private static int nextBlock = FIRST;
    private static int next;
    private static int end;

    private TestPorts() {}

    public static synchronized int free() {
        while (true) {
            if (next == end) claimBlock();
            int port = next++;
            try (ServerSocket probe = listen(port)) {
                return probe.getLocalPort();
            } catch (IOException taken) {
                // by no test: the next one
            }
        }
    }

    public static List<Integer> free(int count) {
        List<Integer> ports = new ArrayList<>();
        for (int i = 0; i < count; i++) ports.add(free());
        return ports;
    }

    private static void claimBlock() {
        while (nextBlock < END) {
            int guard = nextBlock;
            nextBlock += BLOCK;
            try {
                guards.add(listen(guard));
                next = guard + 1;
                end = guard + BLOCK;
                return;
            } catch (IOException taken) {
                // by another JVM: the next one
            }
        }
        throw new IllegalStateException("no free ports between " + FIRST + " and " + END);
    }

    private static ServerSocket listen(int port) throws IOException {
        return new ServerSocket(port, 1, InetAddress.getLoopbackAddress());
    }
}

package io.ratiskv.raft;

import java.io.IOException;
import java.util.Map;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.util.AwaitToRun;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Closes a Raft server although its log may be in its own way. Stateless; any thread.
 *
 * <p>Ratis 3.3.0 closes a log under the log's lock, and waits there for the thread that evicts its cache to end; when a
 * segment was just rolled, that thread waits for the same lock, in a way that no interrupt ends. Whoever waits for it is
 * interrupted here: it then goes on, and gives the lock back.
 */
final class ServerClosing {
    private static final Logger LOG = LoggerFactory.getLogger(ServerClosing.class);
    private static final long LOOK_MILLIS = 500;

    private ServerClosing() {}

    /** Returns when the server is closed. */
    static void close(RaftServer server) throws IOException {
        Thread watcher = Thread.ofPlatform().daemon().name("raft-closing").start(ServerClosing::watch);
        try {
            server.close();
        } finally {
            watcher.interrupt();
        }
    }

    private static void watch() {
        while (true) {
            try {
                Thread.sleep(LOOK_MILLIS);
            } catch (InterruptedException closed) {
                return;
            }
            release();
        }
    }

    /** Wakes who waits for a thread of {@link AwaitToRun} that waits for a lock. */
    static void release() {
        Map<Thread, StackTraceElement[]> stacks = Thread.getAllStackTraces();
        if (stacks.values().stream().noneMatch(ServerClosing::waitsForTheLogsLock)) return;
        stacks.forEach((thread, stack) -> {
            if (!isIn(stack, AwaitToRun.class.getName(), "close")) return;
            LOG.warn("{} waits for a thread that waits for its lock; it goes on without", thread.getName());
            thread.interrupt();
        });
    }

    private static boolean waitsForTheLogsLock(StackTraceElement[] stack) {
        return isIn(stack, AwaitToRun.class.getName() + "$RunnableImpl", "run")
                && isIn(stack, "java.util.concurrent.locks.ReentrantReadWriteLock$WriteLock", "lock");
    }

    private static boolean isIn(StackTraceElement[] stack, String type, String method) {
        for (StackTraceElement frame : stack) {
            if (frame.getClassName().equals(type) && frame.getMethodName().equals(method)) return true;
        }
        return false;
    }
}

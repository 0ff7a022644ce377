package io.ratiskv.server;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The shutdown hook: ends the node in order, within a bound, and gives the process its exit code. Any thread.
 *
 * <p>The JVM ends with 143 after SIGTERM whatever its hooks do; this one halts it with the code that supervisors expect
 * of an orderly end.
 */
final class Shutdown implements Runnable {
    /** Enough to hand over leadership and to drain connections; afterwards a halt is as safe as a power cut. */
    private static final long PATIENCE_SECONDS = 20;

    private static final Logger LOG = LoggerFactory.getLogger(Shutdown.class);

    private final AtomicReference<@Nullable AutoCloseable> service = new AtomicReference<>();
    private final AtomicInteger exitCode = new AtomicInteger(Main.GOOD);

    /** Closes {@code started} when the process is told to end. */
    void endsWith(AutoCloseable started) {
        service.set(started);
    }

    void exitCode(int code) {
        exitCode.set(code);
    }

    @Override
    public void run() {
        Thread patience = Thread.ofPlatform().daemon().name("shutdown-bound").unstarted(Shutdown::haltLate);
        patience.start();
        int code = FailStop.EXIT_CODE;
        try {
            @Nullable AutoCloseable running = service.get();
            if (running != null) running.close();
            LOG.info("the node has ended");
            code = exitCode.get();
        } catch (Exception failed) {
            LOG.error("the node did not end in order", failed);
        } finally {
            Runtime.getRuntime().halt(code);
        }
    }

    private static void haltLate() {
        try {
            TimeUnit.SECONDS.sleep(PATIENCE_SECONDS);
            LOG.error("the node did not end within {} s", PATIENCE_SECONDS);
        } catch (InterruptedException interrupted) {
            LOG.error("the wait for the end of the node was interrupted", interrupted);
        }
        Runtime.getRuntime().halt(FailStop.EXIT_CODE);
    }
}

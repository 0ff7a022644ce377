package io.ratiskv.server;

import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The end of a process whose node was removed from its group: it answers what it can and halts with a code at which a
 * supervisor lets it be. Started again, it does not take part. Any thread.
 */
final class Departure {
    /** Distinct from a failed start, which is tried again. */
    static final int EXIT_CODE = 4;

    private static final long PATIENCE_SECONDS = 10;
    private static final Logger LOG = LoggerFactory.getLogger(Departure.class);

    private Departure() {}

    /** Does not wait for the end. */
    static void begin(AutoCloseable node) {
        Thread.ofPlatform().daemon().name("departure-bound").start(Departure::haltLate);
        Thread.ofPlatform().name("departure").start(() -> {
            try {
                node.close();
                LOG.info("the node has ended");
            } catch (Exception e) {
                LOG.warn("the node did not end in order", e);
            } finally {
                Runtime.getRuntime().halt(EXIT_CODE);
            }
        });
    }

    private static void haltLate() {
        try {
            TimeUnit.SECONDS.sleep(PATIENCE_SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        Runtime.getRuntime().halt(EXIT_CODE);
    }
}

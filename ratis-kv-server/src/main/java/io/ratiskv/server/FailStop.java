package io.ratiskv.server;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The end of a process that can no longer be trusted: it says why and halts, so that its supervisor starts it anew.
 * Any thread.
 */
public final class FailStop {
    /** EX_SOFTWARE of sysexits.h: distinct from a failed start and from the codes of signals. */
    public static final int EXIT_CODE = 70;

    private static final Logger LOG = LoggerFactory.getLogger(FailStop.class);

    private FailStop() {}

    /**
     * Halts the process with {@link #EXIT_CODE} and does not return. No shutdown hook runs: what is acknowledged is
     * durable already, and an orderly end would go through the state that failed.
     */
    public static void now(String reason, @Nullable Throwable cause) {
        try {
            LOG.error("fail-stop: {}", reason, cause);
        } finally {
            Runtime.getRuntime().halt(EXIT_CODE);
        }
    }
}

package io.ratiskv.tracing;

import org.jspecify.annotations.Nullable;

/**
 * A request that is followed through its stops, told afterwards with the instants it came to them. One thread at a
 * time. Instants are those of {@link System#nanoTime}.
 *
 * <p>No key and no value is told, nor anything else that a client wrote but the names of commands.
 */
public interface Trace {
    /** Where another node's part of it hangs, as in W3C Trace Context. Any thread. */
    String traceparent();

    void stop(String name, long fromNanos, long untilNanos);

    void attribute(String name, String value);

    void attribute(String name, long value);

    /**
     * Hands it over.
     *
     * @param name of the whole
     * @param error the code of the error it ended with; null when none
     */
    void end(String name, @Nullable String error, long nanos);
}

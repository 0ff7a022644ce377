package io.ratiskv.tracing;

import org.jspecify.annotations.Nullable;

/**
 * The port to whoever collects traces. Any thread. A node that is told of no collector has none of these: null stands
 * for it, so that nothing is made or looked up on the way of a request.
 */
public interface Tracing {
    /**
     * The part of a request that this node has in hand, from now on.
     *
     * @param traceparent of the caller, as in W3C Trace Context; null or unreadable: the trace begins here
     * @param beganAtNanos of {@link System#nanoTime}
     * @return null when this request is not followed: the caller's choice, or chance when there is no caller
     */
    @Nullable
    Trace begin(@Nullable String traceparent, long beganAtNanos);
}

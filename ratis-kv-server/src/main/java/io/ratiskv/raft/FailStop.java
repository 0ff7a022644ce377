package io.ratiskv.raft;

import org.jspecify.annotations.Nullable;

/**
 * Ends the process because going on could lose or falsify data; its supervisor starts it again. Any thread, possibly
 * more than once. In a server it does not return; in a test it does, and whoever called it gives up by itself.
 */
@FunctionalInterface
public interface FailStop {
    /**
     * @param reason one sentence for the operator
     * @param cause what was thrown, if anything was
     */
    void stop(String reason, @Nullable Throwable cause);
}

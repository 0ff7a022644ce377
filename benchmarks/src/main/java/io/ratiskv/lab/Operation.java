package io.ratiskv.lab;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A request of a client and what it saw. Immutable.
 *
 * @param key that it is about; histories are checked key by key
 * @param words of the request
 * @param invokedNanos before its first byte was sent
 * @param returnedNanos after the last byte of its reply came; {@link Long#MAX_VALUE} when none did
 * @param reply as {@link Replies} writes it; null when nobody knows whether the request was done
 */
record Operation(
        String key,
        int node,
        List<String> words,
        long invokedNanos,
        long returnedNanos,
        @Nullable String reply) {
    boolean isKnown() {
        return reply != null;
    }

    @Override
    public String toString() {
        return "%10.3f .. %s  n%d  %s -> %s"
                .formatted(
                        invokedNanos / 1e9,
                        isKnown() ? "%10.3f".formatted(returnedNanos / 1e9) : "      never",
                        node,
                        String.join(" ", words),
                        isKnown() ? reply : "unknown");
    }
}

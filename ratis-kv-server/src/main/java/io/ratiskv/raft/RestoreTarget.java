package io.ratiskv.raft;

import java.time.Instant;
import java.time.format.DateTimeParseException;

/**
 * Up to where an archived log is applied: the entry of that index, or the last one not written after that time. Immutable;
 * any thread.
 *
 * @param index {@link Long#MAX_VALUE} if it does not matter
 * @param timeMillis by the clocks of the leaders, in milliseconds of the epoch; {@link Long#MAX_VALUE} if it does not matter
 */
public record RestoreTarget(long index, long timeMillis) {
    /** Everything there is. */
    public static final RestoreTarget LATEST = new RestoreTarget(Long.MAX_VALUE, Long.MAX_VALUE);

    /**
     * Reads an index, or a time such as {@code 2026-11-27T05:00:00Z}.
     *
     * @throws IllegalArgumentException if it is neither
     */
    public static RestoreTarget parse(String text) {
        if (text.matches("\\d{1,18}")) {
            return new RestoreTarget(Long.parseLong(text), Long.MAX_VALUE);
        }
        try {
            return new RestoreTarget(Long.MAX_VALUE, Instant.parse(text).toEpochMilli());
        } catch (DateTimeParseException e) {
            throw new IllegalArgumentException(
                    "\"" + text + "\" is neither the index of an entry nor a time such as 2026-11-27T05:00:00Z", e);
        }
    }
}

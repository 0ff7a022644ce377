package io.ratiskv.session;

import io.ratiskv.api.Bytes;
import java.util.List;

/**
 * A request of the {@link SlowLog}. Immutable; any thread.
 *
 * @param id counts the entries of this node since it started
 * @param atMillis when it was answered, since the epoch
 * @param durationMicros from dispatch to reply; what the three below leave of it is the way back
 * @param queueMicros until its batch was made, or the check that confirmed a read was sent
 * @param commitMicros until the batch's turn to be applied came, or the read's index was confirmed and applied
 * @param applyMicros the batch was applied, or the reads evaluated
 * @param words shortened as Redis does
 * @param client {@code host:port} that it came from
 * @param clientName of CLIENT SETNAME; empty when none
 */
public record SlowRequest(
        long id,
        long atMillis,
        long durationMicros,
        long queueMicros,
        long commitMicros,
        long applyMicros,
        List<Bytes> words,
        String client,
        String clientName) {}

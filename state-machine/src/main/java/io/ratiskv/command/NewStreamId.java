package io.ratiskv.command;

import io.ratiskv.api.CommandException;
import io.ratiskv.api.StreamId;
import org.jspecify.annotations.Nullable;

/**
 * What an entry to be added is to be called. Immutable.
 *
 * @param hasMillis else both parts are chosen
 * @param hasSequence else it is chosen
 */
record NewStreamId(StreamId id, boolean hasMillis, boolean hasSequence) {
    static final NewStreamId ANY = new NewStreamId(StreamId.MIN, false, false);

    /** @throws CommandException if no entry ever can be called so */
    void requirePossible() {
        if (hasSequence && id.equals(StreamId.MIN)) {
            throw new CommandException("ERR The ID specified in XADD must be greater than 0-0");
        }
    }

    /**
     * The id of the next entry.
     *
     * @param last that of the one before
     * @throws CommandException if it would not be above {@code last}
     */
    StreamId after(StreamId last, long nowMillis) {
        @Nullable StreamId next = last.next();
        if (next == null) {
            throw new CommandException("ERR The stream has exhausted the last possible ID, unable to add more items");
        }
        if (!hasMillis) {
            return Long.compareUnsigned(nowMillis, last.millis()) > 0 ? new StreamId(nowMillis, 0) : next;
        }
        if (!hasSequence && id.millis() == last.millis() && next.millis() == last.millis()) {
            return next;
        }
        if (!id.isAfter(last)) {
            throw new CommandException(
                    "ERR The ID specified in XADD is equal or smaller than the target stream top item");
        }
        return id;
    }
}

package io.ratiskv.machine;

import io.ratiskv.api.Bytes;
import java.util.List;

/**
 * An open gateway as a snapshot keeps it. Immutable.
 *
 * @param epoch the index of its OpenGateway
 * @param lastSeenMillis log time of its last entry
 * @param floor ids below it are dead
 * @param applied ids at or above the floor that took effect, ascending
 * @param pieces batches that have not wholly come
 */
public record GatewayState(
        String node, long epoch, long lastSeenMillis, long floor, List<Long> applied, List<Pieces> pieces) {
    /**
     * A batch as far as it has come.
     *
     * @param next the number of the piece that is due
     */
    public record Pieces(long id, int count, int next, Bytes bytes) {}
}

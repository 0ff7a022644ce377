package io.ratiskv.replication;

import java.util.Map;

/**
 * Who belongs to the group as far as one node knows: the last configuration of its log, and while that changes the one
 * before too. Immutable.
 *
 * @param index of the configuration in the log; -1 for what the node was started with
 * @param settled it is committed and no change is under way: who is not named does not belong to the group
 * @param seats by node id
 */
public record Roster(long index, boolean settled, Map<String, Seat> seats) {
    public Roster {
        seats = Map.copyOf(seats);
    }

    /**
     * A member, voter or listener.
     *
     * @param peerAddress where it speaks the node-to-node service, {@code host:port}
     * @param incarnation of its data directory; empty when it is a member since the beginning
     */
    public record Seat(String peerAddress, String incarnation) {}

    /** Whether a node with this data directory belongs to the group. */
    public boolean seats(String node, String incarnation) {
        Seat seat = seats.get(node);
        return seat != null
                && (seat.incarnation().isEmpty() || seat.incarnation().equals(incarnation));
    }
}

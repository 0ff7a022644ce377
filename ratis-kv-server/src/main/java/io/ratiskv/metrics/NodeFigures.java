package io.ratiskv.metrics;

import io.ratiskv.replication.Consensus;
import java.util.Map;

/**
 * The figures of a node at the moment of a scrape. Immutable. Whoever counts on a hot path keeps plain counters of its
 * own and is asked here alone. Counts are since the start of the process.
 *
 * @param log the log and the members as this node sees them
 * @param keys in all databases, applied
 * @param memoryBytes the state's own account of its memory, the same on every replica
 * @param clients who they are and what they send
 * @param batches how requests went into the log
 * @param reads how reads were confirmed
 */
public record NodeFigures(
        Consensus.LogStatus log, long keys, long memoryBytes, Clients clients, Batches batches, Reads reads) {

    /**
     * @param open connections now
     * @param accepted connections ever
     * @param rejected connections that came when there were too many
     * @param bytesIn read from sockets
     * @param bytesOut written to sockets
     * @param commandCalls requests by the name of their command, lower case; commands of the table alone, so that a
     *     client can not make up names
     */
    public record Clients(
            long open, long accepted, long rejected, long bytesIn, long bytesOut, Map<String, Long> commandCalls) {
        public Clients {
            commandCalls = Map.copyOf(commandCalls);
        }
    }

    /**
     * @param proposed batches of this node's own connections put into the log, each counted once
     * @param requests that were in them
     * @param bytes of them, encoded
     */
    public record Batches(long proposed, long requests, long bytes) {}

    /**
     * @param checksSent quorum checks begun
     * @param checksConfirmed of them, those that a majority confirmed
     */
    public record Reads(long checksSent, long checksConfirmed) {}
}

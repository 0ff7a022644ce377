package io.ratiskv.metrics;

import io.ratiskv.raft.RatisMeter;
import io.ratiskv.replication.Consensus;
import io.ratiskv.replication.Divergence;
import io.ratiskv.replication.Durations;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The figures of a node at the moment of a scrape. Immutable. Whoever counts on a hot path keeps plain counters of its
 * own and is asked here alone. Counts are since the start of the process.
 *
 * @param log the log and the members as this node sees them
 * @param disk that the log is on
 * @param archive of that log
 * @param keys in all databases, applied
 * @param memoryBytes the state's own account of its memory, the same on every replica
 * @param clientSessions in which clients number their requests
 * @param comparisons of the replicas' digests
 * @param clients who they are and what they send
 * @param batches how requests went into the log
 * @param reads how reads were confirmed
 * @param snapshot the newest durable one
 * @param times how long things took
 * @param ratis what Ratis measured
 */
public record NodeFigures(
        Consensus.LogStatus log,
        Consensus.Disk disk,
        Consensus.Archive archive,
        long keys,
        long memoryBytes,
        long expiredKeys,
        long evictedKeys,
        long clientSessions,
        Divergence.Figures comparisons,
        Clients clients,
        Batches batches,
        Reads reads,
        LastSnapshot snapshot,
        Times times,
        List<RatisMeter.Figure> ratis) {
    public NodeFigures {
        ratis = List.copyOf(ratis);
    }

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
     * @param underWay proposed and not applied yet
     * @param waitingBytes of writes that wait for the next batch
     */
    public record Batches(long proposed, long requests, long bytes, int underWay, long waitingBytes) {}

    /**
     * @param checksSent quorum checks begun
     * @param checksConfirmed of them, those that a majority confirmed
     */
    public record Reads(long checksSent, long checksConfirmed) {}

    /** The newest durable snapshot; NaN and 0 before the first, the duration of one that this process wrote. */
    public record LastSnapshot(double ageSeconds, double durationSeconds, long bytes) {}

    /**
     * @param queued runs, until their batch went out
     * @param committed batches, from then until their turn to be applied here
     * @param applied entries, whoever proposed them
     * @param frozen holds of the state for a snapshot
     * @param checked quorum checks that were confirmed
     * @param families requests from dispatch to reply, by family of commands
     */
    public record Times(
            Durations.Figures queued,
            Durations.Figures committed,
            Durations.Figures applied,
            Durations.Figures frozen,
            Durations.Figures checked,
            Map<String, Durations.Figures> families) {
        public Times {
            families = Collections.unmodifiableMap(new TreeMap<>(families));
        }
    }
}

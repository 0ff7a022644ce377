package io.ratiskv.machine;

import java.util.List;

/**
 * Figures of the state at one index, the same on every replica. Immutable.
 *
 * @param databases one for each, in order
 * @param memoryBytes the memory account: a deterministic cost of all keys
 * @param expiredKeys deleted because their deadline passed, since the first entry
 * @param expiredFields of hashes, likewise
 * @param evictedKeys deleted to make room, since the first entry
 * @param entries applied, since the first
 * @param versions requests that changed something, since the first
 * @param scripts that EVALSHA finds
 * @param functions of all libraries
 * @param clientSessions in which clients number their requests
 */
public record Statistics(
        List<DatabaseStatistics> databases,
        long memoryBytes,
        long expiredKeys,
        long expiredFields,
        long evictedKeys,
        long entries,
        long versions,
        int scripts,
        int libraries,
        int functions,
        int clientSessions) {
    /**
     * Figures of one database at the log's time.
     *
     * @param expiring keys with a deadline, and hashes all of whose fields have one
     * @param averageTtlMillis what those have left on average, judged by a few of them
     * @param expiringHashes hashes with fields that have one
     */
    public record DatabaseStatistics(long keys, long expiring, long averageTtlMillis, long expiringHashes) {}
}

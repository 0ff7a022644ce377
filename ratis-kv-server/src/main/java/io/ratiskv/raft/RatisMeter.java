package io.ratiskv.raft;

import io.ratiskv.replication.Durations;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One of Ratis' own metrics that is shown to operators. Immutable.
 *
 * @param component of Ratis
 * @param ratisName its name there; a star stands for the id of a peer
 * @param name as it is shown; a counter's ends in {@code _total}, a time's in {@code _seconds}
 * @param meaning one sentence
 */
public record RatisMeter(String component, String ratisName, String name, String meaning) {
    /** All that are kept. */
    public static final List<RatisMeter> ALL = List.of(
            log("flushTime", "flush_seconds", "How long the log's writer took to make what it wrote durable."),
            log("syncTime", "sync_seconds", "How long the calls of fsync on the log took."),
            log("queueingDelay", "queueing_seconds", "How long an append waited for room in the writer's queue."),
            log("enqueuedTime", "queued_seconds", "How long a write waited in the writer's queue."),
            log("appendEntryLatency", "append_seconds", "How long an entry took from the append until it was durable."),
            log("purgeLog", "purge_seconds", "How long the removal of files behind a snapshot took."),
            log("segmentLoadLatency", "segment_load_seconds", "How long each file of the log took to load."),
            log("dataQueueSize", "data_queue_size", "Writes in the queue of the log."),
            log("workerQueueSize", "worker_queue_size", "Writes that wait for the next flush."),
            log("closedSegmentsNum", "closed_segments", "Files of the log that are complete."),
            log("closedSegmentsSizeInBytes", "closed_segments_bytes", "What they hold."),
            log("openSegmentSizeInBytes", "open_segment_bytes", "What the file holds that is written now."),
            log("cacheMissCount", "cache_misses_total", "Entries that had to be read from the disk again."),
            log("flushCount", "flushes_total", "Times the log was flushed."),
            election("electionCount", "elections_total", "Elections this node stood in."),
            election("timeoutCount", "timeouts_total", "Times no leader was heard of in time."),
            election("electionTime", "election_seconds", "How long the elections took that this node stood in."),
            election("transferLeadershipCount", "transfers_total", "Times leadership was handed over."),
            server(
                    "follower_append_entry_latency",
                    "follower_append_seconds",
                    "How long this node took as a follower over an append."),
            server("numInstallSnapshot", "installed_snapshots_total", "Snapshots this node was sent."),
            server("numPendingRequestInQueue", "pending_entries", "Entries submitted and not applied; on the leader."),
            server("numRequestQueueLimitHits", "overloaded_total", "Entries refused because too many were pending."),
            sender("*_latency", "append_seconds", "How long a follower took to answer an append."),
            sender("*_inconsistency_reply_count", "inconsistencies_total", "Appends a follower had no place for."),
            sender("num_retries", "retries_total", "Appends that were sent again."),
            sender("num_install_snapshot", "sent_snapshots_total", "Snapshots sent to followers."));

    /**
     * What one shows now.
     *
     * @param peer whom it is about; empty where the name has no star
     * @param number of a counter or gauge
     * @param times of a time, else null
     */
    public record Figure(RatisMeter meter, String peer, double number, Durations.@Nullable Figures times) {}

    static final String LOG = "log_worker";
    static final String ELECTION = "leader_election";
    static final String SERVER = "server";
    static final String SENDER = "log_appender";

    /** The label that tells its values apart: {@code peer} where there is one per peer, else empty. */
    public String label() {
        return ratisName.startsWith("*") ? "peer" : "";
    }

    public boolean isTime() {
        return name.endsWith("_seconds");
    }

    public boolean isCounter() {
        return name.endsWith("_total");
    }

    /** The peer in {@code ratisMetric} when this meter keeps it: empty where there is no star; null when it does not. */
    @Nullable
    String peerIn(String itsComponent, String ratisMetric) {
        if (!component.equals(itsComponent)) {
            return null;
        }
        if (label().isEmpty()) {
            return ratisName.equals(ratisMetric) ? "" : null;
        }
        String ending = ratisName.substring(1);
        return ratisMetric.endsWith(ending) ? ratisMetric.substring(0, ratisMetric.length() - ending.length()) : null;
    }

    private static RatisMeter log(String ratisName, String name, String meaning) {
        return new RatisMeter(LOG, ratisName, "ratis_log_" + name, meaning);
    }

    private static RatisMeter election(String ratisName, String name, String meaning) {
        return new RatisMeter(ELECTION, ratisName, "ratis_election_" + name, meaning);
    }

    private static RatisMeter server(String ratisName, String name, String meaning) {
        return new RatisMeter(SERVER, ratisName, "ratis_server_" + name, meaning);
    }

    private static RatisMeter sender(String ratisName, String name, String meaning) {
        return new RatisMeter(SENDER, ratisName, "ratis_sender_" + name, meaning);
    }
}

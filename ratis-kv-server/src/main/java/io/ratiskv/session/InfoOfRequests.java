package io.ratiskv.session;

import io.ratiskv.machine.Lookups;
import io.ratiskv.replication.PeerMessage.Listening;
import io.ratiskv.resp.RespServer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** INFO's sections on what clients asked: stats, commandstats, errorstats, latencystats. Event loop only. */
final class InfoOfRequests {
    private InfoOfRequests() {}

    static void stats(Sessions sessions, InfoLines lines) {
        RequestStatistics statistics = sessions.statistics();
        traffic(sessions, lines);
        lines.none("sync_full", "sync_partial_ok", "sync_partial_err");
        lines.add("expired_keys", sessions.node().statistics().expiredKeys());
        lines.add("expired_subkeys", sessions.node().statistics().expiredFields());
        lines.add("expired_stale_perc", "0.00");
        lines.none("expired_time_cap_reached_count", "expire_cycle_cpu_milliseconds");
        lines.add("evicted_keys", sessions.node().statistics().evictedKeys());
        lines.none("evicted_clients", "total_eviction_exceeded_time", "current_eviction_exceeded_time");
        Lookups lookups = statistics.lookups(sessions.node().lookups());
        lines.add("keyspace_hits", lookups.hits());
        lines.add("keyspace_misses", lookups.misses());
        PubSub pubSub = sessions.pubSub();
        lines.add("pubsub_channels", pubSub.names(Listening.CHANNEL).size());
        lines.add("pubsub_patterns", pubSub.names(Listening.PATTERN).size());
        lines.add("pubsubshard_channels", pubSub.names(Listening.SHARD_CHANNEL).size());
        lines.none(
                "latest_fork_usec",
                "total_forks",
                "migrate_cached_sockets",
                "slave_expires_tracked_keys",
                "active_defrag_hits",
                "active_defrag_misses",
                "active_defrag_key_hits",
                "active_defrag_key_misses",
                "total_active_defrag_time",
                "current_active_defrag_time");
        lines.add("tracking_total_keys", sessions.tracking().keys());
        lines.add("tracking_total_items", sessions.tracking().items());
        lines.add("tracking_total_prefixes", sessions.tracking().prefixes());
        lines.none("unexpected_error_replies");
        lines.add("total_error_replies", statistics.errors().total());
        lines.none(
                "dump_payload_sanitizations",
                "io_threaded_reads_processed",
                "io_threaded_writes_processed",
                "reply_buffer_shrinks",
                "reply_buffer_expands");
        denied(sessions, lines);
    }

    private static void traffic(Sessions sessions, InfoLines lines) {
        RequestStatistics statistics = sessions.statistics();
        RespServer server = sessions.server();
        lines.add(
                "total_connections_received",
                server == null ? 0 : server.traffic().connectionsAccepted());
        lines.add("total_commands_processed", statistics.requests());
        lines.add("instantaneous_ops_per_sec", statistics.requestsPerSecond());
        lines.add("total_net_input_bytes", server == null ? 0 : server.traffic().bytesIn());
        lines.add(
                "total_net_output_bytes", server == null ? 0 : server.traffic().bytesOut());
        lines.none("total_net_repl_input_bytes", "total_net_repl_output_bytes");
        lines.ratio("instantaneous_input_kbps", statistics.bytesInPerSecond(), 1024);
        lines.ratio("instantaneous_output_kbps", statistics.bytesOutPerSecond(), 1024);
        lines.add("instantaneous_input_repl_kbps", "0.00");
        lines.add("instantaneous_output_repl_kbps", "0.00");
        lines.add("rejected_connections", server == null ? 0 : server.traffic().connectionsRejected());
    }

    private static void denied(Sessions sessions, InfoLines lines) {
        AccessLog log = sessions.accessLog();
        lines.add("acl_access_denied_auth", log.denied(AccessLog.Reason.AUTH));
        lines.add("acl_access_denied_cmd", log.denied(AccessLog.Reason.COMMAND));
        lines.add("acl_access_denied_key", log.denied(AccessLog.Reason.KEY));
        lines.add("acl_access_denied_channel", log.denied(AccessLog.Reason.CHANNEL));
    }

    static void commandstats(Sessions sessions, InfoLines lines) {
        for (Binding binding : sessions.bindings().all()) {
            if (binding.calls > 0 || binding.rejections() > 0) {
                lines.add(
                        "cmdstat_" + binding.command().name(),
                        "calls=" + binding.calls
                                + ",usec=" + binding.micros()
                                + ",usec_per_call=" + InfoLines.ratio(binding.micros(), binding.calls)
                                + ",rejected_calls=" + binding.rejections()
                                + ",failed_calls=" + binding.failures());
            }
        }
    }

    static void errorstats(Sessions sessions, InfoLines lines) {
        sessions.statistics()
                .errors()
                .byCode()
                .forEach((code, count) -> lines.add("errorstat_" + code, "count=" + count));
    }

    static void latencystats(Sessions sessions, InfoLines lines) {
        double[] percentiles = sessions.statistics().shownPercentiles();
        for (Binding binding : sessions.bindings().all()) {
            LatencyHistogram histogram = binding.histogram();
            if (histogram != null) {
                List<String> shown = new ArrayList<>();
                for (double percentile : percentiles) {
                    shown.add(String.format(
                            Locale.ROOT,
                            "p%s=%.3f",
                            percentile(percentile),
                            histogram.percentile(percentile) / 1000.0));
                }
                lines.add("latency_percentiles_usec_" + binding.command().name(), String.join(",", shown));
            }
        }
    }

    /** Without zeros at the end. */
    static String percentile(double percentile) {
        return percentile == Math.rint(percentile) ? Long.toString((long) percentile) : Double.toString(percentile);
    }
}

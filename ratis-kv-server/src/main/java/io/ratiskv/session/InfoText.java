package io.ratiskv.session;

import io.ratiskv.api.Bytes;
import io.ratiskv.machine.Statistics;
import io.ratiskv.replication.Consensus;
import io.ratiskv.replication.PeerMessage.Listening;
import io.ratiskv.resp.RespServer;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryUsage;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;

/**
 * INFO: what there is to know of the node in Redis' sections, and one on Raft. Event loop only.
 *
 * <p>What Redis counts and this server does not have is told as it would be in a Redis that never used it.
 */
final class InfoText {
    /** The release whose behaviour clients may expect. */
    static final String REDIS_VERSION = "7.2.5";

    private static final List<String> DEFAULT = List.of(
            "server",
            "clients",
            "memory",
            "persistence",
            "stats",
            "replication",
            "cpu",
            "modules",
            "errorstats",
            "cluster",
            "keyspace",
            "raft");

    private static final Map<String, BiConsumer<Sessions, Lines>> SECTIONS = Map.ofEntries(
            Map.entry("server", InfoText::server),
            Map.entry("clients", InfoText::clients),
            Map.entry("memory", InfoText::memory),
            Map.entry("persistence", InfoText::persistence),
            Map.entry("stats", InfoText::stats),
            Map.entry("replication", InfoText::replication),
            Map.entry("cpu", InfoText::cpu),
            Map.entry("modules", (sessions, lines) -> {}),
            Map.entry("commandstats", InfoText::commandstats),
            Map.entry("errorstats", InfoText::errorstats),
            Map.entry("cluster", (sessions, lines) -> lines.add("cluster_enabled", 0)),
            Map.entry("keyspace", InfoText::keyspace),
            Map.entry("raft", InfoText::raft));

    private static final List<String> ORDER = List.of(
            "server",
            "clients",
            "memory",
            "persistence",
            "stats",
            "replication",
            "cpu",
            "modules",
            "commandstats",
            "errorstats",
            "cluster",
            "keyspace",
            "raft");

    /** {@code name:value} lines under headings. */
    private static final class Lines {
        private final StringBuilder text = new StringBuilder();

        void section(String name) {
            String heading = name.equals("cpu") ? "CPU" : Character.toUpperCase(name.charAt(0)) + name.substring(1);
            text.append(text.isEmpty() ? "" : "\r\n")
                    .append("# ")
                    .append(heading)
                    .append("\r\n");
        }

        void add(String name, Object value) {
            text.append(name).append(':').append(value).append("\r\n");
        }
    }

    private InfoText() {}

    /** @param words {@code INFO [section …]} */
    static String of(Sessions sessions, Bytes[] words) {
        Set<String> wanted = new LinkedHashSet<>(words.length == 1 ? DEFAULT : List.of());
        for (int i = 1; i < words.length; i++) {
            String name = words[i].latin1().toLowerCase(Locale.ROOT);
            wanted.addAll(
                    switch (name) {
                        case "default" -> DEFAULT;
                        case "all", "everything" -> ORDER;
                        default -> List.of(name);
                    });
        }
        Lines lines = new Lines();
        for (String name : ORDER) {
            BiConsumer<Sessions, Lines> section = SECTIONS.get(name);
            if (section != null && wanted.contains(name)) {
                lines.section(name);
                section.accept(sessions, lines);
            }
        }
        return lines.text.toString();
    }

    private static void server(Sessions sessions, Lines lines) {
        NodeView node = sessions.node();
        long uptimeSeconds = (sessions.nowMillis() - sessions.startedAtMillis()) / 1000;
        RespServer server = sessions.server();
        lines.add("redis_version", REDIS_VERSION);
        lines.add("redis_mode", "standalone");
        lines.add("ratis_kv_node", node.nodeId());
        lines.add(
                "os",
                System.getProperty("os.name") + " " + System.getProperty("os.version") + " "
                        + System.getProperty("os.arch"));
        lines.add("arch_bits", 64);
        lines.add("java_version", Runtime.version());
        lines.add("multiplexing_api", sessions.mechanism());
        lines.add("process_id", ProcessHandle.current().pid());
        lines.add("run_id", sessions.runId());
        lines.add("tcp_port", server == null ? 0 : server.address().getPort());
        lines.add("server_time_usec", sessions.nowMillis() * 1000);
        lines.add("uptime_in_seconds", uptimeSeconds);
        lines.add("uptime_in_days", uptimeSeconds / 86_400);
        lines.add("hz", 10);
        lines.add("executable", ProcessHandle.current().info().command().orElse(""));
        lines.add("config_file", node.options().getOrDefault("config", ""));
        lines.add("io_threads_active", 0);
    }

    private static void clients(Sessions sessions, Lines lines) {
        RespServer server = sessions.server();
        lines.add("connected_clients", sessions.size());
        lines.add("cluster_connections", 0);
        lines.add(
                "pubsub_clients",
                sessions.all().stream()
                        .filter(session -> session.state().listens())
                        .count());
        lines.add("maxclients", server == null ? 0 : server.maxClients());
        lines.add("client_recent_max_input_buffer", server == null ? 0 : server.receiveBytes());
        lines.add(
                "client_recent_max_output_buffer",
                sessions.all().stream()
                        .mapToLong(session -> session.outlet().pendingBytes())
                        .max()
                        .orElse(0));
        lines.add("blocked_clients", sessions.blockedClients());
        lines.add("tracking_clients", sessions.tracking().clients());
        lines.add("clients_in_timeout_table", 0);
    }

    private static void memory(Sessions sessions, Lines lines) {
        MemoryUsage heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage();
        MemoryUsage other = ManagementFactory.getMemoryMXBean().getNonHeapMemoryUsage();
        long dataset = sessions.node().statistics().memoryBytes();
        lines.add("used_memory", heap.getUsed());
        lines.add("used_memory_human", human(heap.getUsed()));
        lines.add("used_memory_rss", heap.getCommitted() + other.getCommitted());
        lines.add("used_memory_rss_human", human(heap.getCommitted() + other.getCommitted()));
        lines.add("used_memory_dataset", dataset);
        lines.add("total_system_memory", heap.getMax());
        lines.add("total_system_memory_human", human(heap.getMax()));
        lines.add("maxmemory", 0);
        lines.add("maxmemory_human", "0B");
        lines.add("maxmemory_policy", "noeviction");
        lines.add("mem_fragmentation_ratio", ratio(heap.getCommitted(), heap.getUsed()));
        lines.add("mem_allocator", "jvm");
    }

    private static String human(long bytes) {
        if (bytes < 1024) {
            return bytes + "B";
        }
        String units = "KMGTP";
        double scaled = bytes / 1024.0;
        int unit = 0;
        while (scaled >= 1024 && unit < units.length() - 1) {
            scaled /= 1024;
            unit++;
        }
        return String.format(Locale.ROOT, "%.2f%c", scaled, units.charAt(unit));
    }

    private static String ratio(long dividend, long divisor) {
        return String.format(Locale.ROOT, "%.2f", divisor == 0 ? 0 : (double) dividend / divisor);
    }

    private static void persistence(Sessions sessions, Lines lines) {
        NodeView node = sessions.node();
        NodeView.Snapshots snapshots = node.snapshots();
        boolean synced = node.fsync().equals("always");
        lines.add("loading", 0);
        lines.add("async_loading", 0);
        lines.add("rdb_changes_since_last_save", Math.max(0, node.log().appliedIndex() - snapshots.lastIndex()));
        lines.add("rdb_bgsave_in_progress", snapshots.running() ? 1 : 0);
        lines.add("rdb_last_save_time", snapshots.lastSeconds());
        lines.add("rdb_last_bgsave_status", snapshots.lastGood() ? "ok" : "err");
        lines.add("aof_enabled", 1);
        lines.add("aof_rewrite_in_progress", 0);
        lines.add("aof_last_write_status", "ok");
        lines.add("fsync", synced ? "always" : node.fsync() + " (unsafe: a power failure loses acknowledged writes)");
    }

    private static void stats(Sessions sessions, Lines lines) {
        RespServer server = sessions.server();
        lines.add(
                "total_connections_received",
                server == null ? 0 : server.traffic().connectionsAccepted());
        lines.add("total_commands_processed", sessions.requests());
        lines.add("instantaneous_ops_per_sec", sessions.requestsPerSecond());
        lines.add("total_net_input_bytes", server == null ? 0 : server.traffic().bytesIn());
        lines.add(
                "total_net_output_bytes", server == null ? 0 : server.traffic().bytesOut());
        lines.add("rejected_connections", server == null ? 0 : server.traffic().connectionsRejected());
        lines.add("expired_keys", sessions.node().statistics().expiredKeys());
        lines.add("evicted_keys", 0);
        lines.add("keyspace_hits", 0);
        lines.add("keyspace_misses", 0);
        PubSub pubSub = sessions.pubSub();
        lines.add("pubsub_channels", pubSub.names(Listening.CHANNEL).size());
        lines.add("pubsub_patterns", pubSub.names(Listening.PATTERN).size());
        lines.add("pubsubshard_channels", pubSub.names(Listening.SHARD_CHANNEL).size());
        lines.add("latest_fork_usec", 0);
        lines.add("total_forks", 0);
        lines.add("tracking_total_keys", sessions.tracking().keys());
        lines.add("tracking_total_items", sessions.tracking().items());
        lines.add("tracking_total_prefixes", sessions.tracking().prefixes());
        lines.add("total_error_replies", sessions.errors().total());
    }

    private static void replication(Sessions sessions, Lines lines) {
        NodeView node = sessions.node();
        Consensus.LogStatus log = node.log();
        if (node.leads()) {
            lines.add("role", "master");
            replicas(node, log, lines);
        } else {
            String leader = node.leader();
            HostAndPort address = leader == null ? null : HostAndPort.parse(node.respAddress(leader));
            lines.add("role", "slave");
            lines.add("master_host", address == null ? "" : address.host());
            lines.add("master_port", address == null ? 0 : address.port());
            lines.add("master_link_status", address == null ? "down" : "up");
            lines.add("master_last_io_seconds_ago", address == null ? -1 : 0);
            lines.add("master_sync_in_progress", 0);
            lines.add("slave_read_repl_offset", log.appliedIndex());
            lines.add("slave_repl_offset", log.appliedIndex());
            lines.add("slave_priority", 100);
            // Every node takes writes and brings them to the leader.
            lines.add("slave_read_only", 0);
            lines.add("replica_announced", 1);
            lines.add("connected_slaves", 0);
        }
        lines.add("master_failover_state", "no-failover");
        lines.add("master_replid", sessions.runId());
        lines.add("master_replid2", "0".repeat(40));
        lines.add("master_repl_offset", log.commitIndex());
        lines.add("second_repl_offset", -1);
        lines.add("repl_backlog_active", 0);
        lines.add("repl_backlog_size", 0);
        lines.add("repl_backlog_first_byte_offset", 0);
        lines.add("repl_backlog_histlen", 0);
    }

    private static void replicas(NodeView node, Consensus.LogStatus log, Lines lines) {
        StringBuilder all = new StringBuilder();
        int count = 0;
        for (Consensus.Peer peer : log.peers()) {
            HostAndPort address = HostAndPort.parse(node.respAddress(peer.id()));
            if (peer.id().equals(node.nodeId()) || address == null) {
                continue;
            }
            all.append("slave")
                    .append(count++)
                    .append(":ip=")
                    .append(address.host())
                    .append(",port=")
                    .append(address.port())
                    .append(",state=online,offset=")
                    .append(Math.max(0, peer.matchIndex()))
                    .append(",lag=")
                    .append(Math.max(0, peer.lastContactMillis()) / 1000)
                    .append("\r\n");
        }
        lines.add("connected_slaves", count);
        lines.text.append(all);
    }

    private static void cpu(Sessions sessions, Lines lines) {
        long nanos = ProcessHandle.current()
                .info()
                .totalCpuDuration()
                .map(java.time.Duration::toNanos)
                .orElse(0L);
        lines.add("used_cpu_sys", "0.000000");
        lines.add("used_cpu_user", String.format(Locale.ROOT, "%.6f", nanos / 1e9));
        lines.add("used_cpu_sys_children", "0.000000");
        lines.add("used_cpu_user_children", "0.000000");
    }

    private static void commandstats(Sessions sessions, Lines lines) {
        Collection<Binding> all = sessions.bindings().all();
        for (Binding binding : all) {
            if (binding.calls > 0 || binding.rejected > 0) {
                lines.add(
                        "cmdstat_" + binding.command().name(),
                        "calls=" + binding.calls
                                + ",usec=" + binding.micros
                                + ",usec_per_call=" + ratio(binding.micros, binding.calls)
                                + ",rejected_calls=" + binding.rejected
                                + ",failed_calls=" + binding.failed);
            }
        }
    }

    private static void errorstats(Sessions sessions, Lines lines) {
        sessions.errors().byCode().forEach((code, count) -> lines.add("errorstat_" + code, "count=" + count));
    }

    private static void keyspace(Sessions sessions, Lines lines) {
        List<Statistics.DatabaseStatistics> databases =
                sessions.node().statistics().databases();
        for (int i = 0; i < databases.size(); i++) {
            Statistics.DatabaseStatistics database = databases.get(i);
            if (database.keys() > 0) {
                lines.add("db" + i, "keys=" + database.keys() + ",expires=" + database.expiring() + ",avg_ttl=0");
            }
        }
    }

    private static void raft(Sessions sessions, Lines lines) {
        NodeView node = sessions.node();
        Consensus.LogStatus log = node.log();
        String leader = node.leader();
        lines.add("raft_node", node.nodeId());
        lines.add("raft_state", log.role().toLowerCase(Locale.ROOT));
        lines.add("raft_term", log.term());
        lines.add("raft_leader", leader == null ? "" : leader);
        lines.add("raft_commit_index", log.commitIndex());
        lines.add("raft_applied_index", log.appliedIndex());
        lines.add("raft_last_index", log.lastIndex());
        lines.add("raft_snapshot_index", log.snapshotIndex());
        lines.add("raft_members", log.peers().size());
        lines.add("raft_fsync", node.fsync());
        lines.add("raft_reads", node.reads());
    }
}

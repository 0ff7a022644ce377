package io.ratiskv.session;

import io.ratiskv.keyspace.MemoryLimit;
import io.ratiskv.resp.RespServer;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryUsage;
import java.util.Locale;
import java.util.Map;

/** INFO's sections on this process: server, clients, memory, persistence, cpu. Event loop only. */
final class InfoOfNode {
    private InfoOfNode() {}

    static void server(Sessions sessions, InfoLines lines) {
        NodeView node = sessions.node();
        long uptimeSeconds = (sessions.nowMillis() - sessions.startedAtMillis()) / 1000;
        RespServer server = sessions.server();
        lines.add("redis_version", InfoText.REDIS_VERSION);
        lines.add("redis_git_sha1", "00000000");
        lines.none("redis_git_dirty");
        lines.add("redis_build_id", "0000000000000000");
        lines.add("redis_mode", "standalone");
        lines.add("ratis_kv_node", node.nodeId());
        lines.add(
                "os",
                System.getProperty("os.name") + " " + System.getProperty("os.version") + " "
                        + System.getProperty("os.arch"));
        lines.add("arch_bits", 64);
        lines.add("java_version", Runtime.version());
        lines.add("monotonic_clock", "java");
        lines.add("multiplexing_api", sessions.mechanism());
        lines.add("process_id", ProcessHandle.current().pid());
        lines.add("process_supervised", "no");
        lines.add("run_id", sessions.runId());
        lines.add("tcp_port", server == null ? 0 : server.address().getPort());
        lines.add("server_time_usec", sessions.nowMillis() * 1000);
        lines.add("uptime_in_seconds", uptimeSeconds);
        lines.add("uptime_in_days", uptimeSeconds / 86_400);
        lines.add("hz", 10);
        lines.add("configured_hz", 10);
        lines.add("lru_clock", sessions.nowMillis() / 1000 & 0xff_ffff);
        lines.add("executable", ProcessHandle.current().info().command().orElse(""));
        lines.add("config_file", node.options().getOrDefault("config", ""));
        lines.none("io_threads_active");
        if (server != null) {
            lines.add(
                    "listener0",
                    "name=tcp,bind=" + server.address().getAddress().getHostAddress() + ",port="
                            + server.address().getPort());
        }
    }

    static void clients(Sessions sessions, InfoLines lines) {
        RespServer server = sessions.server();
        lines.add("connected_clients", sessions.size());
        lines.none("cluster_connections");
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
        lines.add(
                "pubsub_clients",
                sessions.all().stream()
                        .filter(session -> session.state().listens())
                        .count());
        lines.add("client_sessions", sessions.node().statistics().clientSessions());
        lines.add("clients_in_timeout_table", sessions.blocked().deadlines());
        lines.add("total_blocking_keys", sessions.blocked().keys());
        lines.none("total_blocking_keys_on_nokey");
    }

    static void memory(Sessions sessions, InfoLines lines) {
        MemoryUsage heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage();
        MemoryUsage beside = ManagementFactory.getMemoryMXBean().getNonHeapMemoryUsage();
        long used = heap.getUsed();
        long resident = heap.getCommitted() + beside.getCommitted();
        long most = sessions.statistics().heapBytesMax();
        long dataset = sessions.node().statistics().memoryBytes();
        long clients = sessions.all().stream().mapToLong(ClientLine::memory).sum();
        lines.bytes("used_memory", used);
        lines.bytes("used_memory_rss", resident);
        lines.bytes("used_memory_peak", most);
        lines.percent("used_memory_peak_perc", used, most);
        lines.add("used_memory_overhead", Math.max(0, used - dataset));
        lines.none("used_memory_startup");
        lines.add("used_memory_dataset", dataset);
        lines.add("number_of_cached_scripts", sessions.node().statistics().scripts());
        lines.add("number_of_functions", sessions.node().statistics().functions());
        lines.add("number_of_libraries", sessions.node().statistics().libraries());
        lines.percent("used_memory_dataset_perc", Math.min(dataset, used), used);
        lines.add("allocator_allocated", used);
        lines.add("allocator_active", heap.getCommitted());
        lines.add("allocator_resident", heap.getCommitted());
        lines.bytes("total_system_memory", heap.getMax());
        Map<String, String> settings = sessions.nodeSettings().all();
        lines.bytes("maxmemory", Long.parseLong(settings.getOrDefault(MemoryLimit.MAX_BYTES, "0")));
        lines.add("maxmemory_policy", settings.getOrDefault(MemoryLimit.POLICY, ""));
        lines.ratio("allocator_frag_ratio", heap.getCommitted(), used);
        lines.add("allocator_frag_bytes", heap.getCommitted() - used);
        lines.ratio("allocator_rss_ratio", 1, 1);
        lines.none("allocator_rss_bytes");
        lines.ratio("rss_overhead_ratio", resident, heap.getCommitted());
        lines.add("rss_overhead_bytes", beside.getCommitted());
        lines.ratio("mem_fragmentation_ratio", resident, used);
        lines.add("mem_fragmentation_bytes", resident - used);
        lines.none(
                "mem_not_counted_for_evict",
                "mem_replication_backlog",
                "mem_total_replication_buffers",
                "mem_clients_slaves");
        lines.add("mem_clients_normal", clients);
        lines.none("mem_cluster_links", "mem_aof_buffer");
        lines.add("mem_allocator", "jvm");
        lines.none("active_defrag_running", "lazyfree_pending_objects", "lazyfreed_objects");
    }

    static void persistence(Sessions sessions, InfoLines lines) {
        NodeView node = sessions.node();
        NodeView.Snapshots snapshots = node.snapshots();
        lines.none(
                "loading",
                "async_loading",
                "current_cow_peak",
                "current_cow_size",
                "current_cow_size_age",
                "current_fork_perc",
                "current_save_keys_processed",
                "current_save_keys_total");
        lines.add("rdb_changes_since_last_save", Math.max(0, node.log().appliedIndex() - snapshots.lastIndex()));
        lines.add("rdb_bgsave_in_progress", snapshots.running() ? 1 : 0);
        lines.add("rdb_last_save_time", snapshots.lastSeconds());
        lines.add("rdb_last_bgsave_status", snapshots.lastGood() ? "ok" : "err");
        lines.add("rdb_last_bgsave_time_sec", -1);
        lines.add("rdb_current_bgsave_time_sec", -1);
        lines.none("rdb_saves", "rdb_last_cow_size", "rdb_last_load_keys_expired", "rdb_last_load_keys_loaded");
        // Every acknowledged write is in a synced log.
        lines.add("aof_enabled", 1);
        lines.none("aof_rewrite_in_progress", "aof_rewrite_scheduled");
        lines.add("aof_last_rewrite_time_sec", -1);
        lines.add("aof_current_rewrite_time_sec", -1);
        lines.add("aof_last_bgrewrite_status", "ok");
        lines.none("aof_rewrites", "aof_rewrites_consecutive_failures");
        lines.add("aof_last_write_status", "ok");
        lines.none("aof_last_cow_size", "module_fork_in_progress", "module_fork_last_cow_size");
        boolean synced = node.fsync().equals("always");
        lines.add("fsync", synced ? "always" : node.fsync() + " (unsafe: a power failure loses acknowledged writes)");
    }

    static void cpu(Sessions sessions, InfoLines lines) {
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
}

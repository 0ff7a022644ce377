package io.ratiskv.session;

import io.ratiskv.machine.Statistics;
import io.ratiskv.replication.Consensus;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** INFO's sections on the group and its data: replication, cluster, keyspace, raft. Event loop only. */
final class InfoOfGroup {
    private InfoOfGroup() {}

    static void replication(Sessions sessions, InfoLines lines) {
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
        lines.add("master_failover_state", sessions.failover().underWay() ? "failover-in-progress" : "no-failover");
        lines.add("master_replid", sessions.runId());
        lines.add("master_replid2", "0".repeat(40));
        lines.add("master_repl_offset", log.commitIndex());
        lines.add("second_repl_offset", -1);
        lines.add("repl_backlog_active", 0);
        lines.add("repl_backlog_size", 0);
        lines.add("repl_backlog_first_byte_offset", 0);
        lines.add("repl_backlog_histlen", 0);
    }

    private static void replicas(NodeView node, Consensus.LogStatus log, InfoLines lines) {
        List<String> all = new ArrayList<>();
        for (Consensus.Peer peer : log.peers()) {
            HostAndPort address = HostAndPort.parse(node.respAddress(peer.id()));
            if (!peer.id().equals(node.nodeId()) && address != null) {
                all.add("ip=" + address.host()
                        + ",port=" + address.port()
                        + ",state=online,offset=" + Math.max(0, peer.matchIndex())
                        + ",lag=" + Math.max(0, peer.lastContactMillis()) / 1000);
            }
        }
        lines.add("connected_slaves", all.size());
        for (int i = 0; i < all.size(); i++) {
            lines.add("slave" + i, all.get(i));
        }
    }

    static void cluster(Sessions sessions, InfoLines lines) {
        lines.none("cluster_enabled");
    }

    static void keyspace(Sessions sessions, InfoLines lines) {
        List<Statistics.DatabaseStatistics> databases =
                sessions.node().statistics().databases();
        for (int i = 0; i < databases.size(); i++) {
            Statistics.DatabaseStatistics database = databases.get(i);
            if (database.keys() > 0) {
                lines.add(
                        "db" + i,
                        "keys=" + database.keys()
                                + ",expires=" + database.expiring()
                                + ",avg_ttl=" + database.averageTtlMillis()
                                + ",subexpiry=" + database.expiringHashes());
            }
        }
    }

    static void raft(Sessions sessions, InfoLines lines) {
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

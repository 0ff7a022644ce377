package io.ratiskv.metrics;

import io.ratiskv.metrics.Meter.Kind;
import io.ratiskv.metrics.Meter.Value;
import io.ratiskv.raft.RatisMeter;
import io.ratiskv.replication.Consensus;
import io.ratiskv.replication.Durations;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/** All meters of a node, in the order of the page. Immutable; any thread. */
final class MeterTable {
    private static final List<String> STATES = List.of("LEADER", "FOLLOWER", "CANDIDATE", "LISTENER");

    static final List<Meter> METERS = List.of(
            gauge(
                    "raft_current_term",
                    "The term this node is in.",
                    figures -> figures.log().term()),
            gauge(
                    "raft_commit_index",
                    "The highest index that this node knows to be committed.",
                    figures -> figures.log().commitIndex()),
            gauge(
                    "raft_last_applied",
                    "The index of the last entry applied to the state.",
                    figures -> figures.log().appliedIndex()),
            gauge(
                    "raft_log_length",
                    "Entries in the log, from the oldest that was not purged to the newest.",
                    figures -> Math.max(
                            0, figures.log().lastIndex() - figures.log().firstIndex() + 1)),
            gauge(
                    "raft_snapshot_index",
                    "The index that the newest durable snapshot covers; -1 while there is none.",
                    figures -> figures.log().snapshotIndex()),
            gauge(
                    "ratiskv_snapshot_age_seconds",
                    "Since the newest durable snapshot was written or received; NaN before the first.",
                    figures -> figures.snapshot().ageSeconds()),
            gauge(
                    "ratiskv_snapshot_duration_seconds",
                    "How long the newest snapshot took to write; NaN when this process did not write it.",
                    figures -> figures.snapshot().durationSeconds()),
            gauge(
                    "ratiskv_snapshot_bytes",
                    "The size of the newest snapshot's file.",
                    figures -> figures.snapshot().bytes()),
            gauge(
                    "ratiskv_disk_free_bytes",
                    "What this process may still use of the disk that the data is on.",
                    figures -> figures.disk().freeBytes()),
            gauge(
                    "ratiskv_disk_full",
                    "1 while that is less than disk-reserve-bytes: this node takes no writes when it leads.",
                    figures -> figures.disk().full() ? 1 : 0),
            gauge(
                    "ratiskv_archived_index",
                    "Entry of the log up to which this node has archived what is committed; -1 while it archives nothing.",
                    figures -> figures.archive().index()),
            counter(
                    "ratiskv_archive_failures_total",
                    "How often something could not be archived.",
                    figures -> figures.archive().failures()),
            new Meter(
                    "raft_state",
                    Kind.GAUGE,
                    "state",
                    "1 for the state this node is in, 0 for the others.",
                    MeterTable::states),
            new Meter(
                    "raft_peer_lag",
                    Kind.GAUGE,
                    "peer",
                    "Entries of the log that a member is not known to hold; on the leader alone.",
                    MeterTable::lags),
            gauge("ratiskv_keys", "Keys in all databases.", NodeFigures::keys),
            counter(
                    "ratiskv_expired_keys_total",
                    "Keys that were removed because their time had come.",
                    NodeFigures::expiredKeys),
            counter(
                    "ratiskv_evicted_keys_total",
                    "Keys that were removed to make room for others.",
                    NodeFigures::evictedKeys),
            gauge(
                    "ratiskv_client_sessions",
                    "Sessions in which clients number their requests, and Idempotency-Keys, whose replies are kept.",
                    NodeFigures::clientSessions),
            counter(
                    "ratiskv_digests_compared_total",
                    "Digests of replicas, this node's own among them, that were held against those of the majority.",
                    figures -> figures.comparisons().compared()),
            counter(
                    "ratiskv_digests_differing_total",
                    "Of them, those that were not the same: a replica has diverged.",
                    figures -> figures.comparisons().differing()),
            gauge(
                    "ratiskv_memory_account_bytes",
                    "What all keys cost by the state's own account, the same on every node.",
                    NodeFigures::memoryBytes),
            gauge(
                    "ratiskv_connections",
                    "Connections of clients that are open.",
                    figures -> figures.clients().open()),
            counter(
                    "ratiskv_connections_accepted_total",
                    "Connections of clients that were accepted.",
                    figures -> figures.clients().accepted()),
            counter(
                    "ratiskv_connections_rejected_total",
                    "Connections that were turned away because there were too many.",
                    figures -> figures.clients().rejected()),
            counter(
                    "ratiskv_received_bytes_total",
                    "Bytes read from clients.",
                    figures -> figures.clients().bytesIn()),
            counter(
                    "ratiskv_sent_bytes_total",
                    "Bytes written to clients.",
                    figures -> figures.clients().bytesOut()),
            new Meter(
                    "ratiskv_commands_total",
                    Kind.COUNTER,
                    "command",
                    "Requests, by the name of their command; commands that were never called are left out.",
                    MeterTable::commands),
            counter(
                    "ratiskv_batches_total",
                    "Batches of requests that this node put into the log.",
                    figures -> figures.batches().proposed()),
            counter(
                    "ratiskv_batch_requests_total",
                    "Requests in those batches; divided by the batches, the size of one.",
                    figures -> figures.batches().requests()),
            counter(
                    "ratiskv_batch_bytes_total",
                    "Bytes of those batches, as they are in the log.",
                    figures -> figures.batches().bytes()),
            gauge(
                    "ratiskv_batches_in_flight",
                    "Batches of this node that are proposed and not applied yet.",
                    figures -> figures.batches().underWay()),
            gauge(
                    "ratiskv_waiting_bytes",
                    "Writes that wait on this node for the next batch.",
                    figures -> figures.batches().waitingBytes()),
            counter(
                    "ratiskv_read_checks_sent_total",
                    "Quorum checks for linearizable reads that were begun.",
                    figures -> figures.reads().checksSent()),
            counter(
                    "ratiskv_read_checks_confirmed_total",
                    "Quorum checks that a majority confirmed.",
                    figures -> figures.reads().checksConfirmed()));

    static final List<TimeMeter> TIMES = List.of(
            new TimeMeter(
                    "ratiskv_command_seconds",
                    "family",
                    "Requests from dispatch to reply, by the family of their command.",
                    figures -> figures.times().families()),
            time("ratiskv_queue_seconds", "What a request waited for its batch.", NodeFigures.Times::queued),
            time(
                    "ratiskv_commit_seconds",
                    "Batches from the proposal until their turn to be applied on this node.",
                    NodeFigures.Times::committed),
            time("ratiskv_apply_seconds", "Entries of the log, each while it was applied.", NodeFigures.Times::applied),
            time(
                    "ratiskv_freeze_seconds",
                    "Applies that stood still so that a snapshot could be taken.",
                    NodeFigures.Times::frozen),
            time("ratiskv_read_check_seconds", "Quorum checks that were confirmed.", NodeFigures.Times::checked));

    private MeterTable() {}

    /** The reference page. */
    static String markdown() {
        StringBuilder page = new StringBuilder("""
                # Metrics

                `GET /metrics` on the HTTP port answers in Prometheus' text format. With `requirepass`, scrape with HTTP
                Basic (the user default, or none) or a Bearer token. Counters start at 0 with the process.

                This page is generated from the table of meters; `-Dratiskv.regenerate=true` writes it anew.

                | name | type | label | meaning |
                |---|---|---|---|
                """);
        for (Meter meter : METERS) {
            page.append("| `").append(meter.name()).append("` | ");
            page.append(meter.kind() == Kind.COUNTER ? "counter" : "gauge").append(" | ");
            page.append(meter.label().isEmpty() ? "" : "`" + meter.label() + "`")
                    .append(" | ");
            page.append(meter.meaning()).append(" |\n");
        }
        page.append("""

                Times are histograms in seconds, with bounds from 50 µs to 10 s:

                | name | label | meaning |
                |---|---|---|
                """);
        for (TimeMeter time : TIMES) {
            page.append("| `").append(time.name()).append("` | ");
            page.append(time.label().isEmpty() ? "" : "`" + time.label() + "`").append(" | ");
            page.append(time.meaning()).append(" |\n");
        }
        page.append("""

                What Apache Ratis measures of itself:

                | name | type | label | meaning |
                |---|---|---|---|
                """);
        for (RatisMeter meter : RatisMeter.ALL) {
            page.append("| `").append(meter.name()).append("` | ");
            page.append(meter.isTime() ? "histogram" : meter.isCounter() ? "counter" : "gauge")
                    .append(" | ");
            page.append(meter.label().isEmpty() ? "" : "`" + meter.label() + "`")
                    .append(" | ");
            page.append(meter.meaning()).append(" |\n");
        }
        page.append("""

                Besides, Micrometer's meters of the JVM and the process: `jvm_memory_*` and `jvm_buffer_*` (heap, direct
                memory), `jvm_gc_*` (pauses, what survives), `jvm_threads_*`, `process_cpu_*`, `process_files_*`,
                `process_uptime_seconds`, `system_cpu_*`.
                """);
        return page.toString();
    }

    private static Meter gauge(String name, String meaning, ToDoubleFunction<NodeFigures> value) {
        return new Meter(name, Kind.GAUGE, "", meaning, one(value));
    }

    private static Meter counter(String name, String meaning, ToDoubleFunction<NodeFigures> value) {
        return new Meter(name, Kind.COUNTER, "", meaning, one(value));
    }

    private static TimeMeter time(String name, String meaning, Function<NodeFigures.Times, Durations.Figures> one) {
        return new TimeMeter(name, "", meaning, figures -> Map.of("", one.apply(figures.times())));
    }

    private static Function<NodeFigures, List<Value>> one(ToDoubleFunction<NodeFigures> value) {
        return figures -> List.of(new Value("", value.applyAsDouble(figures)));
    }

    private static List<Value> states(NodeFigures figures) {
        return STATES.stream()
                .map(state -> new Value(state, state.equals(figures.log().role()) ? 1 : 0))
                .toList();
    }

    private static List<Value> lags(NodeFigures figures) {
        List<Value> lags = new ArrayList<>();
        for (Consensus.Peer peer : figures.log().peers()) {
            if (peer.matchIndex() < 0 || !figures.log().role().equals("LEADER")) continue;
            lags.add(new Value(peer.id(), Math.max(0, figures.log().lastIndex() - peer.matchIndex())));
        }
        return lags;
    }

    private static List<Value> commands(NodeFigures figures) {
        List<Value> calls = new ArrayList<>();
        new TreeMap<>(figures.clients().commandCalls()).forEach((name, count) -> {
            if (count > 0) calls.add(new Value(name, count));
        });
        return calls;
    }
}

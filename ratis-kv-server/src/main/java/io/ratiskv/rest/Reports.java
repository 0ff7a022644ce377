package io.ratiskv.rest;

import io.ratiskv.machine.NodeAddress;
import io.ratiskv.metrics.NodeFigures;
import io.ratiskv.replication.Consensus;
import io.ratiskv.replication.Consensus.LogStatus;
import io.ratiskv.replication.Durations;
import io.ratiskv.session.SlowRequest;
import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/** What is answered, as JSON. Any thread. */
final class Reports {
    /** A node whose state is more entries behind its log does not ask for clients: it would make them wait. */
    static final long READY_BEHIND_MAX = 1_000;

    private static final JsonFactory JSON = new JsonFactory();

    private Reports() {}

    /** {@code /status}. A figure that only a leader can know is null elsewhere. */
    static byte[] status(NodeStatus node) {
        return object(json -> writeStatus(json, node, node.log()));
    }

    private static void writeStatus(JsonGenerator json, NodeStatus node, LogStatus log) {
        json.writeStringProperty("node_id", node.nodeId());
        json.writeStringProperty("state", log.role());
        json.writeNumberProperty("current_term", log.term());
        json.writeStringProperty("leader_id", node.leader());
        json.writeNumberProperty("commit_index", log.commitIndex());
        json.writeNumberProperty("last_applied", log.appliedIndex());
        json.writeNumberProperty("log_length", Math.max(0, log.lastIndex() - log.firstIndex() + 1));
        json.writeArrayPropertyStart("peers");
        for (Consensus.Peer peer : log.peers()) {
            if (!peer.id().equals(node.nodeId())) writePeer(json, peer, node.address(peer.id()), log.lastIndex());
        }
        json.writeEndArray();
        writeSnapshot(json, node.lastSnapshot());
        json.writeStringProperty("version", node.version());
        json.writeNumberProperty("uptime_seconds", node.uptimeSeconds());
    }

    /**
     * An event of {@code /events}. Counts are since the start of the process, so that whoever missed an event loses
     * nothing by it.
     */
    static byte[] event(NodeStatus node, NodeFigures figures, long nowMillis) {
        LogStatus log = figures.log();
        return object(json -> {
            json.writeNumberProperty("at_millis", nowMillis);
            json.writeObjectPropertyStart("status");
            writeStatus(json, node, log);
            json.writeEndObject();
            json.writeArrayPropertyStart("members");
            for (Consensus.Peer member : log.peers()) writeMember(json, node, member, log);
            json.writeEndArray();
            json.writeNumberProperty("first_index", log.firstIndex());
            json.writeNumberProperty("last_index", log.lastIndex());
            json.writeNumberProperty("keys", figures.keys());
            json.writeNumberProperty("memory_bytes", figures.memoryBytes());
            json.writeNumberProperty("connections", figures.clients().open());
            json.writeObjectPropertyStart("calls");
            new TreeMap<>(figures.clients().commandCalls()).forEach(json::writeNumberProperty);
            json.writeEndObject();
            json.writeArrayPropertyStart("bounds_millis");
            for (double seconds : Durations.boundsSeconds()) json.writeNumber(seconds * 1_000);
            json.writeEndArray();
            json.writeObjectPropertyStart("times");
            writeTimes(json, "queue", figures.times().queued());
            writeTimes(json, "commit", figures.times().committed());
            writeTimes(json, "apply", figures.times().applied());
            writeTimes(json, "check", figures.times().checked());
            json.writeEndObject();
            json.writeObjectPropertyStart("families");
            figures.times().families().forEach((family, times) -> writeTimes(json, family, times));
            json.writeEndObject();
        });
    }

    private static void writeMember(JsonGenerator json, NodeStatus node, Consensus.Peer member, LogStatus log) {
        boolean self = member.id().equals(node.nodeId());
        long matchIndex = self ? log.lastIndex() : member.matchIndex();
        json.writeStartObject();
        json.writeStringProperty("id", member.id());
        json.writeBooleanProperty("voter", member.voter());
        json.writeStringProperty("address", member.raftAddress());
        NodeAddress address = node.address(member.id());
        json.writeStringProperty("resp", address == null ? null : address.respAddress());
        json.writeStringProperty("http", address == null ? null : address.httpAddress());
        writeKnown(json, "match_index", matchIndex);
        writeKnown(json, "last_contact_millis", self ? 0 : member.lastContactMillis());
        json.writeEndObject();
    }

    /** Null for what only a leader can know, elsewhere. */
    private static void writeKnown(JsonGenerator json, String name, long value) {
        if (value >= 0) json.writeNumberProperty(name, value);
        else json.writeNullProperty(name);
    }

    private static void writeTimes(JsonGenerator json, String name, Durations.Figures times) {
        json.writeObjectPropertyStart(name);
        json.writeNumberProperty("sum_seconds", times.sumSeconds());
        json.writeArrayPropertyStart("counts");
        for (long count : times.counts()) json.writeNumber(count);
        json.writeEndArray();
        json.writeEndObject();
    }

    /** {@code /config}: name to value, both as text. */
    static byte[] config(NodeStatus node) {
        return object(json -> node.options().forEach(json::writeStringProperty));
    }

    /** {@code /slowlog}, the newest first. What of a word is no UTF-8 shows as the replacement character. */
    static byte[] slow(List<SlowRequest> requests) {
        return object(json -> {
            json.writeArrayPropertyStart("requests");
            requests.forEach(slow -> writeSlow(json, slow));
            json.writeEndArray();
        });
    }

    private static void writeSlow(JsonGenerator json, SlowRequest slow) {
        json.writeStartObject();
        json.writeNumberProperty("id", slow.id());
        json.writeNumberProperty("at_millis", slow.atMillis());
        json.writeNumberProperty("duration_micros", slow.durationMicros());
        json.writeNumberProperty("queue_micros", slow.queueMicros());
        json.writeNumberProperty("commit_micros", slow.commitMicros());
        json.writeNumberProperty("apply_micros", slow.applyMicros());
        json.writeArrayPropertyStart("command");
        slow.words().forEach(word -> json.writeString(word.utf8()));
        json.writeEndArray();
        json.writeStringProperty("client", slow.client());
        json.writeStringProperty("client_name", slow.clientName());
        json.writeEndObject();
    }

    static byte[] live() {
        return object(json -> json.writeBooleanProperty("live", true));
    }

    /** Why the node should not be sent clients now, or null when it is ready for them. */
    static @Nullable String unready(NodeStatus node) {
        @Nullable String leader = node.leader();
        if (leader == null) return "no leader is known";
        LogStatus log = node.log();
        if (log.appliedTerm() < log.term()) {
            return String.format(
                    Locale.ROOT,
                    "the log is applied up to entry %d of %d, not yet to the first of its leader",
                    log.appliedIndex(),
                    log.lastIndex());
        }
        long behind = log.commitIndex() - log.appliedIndex();
        if (behind <= READY_BEHIND_MAX) return null;
        return String.format(
                Locale.ROOT,
                "%d committed entries are not applied yet (%d of %d)",
                behind,
                log.appliedIndex(),
                log.commitIndex());
    }

    static byte[] ready(boolean ready, @Nullable String reason) {
        return object(json -> {
            json.writeBooleanProperty("ready", ready);
            if (reason != null) json.writeStringProperty("reason", reason);
        });
    }

    private static void writeSnapshot(JsonGenerator json, NodeStatus.@Nullable LastSnapshot snapshot) {
        if (snapshot == null) {
            json.writeNullProperty("snapshot");
            return;
        }
        json.writeObjectPropertyStart("snapshot");
        json.writeNumberProperty("index", snapshot.index());
        json.writeNumberProperty("age_seconds", snapshot.ageSeconds());
        json.writeEndObject();
    }

    private static void writePeer(
            JsonGenerator json, Consensus.Peer peer, @Nullable NodeAddress address, long lastIndex) {
        boolean known = peer.matchIndex() >= 0;
        json.writeStartObject();
        json.writeStringProperty("id", peer.id());
        json.writeStringProperty("address", peer.raftAddress());
        json.writeStringProperty("resp", address == null ? null : address.respAddress());
        json.writeStringProperty("http", address == null ? null : address.httpAddress());
        if (known) {
            json.writeNumberProperty("match_index", peer.matchIndex());
            json.writeNumberProperty("lag", Math.max(0, lastIndex - peer.matchIndex()));
        } else {
            json.writeNullProperty("match_index");
            json.writeNullProperty("lag");
        }
        json.writeEndObject();
    }

    private static byte[] object(Consumer<JsonGenerator> properties) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), bytes)) {
            json.writeStartObject();
            properties.accept(json);
            json.writeEndObject();
        }
        bytes.write('\n');
        return bytes.toByteArray();
    }
}

package io.ratiskv.rest;

import io.ratiskv.machine.NodeAddress;
import io.ratiskv.replication.Consensus;
import io.ratiskv.replication.Consensus.LogStatus;
import java.io.ByteArrayOutputStream;
import java.util.Locale;
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
        LogStatus log = node.log();
        return object(json -> {
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
        });
    }

    /** {@code /config}: name to value, both as text. */
    static byte[] config(NodeStatus node) {
        return object(json -> node.options().forEach(json::writeStringProperty));
    }

    static byte[] live() {
        return object(json -> json.writeBooleanProperty("live", true));
    }

    /** Why the node should not be sent clients now, or null when it is ready for them. */
    static @Nullable String unready(NodeStatus node) {
        @Nullable String leader = node.leader();
        if (leader == null) return "no leader is known";
        LogStatus log = node.log();
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

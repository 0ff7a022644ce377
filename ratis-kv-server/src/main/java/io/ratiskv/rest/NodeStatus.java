package io.ratiskv.rest;

import io.ratiskv.machine.NodeAddress;
import io.ratiskv.replication.Consensus;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The port to what HTTP tells of the node. Any thread; answers at once, also while the node starts. */
public interface NodeStatus {
    String nodeId();

    /** The node that leads as far as this one knows. */
    @Nullable
    String leader();

    /** The log and the members as this node sees them. */
    Consensus.LogStatus log();

    /** Where clients reach a node, as it announced through the log; null when it did not yet. */
    @Nullable
    NodeAddress address(String node);

    /** The index of the last applied entry: what was answered so far is in the state up to it. */
    long appliedIndex();

    /** The newest durable snapshot of this node; null before the first. */
    @Nullable
    LastSnapshot lastSnapshot();

    String version();

    long uptimeSeconds();

    /** The node's own options as it was started, secrets masked, by name. */
    Map<String, String> options();

    /**
     * A durable snapshot.
     *
     * @param index of the last entry in it
     * @param ageSeconds since it became durable
     */
    record LastSnapshot(long index, long ageSeconds) {}
}

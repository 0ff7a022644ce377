package io.ratiskv.rest;

import io.ratiskv.replication.Consensus;
import org.jspecify.annotations.Nullable;

/** The port to what HTTP tells of the node. Any thread; answers at once, also while the node starts. */
public interface NodeStatus {
    String nodeId();

    /** The node that leads as far as this one knows. */
    @Nullable
    String leader();

    /** The log and the members as this node sees them. */
    Consensus.LogStatus log();
}

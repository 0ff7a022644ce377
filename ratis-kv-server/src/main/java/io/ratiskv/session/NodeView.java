package io.ratiskv.session;

import io.ratiskv.acl.UserTable;
import io.ratiskv.api.Bytes;
import io.ratiskv.machine.Lookups;
import io.ratiskv.machine.NodeAddress;
import io.ratiskv.machine.Statistics;
import io.ratiskv.replication.Consensus;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What sessions tell about the node they run on. Event loop only; nothing blocks. */
public interface NodeView {
    String nodeId();

    /** The log and the members as this node sees them. */
    Consensus.LogStatus log();

    /** True on a leader that may serve. */
    boolean leads();

    /** The node that leads as far as this one knows. */
    @Nullable
    String leader();

    /** Where clients reach a node, as it announced through the log; null when it did not yet. */
    @Nullable
    NodeAddress address(String node);

    /** {@code host:port} of RESP. */
    default @Nullable String respAddress(String node) {
        NodeAddress address = address(node);
        return address == null ? null : address.respAddress();
    }

    /** The users of the log, as far as this node has applied it. Any thread. */
    UserTable users();

    /** Up to where this node has applied the log. Any thread. */
    long appliedIndex();

    /** Figures of the state this node has applied. */
    Statistics statistics();

    /** How many keys of database 0 a slot has, as far as this node has applied the log. */
    long countKeysInSlot(int slot);

    /** Some of them, {@code most} at most. */
    List<Bytes> keysInSlot(int slot, int most);

    /** What reads found that this node answered since it started. */
    Lookups lookups();

    /** Settings that hold on every node, as the log has them. */
    Map<String, Bytes> replicatedSettings();

    /** The node's own options as it was started, secrets masked, by name. */
    Map<String, String> options();

    /** {@code always} or {@code relaxed}. */
    String fsync();

    /** {@code quorum} or {@code log}. */
    String reads();

    Snapshots snapshots();

    /**
     * What is known of this node's snapshots.
     *
     * @param running one is being written
     * @param lastSeconds when the last one became durable, in seconds since the epoch; when the process started if
     *     there is none
     * @param lastIndex of the last one, 0 if there is none
     * @param lastGood false when the last attempt failed
     */
    record Snapshots(boolean running, long lastSeconds, long lastIndex, boolean lastGood) {}
}

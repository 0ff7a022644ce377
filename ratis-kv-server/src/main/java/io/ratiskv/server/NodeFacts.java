package io.ratiskv.server;

import io.ratiskv.acl.UserTable;
import io.ratiskv.api.Bytes;
import io.ratiskv.machine.KeyValueStateMachine;
import io.ratiskv.machine.Lookups;
import io.ratiskv.machine.NodeAddress;
import io.ratiskv.machine.Statistics;
import io.ratiskv.replication.ApplyLoop;
import io.ratiskv.replication.Consensus;
import io.ratiskv.rest.NodeStatus;
import io.ratiskv.session.NodeView;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** What this node tells its clients about itself. Any thread. */
final class NodeFacts implements NodeView, NodeStatus {
    private final ServerConfig config;
    private final Consensus consensus;
    private final ApplyLoop state;
    private final io.ratiskv.replication.Snapshots snapshots;
    private final UsersFile users;
    private final long startedAtSeconds = System.currentTimeMillis() / 1000;
    private final long startedAtNanos = System.nanoTime();

    NodeFacts(
            ServerConfig config,
            Consensus consensus,
            ApplyLoop state,
            io.ratiskv.replication.Snapshots snapshots,
            UsersFile users) {
        this.config = config;
        this.consensus = consensus;
        this.state = state;
        this.snapshots = snapshots;
        this.users = users;
    }

    @Override
    public String nodeId() {
        return config.id();
    }

    @Override
    public Consensus.LogStatus log() {
        return consensus.status();
    }

    @Override
    public boolean leads() {
        return config.id().equals(consensus.leader()) && consensus.leaderReady();
    }

    @Override
    public @Nullable String leader() {
        return consensus.leader();
    }

    @Override
    public @Nullable NodeAddress address(String node) {
        List<NodeAddress> known = state.ask(KeyValueStateMachine::nodes);
        return known.stream()
                .filter(address -> address.node().equals(node))
                .findFirst()
                .orElse(null);
    }

    @Override
    public UserTable users() {
        return users.users();
    }

    @Override
    public Statistics statistics() {
        return state.ask(KeyValueStateMachine::statistics);
    }

    @Override
    public long countKeysInSlot(int slot) {
        return state.<Long>ask(machine -> machine.countKeysInSlot(slot));
    }

    @Override
    public List<Bytes> keysInSlot(int slot, int most) {
        return state.ask(machine -> machine.keysInSlot(slot, most));
    }

    @Override
    public Lookups lookups() {
        return state.lookups();
    }

    @Override
    public Map<String, Bytes> replicatedSettings() {
        return state.ask(machine -> machine.configuration());
    }

    @Override
    public Map<String, String> options() {
        return config.shown();
    }

    @Override
    public String fsync() {
        return config.fsync().name().toLowerCase(Locale.ROOT);
    }

    @Override
    public String reads() {
        return config.reads().name().toLowerCase(Locale.ROOT);
    }

    @Override
    public long appliedIndex() {
        return state.appliedIndex();
    }

    @Override
    public @Nullable LastSnapshot lastSnapshot() {
        io.ratiskv.replication.Snapshots.Last last = snapshots.last();
        if (last.atMillis() == 0) return null;
        return new LastSnapshot(last.index(), Math.max(0, System.currentTimeMillis() - last.atMillis()) / 1000);
    }

    @Override
    public String version() {
        return Version.current();
    }

    @Override
    public long uptimeSeconds() {
        return TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - startedAtNanos);
    }

    @Override
    public Snapshots snapshots() {
        io.ratiskv.replication.Snapshots.Last last = snapshots.last();
        long lastSeconds = last.atMillis() == 0 ? startedAtSeconds : last.atMillis() / 1000;
        return new Snapshots(snapshots.running(), lastSeconds, last.index(), !snapshots.lastFailed());
    }
}

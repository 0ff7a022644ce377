package io.ratiskv.session;

import io.ratiskv.acl.UserTable;
import io.ratiskv.api.Bytes;
import io.ratiskv.local.LocalReplicator;
import io.ratiskv.machine.Lookups;
import io.ratiskv.machine.NodeAddress;
import io.ratiskv.machine.Statistics;
import io.ratiskv.replication.Consensus;
import io.ratiskv.replication.MemberChange;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A node of three as sessions see it, its answers set by the test. Confined to the event loop. */
public final class TestNode implements NodeView, Administration {
    private final LocalReplicator replicator;
    boolean leads = true;
    boolean shutdown;
    String debugCommand = "local";

    @Nullable
    String transferredTo;

    @Nullable
    MemberChange changed;

    long followerMatchIndex;
    CompletableFuture<Void> transfer = CompletableFuture.completedFuture(null);
    CompletableFuture<Long> snapshot = CompletableFuture.completedFuture(7L);
    CompletableFuture<StateDigest> digest = CompletableFuture.completedFuture(new StateDigest(5, "abcd"));

    public TestNode(LocalReplicator replicator) {
        this.replicator = replicator;
    }

    @Override
    public String nodeId() {
        return "n1";
    }

    @Override
    public Consensus.LogStatus log() {
        return new Consensus.LogStatus(
                leads ? "LEADER" : "FOLLOWER",
                3,
                100,
                3,
                100,
                1,
                100,
                50,
                List.of(
                        new Consensus.Peer("n1", "127.0.0.1:9870", true, 100, 0),
                        new Consensus.Peer("n2", "127.0.0.1:9871", true, 100, 10),
                        new Consensus.Peer("n3", "127.0.0.1:9872", true, followerMatchIndex, 10)));
    }

    @Override
    public boolean leads() {
        return leads;
    }

    @Override
    public String leader() {
        return leads ? "n1" : "n2";
    }

    @Override
    public NodeAddress address(String node) {
        int number = Integer.parseInt(node.substring(1));
        return new NodeAddress(node, "127.0.0.1:" + (6378 + number), "127.0.0.1:" + (8079 + number));
    }

    @Override
    public long appliedIndex() {
        return 100;
    }

    @Override
    public UserTable users() {
        return replicator.machine().users();
    }

    @Override
    public Statistics statistics() {
        return replicator.machine().statistics();
    }

    @Override
    public long countKeysInSlot(int slot) {
        return replicator.machine().countKeysInSlot(slot);
    }

    @Override
    public List<Bytes> keysInSlot(int slot, int most) {
        return replicator.machine().keysInSlot(slot, most);
    }

    @Override
    public Lookups lookups() {
        return replicator.machine().lookups();
    }

    @Override
    public Map<String, Bytes> replicatedSettings() {
        return replicator.machine().configuration();
    }

    @Override
    public <T> CompletableFuture<T> contentDigest(Function<RedisDigest, T> look) {
        return CompletableFuture.completedFuture(
                look.apply(new RedisDigest(replicator.machine().freeze())));
    }

    @Override
    public Map<String, String> options() {
        return Map.of("resp", "127.0.0.1:6379", "data", "data", "enable-debug-command", debugCommand);
    }

    @Override
    public String fsync() {
        return "always";
    }

    @Override
    public String reads() {
        return "quorum";
    }

    @Override
    public NodeView.Snapshots snapshots() {
        return new NodeView.Snapshots(false, 1234, 50, true);
    }

    @Override
    public CompletableFuture<Long> snapshot() {
        return snapshot;
    }

    @Override
    public CompletableFuture<StateDigest> digest() {
        return digest;
    }

    @Override
    public CompletableFuture<Void> transferLeadership(@Nullable String node, long timeoutMillis) {
        transferredTo = node == null ? "any" : node;
        return transfer;
    }

    @Override
    public CompletableFuture<Void> changeMembers(MemberChange change) {
        changed = change;
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletableFuture<Void> configure(String name, Bytes value) {
        replicator.configure(name, value);
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public void shutdown() {
        shutdown = true;
    }
}

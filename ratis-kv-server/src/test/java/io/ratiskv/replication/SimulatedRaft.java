package io.ratiskv.replication;

import io.ratiskv.api.EntryCodec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A model of Raft and its network for simulations: it decides who leads, what is committed and what is lost as Raft
 * may, without the protocol in between. One thread.
 *
 * <p>A deposed leader keeps believing in itself until something reaches it; an uncommitted entry may survive its
 * leader or be lost; messages between cut nodes vanish; commits are learned late. A node that crashes keeps its log and
 * its term, and forgets what is committed.
 */
final class SimulatedRaft {
    record Logged(long number, long term, byte @Nullable [] entry) {}

    /** An entry that its leader appended and has not applied yet. */
    private record Pending(long number, Consumer<Refusal> refused) {}

    private final SimulatedTime time;
    private final SplittableRandom random;
    private final Map<String, Node> nodes = new LinkedHashMap<>();
    private final Set<String> cut = new TreeSet<>();

    /** Nodes that Raft's messages do not reach, while the others' answers do: a deposed leader that cannot know. */
    private final Set<String> deaf = new TreeSet<>();

    /** Nodes that do not run. */
    private final Set<String> down = new TreeSet<>();

    private long term;
    private long appended;
    private @Nullable Node leader;

    /** The index of the last committed entry; indexes start at 1. */
    private int committed;

    SimulatedRaft(SimulatedTime time, SplittableRandom random, List<String> ids) {
        this.time = time;
        this.random = random;
        ids.forEach(id -> nodes.put(id, new Node(id)));
    }

    Node node(String id) {
        Node node = nodes.get(id);
        if (node == null) {
            throw new IllegalArgumentException(id);
        }
        return node;
    }

    /** Cuts a node off from all others. */
    void cut(String id) {
        cut.add(id);
    }

    /** The node stops in the middle of whatever it does. */
    void crash(String id) {
        Node node = node(id);
        down.add(id);
        node.replica = null;
        node.pending.clear();
        node.believedLeader = null;
        if (leader == node) {
            leader = null;
        }
    }

    boolean isDown(String id) {
        return down.contains(id);
    }

    /** The node starts on its log, with a state that covers it up to {@code index}. */
    void restart(String id, int index, long termOfIndex) {
        Node node = node(id);
        down.remove(id);
        node.startsAt(index, termOfIndex);
        soon(() -> follow(node));
    }

    /**
     * The leader sends its state to a node that is behind, as when the entries between are purged.
     *
     * @param state of the leader, to be made if it is sent
     */
    void install(String id, Supplier<InstalledState> state) {
        Node node = node(id);
        Node from = leader;
        if (from == null || !reaches(from.id, id) || deaf.contains(id) || node.replica == null) {
            return;
        }
        if (from.applied > node.applied) {
            follow(node);
            InstalledState installed = state.get();
            node.startsAt(installed.index(), installed.term());
            try {
                node.replica.restore(installed.file(), installed.term(), installed.index());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** The leader, as the model knows it; null between two. */
    @Nullable
    String trueLeader() {
        return leader == null ? null : leader.id;
    }

    /** A snapshot under the name that its reader knows. */
    record InstalledState(Path file, long term, int index) {}

    void healAll() {
        cut.clear();
        deaf.clear();
        for (Node node : nodes.values()) {
            soon(() -> follow(node));
        }
    }

    boolean reaches(String from, String to) {
        return !down.contains(from)
                && !down.contains(to)
                && (from.equals(to) || !cut.contains(from) && !cut.contains(to));
    }

    /** A majority that is not cut off elects one of them; the others learn of it later, an old leader among them. */
    void elect() {
        List<Node> voters = new ArrayList<>(nodes.values());
        voters.removeIf(node -> cut.contains(node.id) || deaf.contains(node.id) || down.contains(node.id));
        while (voters.size() > nodes.size() / 2 + 1) {
            voters.remove(random.nextInt(voters.size()));
        }
        List<Node> candidates =
                voters.stream().filter(node -> upToDate(node, voters)).toList();
        if (voters.size() <= nodes.size() / 2 || candidates.isEmpty()) {
            return;
        }
        Node elected = candidates.get(random.nextInt(candidates.size()));
        Node deposed = leader;
        if (deposed != null && !voters.contains(deposed) && random.nextBoolean()) {
            deaf.add(deposed.id);
            time.after(random.nextLong(100_000_000), () -> {
                deaf.remove(deposed.id);
                follow(deposed);
            });
        }
        term++;
        leader = elected;
        for (Node voter : voters) {
            voter.currentTerm = term;
            voter.believedLeader = null;
        }
        elected.believedLeader = elected.id;
        elected.append(null);
        elected.hears();
        for (Node node : nodes.values()) {
            soon(() -> follow(node));
        }
        soon(this::replicate);
    }

    /** As Raft's vote rule: no voter has a later or longer log, so nothing that a majority held is missing. */
    private static boolean upToDate(Node candidate, List<Node> voters) {
        return voters.stream()
                .allMatch(voter -> candidate.lastTerm() > voter.lastTerm()
                        || candidate.lastTerm() == voter.lastTerm() && candidate.log.size() >= voter.log.size());
    }

    private void replicate() {
        Node from = leader;
        if (from == null || cut.contains(from.id)) {
            return;
        }
        int reached = 0;
        for (Node node : nodes.values()) {
            if (reaches(from.id, node.id) && !deaf.contains(node.id) && (node == from || random.nextInt(10) < 8)) {
                node.copyLog(from);
                reached++;
            }
        }
        if (reached > nodes.size() / 2 && from.lastTerm() == term) {
            committed = from.log.size();
            from.commitIndex = committed;
            from.applySoon();
        } else {
            soon(this::replicate);
        }
        for (Node node : nodes.values()) {
            soon(() -> follow(node));
        }
    }

    /** A heartbeat of the true leader reaches the node. */
    private void follow(Node node) {
        Node from = leader;
        if (from == null || !reaches(from.id, node.id) || deaf.contains(node.id)) {
            return;
        }
        boolean news = node.currentTerm != term || !from.id.equals(node.believedLeader);
        node.currentTerm = term;
        node.believedLeader = from.id;
        node.copyLog(from);
        node.commitIndex = Math.max(node.commitIndex, Math.min(from.commitIndex, node.log.size()));
        node.applySoon();
        if (news) {
            node.deposed();
            node.hears();
        }
    }

    private void soon(Runnable task) {
        time.after(random.nextLong(50_000, 2_000_000), task);
    }

    /** One node's consensus. */
    final class Node implements Consensus {
        final String id;
        final List<Logged> log = new ArrayList<>();
        private final List<Pending> pending = new ArrayList<>();
        private @Nullable Replica replica;
        private @Nullable LogClock clock;
        private long currentTerm;
        private @Nullable String believedLeader;
        private int commitIndex;
        private int applied;
        private long appliedTerm;

        Node(String id) {
            this.id = id;
        }

        void drive(Replica driven, LogClock stamps) {
            replica = driven;
            clock = stamps;
        }

        private void startsAt(int index, long termOfIndex) {
            applied = index;
            appliedTerm = termOfIndex;
            commitIndex = Math.max(replica == null ? 0 : commitIndex, index);
        }

        long lastTerm() {
            return log.isEmpty() ? 0 : log.getLast().term();
        }

        private void append(byte @Nullable [] entry) {
            log.add(new Logged(++appended, currentTerm, entry));
        }

        private void copyLog(Node from) {
            if (from == this) {
                return;
            }
            int same = Math.min(commitIndex, from.log.size());
            while (same < log.size() && same < from.log.size() && log.get(same).equals(from.log.get(same))) {
                same++;
            }
            if (same < commitIndex) {
                throw new AssertionError("the model lost a committed entry");
            }
            log.subList(same, log.size()).clear();
            for (int i = same; i < from.log.size(); i++) {
                log.add(from.log.get(i));
            }
        }

        /** Entries appended here and not applied yet may still be committed by the next leader, or not. */
        private void deposed() {
            if (!id.equals(believedLeader)) {
                List<Pending> all = List.copyOf(pending);
                pending.clear();
                all.forEach(one -> one.refused().accept(new Refusal.Indeterminate("deposed")));
            }
        }

        private void hears() {
            if (replica != null) {
                replica.leaderChanged(believedLeader, currentTerm);
            }
        }

        private void applySoon() {
            time.after(random.nextLong(1_000, 500_000), this::applyCommitted);
        }

        private void applyCommitted() {
            while (applied < commitIndex && replica != null) {
                Logged next = log.get(applied);
                applied++;
                if (next.entry() == null) {
                    replica.skip(next.term(), applied);
                } else {
                    pending.removeIf(one -> one.number() == next.number());
                    replica.apply(next.term(), applied, next.entry().clone());
                }
                appliedTerm = next.term();
            }
        }

        @Override
        public String self() {
            return id;
        }

        @Override
        public void submit(byte[] entry, Consumer<Refusal> refused) {
            if (!id.equals(believedLeader) || clock == null) {
                refused.accept(new Refusal.NotLeader(believedLeader));
                return;
            }
            EntryCodec.stamp(entry, clock.nowMillis());
            append(entry);
            pending.add(new Pending(appended, refused));
            if (leader == this) {
                soon(SimulatedRaft.this::replicate);
            }
        }

        @Override
        public @Nullable String leader() {
            return believedLeader;
        }

        @Override
        public boolean leaderReady() {
            return id.equals(believedLeader) && appliedTerm == currentTerm;
        }

        @Override
        public long currentTerm() {
            return currentTerm;
        }

        @Override
        public boolean running() {
            return true;
        }

        @Override
        public long commitIndex() {
            return commitIndex;
        }

        @Override
        public Configuration configuration() {
            return new Configuration(nodes.keySet(), Set.of(), Set.of());
        }

        @Override
        public void pushCommitIndex(String follower) {
            if (leader == this) {
                soon(() -> follow(node(follower)));
            }
        }

        @Override
        public LogStatus status() {
            List<Peer> peers = nodes.keySet().stream()
                    .map(node -> new Peer(node, node + ":9870", true, commitIndex, 0))
                    .toList();
            return new LogStatus("FOLLOWER", currentTerm, commitIndex, appliedTerm, applied, 1, log.size(), 0, peers);
        }

        @Override
        public Roster roster() {
            return new Roster(1, true, Map.of());
        }

        @Override
        public CompletableFuture<Void> changeMembers(MemberChange change, String incarnation) {
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public CompletableFuture<Void> transferLeadership(String node, long timeoutMillis) {
            return CompletableFuture.failedFuture(new UnsupportedOperationException());
        }

        @Override
        public CompletableFuture<Void> publishSnapshot(Path file, long term, long index) {
            return CompletableFuture.failedFuture(new UnsupportedOperationException());
        }

        @Override
        public Path snapshotDirectory() {
            throw new UnsupportedOperationException();
        }

        @Override
        public void close() {}
    }
}

package io.ratiskv.replication;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A consensus and its peers that say exactly what a test tells them to. One thread. */
final class ControlledNode implements Consensus, Peers {
    record Sent(String to, PeerMessage message) {}

    record Submitted(byte[] entry, Consumer<Refusal> refused) {}

    final List<Sent> sent = new ArrayList<>();
    final List<Submitted> submitted = new ArrayList<>();
    final List<String> pushed = new ArrayList<>();
    final Set<String> unreachable = new HashSet<>();
    final Map<String, CompletableFuture<Void>> transfers = new HashMap<>();
    final Map<String, Long> lastContactMillis = new HashMap<>();
    final Map<String, Roster.Seat> seats = new HashMap<>();
    final Map<String, Identity> identities = new HashMap<>();
    final List<MemberChange> changes = new ArrayList<>();
    CompletableFuture<Void> change = new CompletableFuture<>();

    @Nullable
    String leader = "n1";

    boolean ready = true;
    long term = 1;
    long commitIndex = 1;
    Configuration configuration = new Configuration(Set.of("n1", "n2", "n3"), Set.of(), Set.of());

    /** The questions for a term that were sent since the last call, as "voter:sequence". */
    List<String> termsAsked() {
        List<String> asked = new ArrayList<>();
        for (Sent message : sent) {
            if (message.message() instanceof PeerMessage.AskTerm ask) {
                asked.add(message.to() + ":" + ask.sequence());
            }
        }
        sent.clear();
        return asked;
    }

    @Override
    public String self() {
        return "n1";
    }

    @Override
    public void submit(byte[] entry, Consumer<Refusal> refused) {
        submitted.add(new Submitted(entry, refused));
    }

    @Override
    public @Nullable String leader() {
        return leader;
    }

    @Override
    public boolean leaderReady() {
        return ready;
    }

    @Override
    public long currentTerm() {
        return term;
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
        return configuration;
    }

    @Override
    public void pushCommitIndex(String follower) {
        pushed.add(follower);
    }

    @Override
    public LogStatus status() {
        return new LogStatus(
                "LEADER",
                term,
                commitIndex,
                term,
                commitIndex,
                1,
                commitIndex,
                0,
                List.of(peer("n1", true, 9), peer("n2", true, 7), peer("n3", true, 8), peer("n4", false, 9)));
    }

    @Override
    public CompletableFuture<Void> transferLeadership(String node, long timeoutMillis) {
        transfers.put(node, new CompletableFuture<>());
        return transfers.get(node);
    }

    private Peer peer(String id, boolean voter, long matchIndex) {
        return new Peer(id, id + ":9870", voter, matchIndex, lastContactMillis.getOrDefault(id, 0L));
    }

    @Override
    public Roster roster() {
        return new Roster(1, true, seats);
    }

    @Override
    public CompletableFuture<Void> changeMembers(MemberChange asked, String incarnation) {
        changes.add(asked);
        change = new CompletableFuture<>();
        return change;
    }

    @Override
    public CompletableFuture<Identity> identify(String address) {
        Identity identity = identities.get(address);
        return identity == null
                ? CompletableFuture.failedFuture(new IllegalStateException(address + ": nobody"))
                : CompletableFuture.completedFuture(identity);
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

    @Override
    public void send(String node, PeerMessage message) {
        sent.add(new Sent(node, message));
    }

    @Override
    public boolean connected(String node) {
        return !unreachable.contains(node);
    }
}

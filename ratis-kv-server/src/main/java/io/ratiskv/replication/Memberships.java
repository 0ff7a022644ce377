package io.ratiskv.replication;

import io.ratiskv.api.CommandException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Changes who the members are: where this node leads itself, else by asking the leader. Event loop, but for the methods
 * that say otherwise.
 *
 * <p>One change at a time, of one node, and none after which the group would wait for nodes that nobody hears. Failures are
 * {@link CommandException}s: what a client is told.
 */
final class Memberships {
    private static final Logger LOG = LoggerFactory.getLogger(Memberships.class);

    /** More than Ratis gives a node that is added and not heard, and an answer on its way. */
    private static final long ANSWER_MILLIS = 45_000;

    private static final long TRANSFER_MILLIS = 5_000;
    private static final long READY_MILLIS = 2_000;
    private static final long READY_LOOK_MILLIS = 20;

    /** Entries that a listener may lack when it becomes a voter: for as long as it takes those, it is no help. */
    static final long LAG_MAX = 1_000;

    /** A member that was not heard for so long does not count. */
    static final long SILENCE_MAX_MILLIS = 2_000;

    private final Consensus consensus;
    private final Peers peers;
    private final Loop loop;
    private final Transfers transfers;
    private final Consumer<String> removed;
    private final LeaderCalls calls;
    private boolean changing;

    /** @param removed hears of a node that was removed, where this node led */
    Memberships(Consensus consensus, Peers peers, Loop loop, Transfers transfers, Consumer<String> removed) {
        this.consensus = consensus;
        this.peers = peers;
        this.loop = loop;
        this.transfers = transfers;
        this.removed = removed;
        this.calls = new LeaderCalls(
                peers,
                loop,
                leader -> "UNKNOWN " + leader
                        + ", which led, did not answer in time; RAFT.MEMBERS tells who the members are");
    }

    /**
     * Begins a change. Any thread.
     *
     * @return completes when it is committed
     */
    CompletableFuture<Void> begin(MemberChange change) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        loop.execute(() -> {
            String leader = consensus.leader();
            CompletableFuture<Void> changed;
            if (leader == null) {
                changed = refused("TRYAGAIN no leader is known here that could change the members");
            } else if (leader.equals(consensus.self())) {
                changed = here(change);
            } else {
                changed = calls.ask(leader, ANSWER_MILLIS, sequence -> new PeerMessage.ChangeMembers(sequence, change));
            }
            CompletableFuture<Void> unused =
                    changed.whenComplete((nothing, failure) -> Transfers.complete(done, failure));
        });
        return done;
    }

    /** Another node asks this one, which it takes for the leader. */
    void asked(String from, PeerMessage.ChangeMembers question) {
        CompletableFuture<Void> changed = consensus.self().equals(consensus.leader())
                ? here(question.change())
                : refused("TRYAGAIN " + consensus.self() + " does not lead any more");
        CompletableFuture<Void> unused = changed.whenComplete((nothing, failure) -> {
            String problem = failure == null ? null : Transfers.cause(failure).getMessage();
            peers.send(from, new PeerMessage.MembersChanged(question.sequence(), problem));
        });
    }

    /** The leader's answer. */
    void answered(String leader, PeerMessage.MembersChanged answer) {
        calls.answered(leader, answer.sequence(), answer.problem());
    }

    /** Called every few milliseconds: gives up what was not answered. */
    void watch() {
        calls.watch();
    }

    private CompletableFuture<Void> here(MemberChange change) {
        if (changing) {
            return refused("TRYAGAIN another change of the members is under way");
        }
        changing = true;
        long until = loop.nanoTime() + TimeUnit.MILLISECONDS.toNanos(READY_MILLIS);
        return whenReady(until).thenCompose(ready -> start(change)).whenComplete((nothing, failure) -> {
            if (failure == null) LOG.info("the members were changed: {}", change);
            else
                LOG.warn(
                        "the members were not changed, {}: {}",
                        change,
                        Transfers.cause(failure).getMessage());
            loop.execute(() -> changing = false);
        });
    }

    /** A leader that was elected a moment ago, perhaps for this change, has to commit an entry first. */
    private CompletableFuture<Void> whenReady(long untilNanos) {
        if (consensus.leaderReady()) {
            return CompletableFuture.completedFuture(null);
        }
        if (loop.nanoTime() - untilNanos > 0 || !consensus.self().equals(consensus.leader())) {
            return refused("TRYAGAIN " + consensus.self() + " is not ready to lead");
        }
        CompletableFuture<Void> ready = new CompletableFuture<>();
        loop.schedule(
                () -> {
                    CompletableFuture<Void> unused = whenReady(untilNanos)
                            .whenComplete((nothing, failure) -> Transfers.complete(ready, failure));
                },
                READY_LOOK_MILLIS,
                TimeUnit.MILLISECONDS);
        return ready;
    }

    private CompletableFuture<Void> start(MemberChange change) {
        try {
            return switch (change) {
                case MemberChange.Add add -> add(add);
                case MemberChange.Promote promote -> promote(promote);
                case MemberChange.Remove remove -> remove(remove);
            };
        } catch (CommandException refused) {
            return CompletableFuture.failedFuture(refused);
        }
    }

    private static CompletableFuture<Void> refused(String why) {
        return CompletableFuture.failedFuture(new CommandException(why));
    }

    private CompletableFuture<Void> add(MemberChange.Add add) {
        for (Consensus.Peer member : members()) {
            if (member.raftAddress().equals(add.raftAddress()) && !member.id().equals(add.node())) {
                throw new CommandException("ERR " + add.raftAddress() + " is the address of " + member.id());
            }
        }
        return peers.identify(add.peerAddress())
                .exceptionally(failure -> {
                    throw new CommandException("ERR nobody answers there: "
                            + Transfers.cause(failure).getMessage());
                })
                .thenCompose(who -> {
                    if (!who.node().equals(add.node())) {
                        return refused(
                                "ERR the node at " + add.peerAddress() + " is " + who.node() + ", not " + add.node());
                    }
                    Roster roster = consensus.roster();
                    if (roster.seats(add.node(), who.incarnation())) {
                        return CompletableFuture.completedFuture(null); // the answer to an earlier attempt was lost
                    }
                    if (roster.seats().containsKey(add.node())) {
                        return refused("ERR " + add.node() + " is a member already, with another data directory: remove"
                                + " that first");
                    }
                    if (!who.joining() || who.incarnation().isEmpty()) {
                        return refused("ERR " + add.node() + " does not wait to be added: empty its data directory and"
                                + " start it with --join");
                    }
                    return consensus.changeMembers(add, who.incarnation());
                });
    }

    private CompletableFuture<Void> promote(MemberChange.Promote promote) {
        Consensus.Peer member = member(promote.node());
        if (member.voter()) {
            return CompletableFuture.completedFuture(null);
        }
        if (!heard(member) || !peers.connected(member.id())) {
            throw new CommandException("TRYAGAIN " + member.id() + " is not heard; it can vote when it is");
        }
        long lag = consensus.status().lastIndex() - member.matchIndex();
        if (lag > LAG_MAX) {
            throw new CommandException("TRYAGAIN " + member.id() + " lags " + lag
                    + " entries behind; it can vote when it" + " has caught up to " + LAG_MAX);
        }
        List<Consensus.Peer> voters = members().stream()
                .filter(peer -> peer.voter() || peer.id().equals(member.id()))
                .toList();
        checkMajority(voters, "with " + member.id());
        return consensus.changeMembers(promote, "");
    }

    private CompletableFuture<Void> remove(MemberChange.Remove remove) {
        Consensus.Peer member = member(remove.node());
        if (member.voter()) {
            List<Consensus.Peer> voters = members().stream()
                    .filter(peer -> peer.voter() && !peer.id().equals(member.id()))
                    .toList();
            if (voters.isEmpty()) {
                throw new CommandException("ERR " + member.id() + " is the last voter");
            }
            checkMajority(voters, "without " + member.id());
        }
        if (member.id().equals(consensus.self())) {
            // A leader that removes itself leaves the group without one until an election.
            return transfers.begin(null, TRANSFER_MILLIS).thenCompose(moved -> begin(remove));
        }
        return consensus.changeMembers(remove, "").thenRun(() -> removed.accept(remove.node()));
    }

    private void checkMajority(List<Consensus.Peer> voters, String which) {
        long heard = voters.stream().filter(this::heard).count();
        if (heard <= voters.size() / 2) {
            throw new CommandException("ERR " + which + " only " + heard + " of " + voters.size()
                    + " voters would be heard, and nothing could be written");
        }
    }

    private boolean heard(Consensus.Peer member) {
        return member.id().equals(consensus.self())
                || member.lastContactMillis() >= 0 && member.lastContactMillis() <= SILENCE_MAX_MILLIS;
    }

    private List<Consensus.Peer> members() {
        return consensus.status().peers();
    }

    private Consensus.Peer member(String node) {
        return members().stream()
                .filter(peer -> peer.id().equals(node))
                .findFirst()
                .orElseThrow(() ->
                        new CommandException("ERR no member is called \"" + node + "\"; RAFT.MEMBERS lists them"));
    }
}

package io.ratiskv.raft;

import io.ratiskv.api.CommandException;
import io.ratiskv.replication.MemberChange;
import io.ratiskv.replication.Roster;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.ratis.proto.RaftProtos.RaftPeerRole;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.SetConfigurationRequest;
import org.apache.ratis.protocol.exceptions.LeaderNotReadyException;
import org.apache.ratis.protocol.exceptions.ReconfigurationInProgressException;
import org.apache.ratis.protocol.exceptions.ReconfigurationTimeoutException;
import org.apache.ratis.server.RaftConfiguration;
import org.apache.ratis.server.RaftServer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who the members are, in Ratis' words and in ours, and how that changes. Any thread.
 *
 * <p>The log's configuration says it all: an address of Ratis that nothing else uses, {@code adminAddress}, carries where
 * the member speaks the node-to-node service, another, {@code clientAddress}, the incarnation of its data directory.
 */
final class MemberChanges {
    private static final Logger LOG = LoggerFactory.getLogger(MemberChanges.class);

    private final RaftServer.Division division;
    private final boolean joining;

    /** Where members that the cluster began with speak the node-to-node service: old logs do not say it. */
    private final Map<String, String> firstPeerAddresses = new HashMap<>();

    /** Where members were found, as long as this process remembers. */
    private final Map<String, String> raftAddresses = new ConcurrentHashMap<>();

    /** Hands a request to Ratis, with the ids that it wants. */
    @FunctionalInterface
    interface Submitter {
        CompletableFuture<RaftClientReply> submit(SetConfigurationRequest.Arguments arguments) throws IOException;
    }

    private final Submitter submitter;

    MemberChanges(RaftOptions options, RaftServer.Division division, Submitter submitter) {
        this.division = division;
        this.joining = options.joining();
        this.submitter = submitter;
        for (Member member : options.members()) {
            String address = member.peerAddress();
            if (address != null) firstPeerAddresses.put(member.id(), address);
        }
    }

    /** As Ratis is told of a member that the cluster begins with, or of the node that joins. */
    static RaftPeer first(Member member, boolean joins) {
        RaftPeer.Builder peer = RaftPeer.newBuilder()
                .setId(member.id())
                .setAddress(member.address())
                // All the same: a better placed peer that is half connected would veto and pull for ever.
                .setPriority(0)
                .setStartupRole(joins ? RaftPeerRole.LISTENER : RaftPeerRole.FOLLOWER);
        String peerAddress = member.peerAddress();
        if (peerAddress != null) peer.setAdminAddress(peerAddress);
        return peer.build();
    }

    Roster roster() {
        RaftConfiguration now = division.getRaftConf();
        long index = now.getLogEntryIndex();
        Map<String, Roster.Seat> seats = new HashMap<>();
        if (index < 0 && joining) {
            return new Roster(index, false, seats); // Ratis was told of this node, which nobody has added yet
        }
        for (RaftPeerRole role : List.of(RaftPeerRole.FOLLOWER, RaftPeerRole.LISTENER)) {
            for (RaftPeer peer : now.getAllPeers(role)) {
                String id = peer.getId().toString();
                seats.put(id, seat(peer));
                raftAddresses.putIfAbsent(id, peer.getAddress());
            }
        }
        boolean stable = now.getPreviousPeers(RaftPeerRole.FOLLOWER).isEmpty()
                && now.getPreviousPeers(RaftPeerRole.LISTENER).isEmpty();
        boolean committed = index >= 0 && division.getRaftLog().getLastCommittedIndex() >= index;
        return new Roster(index, stable && committed, seats);
    }

    private Roster.Seat seat(RaftPeer peer) {
        String incarnation = peer.getClientAddress();
        return new Roster.Seat(peerAddress(peer), incarnation == null ? "" : incarnation);
    }

    private String peerAddress(RaftPeer peer) {
        String inLog = peer.getAdminAddress();
        if (inLog != null && !inLog.isEmpty()) return inLog;
        String known = firstPeerAddresses.get(peer.getId().toString());
        return known != null ? known : Member.peerAddress(peer.getAddress());
    }

    /**
     * @param incarnation of the data directory of the node that is added; used for that alone
     * @return fails with what a client is told
     */
    CompletableFuture<RaftClientReply> change(MemberChange change, String incarnation) {
        try {
            return submit(change, incarnation)
                    .thenApply(reply -> {
                        if (!reply.isSuccess()) throw new CompletionException(reply.getException());
                        return reply;
                    })
                    .exceptionally(failure -> {
                        throw problem(change, failure);
                    });
        } catch (IOException | RuntimeException e) {
            return CompletableFuture.failedFuture(problem(change, e));
        }
    }

    private CompletableFuture<RaftClientReply> submit(MemberChange change, String incarnation) throws IOException {
        checkAddress(change);
        RaftConfiguration now = division.getRaftConf();
        List<RaftPeer> voters = complete(now.getCurrentPeers(RaftPeerRole.FOLLOWER));
        List<RaftPeer> listeners = complete(now.getCurrentPeers(RaftPeerRole.LISTENER));
        switch (change) {
            case MemberChange.Add add -> {
                remove(voters, add.node());
                remove(listeners, add.node());
                listeners.add(RaftPeer.newBuilder()
                        .setId(add.node())
                        .setAddress(add.raftAddress())
                        .setAdminAddress(add.peerAddress())
                        .setClientAddress(incarnation)
                        .setPriority(0)
                        .build());
            }
            case MemberChange.Promote promote -> voters.addAll(remove(listeners, promote.node()));
            case MemberChange.Remove remove -> {
                remove(voters, remove.node());
                remove(listeners, remove.node());
            }
        }
        return submitter.submit(SetConfigurationRequest.Arguments.newBuilder()
                // Not ADD, which forgets the listeners that there are.
                .setMode(SetConfigurationRequest.Mode.COMPARE_AND_SET)
                .setServersInCurrentConf(List.copyOf(now.getCurrentPeers(RaftPeerRole.FOLLOWER)))
                .setListenersInCurrentConf(List.copyOf(now.getCurrentPeers(RaftPeerRole.LISTENER)))
                .setServersInNewConf(voters)
                .setListenersInNewConf(listeners)
                .build());
    }

    /** Ratis keeps for good where it has reached a node, on this node and on others. */
    private void checkAddress(MemberChange change) {
        if (change instanceof MemberChange.Add add) {
            String known = raftAddresses.get(add.node());
            if (known != null && !known.equals(add.raftAddress())) {
                throw new CommandException("ERR " + add.node() + " was a member at " + known
                        + "; a node at another address needs a name of its own");
            }
        }
    }

    /** What a client is told of a change that failed. */
    private static CommandException problem(MemberChange change, Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        return switch (cause) {
            case CommandException ours -> ours;
            case ReconfigurationInProgressException other ->
                new CommandException("TRYAGAIN another change of the members is under way");
            case LeaderNotReadyException early -> new CommandException("TRYAGAIN the leader has just been elected");
            case ReconfigurationTimeoutException silent ->
                new CommandException(
                        "ERR " + change.node() + " did not catch up: it is not heard; nothing was changed");
            default -> {
                LOG.warn("{} failed", change, cause);
                yield new CommandException(
                        "UNKNOWN the leadership moved while the members were changed; RAFT.MEMBERS tells who they are");
            }
        };
    }

    /** With what older logs leave out: a node that joins has no other source. */
    private List<RaftPeer> complete(Collection<RaftPeer> peers) {
        List<RaftPeer> completed = new ArrayList<>();
        for (RaftPeer peer : peers) {
            completed.add(
                    RaftPeer.newBuilder(peer).setAdminAddress(peerAddress(peer)).build());
        }
        return completed;
    }

    private static List<RaftPeer> remove(List<RaftPeer> peers, String node) {
        List<RaftPeer> removed = peers.stream()
                .filter(peer -> peer.getId().toString().equals(node))
                .toList();
        peers.removeAll(removed);
        return removed;
    }
}

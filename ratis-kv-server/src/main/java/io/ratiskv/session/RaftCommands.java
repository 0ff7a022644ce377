package io.ratiskv.session;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.CommandException;
import io.ratiskv.api.Reply;
import io.ratiskv.machine.NodeAddress;
import io.ratiskv.replication.Consensus;
import io.ratiskv.replication.MemberChange;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** RAFT.* and the commands of Redis that tell or wait for the same here: ROLE, WAIT, WAITAOF. Event loop only. */
final class RaftCommands {
    private static final long TRANSFER_MILLIS = 10_000;
    private static final int PEER_PORT_OFFSET = 10_000;
    private static final Pattern NODE_ID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.-]{0,63}");

    private RaftCommands() {}

    static void declare(LocalCommands table) {
        table.deferred("raft.status", RaftCommands::status);
        table.barrier(
                "raft.members", (session, words) -> members(session.sessions().node()));
        table.deferred(
                "raft.transfer",
                (session, words, reply) ->
                        transfer(session, words.length == 2 ? words[1].utf8() : null, TRANSFER_MILLIS, reply));
        table.deferred(
                "raft.add",
                (session, words, reply) -> changeMembers(
                        session,
                        new MemberChange.Add(
                                nodeId(words[1]),
                                address(words[2]),
                                words.length == 4 ? address(words[3]) : peerOf(words[2])),
                        reply));
        table.deferred(
                "raft.promote",
                (session, words, reply) -> changeMembers(session, new MemberChange.Promote(words[1].utf8()), reply));
        table.deferred(
                "raft.remove",
                (session, words, reply) -> changeMembers(session, new MemberChange.Remove(words[1].utf8()), reply));
        table.deferred(
                "raft.snapshot",
                (session, words, reply) -> session.sessions()
                        .whenDone(session.sessions().administration().snapshot(), Reply::of, reply));
        table.barrier("role", (session, words) -> role(session.sessions().node()));
        table.deferred("wait", (session, words, reply) -> {
            long replicas = LocalCommands.integer(words[1]);
            ReplicaWait.begin(
                    session, replicas, timeoutMillis(words[2]), acknowledged -> reply.accept(Reply.of(acknowledged)));
        });
        table.deferred("waitaof", RaftCommands::waitAof);
    }

    private static void waitAof(Session session, Bytes[] words, Consumer<Reply> reply) {
        long local = LocalCommands.integer(words[1]);
        if (local < 0 || local > 1) {
            throw new CommandException("ERR value is out of range, must be between 0 and 1");
        }
        long replicas = notNegative(words[2], "ERR value is out of range, must be positive");
        ReplicaWait.begin(
                session,
                replicas,
                timeoutMillis(words[3]),
                acknowledged -> reply.accept(Reply.array(List.of(Reply.of(1), Reply.of(acknowledged)))));
    }

    private static long notNegative(Bytes word, String problem) {
        long value = LocalCommands.integer(word, problem);
        if (value < 0) {
            throw new CommandException(problem);
        }
        return value;
    }

    private static long timeoutMillis(Bytes word) {
        long millis = LocalCommands.integer(word, "ERR timeout is not an integer or out of range");
        if (millis < 0) {
            throw new CommandException("ERR timeout is negative");
        }
        return millis;
    }

    private static void status(Session session, Bytes[] words, Consumer<Reply> reply) {
        Sessions sessions = session.sessions();
        sessions.administration()
                .digest()
                .handle((digest, failure) -> failure == null ? digest : null)
                .thenAccept(digest -> sessions.loop().execute(() -> reply.accept(status(sessions.node(), digest))))
                .exceptionally(ignored -> null);
    }

    private static Reply status(NodeView node, Administration.@Nullable StateDigest digest) {
        Consensus.LogStatus log = node.log();
        List<Reply> facts = new ArrayList<>();
        put(facts, "node", Reply.bulk(node.nodeId()));
        put(facts, "state", Reply.bulk(log.role().toLowerCase(Locale.ROOT)));
        put(facts, "term", Reply.of(log.term()));
        put(facts, "leader", bulkOrNull(node.leader()));
        put(facts, "commit-index", Reply.of(log.commitIndex()));
        put(facts, "applied-index", Reply.of(log.appliedIndex()));
        put(facts, "first-index", Reply.of(log.firstIndex()));
        put(facts, "last-index", Reply.of(log.lastIndex()));
        put(facts, "snapshot-index", Reply.of(log.snapshotIndex()));
        put(facts, "fsync", Reply.bulk(node.fsync()));
        put(facts, "reads", Reply.bulk(node.reads()));
        // Null when no leader could put a place for it into the log.
        put(facts, "digest-index", digest == null ? Reply.NULL : Reply.of(digest.index()));
        put(facts, "digest", digest == null ? Reply.NULL : Reply.bulk(digest.hex()));
        return new Reply.Map(facts);
    }

    private static Reply members(NodeView node) {
        Consensus.LogStatus log = node.log();
        List<Reply> members = new ArrayList<>();
        for (Consensus.Peer peer : log.peers()) {
            List<Reply> facts = new ArrayList<>();
            put(facts, "id", Reply.bulk(peer.id()));
            put(facts, "role", Reply.bulk(role(node, peer)));
            put(facts, "raft", Reply.bulk(peer.raftAddress()));
            NodeAddress address = node.address(peer.id());
            put(facts, "resp", bulkOrNull(address == null ? null : address.respAddress()));
            put(facts, "http", bulkOrNull(address == null ? null : address.httpAddress()));
            put(facts, "match-index", Reply.of(peer.matchIndex()));
            put(facts, "lag", Reply.of(peer.matchIndex() < 0 ? -1 : Math.max(0, log.lastIndex() - peer.matchIndex())));
            put(facts, "last-contact-ms", Reply.of(peer.lastContactMillis()));
            members.add(new Reply.Map(facts));
        }
        return Reply.array(members);
    }

    private static String role(NodeView node, Consensus.Peer peer) {
        if (peer.id().equals(node.leader())) {
            return "leader";
        }
        return peer.voter() ? "voter" : "listener";
    }

    private static void put(List<Reply> facts, String name, Reply value) {
        facts.add(Reply.bulk(name));
        facts.add(value);
    }

    private static Reply bulkOrNull(@Nullable String text) {
        return text == null ? Reply.NULL : Reply.bulk(text);
    }

    private static void changeMembers(Session session, MemberChange change, Consumer<Reply> reply) {
        Sessions sessions = session.sessions();
        sessions.whenDone(sessions.administration().changeMembers(change), done -> Reply.OK, reply);
    }

    private static String nodeId(Bytes word) {
        String id = word.utf8();
        if (!NODE_ID.matcher(id).matches()) {
            throw new CommandException(
                    "ERR a node id is 1 to 64 letters, digits, '.', '_' or '-', beginning with a letter or digit");
        }
        return id;
    }

    private static String address(Bytes word) {
        parsed(word);
        return word.utf8();
    }

    private static HostAndPort parsed(Bytes word) {
        HostAndPort address = HostAndPort.parse(word.utf8());
        if (address == null || address.host().isEmpty() || address.port() < 1 || address.port() > 65_535) {
            throw new CommandException("ERR \"" + word.utf8() + "\" is no address, HOST:PORT");
        }
        return address;
    }

    private static String peerOf(Bytes raft) {
        HostAndPort address = parsed(raft);
        if (address.port() + PEER_PORT_OFFSET > 65_535) {
            throw new CommandException("ERR the Raft port + 10000 is beyond 65535; give the node-to-node address too");
        }
        String text = raft.utf8();
        return text.substring(0, text.lastIndexOf(':') + 1) + (address.port() + PEER_PORT_OFFSET);
    }

    private static void transfer(Session session, @Nullable String node, long timeoutMillis, Consumer<Reply> reply) {
        Sessions sessions = session.sessions();
        checkVotes(sessions.node(), node);
        sessions.whenDone(sessions.administration().transferLeadership(node, timeoutMillis), done -> Reply.OK, reply);
    }

    private static void checkVotes(NodeView node, @Nullable String successor) {
        if (successor != null
                && node.log().peers().stream()
                        .noneMatch(peer -> peer.voter() && peer.id().equals(successor))) {
            throw new CommandException("ERR no voting member is called \"" + successor + "\"; RAFT.MEMBERS lists them");
        }
    }

    private static Reply role(NodeView node) {
        Consensus.LogStatus log = node.log();
        if (node.leads()) {
            List<Reply> replicas = new ArrayList<>();
            for (Consensus.Peer peer : log.peers()) {
                HostAndPort address = HostAndPort.parse(node.respAddress(peer.id()));
                if (!peer.id().equals(node.nodeId()) && address != null) {
                    replicas.add(Reply.array(List.of(
                            Reply.bulk(address.host()),
                            Reply.bulk(Integer.toString(address.port())),
                            Reply.bulk(Long.toString(Math.max(0, peer.matchIndex()))))));
                }
            }
            return Reply.array(List.of(Reply.bulk("master"), Reply.of(log.commitIndex()), Reply.array(replicas)));
        }
        String leader = node.leader();
        HostAndPort address = leader == null ? null : HostAndPort.parse(node.respAddress(leader));
        return Reply.array(List.of(
                Reply.bulk("slave"),
                Reply.bulk(address == null ? "?" : address.host()),
                Reply.of(address == null ? 0 : address.port()),
                Reply.bulk(address == null ? "connect" : "connected"),
                Reply.of(log.appliedIndex())));
    }
}

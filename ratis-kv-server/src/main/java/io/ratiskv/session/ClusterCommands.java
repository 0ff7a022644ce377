package io.ratiskv.session;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.CommandException;
import io.ratiskv.api.Reply;
import io.ratiskv.collect.Slots;
import io.ratiskv.replication.Consensus;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * CLUSTER: the group as a cluster of one shard, which has all slots; its leader is the master, the others its replicas.
 * Event loop only.
 *
 * <p>So clients of a Redis Cluster find their way too. No slot is ever moved by hand, and no request is sent elsewhere:
 * every node takes all of them.
 */
final class ClusterCommands {
    private static final String MEMBERS = "RAFT.ADD, RAFT.PROMOTE and RAFT.REMOVE change the members";
    private static final String SLOTS = "all slots are of this one shard and stay there";

    /** What cannot be done, and why. */
    private static final Map<String, String> REFUSED = Map.ofEntries(
            Map.entry("addslots", SLOTS),
            Map.entry("addslotsrange", SLOTS),
            Map.entry("delslots", SLOTS),
            Map.entry("delslotsrange", SLOTS),
            Map.entry("flushslots", SLOTS),
            Map.entry("setslot", SLOTS),
            Map.entry("meet", MEMBERS),
            Map.entry("forget", MEMBERS),
            Map.entry("replicate", "the leader is elected, and RAFT.TRANSFER moves it"),
            Map.entry("reset", "a node leaves its group for good when its data directory is removed"),
            Map.entry("set-config-epoch", "the epoch is the term of the log, which only an election raises"),
            Map.entry("links", "RAFT.MEMBERS tells of whom the leader heard when"));

    private ClusterCommands() {}

    static void declare(LocalCommands table) {
        REFUSED.forEach((name, reason) -> table.refused("cluster|" + name, reason));
        // Nothing is ever on its way from slot to slot.
        table.now("asking", (session, words) -> Reply.OK);
        table.now("cluster|keyslot", (session, words) -> Reply.of(slotOf(words[2])));
        table.now(
                "cluster|myid",
                (session, words) -> Reply.bulk(idOf(node(session).nodeId())));
        table.now("cluster|myshardid", (session, words) -> Reply.bulk(shardId(node(session))));
        table.barrier(
                "cluster|countkeysinslot",
                (session, words) -> Reply.of(node(session).countKeysInSlot(slot(words[2]))));
        table.barrier("cluster|getkeysinslot", ClusterCommands::keysInSlot);
        table.barrier("cluster|info", (session, words) -> LocalCommands.text(info(node(session))));
        table.barrier("cluster|nodes", (session, words) -> LocalCommands.text(nodes(node(session))));
        table.barrier("cluster|slots", (session, words) -> slots(node(session)));
        table.barrier("cluster|shards", (session, words) -> shards(node(session)));
        table.barrier("cluster|replicas", (session, words) -> replicas(node(session), words[2]));
        table.barrier("cluster|slaves", (session, words) -> replicas(node(session), words[2]));
        table.barrier("cluster|count-failure-reports", (session, words) -> {
            find(node(session), words[2]);
            return Reply.of(0);
        });
        table.barrier(
                "cluster|bumpepoch",
                (session, words) ->
                        new Reply.Simple("STILL " + node(session).log().term()));
        // The log has every change of it.
        table.now("cluster|saveconfig", (session, words) -> Reply.OK);
    }

    private static NodeView node(Session session) {
        return session.sessions().node();
    }

    // Slots

    private static int slotOf(Bytes key) {
        return Slots.of(key.array(), key.offset(), key.length());
    }

    private static int slot(Bytes word) {
        long slot = LocalCommands.integer(word);
        if (slot < 0 || slot >= Slots.COUNT) {
            throw new CommandException("ERR Invalid slot");
        }
        return (int) slot;
    }

    private static Reply keysInSlot(Session session, Bytes[] words) {
        long slot = LocalCommands.integer(words[2]);
        long most = LocalCommands.integer(words[3]);
        if (slot < 0 || slot >= Slots.COUNT || most < 0) {
            throw new CommandException("ERR Invalid slot or number of keys");
        }
        List<Bytes> keys = node(session).keysInSlot((int) slot, (int) Math.min(most, Integer.MAX_VALUE));
        return Reply.array(keys.stream().map(Reply::bulk).toList());
    }

    // Nodes

    /** 40 hexadecimal digits, as clients of a cluster expect them; always the same for a name. */
    static String idOf(String name) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-1").digest(name.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash);
        } catch (NoSuchAlgorithmException everyJavaHasIt) {
            throw new IllegalStateException(everyJavaHasIt);
        }
    }

    private static String shardId(NodeView node) {
        StringBuilder members = new StringBuilder("shard");
        node.log().peers().stream()
                .map(Consensus.Peer::id)
                .sorted()
                .forEach(id -> members.append(' ').append(id));
        return idOf(members.toString());
    }

    private static Consensus.Peer find(NodeView node, Bytes id) {
        for (Consensus.Peer peer : node.log().peers()) {
            if (idOf(peer.id()).equals(LocalCommands.lower(id))) {
                return peer;
            }
        }
        throw new CommandException("ERR Unknown node " + id.utf8());
    }

    private static boolean leads(NodeView node, Consensus.Peer peer) {
        return peer.id().equals(node.leader());
    }

    private static HostAndPort address(NodeView node, Consensus.Peer peer) {
        HostAndPort address = HostAndPort.parse(node.respAddress(peer.id()));
        return address == null ? new HostAndPort("", 0) : address;
    }

    /** The leader first; empty while there is none. */
    private static List<Consensus.Peer> masterAndReplicas(NodeView node) {
        List<Consensus.Peer> all = new ArrayList<>();
        for (Consensus.Peer peer : node.log().peers()) {
            if (leads(node, peer)) {
                all.addFirst(peer);
            } else {
                all.add(peer);
            }
        }
        return node.leader() == null ? List.of() : all;
    }

    private static String info(NodeView node) {
        Consensus.LogStatus log = node.log();
        boolean ok = node.leader() != null;
        InfoLines lines = new InfoLines();
        lines.add("cluster_state", ok ? "ok" : "fail");
        lines.add("cluster_slots_assigned", Slots.COUNT);
        lines.add("cluster_slots_ok", ok ? Slots.COUNT : 0);
        lines.add("cluster_slots_pfail", ok ? 0 : Slots.COUNT);
        lines.none("cluster_slots_fail");
        lines.add("cluster_known_nodes", log.peers().size());
        lines.add("cluster_size", 1);
        lines.add("cluster_current_epoch", log.term());
        lines.add("cluster_my_epoch", log.term());
        lines.none(
                "cluster_stats_messages_sent",
                "cluster_stats_messages_received",
                "total_cluster_links_buffer_limit_exceeded");
        return lines.toString();
    }

    private static String nodes(NodeView node) {
        StringBuilder lines = new StringBuilder();
        node.log().peers().forEach(peer -> lines.append(line(node, peer)).append('\n'));
        return lines.toString();
    }

    private static String line(NodeView node, Consensus.Peer peer) {
        HostAndPort address = address(node, peer);
        HostAndPort raft = HostAndPort.parse(peer.raftAddress());
        boolean self = peer.id().equals(node.nodeId());
        boolean master = leads(node, peer);
        @Nullable String leader = node.leader();
        return idOf(peer.id()) + " " + address.host() + ":" + address.port() + "@" + (raft == null ? 0 : raft.port())
                + " " + (self ? "myself," : "") + (master ? "master" : "slave")
                + " " + (master || leader == null ? "-" : idOf(leader))
                + " 0 0 " + node.log().term()
                + " connected"
                + (master ? " 0-" + (Slots.COUNT - 1) : "");
    }

    private static Reply slots(NodeView node) {
        List<Reply> range = new ArrayList<>(List.of(Reply.of(0), Reply.of(Slots.COUNT - 1L)));
        for (Consensus.Peer peer : masterAndReplicas(node)) {
            HostAndPort address = address(node, peer);
            range.add(Reply.array(List.of(
                    Reply.bulk(address.host()),
                    Reply.of(address.port()),
                    Reply.bulk(idOf(peer.id())),
                    new Reply.Map(List.of()))));
        }
        return range.size() == 2 ? Reply.EMPTY_ARRAY : Reply.array(List.of(Reply.array(range)));
    }

    private static Reply shards(NodeView node) {
        List<Reply> members = new ArrayList<>();
        for (Consensus.Peer peer : masterAndReplicas(node)) {
            HostAndPort address = address(node, peer);
            members.add(new Reply.Map(List.of(
                    Reply.bulk("id"),
                    Reply.bulk(idOf(peer.id())),
                    Reply.bulk("port"),
                    Reply.of(address.port()),
                    Reply.bulk("ip"),
                    Reply.bulk(address.host()),
                    Reply.bulk("endpoint"),
                    Reply.bulk(address.host()),
                    Reply.bulk("role"),
                    Reply.bulk(leads(node, peer) ? "master" : "replica"),
                    Reply.bulk("replication-offset"),
                    Reply.of(Math.max(0, peer.matchIndex())),
                    Reply.bulk("health"),
                    Reply.bulk("online"))));
        }
        return Reply.array(List.of(new Reply.Map(List.of(
                Reply.bulk("slots"),
                Reply.array(List.of(Reply.of(0), Reply.of(Slots.COUNT - 1L))),
                Reply.bulk("nodes"),
                Reply.array(members)))));
    }

    private static Reply replicas(NodeView node, Bytes id) {
        if (!leads(node, find(node, id))) {
            throw new CommandException("ERR The specified node is not a master");
        }
        return Reply.array(node.log().peers().stream()
                .filter(peer -> !leads(node, peer))
                .map(peer -> Reply.bulk(line(node, peer)))
                .toList());
    }
}

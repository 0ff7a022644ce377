package io.ratiskv.session;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.CommandException;
import io.ratiskv.api.Reply;
import io.ratiskv.replication.Consensus;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** FAILOVER and CLUSTER FAILOVER, which hand the leadership over and answer when that is done. Confined to the event loop. */
final class Failover {
    private static final long TIMEOUT_MILLIS = 10_000;

    private boolean underWay;

    static void declare(LocalCommands table) {
        table.deferred(
                "failover",
                (session, words, reply) -> session.sessions().failover().begin(session, words, reply));
        table.deferred(
                "cluster|failover",
                (session, words, reply) -> session.sessions().failover().takeOver(session, words, reply));
    }

    boolean underWay() {
        return underWay;
    }

    /** What {@code FAILOVER [TO host port [FORCE]] [TIMEOUT milliseconds]} asks for. */
    private static final class Options {
        private @Nullable String address;
        private long timeoutMillis;
        private boolean force;

        static Options parse(Bytes[] words) {
            Options options = new Options();
            for (int i = 1; i < words.length; i++) {
                int more = words.length - i - 1;
                if (words[i].equalsIgnoreCase("TIMEOUT") && more >= 1 && options.timeoutMillis == 0) {
                    options.timeoutMillis = LocalCommands.integer(words[++i]);
                    if (options.timeoutMillis <= 0) {
                        throw new CommandException("ERR FAILOVER timeout must be greater than 0");
                    }
                } else if (words[i].equalsIgnoreCase("TO") && more >= 2 && options.address == null) {
                    options.address = words[i + 1].utf8() + ":" + LocalCommands.integer(words[i + 2]);
                    i += 2;
                } else if (words[i].equalsIgnoreCase("FORCE") && !options.force) {
                    options.force = true;
                } else {
                    throw CommandException.syntax();
                }
            }
            return options;
        }
    }

    private void begin(Session session, Bytes[] words, Consumer<Reply> reply) {
        if (words.length == 2 && words[1].equalsIgnoreCase("ABORT")) {
            throw new CommandException(
                    underWay
                            ? "ERR the leadership is being handed over, which cannot be taken back; it ends with its TIMEOUT"
                            : "ERR No failover in progress.");
        }
        Options options = Options.parse(words);
        if (underWay) {
            throw new CommandException("ERR FAILOVER already in progress.");
        }
        NodeView node = session.sessions().node();
        if (node.log().peers().size() < 2) {
            throw new CommandException("ERR FAILOVER requires connected replicas.");
        }
        if (options.force && (options.timeoutMillis == 0 || options.address == null)) {
            throw new CommandException(
                    "ERR FAILOVER with force option requires both a timeout and target HOST and IP.");
        }
        String target = options.address == null ? null : nodeAt(node, options.address);
        transfer(session, target, options.timeoutMillis == 0 ? TIMEOUT_MILLIS : options.timeoutMillis, reply);
    }

    private static String nodeAt(NodeView node, String address) {
        for (Consensus.Peer peer : node.log().peers()) {
            if (peer.voter() && !peer.id().equals(node.leader()) && address.equals(node.respAddress(peer.id()))) {
                return peer.id();
            }
        }
        throw new CommandException("ERR FAILOVER target HOST and PORT is not a replica.");
    }

    /** {@code CLUSTER FAILOVER [FORCE | TAKEOVER]}: to this node. */
    private void takeOver(Session session, Bytes[] words, Consumer<Reply> reply) {
        if (words.length > 3) {
            throw CommandException.syntax();
        }
        if (words.length == 3 && words[2].equalsIgnoreCase("TAKEOVER")) {
            throw new CommandException("ERR CLUSTER FAILOVER TAKEOVER is not supported: a majority elects the leader");
        }
        // Without a leader the others elect one by themselves, so FORCE has nothing to add.
        if (words.length == 3 && !words[2].equalsIgnoreCase("FORCE")) {
            throw CommandException.syntax();
        }
        NodeView node = session.sessions().node();
        if (node.leads()) {
            throw new CommandException("ERR You should send CLUSTER FAILOVER to a replica");
        }
        transfer(session, node.nodeId(), TIMEOUT_MILLIS, reply);
    }

    private void transfer(Session session, @Nullable String target, long timeoutMillis, Consumer<Reply> reply) {
        Sessions sessions = session.sessions();
        underWay = true;
        sessions.whenDone(
                sessions.administration().transferLeadership(target, timeoutMillis), done -> Reply.OK, answer -> {
                    underWay = false;
                    reply.accept(answer);
                });
    }
}

package io.ratiskv.session;

import io.ratiskv.acl.User;
import io.ratiskv.api.Bytes;
import io.ratiskv.api.Reply;
import io.ratiskv.replication.Loop;
import io.ratiskv.replication.PeerMessage;
import io.ratiskv.replication.PeerMessage.Listening;
import io.ratiskv.replication.Peers;
import io.ratiskv.value.GlobPattern;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Who listens to which channels, and the way of a message to all of them. Confined to the event loop, except where a
 * method says "any thread".
 *
 * <p>A message goes to the listeners of this node and, once, to every other node, which hands it to its own: at most once,
 * as in Redis, and not through the log. Each node tells the others how many of its clients listen to what, only so that
 * PUBLISH and PUBSUB can answer with numbers of the whole cluster; messages go to all nodes, whatever they told.
 *
 * <p>Source: <a href="https://redis.io/docs/latest/develop/interact/pubsub/">Redis Pub/Sub</a>.
 */
public final class PubSub {
    /** The link carries the log's batches too, so a message is not larger than an entry of the log. */
    static final int MESSAGE_BYTES_MAX = 1 << 20;

    /** What may be on its way to one node; what is published beyond it is lost there. */
    private static final long UNHEARD_BYTES_MAX = 8L << 20;

    private static final int COUNTS_OF_A_MESSAGE_MAX = 1024;

    /** What other clients of a channel, or of a pattern, share. */
    private record Channel(Listening kind, Bytes name) {}

    private static final class Listeners {
        final Set<Session> sessions = new LinkedHashSet<>();
        final @Nullable GlobPattern pattern;

        Listeners(Channel channel) {
            pattern = channel.kind() == Listening.PATTERN ? GlobPattern.compile(channel.name(), false) : null;
        }
    }

    /** What is known of another node. */
    private static final class Other {
        final Map<Listening, Map<Bytes, Integer>> counts = new EnumMap<>(Listening.class);
        boolean linked;
        long unheardBytes;
        long heardBytes;

        Other() {
            forget();
        }

        void forget() {
            for (Listening kind : Listening.values()) {
                counts.put(kind, new HashMap<>());
            }
        }

        Map<Bytes, Integer> of(Listening kind) {
            return counts.getOrDefault(kind, Map.of());
        }
    }

    private final Loop loop;
    private final Peers peers;
    private final Map<Listening, Map<Bytes, Listeners>> here = new EnumMap<>(Listening.class);
    private final Map<String, Other> others = new TreeMap<>();

    // What the end of the turn does.
    private final Set<Session> unflushed = new HashSet<>();
    private final Set<Channel> untold = new LinkedHashSet<>();
    private boolean turnPlanned;

    public PubSub(Loop loop, Peers peers) {
        this.loop = loop;
        this.peers = peers;
        for (Listening kind : Listening.values()) {
            here.put(kind, new HashMap<>());
        }
    }

    // What clients ask for

    /** False if the session listens to it already. */
    boolean listen(Session session, Listening kind, Bytes name) {
        Channel channel = new Channel(kind, name.owned());
        if (!session.state().listening(kind).add(channel.name())) {
            return false;
        }
        on(kind).computeIfAbsent(channel.name(), unused -> new Listeners(channel))
                .sessions
                .add(session);
        changed(channel);
        return true;
    }

    /** False if the session did not listen to it. */
    boolean leave(Session session, Listening kind, Bytes name) {
        if (!session.state().listening(kind).remove(name)) {
            return false;
        }
        Listeners listeners = on(kind).get(name);
        if (listeners != null) {
            listeners.sessions.remove(session);
            if (listeners.sessions.isEmpty()) {
                on(kind).remove(name);
            }
        }
        changed(new Channel(kind, name.owned()));
        return true;
    }

    /** Whether all that the session listens to is open to the user. */
    boolean mayListen(Session session, User user) {
        for (Listening kind : Listening.values()) {
            for (Bytes name : session.state().listening(kind)) {
                if (!user.mayListenTo(name, kind == Listening.PATTERN)) {
                    return false;
                }
            }
        }
        return true;
    }

    /** The session hears nothing any more. */
    void leaveAll(Session session) {
        for (Listening kind : Listening.values()) {
            for (Bytes name : List.copyOf(session.state().listening(kind))) {
                leave(session, kind, name);
            }
        }
        unflushed.remove(session);
    }

    /**
     * Sends a message to all listeners of the cluster.
     *
     * @param kind a channel's, not a pattern's
     * @return how many there are, those of other nodes as they last told
     */
    long publish(Listening kind, Bytes channel, Bytes message) {
        long receivers = deliver(kind, channel, message);
        int bytes = channel.length() + message.length();
        for (Map.Entry<String, Other> each : others.entrySet()) {
            Other other = each.getValue();
            if (!other.linked || other.unheardBytes + bytes > UNHEARD_BYTES_MAX) {
                continue;
            }
            other.unheardBytes += bytes;
            peers.send(each.getKey(), new PeerMessage.Publish(kind, channel.owned(), message.owned()));
            receivers += other.of(kind).getOrDefault(channel, 0);
            if (kind == Listening.CHANNEL) {
                for (Map.Entry<Bytes, Integer> pattern :
                        other.of(Listening.PATTERN).entrySet()) {
                    if (GlobPattern.compile(pattern.getKey(), false).matches(channel)) {
                        receivers += pattern.getValue();
                    }
                }
            }
        }
        return receivers;
    }

    /** Sends a message to the listeners of this node alone: every node has the same to say. */
    long deliver(Listening kind, Bytes channel, Bytes message) {
        long receivers = 0;
        Listeners listeners = on(kind).get(channel);
        if (listeners != null) {
            String word = kind == Listening.SHARD_CHANNEL ? "smessage" : "message";
            Reply push = push(word, channel, message);
            for (Session session : List.copyOf(listeners.sessions)) {
                tell(session, push);
                receivers++;
            }
        }
        if (kind == Listening.CHANNEL && !on(Listening.PATTERN).isEmpty()) {
            for (Map.Entry<Bytes, Listeners> each :
                    List.copyOf(on(Listening.PATTERN).entrySet())) {
                GlobPattern pattern = each.getValue().pattern;
                if (pattern != null && pattern.matches(channel)) {
                    Reply push = push("pmessage", each.getKey(), channel, message);
                    for (Session session : List.copyOf(each.getValue().sessions)) {
                        tell(session, push);
                        receivers++;
                    }
                }
            }
        }
        return receivers;
    }

    /** Whether a message could have a listener on this node. */
    boolean anyoneListensHere() {
        return !on(Listening.CHANNEL).isEmpty() || !on(Listening.PATTERN).isEmpty();
    }

    /** Sends what the session did not ask for, at the end of the turn. */
    void tell(Session session, Reply push) {
        if (session.push(push)) {
            unflushed.add(session);
            planTurn();
        }
    }

    private static Reply push(String word, Bytes... parts) {
        List<Reply> elements = new ArrayList<>(parts.length + 1);
        elements.add(Reply.bulk(word));
        for (Bytes part : parts) {
            elements.add(Reply.bulk(part));
        }
        return new Reply.Push(elements);
    }

    // What PUBSUB and INFO show

    /** Names of all channels, or patterns, of the cluster that someone listens to, in order. */
    Collection<Bytes> names(Listening kind) {
        TreeSet<Bytes> names = new TreeSet<>(on(kind).keySet());
        others.values().forEach(other -> names.addAll(other.of(kind).keySet()));
        return names;
    }

    /** Clients of the cluster that listen to it. */
    long clients(Listening kind, Bytes name) {
        Listeners listeners = on(kind).get(name);
        long clients = listeners == null ? 0 : listeners.sessions.size();
        for (Other other : others.values()) {
            clients += other.of(kind).getOrDefault(name, 0);
        }
        return clients;
    }

    // What other nodes say

    /** Another node's word. Any thread. */
    public void received(String from, PeerMessage.AmongClients message) {
        loop.execute(() -> {
            Other other = others.computeIfAbsent(from, unused -> new Other());
            switch (message) {
                case PeerMessage.Publish publish -> {
                    other.heardBytes +=
                            publish.channel().length() + publish.message().length();
                    planTurn();
                    deliver(publish.kind(), publish.channel(), publish.message());
                }
                case PeerMessage.Heard heard -> other.unheardBytes -= heard.bytes();
                case PeerMessage.Listeners listeners -> {
                    if (listeners.anew()) {
                        other.forget();
                    }
                    for (PeerMessage.ListenerCount count : listeners.counts()) {
                        if (count.clients() == 0) {
                            other.of(count.kind()).remove(count.channel());
                        } else {
                            other.of(count.kind()).put(count.channel(), count.clients());
                        }
                    }
                }
            }
        });
    }

    /** The link to a node came up or went down. Any thread. */
    public void linkChanged(String node, boolean up) {
        loop.execute(() -> {
            Other other = others.computeIfAbsent(node, unused -> new Other());
            other.linked = up;
            other.unheardBytes = 0;
            other.heardBytes = 0;
            if (up) {
                List<PeerMessage.ListenerCount> all = new ArrayList<>();
                here.forEach((kind, listeners) ->
                        listeners.forEach((name, each) -> all.add(count(new Channel(kind, name), each))));
                tell(node, true, all);
            } else {
                other.forget();
            }
        });
    }

    // The end of a turn

    private void changed(Channel channel) {
        untold.add(channel);
        planTurn();
    }

    private void planTurn() {
        if (!turnPlanned) {
            turnPlanned = true;
            loop.execute(this::endTurn);
        }
    }

    private void endTurn() {
        turnPlanned = false;
        List<Session> sessions = List.copyOf(unflushed);
        unflushed.clear();
        sessions.forEach(session -> session.outlet().flush());

        List<PeerMessage.ListenerCount> news = new ArrayList<>();
        for (Channel channel : untold) {
            news.add(count(channel, on(channel.kind()).get(channel.name())));
        }
        untold.clear();
        others.forEach((node, other) -> {
            if (other.heardBytes > 0) {
                peers.send(node, new PeerMessage.Heard(other.heardBytes));
                other.heardBytes = 0;
            }
            if (other.linked && !news.isEmpty()) {
                tell(node, false, news);
            }
        });
    }

    private void tell(String node, boolean anew, List<PeerMessage.ListenerCount> counts) {
        boolean first = anew;
        for (int from = 0; from < counts.size() || first; from += COUNTS_OF_A_MESSAGE_MAX) {
            int to = Math.min(counts.size(), from + COUNTS_OF_A_MESSAGE_MAX);
            peers.send(node, new PeerMessage.Listeners(first, counts.subList(from, to)));
            first = false;
        }
    }

    private static PeerMessage.ListenerCount count(Channel channel, @Nullable Listeners listeners) {
        return new PeerMessage.ListenerCount(
                channel.kind(), channel.name(), listeners == null ? 0 : listeners.sessions.size());
    }

    private Map<Bytes, Listeners> on(Listening kind) {
        return here.getOrDefault(kind, Map.of());
    }
}

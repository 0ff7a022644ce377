package io.ratiskv.raft;

import io.ratiskv.net.TestPorts;
import io.ratiskv.replication.Refusal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.server.RaftServerConfigKeys;
import org.apache.ratis.util.TimeDuration;
import org.jspecify.annotations.Nullable;

/** Servers of one group in this process, on loopback. */
final class RaftCluster implements AutoCloseable {
    /** One server and what it did. */
    static final class Node {
        final RaftOptions options;
        final RecordingReplica replica = new RecordingReplica();
        final List<String> stops = new CopyOnWriteArrayList<>();
        final AtomicLong clock = new AtomicLong(1_000);

        @Nullable
        RatisConsensus consensus;

        Node(RaftOptions options) {
            this.options = options;
        }

        RatisConsensus consensus() {
            return Objects.requireNonNull(consensus, "not running");
        }
    }

    private final Map<String, Node> nodes = new TreeMap<>();
    private final Set<String> ran = new HashSet<>();
    private Consumer<RaftProperties> properties = unchanged -> {};

    /** Nodes n1, n2, …, not started. */
    RaftCluster(Path directory, int size, UnaryOperator<RaftOptions> adjust) {
        List<Member> members = new ArrayList<>();
        for (int i = 1; i <= size; i++) {
            members.add(new Member("n" + i, "127.0.0.1", TestPorts.free()));
        }
        for (Member member : members) {
            // Patient once there is a leader: the machine that runs this may be busy with much else.
            RaftOptions options = RaftOptions.of(member.id(), "test", members, directory.resolve(member.id()))
                    .withElectionTimeout(1_500, 2_500);
            nodes.put(member.id(), new Node(adjust.apply(options)));
        }
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** What the nodes started from here on set differently. */
    RaftCluster setting(Consumer<RaftProperties> newProperties) {
        properties = newProperties;
        return this;
    }

    RaftCluster start() throws IOException {
        for (String id : nodes.keySet()) {
            start(id);
        }
        return this;
    }

    Node start(String id) throws IOException {
        return start(id, DirectorySync.POSIX);
    }

    Node start(String id, DirectorySync directorySync) throws IOException {
        Node old = node(id);
        Node node = new Node(old.options);
        RaftProperties adjusted = RaftSettings.properties(node.options);
        if (nodes.size() > 1) {
            RaftServerConfigKeys.Rpc.setFirstElectionTimeoutMin(
                    adjusted, TimeDuration.valueOf(300, TimeUnit.MILLISECONDS));
            RaftServerConfigKeys.Rpc.setFirstElectionTimeoutMax(
                    adjusted, TimeDuration.valueOf(900, TimeUnit.MILLISECONDS));
        }
        properties.accept(adjusted);
        if (!ran.add(id)) {
            // The sockets of the earlier server may close a moment after it.
            int port = node.options.self().port();
            Await.until("port " + port + " is free", () -> isFree(port));
        }
        node.consensus = RatisConsensus.start(
                node.options,
                node.replica,
                node.clock::incrementAndGet,
                (reason, cause) -> node.stops.add(reason),
                directorySync,
                adjusted);
        nodes.put(id, node);
        return node;
    }

    /** A node that waits to be added, started. */
    Node join(String id, Path directory) throws IOException {
        RaftOptions member = node("n1").options;
        List<Member> itself = List.of(new Member(id, "127.0.0.1", TestPorts.free(), "127.0.0.1:" + TestPorts.free()));
        nodes.put(
                id,
                new Node(RaftOptions.of(id, member.cluster(), itself, directory)
                        .withElectionTimeout(member.electionTimeoutMinMillis(), member.electionTimeoutMaxMillis())
                        .withSegmentBytes(member.segmentBytes())
                        .asJoining()));
        return start(id);
    }

    Node node(String id) {
        return Objects.requireNonNull(nodes.get(id));
    }

    /** Started and not stopped. */
    List<Node> running() {
        return nodes.values().stream().filter(node -> node.consensus != null).toList();
    }

    Node leader() {
        return Await.value(
                "a leader that is ready",
                () -> running().stream()
                        .filter(node -> node.consensus().leaderReady())
                        .findAny()
                        .orElse(null));
    }

    Node follower() {
        Node leader = leader();
        return running().stream().filter(node -> node != leader).findFirst().orElseThrow();
    }

    void stop(Node node) {
        RatisConsensus consensus = node.consensus();
        node.consensus = null;
        consensus.close();
    }

    /** Without handing leadership over; all at once. */
    void kill(Collection<Node> victims) {
        victims.parallelStream().forEach(node -> {
            RatisConsensus consensus = node.consensus();
            node.consensus = null;
            try {
                ServerClosing.close(consensus.server());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            consensus.close();
        });
    }

    /** Submits to whoever leads until it is applied there. */
    void write(String text) {
        while (true) {
            Node leader = leader();
            List<Refusal> refusals = new CopyOnWriteArrayList<>();
            leader.consensus().submit(RecordingReplica.entry(text), refusals::add);
            Await.until(
                    text + " applied on the leader",
                    () -> !refusals.isEmpty() || leader.replica.words().contains(text));
            if (leader.replica.words().contains(text)) {
                return;
            }
        }
    }

    void awaitEverywhere(List<String> words) {
        for (Node node : running()) {
            Await.until(
                    words.size() + " words on " + node.options.node(),
                    () -> node.replica.words().equals(words));
        }
    }

    @Override
    public void close() {
        kill(running());
    }
}

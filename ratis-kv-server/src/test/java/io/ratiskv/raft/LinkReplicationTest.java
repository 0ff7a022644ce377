package io.ratiskv.raft;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ratiskv.raft.RaftCluster.Node;
import io.ratiskv.replication.PeerMessage;
import io.ratiskv.replication.Peers;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.apache.ratis.proto.RaftProtos.AppendEntriesRequestProto;
import org.apache.ratis.thirdparty.com.google.protobuf.InvalidProtocolBufferException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Replication over links that do what a test wants, between real Ratis servers in this process. */
class LinkReplicationTest {
    @TempDir
    Path directory;

    private final Links links = new Links();

    /** The links between all nodes. Each node hears on a thread of its own. */
    private static final class Links implements AutoCloseable {
        private final Map<String, RatisConsensus> nodes = new ConcurrentHashMap<>();
        private final Map<String, ExecutorService> loops = new ConcurrentHashMap<>();
        private final Set<String> cut = ConcurrentHashMap.newKeySet();

        /** Requests with entries that arrived. */
        final AtomicInteger carried = new AtomicInteger();

        volatile boolean twice;
        volatile boolean answersLost;

        void join(Node node, boolean leads) {
            String id = node.options.node();
            nodes.put(id, node.consensus());
            node.consensus().replicateOver(new End(id), loop(id), leads);
        }

        /** A node of an earlier release: it has links, and takes no entries from them. */
        void joinDeaf(Node node) {
            nodes.put(node.options.node(), node.consensus());
        }

        private ExecutorService loop(String node) {
            return loops.computeIfAbsent(node, name -> Executors.newSingleThreadExecutor());
        }

        void leave(String node) {
            nodes.remove(node);
            tell(node, false);
        }

        void cut(String node) {
            cut.add(node);
            tell(node, false);
        }

        void mend(String node) {
            cut.remove(node);
            tell(node, true);
        }

        private void tell(String node, boolean up) {
            nodes.forEach((other, consensus) -> {
                if (!other.equals(node)) loop(other).execute(() -> consensus.linkChanged(node, up));
            });
        }

        void deliver(String from, String to, PeerMessage.Replication message) {
            RatisConsensus consensus = nodes.get(to);
            boolean lost = cut.contains(from) || cut.contains(to);
            if (consensus == null || lost || answersLost && message instanceof PeerMessage.Appended) return;
            loop(to).execute(() -> {
                if (message instanceof PeerMessage.Append append && hasEntries(append)) carried.incrementAndGet();
                consensus.received(from, message);
                if (twice) consensus.received(from, message);
            });
        }

        private static boolean hasEntries(PeerMessage.Append append) {
            try {
                return AppendEntriesRequestProto.parseFrom(append.request()).getEntriesCount() > 0;
            } catch (InvalidProtocolBufferException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public void close() {
            loops.values().forEach(ExecutorService::shutdownNow);
        }

        /** One node's. */
        private final class End implements Peers {
            private final String self;

            End(String self) {
                this.self = self;
            }

            @Override
            public void send(String node, PeerMessage message) {
                deliver(self, node, (PeerMessage.Replication) message);
            }

            @Override
            public boolean connected(String node) {
                return nodes.containsKey(node) && !cut.contains(node) && !cut.contains(self);
            }

            @Override
            public CompletableFuture<Identity> identify(String address) {
                throw new UnsupportedOperationException();
            }
        }
    }

    @AfterEach
    void close() {
        links.close();
    }

    private RaftCluster cluster() throws IOException {
        RaftCluster cluster = new RaftCluster(directory, 3, UnaryOperator.identity()).start();
        cluster.running().forEach(node -> links.join(node, /* leads= */ true));
        return cluster;
    }

    private final List<String> words = new ArrayList<>();

    private void write(RaftCluster cluster, int count) {
        for (int i = 0; i < count; i++) {
            String word = "w" + words.size();
            cluster.write(word);
            words.add(word);
        }
    }

    /** Followers that keep up are served over the links by and by. */
    private void writeUntilCarried(RaftCluster cluster) {
        int before = links.carried.get();
        Await.until("entries go over the links", () -> {
            write(cluster, 1);
            return links.carried.get() >= before + 20;
        });
    }

    @Test
    void entries_go_over_the_links() throws Exception {
        try (RaftCluster cluster = cluster()) {
            writeUntilCarried(cluster);
            int before = links.carried.get();
            write(cluster, 20);
            cluster.awaitEverywhere(words);
            assertTrue(links.carried.get() >= before + 40, "each to both followers");
            long term = cluster.leader().consensus().currentTerm();
            for (Node node : cluster.running()) {
                assertEquals(term, node.consensus().currentTerm());
                assertEquals(List.of(), node.stops);
            }
        }
    }

    @Test
    void without_a_link_they_go_over_the_connections_of_ratis() throws Exception {
        try (RaftCluster cluster = cluster()) {
            writeUntilCarried(cluster);
            String leader = cluster.leader().options.node();
            links.cut(leader);
            write(cluster, 20);
            cluster.awaitEverywhere(words);
            links.mend(leader);
            writeUntilCarried(cluster);
            cluster.awaitEverywhere(words);
        }
    }

    @Test
    void a_follower_that_is_silent_is_served_by_ratis() throws Exception {
        try (RaftCluster cluster = cluster()) {
            writeUntilCarried(cluster);
            links.answersLost = true;
            write(cluster, 20);
            cluster.awaitEverywhere(words);
            links.answersLost = false;
            writeUntilCarried(cluster);
            cluster.awaitEverywhere(words);
        }
    }

    @Test
    void an_entry_that_comes_twice_is_there_once() throws Exception {
        try (RaftCluster cluster = cluster()) {
            links.twice = true;
            writeUntilCarried(cluster);
            write(cluster, 20);
            cluster.awaitEverywhere(words);
        }
    }

    @Test
    void a_follower_that_was_away_catches_up_and_is_served_over_its_link_again() throws Exception {
        try (RaftCluster cluster = cluster()) {
            writeUntilCarried(cluster);
            Node follower = cluster.follower();
            links.leave(follower.options.node());
            cluster.kill(List.of(follower));
            write(cluster, 20);

            Node again = cluster.start(follower.options.node());
            links.join(again, true);
            cluster.awaitEverywhere(words);
            writeUntilCarried(cluster);
            cluster.awaitEverywhere(words);
        }
    }

    @Test
    void when_the_leader_is_gone_the_next_one_uses_its_own_links() throws Exception {
        try (RaftCluster cluster = cluster()) {
            writeUntilCarried(cluster);
            Node leader = cluster.leader();
            links.leave(leader.options.node());
            cluster.kill(List.of(leader));
            writeUntilCarried(cluster);
            cluster.awaitEverywhere(words);
        }
    }

    @Test
    void followers_of_an_earlier_release_are_served_by_ratis_alone() throws Exception {
        try (RaftCluster cluster = new RaftCluster(directory, 3, UnaryOperator.identity()).start()) {
            cluster.running().forEach(links::joinDeaf);
            links.join(cluster.leader(), /* leads= */ true);
            write(cluster, 20);
            cluster.awaitEverywhere(words);
            assertEquals(0, links.carried.get());
        }
    }

    @Test
    void a_leader_that_is_not_set_to_it_sends_nothing_over_links() throws Exception {
        try (RaftCluster cluster = new RaftCluster(directory, 3, UnaryOperator.identity()).start()) {
            cluster.running().forEach(node -> links.join(node, /* leads= */ false));
            write(cluster, 20);
            cluster.awaitEverywhere(words);
            assertEquals(0, links.carried.get());
        }
    }
}

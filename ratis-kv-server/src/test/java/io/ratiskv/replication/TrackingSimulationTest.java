package io.ratiskv.replication;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.Reply;
import io.ratiskv.api.Request;
import io.ratiskv.local.LocalReplicator;
import io.ratiskv.resp.Conversation;
import io.ratiskv.resp.Outlet;
import io.ratiskv.session.Aftermath;
import io.ratiskv.session.Credentials;
import io.ratiskv.session.PubSub;
import io.ratiskv.session.SessionSettings;
import io.ratiskv.session.Sessions;
import io.ratiskv.session.TestNode;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/**
 * Seeded histories of clients that keep what they read, on three nodes whose leaders are replaced while messages are lost:
 * when all is quiet no client keeps what is no more so, whoever changed it, where and how. The seed is in the failure;
 * {@code -Dratiskv.simulation.seed=N} runs it alone.
 */
class TrackingSimulationTest {
    private static final long MILLI = 1_000_000L;
    private static final int KEYS = 6;
    private static final int ROUNDS = 6;
    private static final int SEEDS = 25;

    @Test
    void no_client_keeps_what_has_changed() {
        Long alone = Long.getLong("ratiskv.simulation.seed");
        if (alone != null) {
            new History(alone).check();
            return;
        }
        int kept = 0;
        int dropped = 0;
        for (long seed = 1; seed <= SEEDS; seed++) {
            History history = new History(seed);
            history.check();
            kept += history.kept;
            dropped += history.dropped;
        }
        int compared = kept;
        int invalidated = dropped;
        assertTrue(compared > SEEDS * 20, () -> "only " + compared + " copies were compared");
        assertTrue(invalidated > SEEDS * 100, () -> "only " + invalidated + " copies were dropped");
    }

    private static final class History {
        private final long seed;
        private final SplittableRandom random;
        private final Map<String, Aftermath> aftermaths = new HashMap<>();
        private final SimulatedShard cluster;
        private final List<CachingClient> clients = new ArrayList<>();
        private boolean quiet;
        private int written;
        int kept;
        int dropped;

        History(long seed) {
            this.seed = seed;
            this.random = new SplittableRandom(seed * 37 + 11);
            this.cluster = new SimulatedShard(
                    seed,
                    3,
                    seed % 5 == 0,
                    id -> (effects, index, origins) -> aftermath(id).happened(effects, index, origins));
            cluster.lossRate = seed % 2 == 0 ? 0.02 : 0;
            for (String id : cluster.ids) {
                Loop loop = cluster.time.loop(5_000);
                Aftermath aftermath =
                        new Aftermath(loop, new PubSub(loop, nobody()), cluster.state(id)::reportInvalidations);
                aftermaths.put(id, aftermath);
                TestNode node = new TestNode(new LocalReplicator(loop, cluster.time::nowMillis));
                Sessions sessions = new Sessions(
                        cluster.state(id).ask(machine -> machine.commands()),
                        cluster.shard(id).intake(),
                        loop,
                        node,
                        node,
                        Credentials.NONE,
                        aftermath,
                        SessionSettings.defaults(),
                        null);
                for (String mode : List.of("", "NOLOOP", "BCAST", "BCAST NOLOOP PREFIX k", "OPTIN")) {
                    clients.add(new CachingClient(sessions, mode));
                }
            }
        }

        private static Peers nobody() {
            return new Peers() {
                @Override
                public void send(String node, PeerMessage message) {}

                @Override
                public boolean connected(String node) {
                    return false;
                }

                @Override
                public CompletableFuture<Identity> identify(String address) {
                    return CompletableFuture.failedFuture(new UnsupportedOperationException());
                }
            };
        }

        private Aftermath aftermath(String id) {
            return Objects.requireNonNull(aftermaths.get(id));
        }

        void check() {
            cluster.raft.elect();
            cluster.time.runFor(100 * MILLI);
            for (int round = 0; round < ROUNDS; round++) {
                quiet = false;
                clients.forEach(CachingClient::next);
                cluster.ids.forEach(this::write);
                fault();
                cluster.time.runFor(150 * MILLI);
                quiet = true;
                cluster.raft.healAll();
                cluster.raft.elect();
                cluster.time.runFor(5_000 * MILLI);
                int now = round;
                for (CachingClient client : clients) {
                    client.copies.forEach((key, value) -> {
                        assertEquals(
                                value(key),
                                value,
                                () -> "seed " + seed + ", round " + now + ": " + client + " keeps " + key);
                        kept++;
                    });
                }
            }
            clients.forEach(client -> dropped += client.dropped);
        }

        private Reply value(String key) {
            return Objects.requireNonNull(cluster.state("n1")
                    .ask(machine -> Objects.requireNonNull(machine.query(Request.of("GET", key), Long.MIN_VALUE))));
        }

        private String someKey() {
            return "k" + random.nextInt(KEYS);
        }

        private void write(String node) {
            if (quiet) {
                return;
            }
            String key = someKey();
            String[] words = switch (random.nextInt(40)) {
                case 0 -> new String[] {"FLUSHALL"};
                case 1, 2, 3 -> new String[] {"DEL", key, someKey()};
                case 4, 5, 6 -> new String[] {"SET", key, "v" + written++, "PX", "" + (1 + random.nextInt(30))};
                case 7, 8 -> new String[] {"RENAME", key, someKey()};
                case 9, 10 -> new String[] {"PEXPIRE", key, "" + random.nextInt(30)};
                default -> new String[] {"SET", key, "v" + written++};
            };
            cluster.request(
                    node, true, reply -> cluster.time.after(random.nextLong(6 * MILLI), () -> write(node)), words);
        }

        private void fault() {
            if (quiet) {
                return;
            }
            switch (random.nextInt(6)) {
                case 0 -> cluster.raft.cut(cluster.ids.get(random.nextInt(cluster.ids.size())));
                case 1, 2 -> cluster.raft.healAll();
                default -> cluster.raft.elect();
            }
            cluster.time.after(random.nextLong(10 * MILLI, 80 * MILLI), this::fault);
        }

        /** Reads keys, keeps what it read, and drops it when it is told to. */
        private final class CachingClient implements Outlet {
            final Map<String, Reply> copies = new LinkedHashMap<>();
            private final Deque<String[]> asked = new ArrayDeque<>();
            private final Conversation conversation;
            private final String mode;
            int dropped;

            CachingClient(Sessions sessions, String mode) {
                this.mode = mode;
                this.conversation = begin(sessions);
                ask("HELLO", "3");
                ask(("CLIENT TRACKING ON " + mode).split(" "));
                conversation.turnEnded();
            }

            private Conversation begin(Sessions sessions) {
                return sessions.begin(this);
            }

            void next() {
                if (quiet) {
                    return;
                }
                int requests = 1 + random.nextInt(3);
                for (int i = 0; i < requests; i++) {
                    String key = someKey();
                    switch (random.nextInt(8)) {
                        case 0 -> ask("SET", key, "c" + written++);
                        case 1 -> {
                            ask("MULTI");
                            ask("GET", key);
                            if (!mode.contains("NOLOOP")) {
                                ask("SET", someKey(), "m" + written++);
                            }
                            ask("EXEC", key);
                        }
                        default -> {
                            if (mode.equals("OPTIN")) {
                                ask("CLIENT", "CACHING", "YES");
                            }
                            ask("GET", key);
                        }
                    }
                }
                conversation.turnEnded();
                cluster.time.after(random.nextLong(4 * MILLI), this::next);
            }

            /** The last word of EXEC is for this client alone: the key that the transaction reads. */
            private void ask(String... words) {
                asked.add(words);
                int sent = words[0].equals("EXEC") ? 1 : words.length;
                conversation.request(
                        Arrays.stream(words).limit(sent).map(Bytes::of).toArray(Bytes[]::new));
            }

            @Override
            public void write(Reply reply, int protocol) {
                if (reply instanceof Reply.Push push) {
                    told(push.elements().get(1));
                    return;
                }
                String[] words = asked.remove();
                boolean optIn = mode.equals("OPTIN");
                if (reply instanceof Reply.Failure) {
                    // It may or may not have been written.
                    copies.remove(words[1]);
                    return;
                }
                if (reply.equals(Reply.QUEUED)) {
                    return;
                }
                switch (words[0]) {
                    case "GET" -> copies.put(words[1], reply);
                    case "EXEC" -> {
                        if (!optIn && reply instanceof Reply.Array results) {
                            copies.put(words[1], results.elements().get(0));
                        }
                    }
                    case "SET" -> {
                        // It hears nothing of its own writes, so it keeps them where it kept what was before.
                        if (mode.contains("NOLOOP") && copies.containsKey(words[1])) {
                            copies.put(words[1], Reply.bulk(words[2]));
                        }
                    }
                    default -> {}
                }
            }

            private void told(Reply keys) {
                if (keys instanceof Reply.Array some) {
                    for (Reply key : some.elements()) {
                        dropped += copies.remove(((Reply.Bulk) key).value().utf8()) == null ? 0 : 1;
                    }
                } else {
                    dropped += copies.size();
                    copies.clear();
                }
            }

            @Override
            public void flush() {}

            @Override
            public boolean congested() {
                return false;
            }

            @Override
            public void reading(boolean wanted) {}

            @Override
            public void closeAfterFlush() {}

            @Override
            public void close() {}

            @Override
            public long pendingBytes() {
                return 0;
            }

            @Override
            public String remoteAddress() {
                return "127.0.0.1:50000";
            }

            @Override
            public String localAddress() {
                return "127.0.0.1:6379";
            }

            @Override
            public String toString() {
                return "a client in mode '" + mode + "'";
            }
        }
    }
}

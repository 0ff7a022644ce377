package io.ratiskv.cluster;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.Reply;
import io.ratiskv.transcript.SocketSubject;
import io.ratiskv.transcript.Subject;
import io.ratiskv.transcript.TranscriptRunner;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** What commands do, seen by clients of three real nodes; afterwards all three hold the same. */
@Tag("alone")
class TranscriptsOnThreeNodesTest {
    private static final String KIND = "server";

    @TempDir
    private static Path directory = Path.of("");

    private static Processes cluster;
    private static Nodes nodes;

    @BeforeAll
    static void start() throws IOException {
        // Scripts that run into their limit take seconds on nodes that C2 compiles nothing for.
        List<String> arguments = List.of("--enable-debug-command", "yes", "--request-timeout-millis", "60000");
        cluster = new Processes(3, directory, "256m", arguments);
        cluster.startAll();
        cluster.awaitAllServing();
        nodes = new Nodes(cluster);
    }

    @AfterAll
    static void stop() throws IOException {
        try {
            cluster.await(
                    "all nodes applied the same", 20, () -> digests().distinct().count() == 1);
        } finally {
            nodes.close();
            cluster.close();
        }
    }

    @TestFactory
    Stream<DynamicContainer> three_nodes_reply_as_written() {
        return TranscriptRunner.all(nodes);
    }

    private static Stream<String> digests() {
        return Stream.of(1, 2, 3)
                .map(node -> String.valueOf(cluster.raftStatus(node).get("digest")));
    }

    /** Sections take turns at the nodes, each with a connection of its own. */
    private static final class Nodes implements Subject {
        private final Processes cluster;
        private SocketSubject connection;
        private int begun;

        Nodes(Processes cluster) throws IOException {
            this.cluster = cluster;
            this.connection = new SocketSubject(KIND, cluster.respPort(1));
        }

        @Override
        public String kind() {
            return KIND;
        }

        @Override
        public boolean keepsClock() {
            return false;
        }

        /** Of what FLUSHALL leaves, users alone are in the way of what follows. */
        @Override
        public void begin() throws IOException {
            connection.close();
            connection = new SocketSubject(KIND, cluster.respPort(1 + begun++ % cluster.count()));
            connection.begin();
            Reply users = call(0, words("ACL", "USERS"));
            for (Reply user : ((Reply.Array) users).elements()) {
                call(0, words("ACL", "DELUSER", ((Reply.Bulk) user).value().utf8()));
            }
        }

        private static Bytes[] words(String... words) {
            return Stream.of(words).map(Bytes::of).toArray(Bytes[]::new);
        }

        @Override
        public Reply call(long atMillis, Bytes[] words) throws IOException {
            return connection.call(atMillis, words);
        }

        @Override
        public void close() throws IOException {
            connection.close();
        }
    }
}

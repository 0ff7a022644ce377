package io.ratiskv.session;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.Reply;
import io.ratiskv.local.LocalReplicator;
import io.ratiskv.resp.NettyLoop;
import io.ratiskv.resp.RespServer;
import io.ratiskv.resp.RespSettings;
import io.ratiskv.transcript.SocketSubject;
import io.ratiskv.transcript.Subject;
import io.ratiskv.transcript.TranscriptRunner;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.TestFactory;

/** What commands do, seen by a client. */
class TranscriptsOverSocketsTest {
    private final TimedServer server = new TimedServer();

    @AfterEach
    void stop() throws IOException {
        server.close();
    }

    @TestFactory
    Stream<DynamicContainer> a_server_replies_as_written() {
        return TranscriptRunner.all(server);
    }

    /** A server over a state in process, whose clock the transcript sets; each section gets a new one. */
    private static final class TimedServer implements Subject {
        private final AtomicLong clockMillis = new AtomicLong();
        private @Nullable NettyLoop loop;
        private @Nullable Subject client;

        @Override
        public String kind() {
            return "server";
        }

        @Override
        public boolean keepsClock() {
            return true;
        }

        @Override
        public void begin() throws IOException {
            close();
            clockMillis.set(0);
            NettyLoop started = NettyLoop.start("transcripts");
            LocalReplicator replicator = new LocalReplicator(started, clockMillis::get);
            TestNode node = new TestNode(replicator);
            Aftermath aftermath = new Aftermath(started, new PubSub(started, NoPeers.INSTANCE), wanted -> {});
            replicator.listen(aftermath);
            Sessions sessions = new Sessions(
                    replicator.machine().commands(),
                    replicator,
                    started,
                    node,
                    node,
                    Credentials.NONE,
                    aftermath,
                    SessionSettings.defaults(),
                    null);
            InetSocketAddress anyPort = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
            RespServer server = sessions.listen(started, RespSettings.defaults(anyPort), null);
            loop = started;
            client = new SocketSubject("server", server.address().getPort());
        }

        @Override
        public Reply call(long atMillis, Bytes[] words) throws IOException {
            clockMillis.set(atMillis);
            if (client == null) {
                throw new IllegalStateException("not begun");
            }
            return client.call(atMillis, words);
        }

        @Override
        public void close() throws IOException {
            if (client != null) {
                client.close();
            }
            if (loop != null) {
                loop.close();
            }
        }
    }
}

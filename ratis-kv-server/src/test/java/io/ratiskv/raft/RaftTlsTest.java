package io.ratiskv.raft;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.ratiskv.raft.RaftCluster.Node;
import io.ratiskv.tls.TestAuthority;
import io.ratiskv.tls.Tls;
import io.ratiskv.tls.TlsFiles;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The links between nodes with mutual TLS. */
class RaftTlsTest {
    @TempDir
    Path directory;

    private Tls issue(TestAuthority authority, String node) throws Exception {
        return Tls.load(authority.issue(node, directory, TlsFiles.ClientAuth.YES));
    }

    @Test
    void nodes_with_certificates_of_one_authority_agree_and_nobody_else_gets_in() throws Exception {
        TestAuthority ours = new TestAuthority("ours");
        TestAuthority theirs = new TestAuthority("theirs");
        Map<String, Tls> own = Map.of("n1", issue(ours, "n1"), "n2", issue(ours, "n2"), "n3", issue(theirs, "n3"));
        try (RaftCluster cluster = new RaftCluster(
                directory, 3, options -> options.withTls(Objects.requireNonNull(own.get(options.node()))))) {
            cluster.start();
            cluster.write("a");
            List<Node> trusted = List.of(cluster.node("n1"), cluster.node("n2"));
            for (Node node : trusted) {
                Await.until("applied", () -> node.replica.words().equals(List.of("a")));
            }
            Node foreign = cluster.node("n3");
            assertEquals(List.of(), foreign.replica.words());
            assertEquals(0, foreign.consensus().currentTerm(), "it was told nothing");

            int port = cluster.node("n1").options.self().port();
            assertFalse(talks(new Socket(InetAddress.getLoopbackAddress(), port)), "plain text");
            SSLContext withoutCertificate = SSLContext.getInstance("TLS");
            withoutCertificate.init(
                    null,
                    new TrustManager[] {Objects.requireNonNull(own.get("n1")).trustManager()},
                    null);
            SSLSocket socket = (SSLSocket)
                    withoutCertificate.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), port);
            assertFalse(talks(socket), "no certificate");
        }
    }

    /** Sends what opens HTTP/2; true if the other side answers in kind, false if it refuses, politely or not. */
    private static boolean talks(Socket socket) throws IOException {
        try (socket) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            socket.getOutputStream().write(new byte[] {0, 0, 0, 4, 0, 0, 0, 0, 0});
            socket.getOutputStream().flush();
            return socket.getInputStream().read() == 0;
        } catch (SSLException | SocketException refused) {
            return false;
        }
    }
}

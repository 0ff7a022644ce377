package io.ratiskv.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.Reply;
import io.ratiskv.tls.TestAuthority;
import io.ratiskv.tls.Tls;
import io.ratiskv.tls.TlsFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.UnaryOperator;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The RESP port under TLS. */
@Timeout(60)
class RespTlsTest {
    @TempDir
    Path directory;

    @Test
    void requests_and_large_replies_pass() throws Exception {
        Tls tls = Tls.load(new TestAuthority("cluster").issue("n1", directory, TlsFiles.ClientAuth.NO));
        try (TestServer server = new TestServer(Credentials.NONE, UnaryOperator.identity(), tls);
                TestClient client = new TestClient(socket(tls.context(), server))) {
            String value = "v".repeat(3 << 20);
            assertEquals(Reply.OK, client.ask("SET", "k", value));
            assertEquals(Reply.bulk(Bytes.of(value)), client.ask("GET", "k"));
            client.send("INCR", "n");
            client.send("PING");
            assertEquals(Reply.of(1), client.read());
            assertEquals(Reply.PONG, client.read());
        }
    }

    @Test
    void a_client_without_a_certificate_is_refused_where_one_is_asked_for() throws Exception {
        TestAuthority authority = new TestAuthority("cluster");
        Tls tls = Tls.load(authority.issue("n1", directory, TlsFiles.ClientAuth.YES));
        Tls known = Tls.load(authority.issue("client", directory, TlsFiles.ClientAuth.NO));
        SSLContext anonymous = SSLContext.getInstance("TLS");
        anonymous.init(null, new TrustManager[] {tls.trustManager()}, null);
        try (TestServer server = new TestServer(Credentials.NONE, UnaryOperator.identity(), tls)) {
            try (TestClient client = new TestClient(socket(known.context(), server))) {
                assertEquals(Reply.PONG, client.ask("PING"));
            }
            assertThrows(IOException.class, () -> {
                try (TestClient stranger = new TestClient(socket(anonymous, server))) {
                    stranger.ask("PING");
                }
            });
            assertThrows(IOException.class, () -> {
                try (TestClient plain = new TestClient(server.port())) {
                    plain.ask("PING");
                }
            });
        }
    }

    private static SSLSocket socket(SSLContext context, TestServer server) throws IOException {
        return (SSLSocket) context.getSocketFactory().createSocket("127.0.0.1", server.port());
    }
}

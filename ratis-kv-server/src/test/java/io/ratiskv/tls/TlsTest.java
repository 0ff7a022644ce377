package io.ratiskv.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ratiskv.tls.TlsFiles.ClientAuth;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;

@TestInstance(Lifecycle.PER_CLASS)
final class TlsTest {
    private Path directory;
    private TlsFiles node;
    private TlsFiles other;
    private TlsFiles expired;
    private TlsFiles stranger;

    @BeforeAll
    void issue(@TempDir Path directory) throws Exception {
        this.directory = directory;
        TestAuthority authority = new TestAuthority("authority");
        node = authority.issue("n1", directory, ClientAuth.OPTIONAL);
        KeyPairGenerator rsa = KeyPairGenerator.getInstance("RSA");
        rsa.initialize(2048);
        KeyPair rsaKeys = rsa.generateKeyPair();
        other = authority.issue(
                "n2", directory, ClientAuth.OPTIONAL, rsaKeys, Instant.now().plusSeconds(3_600));
        expired = authority.issue(
                "n3", directory, ClientAuth.OPTIONAL, rsaKeys, Instant.now().minusSeconds(3_600));
        stranger = new TestAuthority("elsewhere").issue("x1", directory, ClientAuth.OPTIONAL);
    }

    @Test
    void nodes_of_one_authority_greet_each_other_over_tls_1_3() throws Exception {
        assertEquals("TLSv1.3", greet(Tls.load(node), Tls.load(other)));
        assertEquals("TLSv1.3", greet(Tls.load(other), Tls.load(node)));
    }

    @Test
    void a_node_of_another_authority_is_refused_by_either_side() throws Exception {
        Tls ours = Tls.load(node);
        Tls theirs =
                Tls.load(new TlsFiles(stranger.certificate(), stranger.key(), node.authorities(), ClientAuth.OPTIONAL));
        assertThrows(SSLException.class, () -> greet(ours, theirs));
        assertThrows(SSLException.class, () -> greet(theirs, ours));
    }

    @Test
    void every_problem_names_its_file() throws IOException {
        Path absent = directory.resolve("absent.pem");
        Path noise = Files.writeString(directory.resolve("noise.pem"), "not a certificate");
        Path sec1 = Files.writeString(
                directory.resolve("sec1.pem"), "-----BEGIN EC PRIVATE KEY-----\nMHc=\n-----END EC PRIVATE KEY-----\n");
        Path certificate = node.certificate();

        assertEquals(List.of(), Tls.check(node));
        assertEquals(List.of(), Tls.check(other));
        assertProblem(Tls.File.CERTIFICATE, "absent.pem", new TlsFiles(absent, node.key(), null, ClientAuth.NO));
        assertProblem(Tls.File.CERTIFICATE, "noise.pem", new TlsFiles(noise, node.key(), null, ClientAuth.NO));
        assertProblem(Tls.File.CERTIFICATE, "n3.crt", expired);
        assertProblem(Tls.File.KEY, "absent.pem", new TlsFiles(certificate, absent, null, ClientAuth.NO));
        assertProblem(Tls.File.KEY, "PKCS #8", new TlsFiles(certificate, sec1, null, ClientAuth.NO));
        assertProblem(
                Tls.File.KEY, "is not the private key", new TlsFiles(certificate, other.key(), null, ClientAuth.NO));
        assertProblem(Tls.File.AUTHORITIES, "noise.pem", new TlsFiles(certificate, node.key(), noise, ClientAuth.NO));
        assertThrows(GeneralSecurityException.class, () -> Tls.load(expired));
    }

    @Test
    void without_authorities_nobody_is_verified() throws Exception {
        Tls alone = Tls.load(new TlsFiles(node.certificate(), node.key(), null, ClientAuth.OPTIONAL));
        assertFalse(alone.isMutual());
        assertEquals(ClientAuth.NO, alone.clientAuth());
        assertThrows(IllegalStateException.class, alone::trustManager);
    }

    @Test
    void every_cipher_suite_is_known_to_the_jdk_and_authenticates_what_it_encrypts() throws Exception {
        List<String> known =
                List.of(Tls.load(node).context().getSupportedSSLParameters().getCipherSuites());
        for (String suite : Tls.cipherSuites()) {
            assertTrue(known.contains(suite), suite);
            assertTrue(suite.contains("_GCM_") || suite.contains("_POLY1305_"), suite);
        }
    }

    private static void assertProblem(Tls.File file, String words, TlsFiles files) {
        List<Tls.Problem> problems = Tls.check(files);
        assertEquals(1, problems.size(), problems.toString());
        assertEquals(file, problems.get(0).file(), problems.toString());
        assertTrue(problems.get(0).message().contains(words), problems.toString());
    }

    /** One byte from client to server and back with certificates on both sides; the protocol version. */
    private static String greet(Tls server, Tls client) throws Exception {
        SSLParameters clientSide = parameters();
        clientSide.setEndpointIdentificationAlgorithm("HTTPS");
        SSLParameters serverSide = parameters();
        serverSide.setNeedClientAuth(true);
        try (SSLServerSocket listener =
                (SSLServerSocket) server.context().getServerSocketFactory().createServerSocket(0)) {
            listener.setSSLParameters(serverSide);
            CompletableFuture<Optional<IOException>> echo = CompletableFuture.supplyAsync(() -> {
                try (SSLSocket accepted = (SSLSocket) listener.accept()) {
                    accepted.getOutputStream().write(accepted.getInputStream().read());
                    return Optional.empty();
                } catch (IOException refused) {
                    return Optional.of(refused);
                }
            });
            try (SSLSocket socket = (SSLSocket)
                    client.context().getSocketFactory().createSocket("127.0.0.1", listener.getLocalPort())) {
                socket.setSSLParameters(clientSide);
                socket.getOutputStream().write(7);
                assertEquals(7, socket.getInputStream().read());
                return socket.getSession().getProtocol();
            } catch (IOException refused) {
                // Who refuses knows why; the other may only find the connection gone.
                if (refused instanceof SSLException) throw refused;
                throw echo.join().orElse(refused);
            }
        }
    }

    private static SSLParameters parameters() {
        return new SSLParameters(
                Tls.cipherSuites().toArray(String[]::new), Tls.protocols().toArray(String[]::new));
    }
}

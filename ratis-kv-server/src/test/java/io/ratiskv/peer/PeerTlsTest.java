package io.ratiskv.peer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ratiskv.replication.PeerMessage.Propose;
import io.ratiskv.tls.TestAuthority;
import io.ratiskv.tls.Tls;
import io.ratiskv.tls.TlsFiles;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PeerTlsTest {
    @TempDir
    Path directory;

    private final List<TestNode> open = new ArrayList<>();

    @AfterEach
    void close() {
        open.forEach(TestNode::close);
    }

    @Test
    void nodes_with_certificates_of_one_authority_are_linked() throws Exception {
        TestAuthority authority = new TestAuthority("cluster");
        Map<String, InetSocketAddress> addresses = TestNode.addresses("n1", "n2");
        TestNode n1 = start("n1", addresses, certificate(authority, "n1"));
        TestNode n2 = start("n2", addresses, certificate(authority, "n2"));
        n1.awaitLinked("n2");
        n2.awaitLinked("n1");

        n1.send("n2", new Propose(1, 2, new byte[1_000_000]));
        assertEquals(1_000_000, ((Propose) n2.next().message()).entry().length);
    }

    @Test
    void a_certificate_of_another_authority_is_refused() throws Exception {
        Map<String, InetSocketAddress> addresses = TestNode.addresses("n1", "n2");
        TestNode n1 = start("n1", addresses, certificate(new TestAuthority("cluster"), "n1"));
        TestNode n2 = start("n2", addresses, certificate(new TestAuthority("stranger"), "n2"));
        assertNotLinked(n1, n2);
    }

    @Test
    void a_node_without_a_certificate_is_refused() throws Exception {
        Map<String, InetSocketAddress> addresses = TestNode.addresses("n1", "n2");
        TestNode n1 = start("n1", addresses, certificate(new TestAuthority("cluster"), "n1"));
        TestNode n2 = start("n2", addresses, null);
        assertNotLinked(n1, n2);
    }

    @Test
    void links_without_authorities_are_a_mistake() throws Exception {
        TlsFiles files = new TestAuthority("cluster").issue("n1", directory, TlsFiles.ClientAuth.NO);
        Tls oneSided = Tls.load(new TlsFiles(files.certificate(), files.key(), null, TlsFiles.ClientAuth.NO));
        InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        assertThrows(
                IllegalArgumentException.class, () -> new LinkSettings("n1", "c", any, Map.of("n2", any), oneSided));
    }

    private static void assertNotLinked(TestNode one, TestNode other) throws InterruptedException {
        one.send(other.id(), new Propose(1, 1, new byte[1]));
        other.send(one.id(), new Propose(1, 1, new byte[1]));
        assertTrue(one.hearsNothing(1_000));
        assertTrue(other.hearsNothing(1));
        assertFalse(one.links().connected(other.id()));
        assertFalse(other.links().connected(one.id()));
    }

    private Tls certificate(TestAuthority authority, String node) throws Exception {
        return Tls.load(authority.issue(node, directory, TlsFiles.ClientAuth.NO));
    }

    private TestNode start(String id, Map<String, InetSocketAddress> addresses, @Nullable Tls tls) throws Exception {
        TestNode node = TestNode.start(id, "c", addresses, tls);
        open.add(node);
        return node;
    }
}

package io.ratiskv.raft;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.ratis.server.storage.RaftStorageDirectory;

/**
 * How a node takes its data directory and opens what is in it: with a message for the operator where Ratis has none, and
 * again where only an end that was torn while it was written had to be cut. Stateless; the thread that starts the node.
 */
final class Opening {
    /** Opens the log in a directory that is this node's. */
    @FunctionalInterface
    interface Attempt {
        RatisConsensus open(NodeIdentity identity) throws IOException;
    }

    private Opening() {}

    /** @throws IOException with a message for the operator, if this node cannot or must not start on this directory */
    static RatisConsensus open(RaftOptions options, DirectorySync directorySync, Attempt attempt) throws IOException {
        checkPort(options);
        NodeIdentity identity = claim(options, directorySync);
        try {
            Files.createDirectories(options.storage());
            Path current = options.groupDirectory().resolve(RaftStorageDirectory.CURRENT_DIR_NAME);
            MetadataFile.restoreBoth(current, directorySync);
            SegmentDurability.storeAgain(current);
            return openTwiceIfTorn(options, identity, attempt);
        } catch (IOException | RuntimeException e) {
            identity.close();
            throw new IOException(operatorsMessage(e), e);
        }
    }

    private static NodeIdentity claim(RaftOptions options, DirectorySync directorySync) throws IOException {
        try {
            return NodeIdentity.claim(options, directorySync);
        } catch (RefusedStartException | RemovedException refused) {
            throw refused;
        } catch (IOException e) {
            throw new IOException("data directory " + options.directory() + " cannot be used: " + e.getMessage(), e);
        }
    }

    private static RatisConsensus openTwiceIfTorn(RaftOptions options, NodeIdentity identity, Attempt attempt)
            throws IOException {
        try {
            return attempt.open(identity);
        } catch (IOException | RuntimeException e) {
            if (!TornTail.cut(options)) {
                throw e;
            }
            return attempt.open(identity);
        }
    }

    /** Ratis would end the process by itself, without a word to the operator. */
    private static void checkPort(RaftOptions options) throws IOException {
        String host = options.bindHost() == null ? options.self().host() : options.bindHost();
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(host, options.self().port()));
        } catch (IOException e) {
            throw new IOException(
                    "cannot listen on " + host + ":" + options.self().port() + " for the consensus: " + e.getMessage(),
                    e);
        }
    }

    /** Ours if it was us who refused, else that of what went wrong first: Ratis wraps several times. */
    private static String operatorsMessage(Throwable thrown) {
        Throwable innermost = thrown;
        for (Throwable next = thrown; next != null; next = next.getCause()) {
            if (next instanceof RefusedStartException) {
                return String.valueOf(next.getMessage());
            }
            innermost = next;
        }
        return innermost.getMessage() == null ? innermost.toString() : innermost.getMessage();
    }
}

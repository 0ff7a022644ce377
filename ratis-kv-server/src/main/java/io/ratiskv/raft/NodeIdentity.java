package io.ratiskv.raft;

import java.io.Closeable;
import java.io.IOException;
import java.io.Reader;
import java.io.Writer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Properties;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Whose a data directory is, as {@code node.properties} in it tells, and the lock that keeps a second process out of
 * it. Used by the thread that starts the node; {@link #formatted} by Ratis' starting thread, what is told of membership by
 * any.
 *
 * <p>It knows, too, whether the log was ever made: a directory that should hold one and does not has lost votes and
 * acknowledged entries, and must not start over with an empty log under the old name.
 */
final class NodeIdentity implements Closeable {
    private static final String FILE = "node.properties";
    private static final String LOCK = "node.lock";
    private static final String CONDEMNED = "condemned";
    private static final String REBUILDING = "rebuilding";

    private static final String NODE = "node";
    private static final String CLUSTER = "cluster";
    private static final String INCARNATION = "incarnation";
    private static final String ADDED = "added";
    private static final String REMOVED = "removed";

    private final Path directory;
    private final Properties properties;
    private final FileChannel lockChannel;
    private final DirectorySync directorySync;

    private NodeIdentity(Path directory, Properties properties, FileChannel lockChannel, DirectorySync directorySync) {
        this.directory = directory;
        this.properties = properties;
        this.lockChannel = lockChannel;
        this.directorySync = directorySync;
    }

    /** The cluster that a directory belongs to; null when it belongs to none yet. */
    static @Nullable String clusterOf(Path directory) throws IOException {
        Properties properties = load(directory.resolve(FILE));
        return properties == null ? null : properties.getProperty(CLUSTER);
    }

    /**
     * Takes the directory for this node, making it if there is none.
     *
     * @throws IOException with a message for the operator, if the directory is in use, another node's or another
     *     cluster's, or has lost its log
     */
    static NodeIdentity claim(RaftOptions options, DirectorySync directorySync) throws IOException {
        return open(options, directorySync, identity -> {
            identity.checkSound(options);
            identity.store();
        });
    }

    /**
     * Takes the directory of a node that is to get everything anew.
     *
     * @throws IOException with a message for the operator, if the directory is in use, another's or nobody's
     */
    static NodeIdentity claimDamaged(RaftOptions options, DirectorySync directorySync) throws IOException {
        return open(options, directorySync, identity -> {
            if (!identity.properties.containsKey(formattedKey(options))) {
                throw new RefusedStartException(
                        "data directory " + identity.directory + " never held a log: there is nothing to rebuild",
                        null);
            }
        });
    }

    /**
     * Takes an empty directory, or makes it. It is nobody's until {@link #formatted}.
     *
     * @throws IOException with a message for the operator, if it is in use or not empty
     */
    static NodeIdentity claimEmpty(RaftOptions options, DirectorySync directorySync) throws IOException {
        return open(options, directorySync, identity -> {
            try (Stream<Path> files = Files.list(identity.directory)) {
                if (!files.allMatch(identity.directory.resolve(LOCK)::equals)) {
                    throw new RefusedStartException(
                            "data directory " + identity.directory + " is not empty: a backup is restored into an empty"
                                    + " one",
                            null);
                }
            }
        });
    }

    @FunctionalInterface
    private interface Check {
        void pass(NodeIdentity identity) throws IOException;
    }

    private static NodeIdentity open(RaftOptions options, DirectorySync directorySync, Check check) throws IOException {
        Path directory = options.directory().toAbsolutePath();
        boolean made = !Files.isDirectory(directory);
        Files.createDirectories(directory);
        if (made && directory.getParent() != null) {
            directorySync.sync(directory.getParent());
        }
        FileChannel lockChannel = lock(directory);
        try {
            Properties properties = load(directory.resolve(FILE));
            if (properties == null) {
                if (Files.exists(options.storage())) {
                    throw new RefusedStartException(
                            "data directory " + directory + " holds a log but no " + FILE + " that says whose it is",
                            null);
                }
                properties = new Properties();
                properties.setProperty(NODE, options.node());
                properties.setProperty(CLUSTER, options.cluster());
                if (options.joining()) {
                    properties.setProperty(INCARNATION, UUID.randomUUID().toString());
                }
            } else {
                verifyBelongs(directory, properties);
                verify(directory, properties, NODE, options.node());
                verify(directory, properties, CLUSTER, options.cluster());
                if (options.joining() && !properties.containsKey(INCARNATION)) {
                    throw new RefusedStartException(
                            "data directory " + directory + " is of a node that its cluster began with; start it with"
                                    + " the peers that it had then, not to join",
                            null);
                }
                if (!options.joining() && properties.containsKey(INCARNATION) && !properties.containsKey(ADDED)) {
                    throw new RefusedStartException(
                            "data directory " + directory + " is of a node that waits to be added; start it to join",
                            null);
                }
            }
            NodeIdentity identity = new NodeIdentity(directory, properties, lockChannel, directorySync);
            check.pass(identity);
            return identity;
        } catch (IOException | RuntimeException e) {
            lockChannel.close();
            throw e;
        }
    }

    private void checkSound(RaftOptions options) throws IOException {
        if (properties.containsKey(formattedKey(options)) && !Files.exists(options.groupDirectory())) {
            throw new RefusedStartException(
                    "data directory " + directory + " has lost its log " + options.groupDirectory()
                            + "; to let the node start over, remove it from the cluster, empty the directory and add it"
                            + " again",
                    null);
        }
        String damage = properties.getProperty(CONDEMNED);
        if (damage != null) {
            throw new RefusedStartException(
                    "data directory " + directory + " is not to be used: " + damage + "; " + Rebuild.ADVICE, null);
        }
    }

    /** What is in the directory must not be served again, after a restart neither. Durable when this returns. */
    synchronized void condemn(String reason) throws IOException {
        set(CONDEMNED, reason);
    }

    /** True until everything was got anew from the others. */
    synchronized boolean rebuilding() {
        return properties.containsKey(REBUILDING);
    }

    synchronized void beginRebuild() throws IOException {
        set(REBUILDING, "true");
    }

    /** Nothing of what was condemned is left. */
    synchronized void absolve() throws IOException {
        unset(CONDEMNED);
    }

    synchronized void endRebuild() throws IOException {
        unset(REBUILDING);
    }

    private void set(String key, String value) throws IOException {
        if (!value.equals(properties.setProperty(key, value))) {
            store();
        }
    }

    private void unset(String key) throws IOException {
        if (properties.remove(key) != null) {
            store();
        }
    }

    private static void verifyBelongs(Path directory, Properties properties) throws IOException {
        String removed = properties.getProperty(REMOVED);
        if (removed != null) {
            throw new RemovedException("data directory " + directory + " is of node " + properties.getProperty(NODE)
                    + ", which was removed from its cluster (configuration at index " + removed
                    + "); to let the node join again, empty the directory, start it to join and add it");
        }
    }

    private static void verify(Path directory, Properties properties, String key, String expected) throws IOException {
        String found = properties.getProperty(key);
        if (!expected.equals(found)) {
            throw new RefusedStartException(
                    "data directory " + directory + " belongs to " + key + " " + found + ", not to " + key + " "
                            + expected,
                    null);
        }
    }

    /** The log of this shard exists on the disk from here on. */
    synchronized void formatted(RaftOptions options) throws IOException {
        set(formattedKey(options), "true");
    }

    /** Random name of the directory; empty when the cluster began with this node. */
    synchronized String incarnation() {
        return properties.getProperty(INCARNATION, "");
    }

    /** Whether the node belongs, or belonged, to the group: it did from the beginning, or was added. */
    synchronized boolean wasMember() {
        return !properties.containsKey(INCARNATION) || properties.containsKey(ADDED);
    }

    /** A configuration names the node. */
    synchronized void added() throws IOException {
        if (!wasMember()) {
            properties.setProperty(ADDED, "true");
            store();
        }
    }

    /** The node was removed by the configuration at this index: the directory is good for nothing any more. */
    synchronized void removed(long index) throws IOException {
        properties.setProperty(REMOVED, Long.toString(index));
        store();
    }

    private static String formattedKey(RaftOptions options) {
        return "formatted." + options.shard();
    }

    private static FileChannel lock(Path directory) throws IOException {
        FileChannel channel =
                FileChannel.open(directory.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock;
        try {
            lock = channel.tryLock();
        } catch (OverlappingFileLockException e) {
            lock = null;
        }
        if (lock == null) {
            channel.close();
            throw new RefusedStartException("data directory " + directory + " is in use by a running node", null);
        }
        return channel;
    }

    private static @Nullable Properties load(Path file) throws IOException {
        if (!Files.exists(file)) {
            return null;
        }
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(file)) {
            properties.load(reader);
        }
        return properties;
    }

    private void store() throws IOException {
        Path temporary = directory.resolve(FILE + ".tmp");
        try (Writer writer = Files.newBufferedWriter(temporary, StandardCharsets.UTF_8)) {
            properties.store(writer, "Whose data this is. Not to be edited.");
        }
        DirectorySync.syncFile(temporary);
        Files.move(
                temporary,
                directory.resolve(FILE),
                StandardCopyOption.ATOMIC_MOVE,
                StandardCopyOption.REPLACE_EXISTING);
        directorySync.sync(directory);
    }

    @Override
    public void close() throws IOException {
        lockChannel.close();
    }
}

package io.ratiskv.raft;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.server.storage.RaftStorageDirectory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How a node whose log, snapshots or state are damaged gets everything anew from the others, under its own id. Any
 * thread.
 *
 * <p>Its term and its vote are kept, so it votes in no term twice. But it has forgotten entries that it acknowledged, and
 * a leader elected with its help might lack them. So until it has caught up with a leader that a majority confirmed
 * after the start, it gives no vote and does not stand for election. What it acknowledges meanwhile counts: those
 * entries are in its new log. This is the recovery of Viewstamped Replication (Liskov and Cowling, <i>Viewstamped
 * Replication Revisited</i>, 2012, section 4.3), with what Raft keeps on disk in place of the nonce.
 */
final class Rebuild {
    /** What an operator is told who meets a node that is damaged. */
    static final String ADVICE =
            "to get everything anew from the other nodes, run it once with --rebuild and its usual options, then start it";

    private static final Logger LOG = LoggerFactory.getLogger(Rebuild.class);
    private static final String DISCARDED = "discarded";

    private final NodeIdentity identity;
    private final LongAdder abstentions = new LongAdder();
    private volatile boolean underWay;
    private volatile boolean checked;

    Rebuild(NodeIdentity identity) {
        this.identity = identity;
        this.underWay = identity.rebuilding();
        if (underWay) {
            LOG.warn("this node gets its data anew; it does not vote until it holds everything");
        }
    }

    /** True until {@link #end}. */
    boolean underWay() {
        return underWay;
    }

    /** True while this node gives no vote and does not stand for election. */
    boolean abstains() {
        return underWay || !checked;
    }

    /** It was asked for a vote and gave none. */
    void abstained(String candidate) {
        abstentions.increment();
        LOG.info("{} gets no vote: this node does not know yet whether its log is whole", candidate);
    }

    /** How often a vote was not given. */
    long abstentions() {
        return abstentions.sum();
    }

    /** The log that was found is whole. */
    void checked() {
        checked = true;
    }

    /** Everything is here again. Durable when this returns. */
    void end() throws IOException {
        identity.endRebuild();
        underWay = false;
    }

    /**
     * Moves log and snapshots of a node that does not run out of the way; what an earlier call moved is deleted.
     *
     * @return where they are
     * @throws IOException with a message for the operator; nothing was moved if it is a {@link RefusedStartException}
     */
    static Path begin(RaftOptions options, DirectorySync directorySync) throws IOException {
        Path root = options.groupDirectory();
        Path current = root.resolve(RaftStorageDirectory.CURRENT_DIR_NAME);
        try (NodeIdentity identity = NodeIdentity.claimDamaged(options, directorySync)) {
            MetadataFile.restoreBoth(current, directorySync);
            check(current);
            identity.beginRebuild();
            Path discarded = root.resolve(DISCARDED);
            SnapshotStore.deleteTree(discarded);
            Files.createDirectory(discarded);
            move(current, "log*", discarded);
            move(root, RaftStorageDirectory.STATE_MACHINE_DIR_NAME + "*", discarded);
            Files.deleteIfExists(CommitMark.file(options));
            directorySync.sync(discarded);
            directorySync.sync(current);
            directorySync.sync(root);
            identity.absolve();
            return discarded;
        }
    }

    private static void check(Path current) throws IOException {
        for (String kept : List.of(MetadataFile.VOTE, MetadataFile.CONFIGURATION)) {
            if (!Files.exists(current.resolve(kept))) {
                throw new RefusedStartException(
                        current.resolve(kept)
                                + " is missing, so this node does not know how it voted, or with whom; remove"
                                + " it from the cluster and add it again with an empty data directory",
                        null);
            }
        }
        int members = members(current.resolve(MetadataFile.CONFIGURATION));
        if (members < 3) {
            throw new RefusedStartException(
                    "of " + members + " members no majority is left without this one, and nothing can be got from them;"
                            + " restore a backup",
                    null);
        }
    }

    private static int members(Path configuration) throws IOException {
        try (InputStream in = Files.newInputStream(configuration)) {
            return LogEntryProto.parseFrom(in).getConfigurationEntry().getPeersCount();
        }
    }

    private static void move(Path from, String glob, Path to) throws IOException {
        List<Path> files = new ArrayList<>();
        try (DirectoryStream<Path> matching = Files.newDirectoryStream(from, glob)) {
            matching.forEach(files::add);
        }
        for (Path file : files) {
            Files.move(file, to.resolve(Objects.requireNonNull(file.getFileName())), StandardCopyOption.ATOMIC_MOVE);
        }
    }
}

package io.ratiskv.raft;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Holds back what a node says about its term and its vote until they survive a loss of power. Any thread.
 *
 * <p>Ratis writes both to {@code raft-meta}: a temporary file, synced, renamed over the old one; but it does not sync
 * the directory, so the old file may be back after a loss of power, and the node may vote twice in one term. Every RPC
 * that carries a vote or a term passes here on its way out, after Ratis renamed the file: requests for votes and their
 * replies always, other replies when their term is one that was not synced yet.
 *
 * <p>It also reads the file back: when the write failed, Ratis keeps the new term in memory, goes on with it, and never
 * tries to write it again.
 */
final class VoteDurability {
    private final Path metadataDirectory;
    private final MetadataFile metadata;
    private final DirectorySync directorySync;
    private final FailStop failStop;
    private final AtomicLong syncedTerm = new AtomicLong(-1);

    VoteDurability(Path metadataDirectory, DirectorySync directorySync, FailStop failStop) {
        this.metadataDirectory = metadataDirectory;
        this.metadata = MetadataFile.vote(metadataDirectory);
        this.directorySync = directorySync;
        this.failStop = failStop;
    }

    /**
     * Before a candidacy or the answer to one leaves the node.
     *
     * @throws IOException if the term is not stored; then it must not leave
     */
    void beforeVoteLeaves(long term) throws IOException {
        try {
            metadata.keepIf(stored -> stored >= term);
            directorySync.sync(metadataDirectory);
        } catch (IOException e) {
            failStop.stop("term " + term + " or the vote in it could not be stored in " + metadataDirectory, e);
            throw e;
        }
        syncedTerm.accumulateAndGet(term, Math::max);
    }

    /** Before any other answer that tells this node's term leaves it. */
    void beforeTermLeaves(long term) throws IOException {
        if (term > syncedTerm.get()) {
            beforeVoteLeaves(term);
        }
    }
}

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
 */
final class VoteDurability {
    private final Path metadataDirectory;
    private final DirectorySync directorySync;
    private final FailStop failStop;
    private final AtomicLong syncedTerm = new AtomicLong(-1);

    VoteDurability(Path metadataDirectory, DirectorySync directorySync, FailStop failStop) {
        this.metadataDirectory = metadataDirectory;
        this.directorySync = directorySync;
        this.failStop = failStop;
    }

    /** Before a candidacy or the answer to one leaves the node. */
    void beforeVoteLeaves(long term) throws IOException {
        sync();
        syncedTerm.accumulateAndGet(term, Math::max);
    }

    /** Before any other answer that tells this node's term leaves it. */
    void beforeTermLeaves(long term) throws IOException {
        if (term > syncedTerm.get()) {
            beforeVoteLeaves(term);
        }
    }

    private void sync() throws IOException {
        try {
            directorySync.sync(metadataDirectory);
        } catch (IOException e) {
            failStop.stop("the directory of the vote, " + metadataDirectory + ", cannot be synced", e);
            throw e;
        }
    }
}

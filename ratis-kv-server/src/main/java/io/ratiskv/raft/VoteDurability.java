package io.ratiskv.raft;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

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
    private static final long STORING_NANOS_MAX = 5_000_000_000L;
    private static final long LOOK_NANOS = 2_000_000;

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
            keep(term);
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

    /**
     * A candidate raises its term before it writes it, and others may be answered meanwhile: so what is not stored yet is
     * waited for.
     */
    private void keep(long term) throws IOException {
        long until = System.nanoTime() + STORING_NANOS_MAX;
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    metadata.keepIf(stored -> stored >= term);
                    return;
                } catch (IOException e) {
                    if (System.nanoTime() >= until) {
                        throw e;
                    }
                    interrupted |= Thread.interrupted();
                    LockSupport.parkNanos(LOOK_NANOS);
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}

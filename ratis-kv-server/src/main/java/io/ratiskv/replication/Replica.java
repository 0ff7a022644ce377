package io.ratiskv.replication;

import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What the consensus drives: one replica of the state. {@link #apply}, {@link #skip} and {@link #restore} are called
 * by one thread at a time, in log order; an exception out of them stops the node.
 */
public interface Replica {
    /**
     * A committed entry.
     *
     * @param entry stamped by the leader that appended it; may be kept but not written to, the log shares the array
     */
    void apply(long term, long index, byte[] entry);

    /** A committed entry with nothing for the state: a new leader's first entry, a change of members. */
    void skip(long term, long index);

    /**
     * Replaces the state by a snapshot: at start, or when one was installed by the leader.
     *
     * @throws IOException if the file is damaged or unreadable; the state is as before then
     */
    void restore(Path snapshot, long term, long index) throws IOException;

    /**
     * The node that leads changed, or its term did; null while there is none. Any thread, which may hold locks of the
     * consensus: must not wait.
     */
    void leaderChanged(@Nullable String leader, long term);
}

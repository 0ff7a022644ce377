package io.ratiskv.raft;

import java.io.Closeable;
import java.io.IOException;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Up to which index this node's log is known to be committed and stored, in a file of its own: a log that ends before
 * has lost its end, which its own files cannot tell; one that is damaged behind it was torn by a loss of power while it
 * was written, and may be cut there. Confined to one thread at a time.
 *
 * <p>The file is mapped: raising the mark costs a store, and survives the end of the process at once, a loss of power
 * since the last {@link #force}. It only ever says less than the truth.
 */
final class CommitMark implements Closeable {
    /** The index, and its complement, so that a file that is not ours counts as none. */
    private static final int BYTES = 2 * Long.BYTES;

    private final FileChannel channel;
    private final MappedByteBuffer bytes;
    private boolean forced = true;

    private CommitMark(FileChannel channel, MappedByteBuffer bytes) {
        this.channel = channel;
        this.bytes = bytes;
    }

    /** Where it is kept: not in Ratis' directory, which Ratis makes. */
    static Path file(RaftOptions options) {
        return options.directory().resolve("committed." + options.shard());
    }

    /** Makes the file if there is none. */
    static CommitMark open(Path file) throws IOException {
        FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        return new CommitMark(channel, channel.map(FileChannel.MapMode.READ_WRITE, 0, BYTES));
    }

    /** -1 when nothing is known. */
    long index() {
        long index = bytes.getLong(0);
        return index >= 0 && bytes.getLong(Long.BYTES) == ~index ? index : -1;
    }

    void raise(long index) {
        if (index > index()) {
            bytes.putLong(0, index);
            bytes.putLong(Long.BYTES, ~index);
            forced = false;
        }
    }

    /** What was raised survives a loss of power. */
    void force() {
        if (!forced) {
            bytes.force();
            forced = true;
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}

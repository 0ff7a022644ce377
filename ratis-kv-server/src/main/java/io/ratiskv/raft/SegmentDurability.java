package io.ratiskv.raft;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Sees to it that no entry counts as stored that is not, or whose file's name is not. Confined to the log's writer
 * thread, which also makes, renames and deletes the files; {@link #close} after that thread has ended.
 *
 * <p>Ratis asks its state machine to flush before each flush of the log, on the writer thread, and waits: before the
 * entries count towards a majority, on leader and follower alike. That is where {@link #beforeFlush} is called. It syncs
 * the directory once per file: while the file that is being written is the one seen last time, there is nothing to do.
 * The file seen last time is held open, so that its inode cannot be given to another: a file of the same name that was
 * deleted and made anew, as happens when a new leader overwrites a tail, is told from it. One {@code stat} per flush.
 */
final class SegmentDurability implements Closeable {
    private static final String OPEN_SEGMENTS = "log_inprogress_*";
    private static final int PIECE_BYTES = 1 << 20;

    private final Path directory;
    private final DirectorySync directorySync;

    private @Nullable Path current;
    private @Nullable Object currentKey;
    private @Nullable FileChannel held;

    SegmentDurability(Path directory, DirectorySync directorySync) {
        this.directory = directory;
        this.directorySync = directorySync;
    }

    void beforeFlush() throws IOException {
        if (current != null && currentKey != null && currentKey.equals(key(current))) {
            return;
        }
        close();
        directorySync.sync(directory);
        Path open = openSegment();
        if (open == null) {
            return;
        }
        held = FileChannel.open(open, StandardOpenOption.READ);
        currentKey = key(open);
        current = open;
    }

    /**
     * Before the log is opened: Ratis counts what it finds there as stored. But what a process wrote and had not synced
     * when it ended is in the memory of the operating system alone, and after a sync that failed it stays there: no later
     * sync writes or mentions it. So what may not have been synced is written again, the same bytes in the same place.
     */
    static void storeAgain(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            return;
        }
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, OPEN_SEGMENTS)) {
            for (Path file : files) {
                storeFileAgain(file);
            }
        }
    }

    private static void storeFileAgain(Path file) throws IOException {
        ByteBuffer piece = ByteBuffer.allocateDirect(PIECE_BYTES);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            long at = 0;
            while (channel.read(piece.clear(), at) > 0) {
                piece.flip();
                while (piece.hasRemaining()) {
                    at += channel.write(piece, at);
                }
            }
            channel.force(true);
        } catch (IOException e) {
            throw new RefusedStartException("the log cannot be written: " + file + ": " + e.getMessage(), e);
        }
    }

    private @Nullable Path openSegment() throws IOException {
        Path latest = null;
        long latestStart = -1;
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, OPEN_SEGMENTS)) {
            for (Path file : files) {
                String name = Objects.requireNonNull(file.getFileName()).toString();
                long start = Long.parseLong(name.substring(OPEN_SEGMENTS.length() - 1));
                if (start > latestStart) {
                    latestStart = start;
                    latest = file;
                }
            }
        }
        return latest;
    }

    /** Identifies the file behind a name; null if there is none, or where the platform cannot tell. */
    private static @Nullable Object key(Path file) {
        try {
            return Files.readAttributes(file, BasicFileAttributes.class).fileKey();
        } catch (IOException e) {
            return null;
        }
    }

    @Override
    public void close() throws IOException {
        current = null;
        currentKey = null;
        FileChannel channel = held;
        held = null;
        if (channel != null) {
            channel.close();
        }
    }
}

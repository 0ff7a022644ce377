package io.ratiskv.raft;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;

/**
 * Makes the names in a directory survive a loss of power; syncing a file does not. Any thread.
 *
 * <p>Ratis 3.3.0 syncs no directory at all, so without this a vote, a new file of the log or a snapshot that was synced
 * and renamed can be gone or old after a loss of power.
 */
@FunctionalInterface
interface DirectorySync {
    /** fsync of the directory itself, as POSIX systems allow it. */
    DirectorySync POSIX = directory -> force(directory, StandardOpenOption.READ);

    void sync(Path directory) throws IOException;

    /** Every file and directory below {@code root}, and itself. Nothing if there is none. */
    default void syncTree(Path root) throws IOException {
        if (!Files.isDirectory(root)) {
            return;
        }
        List<Path> paths;
        try (Stream<Path> walk = Files.walk(root)) {
            paths = walk.toList();
        }
        for (Path path : paths) {
            if (Files.isDirectory(path)) {
                sync(path);
            } else {
                syncFile(path);
            }
        }
    }

    static void syncFile(Path file) throws IOException {
        force(file, StandardOpenOption.WRITE);
    }

    /**
     * An interrupt closes a channel in the middle of its work, which says nothing about the disk: Ratis interrupts what
     * still asks for votes once an election is decided. So the work is done again, and the interrupt kept for later.
     */
    private static void force(Path path, OpenOption how) throws IOException {
        boolean interrupted = Thread.interrupted();
        try {
            while (true) {
                try (FileChannel channel = FileChannel.open(path, how)) {
                    channel.force(true);
                    return;
                } catch (ClosedByInterruptException e) {
                    interrupted = true;
                    Thread.interrupted();
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}

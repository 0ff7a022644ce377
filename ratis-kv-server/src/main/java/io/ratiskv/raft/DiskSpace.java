package io.ratiskv.raft;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How much room there is for the log. {@link #look} on one thread, the rest on any.
 *
 * <p>A log that runs into a full disk ends its node. A leader that stops to take writes shortly before goes on to serve
 * reads, can hand over, and takes writes again as soon as there is room, without hands.
 */
final class DiskSpace {
    private static final Logger LOG = LoggerFactory.getLogger(DiskSpace.class);

    private final Path directory;
    private final long reserveBytes;
    private volatile long freeBytes = Long.MAX_VALUE;
    private volatile boolean full;

    /** @param reserveBytes with fewer free the disk counts as full, until an eighth more is */
    DiskSpace(Path directory, long reserveBytes) {
        this.directory = directory;
        this.reserveBytes = reserveBytes;
    }

    /** True when the last look found less than the reserve. */
    boolean full() {
        return full;
    }

    long freeBytes() {
        return freeBytes;
    }

    void look() throws IOException {
        long free = Files.getFileStore(directory).getUsableSpace();
        boolean now = free < (full ? reserveBytes + reserveBytes / 8 : reserveBytes);
        if (now && !full) {
            LOG.error(
                    "{} bytes are free for {}, less than the reserve of {}: this node takes no writes while it leads",
                    free,
                    directory,
                    reserveBytes);
        } else if (full && !now) {
            LOG.info("{} bytes are free for {}: this node takes writes again", free, directory);
        }
        freeBytes = free;
        full = now;
    }
}

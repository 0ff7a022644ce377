package io.ratiskv.raft;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.apache.ratis.server.storage.RaftStorageDirectory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Cuts a log that Ratis refused at its last whole entry, where Raft allows it. Stateless; before the log is opened.
 *
 * <p>Power that fails while entries are written may leave some of their pages and not others. Such entries were never
 * synced, so this node has acknowledged none of them. They are told from entries that went bad later by the {@link
 * CommitMark}: what is up to it was synced. It is at most a second behind when the power fails.
 */
final class TornTail {
    private static final Logger LOG = LoggerFactory.getLogger(TornTail.class);

    private TornTail() {}

    /**
     * @return true if the log was cut and may be opened again; false if its files show no damage
     * @throws RefusedStartException naming file and offset, if what is damaged may have been acknowledged
     */
    static boolean cut(RaftOptions options) throws IOException {
        Path directory = options.groupDirectory().resolve(RaftStorageDirectory.CURRENT_DIR_NAME);
        if (!Files.isDirectory(directory)) {
            return false;
        }
        LogScan.Damage damage = LogScan.firstDamage(directory);
        if (damage == null) {
            return false;
        }
        long stored = storedIndex(CommitMark.file(options));
        if (stored < 0 || damage.index() <= stored || !damage.last()) {
            throw new RefusedStartException(damage + "; " + Rebuild.ADVICE, null);
        }
        LOG.warn(
                "{}. Entries up to {} are known to be stored, so it was torn while it was written, and is cut there",
                damage,
                stored);
        try (FileChannel file = FileChannel.open(damage.file(), StandardOpenOption.WRITE)) {
            file.truncate(damage.offset());
            file.force(true);
        }
        return true;
    }

    private static long storedIndex(Path markFile) throws IOException {
        if (!Files.exists(markFile)) {
            return -1;
        }
        try (CommitMark mark = CommitMark.open(markFile)) {
            return mark.index();
        }
    }
}

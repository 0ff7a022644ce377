package io.ratiskv.raft;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Properties;
import java.util.function.LongPredicate;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file that Ratis replaces as a whole, and the last version of it that was found whole, under a second name. Any thread.
 *
 * <p>Ratis writes a temporary file and renames it over the old one, also when the write failed half way: its {@code
 * AtomicFileOutputStream} renames whenever it is closed. A full or failing disk so leaves an empty or a cut file in the
 * place of a good one, and the node would never start again. What was told to anybody is in the version that is kept
 * here, so the node may go on from that. A second name costs no write where the file system has hard links; Ratis never
 * writes into a file in place.
 */
final class MetadataFile {
    /** The term and the vote in it; its version is the term. */
    static final String VOTE = "raft-meta";

    /** Who the members are; its version is the index of the entry that said so. */
    static final String CONFIGURATION = "raft-meta.conf";

    private static final Logger LOG = LoggerFactory.getLogger(MetadataFile.class);
    private static final String WHOLE = ".whole";

    /** Reads a file as Ratis does. */
    @FunctionalInterface
    private interface Reader {
        /** @throws IOException if it is not whole */
        long version(InputStream in) throws IOException;
    }

    private final Path file;
    private final Path whole;
    private final Reader reader;

    private MetadataFile(Path file, Reader reader) {
        this.file = file;
        this.whole = Path.of(file + WHOLE);
        this.reader = reader;
    }

    static MetadataFile vote(Path directory) {
        return new MetadataFile(directory.resolve(VOTE), MetadataFile::term);
    }

    static MetadataFile configuration(Path directory) {
        return new MetadataFile(directory.resolve(CONFIGURATION), MetadataFile::index);
    }

    /** Before Ratis reads them. */
    static void restoreBoth(Path directory, DirectorySync directorySync) throws IOException {
        for (MetadataFile metadata : new MetadataFile[] {vote(directory), configuration(directory)}) {
            metadata.restore(directory, directorySync);
        }
    }

    /**
     * Keeps what the file says now. Durable once the directory is synced.
     *
     * @throws IOException if the file is not whole or not of such a version: then Ratis could not write it
     */
    synchronized void keepIf(LongPredicate isExpected) throws IOException {
        // First the name, then the look: Ratis may replace the file meanwhile.
        Path link = Path.of(whole + ".new");
        Files.deleteIfExists(link);
        name(link, file);
        long stored = version(link);
        if (!isExpected.test(stored)) {
            throw new IOException(file + " could not be written: it is of version " + stored);
        }
        if (Files.exists(whole) && Files.isSameFile(link, whole)) {
            Files.delete(link);
        } else {
            Files.move(link, whole, StandardCopyOption.ATOMIC_MOVE);
        }
    }

    private static void name(Path link, Path file) throws IOException {
        try {
            Files.createLink(link, file);
        } catch (UnsupportedOperationException | FileSystemException withoutLinks) {
            Files.copy(file, link);
            DirectorySync.syncFile(link);
        }
    }

    private void restore(Path directory, DirectorySync directorySync) throws IOException {
        if (!Files.exists(file) || !Files.exists(whole)) {
            return;
        }
        long stored = versionOrNone(file);
        long kept = versionOrNone(whole);
        if (stored >= kept) {
            return;
        }
        LOG.warn("{} was not written whole: version {}, the last that was, is taken instead", file, kept);
        Path copy = Path.of(file + ".restored");
        Files.copy(whole, copy, StandardCopyOption.REPLACE_EXISTING);
        DirectorySync.syncFile(copy);
        Files.move(copy, file, StandardCopyOption.ATOMIC_MOVE);
        directorySync.sync(directory);
    }

    private long versionOrNone(Path from) {
        try {
            return version(from);
        } catch (IOException damaged) {
            return -1;
        }
    }

    private long version(Path from) throws IOException {
        try (InputStream in = Files.newInputStream(from)) {
            return reader.version(in);
        }
    }

    private static long term(InputStream in) throws IOException {
        Properties properties = new Properties();
        try {
            properties.load(in);
            if (!properties.containsKey("votedFor")) {
                throw new IOException("it says nothing of a vote");
            }
            return Long.parseLong(properties.getProperty("term", ""));
        } catch (IllegalArgumentException e) {
            throw new IOException("it holds no term", e);
        }
    }

    private static long index(InputStream in) throws IOException {
        LogEntryProto entry = LogEntryProto.parseFrom(in);
        if (!entry.hasConfigurationEntry()) {
            throw new IOException("it holds no configuration");
        }
        return entry.getIndex();
    }
}

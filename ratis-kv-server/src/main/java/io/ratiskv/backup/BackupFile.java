package io.ratiskv.backup;

import io.ratiskv.machine.KeyValueStateMachine;
import io.ratiskv.replication.Snapshots;
import io.ratiskv.snapshot.BackupHeader;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A backup that was read whole: every checksum of it holds, and the digest of its keys is what its writer had. Confined to
 * one thread.
 *
 * @param machine the state in it
 */
public record BackupFile(BackupHeader header, KeyValueStateMachine machine) {
    /**
     * Reads it.
     *
     * @param key needed if it is encrypted
     * @throws IOException with a message for the operator that names the file
     */
    public static BackupFile read(Path file, @Nullable BackupKey key) throws IOException {
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
            BackupHeader header = BackupHeader.read(BackupHeader.Kind.BACKUP, in);
            return new BackupFile(header, Snapshots.read(BackupKey.plain(in, header, key)));
        } catch (java.nio.file.NoSuchFileException e) {
            throw new IOException("there is no file " + file, e);
        } catch (IOException e) {
            throw new IOException("backup " + file + ": " + e.getMessage(), e);
        }
    }
}

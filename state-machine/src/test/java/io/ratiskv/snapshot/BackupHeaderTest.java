package io.ratiskv.snapshot;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ratiskv.snapshot.BackupHeader.Kind;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** What a backup begins with, whatever the bytes are. */
class BackupHeaderTest {
    private static final BackupHeader HEADER =
            new BackupHeader(Kind.BACKUP, "a-cluster", "n1", 42, 1_700_000_000_000L, "1.0", "");

    private static BackupHeader read(byte[] bytes) throws IOException {
        return BackupHeader.read(Kind.BACKUP, new ByteArrayInputStream(bytes));
    }

    @Test
    void it_is_text_and_comes_back() throws IOException {
        assertEquals(HEADER, read(HEADER.encode()));
        String text = new String(HEADER.encode(), UTF_8);
        assertTrue(text.startsWith("RATISKV-BACKUP 1\ncluster a-cluster\nnode n1\nindex 42\n"), text);
    }

    @Test
    void nothing_behind_it_is_read() throws IOException {
        byte[] more = Arrays.copyOf(HEADER.encode(), HEADER.encode().length + 1);
        ByteArrayInputStream in = new ByteArrayInputStream(more);
        BackupHeader.read(Kind.BACKUP, in);
        assertEquals(1, in.available());
    }

    @Test
    void damage_anywhere_is_seen() {
        byte[] bytes = HEADER.encode();
        for (int at = 0; at < bytes.length; at++) {
            byte[] damaged = bytes.clone();
            damaged[at] ^= 1;
            assertThrows(IOException.class, () -> read(damaged), "at " + at);
            byte[] cut = Arrays.copyOf(bytes, at);
            assertThrows(IOException.class, () -> read(cut), "cut at " + at);
        }
        assertThrows(IOException.class, () -> read(new byte[10_000]));
        assertThrows(IOException.class, () -> read("\n\n".getBytes(UTF_8)));
    }

    @Test
    void an_archived_file_is_no_backup() {
        assertThrows(
                IOException.class, () -> BackupHeader.read(Kind.ARCHIVE, new ByteArrayInputStream(HEADER.encode())));
    }
}

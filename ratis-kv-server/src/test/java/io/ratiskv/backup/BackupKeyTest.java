package io.ratiskv.backup;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What was encrypted comes back whole, or not at all. */
class BackupKeyTest {
    private static final byte[] HEADER = "a header".getBytes(UTF_8);
    private static final int SEGMENT = BackupKey.SEGMENT_BYTES;
    private static final int ENCRYPTED_SEGMENT = SEGMENT + 16;

    @TempDir
    Path directory;

    private BackupKey key;

    @BeforeEach
    void makeKey() throws IOException {
        key = key("k", "0f".repeat(32) + "\n");
    }

    private BackupKey key(String name, String content) throws IOException {
        return BackupKey.load(Files.writeString(directory.resolve(name), content));
    }

    private static byte[] random(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }

    private byte[] encrypted(byte[] plain) throws IOException {
        return key.encrypting(new ByteArrayInputStream(plain), HEADER).readAllBytes();
    }

    private static byte[] decrypted(BackupKey with, byte[] encrypted, byte[] header) throws IOException {
        return with.decrypting(new ByteArrayInputStream(encrypted), header).readAllBytes();
    }

    private void assertRefused(byte[] encrypted) {
        assertThrows(IOException.class, () -> decrypted(key, encrypted, HEADER));
    }

    @Test
    void any_length_comes_back_and_takes_as_much_as_was_said() throws IOException {
        for (int length : new int[] {0, 1, SEGMENT - 1, SEGMENT, SEGMENT + 1, 3 * SEGMENT, 3 * SEGMENT + 5}) {
            byte[] plain = random(length);
            byte[] encrypted = encrypted(plain);
            assertEquals(BackupKey.encryptedBytes(length), encrypted.length);
            assertArrayEquals(plain, decrypted(key, encrypted, HEADER));
        }
    }

    @Test
    void what_was_changed_anywhere_is_refused() throws IOException {
        byte[] encrypted = encrypted(random(2 * SEGMENT + 100));
        for (int at : new int[] {0, SEGMENT, ENCRYPTED_SEGMENT, encrypted.length - 1}) {
            byte[] flipped = encrypted.clone();
            flipped[at] ^= 1;
            assertRefused(flipped);
        }
    }

    @Test
    void what_was_cut_off_or_put_elsewhere_is_refused() throws IOException {
        byte[] encrypted = encrypted(random(3 * SEGMENT));
        for (int length : new int[] {0, 1, ENCRYPTED_SEGMENT, 2 * ENCRYPTED_SEGMENT, encrypted.length - 1}) {
            assertRefused(Arrays.copyOf(encrypted, length));
        }
        assertRefused(Arrays.copyOf(encrypted, encrypted.length + 1));
        byte[] swapped = encrypted.clone();
        System.arraycopy(encrypted, 0, swapped, ENCRYPTED_SEGMENT, ENCRYPTED_SEGMENT);
        System.arraycopy(encrypted, ENCRYPTED_SEGMENT, swapped, 0, ENCRYPTED_SEGMENT);
        assertRefused(swapped);
    }

    @Test
    void another_key_or_header_does_not_open_it() throws IOException {
        byte[] encrypted = encrypted(random(100));
        BackupKey other = key("other", "0e".repeat(32));
        assertThrows(IOException.class, () -> decrypted(other, encrypted, HEADER));
        assertThrows(IOException.class, () -> decrypted(key, encrypted, "a headeR".getBytes(UTF_8)));
    }

    @Test
    void a_file_without_a_key_is_named_and_its_content_is_not() {
        for (String content : new String[] {"", "0f0f", "0f".repeat(33), "secret".repeat(8), "zz".repeat(32)}) {
            String message = String.valueOf(
                    assertThrows(IOException.class, () -> key("bad", content)).getMessage());
            assertTrue(message.contains(directory.resolve("bad").toString()), message);
            assertFalse(!content.isEmpty() && message.contains(content), message);
        }
        assertThrows(IOException.class, () -> BackupKey.load(directory.resolve("none")));
    }
}

package io.ratiskv.backup;

import io.ratiskv.snapshot.BackupHeader;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * The key that backups and archived entries are encrypted with. Immutable; any thread.
 *
 * <p>Each file has a key of its own, derived from this one and the header of the file, which holds a random salt; so a
 * header that was tampered with makes the file unreadable. What follows the header is a run of segments of
 * {@value #SEGMENT_BYTES} bytes in AES-256-GCM; the nonce of a segment is its number and whether it is the last, so that
 * none can be cut off, moved or left out (the construction STREAM of Hoang, Reyhanitabar, Rogaway and Vizár, <i>Online
 * Authenticated-Encryption and its Nonce-Reuse Misuse-Resistance</i>, 2015).
 */
public final class BackupKey {
    static final int SEGMENT_BYTES = 1 << 16;

    private static final int KEY_BYTES = 32;
    private static final int SALT_BYTES = 16;
    private static final int TAG_BYTES = 16;
    private static final int NONCE_BYTES = 12;
    private static final String MAC = "HmacSHA256";

    private final Key key;

    private BackupKey(byte[] key) {
        this.key = new SecretKeySpec(key, MAC);
    }

    /**
     * Reads a file of {@value #KEY_BYTES} random bytes in hexadecimal digits, as {@code openssl rand -hex 32} prints them.
     *
     * @throws IOException with a message for the operator
     */
    public static BackupKey load(Path file) throws IOException {
        String digits;
        try {
            digits = Files.readString(file).strip();
        } catch (IOException unreadable) {
            throw new IOException("cannot read the key in " + file, unreadable);
        }
        try {
            byte[] key = HexFormat.of().parseHex(digits);
            if (key.length == KEY_BYTES) {
                return new BackupKey(key);
            }
        } catch (IllegalArgumentException notHexadecimal) {
            // The digits are not repeated: they may be a secret of another kind.
        }
        throw new IOException(file + " holds no key: " + 2 * KEY_BYTES
                + " hexadecimal digits are wanted, as openssl rand -hex " + KEY_BYTES + " prints them");
    }

    /** A new one for each file, in hexadecimal digits. */
    public static String randomSalt() {
        byte[] salt = new byte[SALT_BYTES];
        new SecureRandom().nextBytes(salt);
        return HexFormat.of().formatHex(salt);
    }

    /** How long what is encrypted of so many bytes is. */
    public static long encryptedBytes(long plainBytes) {
        long segments = Math.max(1, (plainBytes + SEGMENT_BYTES - 1) / SEGMENT_BYTES);
        return plainBytes + segments * TAG_BYTES;
    }

    /**
     * What is read from it is what {@code plain} gives, encrypted.
     *
     * @param header that no other file has
     */
    public InputStream encrypting(InputStream plain, byte[] header) throws IOException {
        return new Segments(plain, header, Cipher.ENCRYPT_MODE, SEGMENT_BYTES);
    }

    /** What is read from it is what was encrypted; a read fails before it gives anything that was tampered with. */
    public InputStream decrypting(InputStream encrypted, byte[] header) throws IOException {
        return new Segments(encrypted, header, Cipher.DECRYPT_MODE, SEGMENT_BYTES + TAG_BYTES);
    }

    /**
     * What follows the header of a file, in the clear.
     *
     * @param key null when there is none
     */
    public static InputStream plain(InputStream in, BackupHeader header, @Nullable BackupKey key) throws IOException {
        if (header.salt().isEmpty()) {
            return in;
        }
        if (key == null) {
            throw new IOException("it is encrypted: name the file of its key in --backup-key-file");
        }
        return key.decrypting(in, header.encode());
    }

    private Key keyOf(byte[] header) throws IOException {
        try {
            Mac mac = Mac.getInstance(MAC);
            mac.init(key);
            return new SecretKeySpec(mac.doFinal(header), "AES");
        } catch (GeneralSecurityException e) {
            throw new IOException(MAC + " fails", e);
        }
    }

    /** One thread. */
    private final class Segments extends FilterInputStream {
        private final Key fileKey;
        private final int mode;
        private final byte[] taken;

        /** One segment ahead, to know which is the last. */
        private byte[] next;

        private ByteBuffer ready = ByteBuffer.allocate(0);
        private long number;
        private boolean ended;

        Segments(InputStream in, byte[] header, int mode, int segmentBytes) throws IOException {
            super(in);
            this.fileKey = keyOf(header);
            this.mode = mode;
            this.taken = new byte[segmentBytes];
            this.next = take();
        }

        private byte[] take() throws IOException {
            int count = in.readNBytes(taken, 0, taken.length);
            return Arrays.copyOf(taken, count);
        }

        @Override
        public int read() throws IOException {
            return fill() ? ready.get() & 0xff : -1;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            if (length == 0) {
                return 0;
            }
            if (!fill()) {
                return -1;
            }
            int count = Math.min(length, ready.remaining());
            ready.get(target, offset, count);
            return count;
        }

        @Override
        public long skip(long count) {
            throw new UnsupportedOperationException();
        }

        @Override
        public int available() {
            return ready.remaining();
        }

        /** Until there is something to read; false at the end. */
        private boolean fill() throws IOException {
            while (!ready.hasRemaining()) {
                if (ended) {
                    return false;
                }
                byte[] segment = next;
                next = take();
                ended = next.length == 0;
                ready = ByteBuffer.wrap(turned(segment));
            }
            return true;
        }

        private byte[] turned(byte[] segment) throws IOException {
            ByteBuffer nonce = ByteBuffer.allocate(NONCE_BYTES);
            nonce.putLong(number++).put((byte) (ended ? 1 : 0));
            try {
                Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
                cipher.init(mode, fileKey, new GCMParameterSpec(8 * TAG_BYTES, nonce.array()));
                return cipher.doFinal(segment);
            } catch (AEADBadTagException e) {
                if (segment.length == 0) throw new EOFException("it is cut off");
                throw new IOException(
                        "it is not encrypted with this key, or damaged, at byte "
                                + (number - 1) * (SEGMENT_BYTES + TAG_BYTES) + " behind its header",
                        e);
            } catch (GeneralSecurityException e) {
                throw new IOException("AES-256-GCM fails", e);
            }
        }
    }
}

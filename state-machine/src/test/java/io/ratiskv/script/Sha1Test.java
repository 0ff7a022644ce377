package io.ratiskv.script;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.ratiskv.api.Bytes;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** The digest is that of the platform, at every length around the blocks. */
class Sha1Test {
    @Test
    void it_is_sha_1() throws NoSuchAlgorithmException {
        SplittableRandom random = new SplittableRandom(1);
        MessageDigest platform = MessageDigest.getInstance("SHA-1");
        for (int length = 0; length < 300; length++) {
            byte[] bytes = new byte[length + 3];
            random.nextBytes(bytes);
            Bytes message = Bytes.wrap(bytes).slice(2, length);
            assertEquals(HexFormat.of().formatHex(platform.digest(message.toByteArray())), Sha1.hex(message));
        }
    }
}

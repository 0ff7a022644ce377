package io.ratiskv.collect;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class SlotsTest {
    @Test
    void the_checksum_is_that_of_the_specification() {
        assertEquals(0x31c3, Slots.crc16(Words.bytes("123456789"), 0, 9));
    }

    @Test
    void the_slot_is_that_of_a_redis_cluster() {
        assertEquals(12182, slot("foo"));
        assertEquals(5061, slot("bar"));
        assertEquals(0, slot(""));
        assertEquals(0x31c3, slot("123456789"));
    }

    @Test
    void only_the_first_non_empty_tag_counts() {
        assertEquals(12182, slot("{foo}.following"), "all bits of a tag's sum count");
        assertEquals(slot("user1000"), slot("{user1000}.following"));
        assertEquals(slot("user1000"), slot("before{user1000}behind{other}"));
        assertEquals(slot("{bar"), slot("foo{{bar}}zap"));
        assertEquals(slot("bar"), slot("foo{bar}{zap}"));
        assertEquals(crc("foo{}{bar}") & 16383, slot("foo{}{bar}"));
        assertEquals(crc("{open") & 16383, slot("{open"));
        assertEquals(crc("}{") & 16383, slot("}{"));
        assertEquals(crc("}a{b") & 16383, slot("}a{b"));
    }

    @Test
    void eight_bytes_at_once_give_the_same_as_bit_by_bit() {
        long seed = 3;
        SplittableRandom random = new SplittableRandom(seed);
        for (int round = 0; round < 1_000; round++) {
            byte[] bytes = new byte[random.nextInt(50)];
            random.nextBytes(bytes);
            int from = random.nextInt(bytes.length + 1);
            int expected = 0;
            for (int at = from; at < bytes.length; at++) {
                expected ^= (bytes[at] & 0xff) << 8;
                for (int bit = 0; bit < 8; bit++) {
                    expected = (expected & 0x8000) != 0 ? (expected << 1 ^ 0x1021) & 0xffff : expected << 1;
                }
            }
            assertEquals(expected, Slots.crc16(bytes, from, bytes.length), "seed " + seed + ", round " + round);
        }
    }

    @Test
    void a_tag_is_found_wherever_it_stands() {
        long seed = 4;
        SplittableRandom random = new SplittableRandom(seed);
        for (int round = 0; round < 20_000; round++) {
            byte[] bytes = new byte[random.nextInt(40)];
            for (int i = 0; i < bytes.length; i++) {
                // Beside braces their neighbours in one bit or by one, and zeros.
                bytes[i] = (byte) "{}z|y~\u00fb\u0000aaaaaaaa".charAt(random.nextInt(16));
            }
            int from = random.nextInt(bytes.length + 1);
            String key = new String(bytes, from, bytes.length - from, StandardCharsets.ISO_8859_1);
            int open = key.indexOf('{');
            int close = open < 0 ? -1 : key.indexOf('}', open);
            String hashed = close > open + 1 ? key.substring(open + 1, close) : key;
            byte[] wanted = hashed.getBytes(StandardCharsets.ISO_8859_1);
            assertEquals(
                    Slots.crc16(wanted, 0, wanted.length) & 16383,
                    Slots.of(bytes, from, bytes.length - from),
                    "seed " + seed + ", round " + round);
        }
    }

    @Test
    void a_range_outside_the_array_is_refused() {
        assertThrows(IndexOutOfBoundsException.class, () -> Slots.of(new byte[4], 2, 3));
    }

    private static int slot(String key) {
        byte[] bytes = Words.bytes("{" + key + "}");
        return Slots.of(bytes, 1, bytes.length - 2);
    }

    private static int crc(String key) {
        return Slots.crc16(Words.bytes(key), 0, Words.bytes(key).length);
    }
}

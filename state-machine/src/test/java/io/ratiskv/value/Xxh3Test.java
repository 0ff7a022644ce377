package io.ratiskv.value;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.ratiskv.api.Bytes;
import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class Xxh3Test {
    /** The bytes that the sanity check of xxHash hashes the beginnings of, and the hashes it has for them. */
    @ParameterizedTest
    @CsvSource({
        "0, 2d06800538d394c2",
        "1, c44bdff4074eecdb",
        "2, 7a9978044cb8a8bb",
        "3, 54247382a8d6b94d",
        "4, e5dc74bc51848a51",
        "6, 27b56a84cd2d7325",
        "8, 24ccc9acaa9f65e4",
        "9, 14d5001c15dd3f2b",
        "12, a713daf0dfbb77e7",
        "16, 981b17d36c7498c9",
        "17, 796f5acd3a60f862",
        "24, a3fe70bf9d3510eb",
        "32, 9feaddbdbf57eed3",
        "33, abfb2d081b400a10",
        "48, 397da259ecba1f11",
        "64, 9cb48487720ec49d",
        "65, fd81aac4bebc3883",
        "80, bcdefbbb2c47c90a",
        "96, 935a769a7f94776f",
        "97, ca4ca268fd3c3a6c",
        "128, fcff24126754d861",
        "129, 98f1b0a679a2ca29",
        "143, 7a7813693f1f4edb",
        "144, c440d47e5f03fe58",
        "195, cd94217ee362ec3a",
        "240, 81c3c2b67f568ccf",
        "241, c5a639ecd2030e5e",
        "256, 55de574ad89d0ac5",
        "403, cdeb804d65c6dea4",
        "512, 617e49599013cb6b",
        "1024, dd85c9b5c1109c5c",
        "1025, d870c0fa13211c6a",
        "2048, dd59e2c3a5f038e0",
        "2240, 6e73a90539cf2948",
        "2367, cb37aeb9e5d361ed"
    })
    void a_hash_is_that_of_xxhash(int length, String hash) {
        byte[] bytes = new byte[length + 5];
        long next = 2_654_435_761L;
        for (int i = 0; i < length; i++) {
            bytes[3 + i] = (byte) (next >>> 56);
            next *= 0x9E3779B185EBCA8DL;
        }
        assertEquals(Long.parseUnsignedLong(hash, 16), Xxh3.of(Bytes.wrap(bytes, 3, length)));
        assertEquals(Long.parseUnsignedLong(hash, 16), Xxh3.of(Bytes.wrap(Arrays.copyOfRange(bytes, 3, 3 + length))));
    }
}

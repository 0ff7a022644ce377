package io.ratiskv.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class WordsTest {
    @Test
    void blanks_separate_and_quotes_join() {
        assertWords("  SET  k\tv \r\n", "SET", "k", "v");
        assertWords("SET 'a b' \"c d\" \"\" ''", "SET", "a b", "c d", "", "");
        assertWords("\"a\\n\\t\\x41\\\"\\\\\\q\" 'a\\'b\\n'", "a\n\tA\"\\q", "a'b\\n");
        assertWords("\"a\nb\"", "a\nb");
        assertWords("ö \"日本\"", "ö", "日本");
        assertWords("");
    }

    @Test
    void an_open_quote_may_be_closed_by_the_next_line_and_what_follows_a_closed_one_may_not() {
        for (String open : List.of("SET k \"v", "SET k 'v", "SET k \"v\\\"", "\"")) {
            assertNull(Words.split(bytes(open)), open);
            assertTrue(Words.isOpen(bytes(open)), open);
        }
        assertNull(Words.split(bytes("SET \"k\"v")));
        assertFalse(Words.isOpen(bytes("SET \"k\"v")));
        assertFalse(Words.isOpen(bytes("SET k v")));
    }

    @Test
    void what_is_printed_in_quotes_is_read_as_the_same_bytes() {
        long seed = System.nanoTime();
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < 2_000; i++) {
            byte[] word = new byte[random.nextInt(12)];
            random.nextBytes(word);
            if (i % 2 == 0) for (int j = 0; j < word.length; j++) word[j] &= 0x7f;
            List<byte[]> words = Words.split(bytes(HumanText.quoted(word)));
            assertNotNull(words, "seed " + seed);
            assertArrayEquals(word, words.getFirst(), "seed " + seed);
        }
    }

    private static void assertWords(String line, String... words) {
        List<byte[]> split = Words.split(bytes(line));
        assertNotNull(split, line);
        assertEquals(
                List.of(words),
                split.stream()
                        .map(word -> new String(word, StandardCharsets.UTF_8))
                        .toList());
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}

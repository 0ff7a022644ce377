package io.ratiskv.value;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ratiskv.api.Bytes;
import java.time.Duration;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class GlobPatternTest {
    private static boolean matches(String pattern, String text) {
        return GlobPattern.compile(Bytes.of(pattern)).matches(Bytes.of(text));
    }

    @Test
    void every_mark_takes_what_it_stands_for() {
        assertTrue(matches("h?llo", "hello"));
        assertFalse(matches("h?llo", "hllo"));
        assertTrue(matches("h*llo", "hllo"));
        assertTrue(matches("h*llo", "heeeello"));
        assertTrue(matches("h[ae]llo", "hallo"));
        assertFalse(matches("h[ae]llo", "hillo"));
        assertTrue(matches("h[^e]llo", "hallo"));
        assertFalse(matches("h[^e]llo", "hello"));
        assertTrue(matches("h[a-b]llo", "hbllo"));
        assertTrue(matches("h[b-a]llo", "hallo"));
        assertTrue(matches("h\\*llo", "h*llo"));
        assertFalse(matches("h\\*llo", "hello"));
        assertTrue(matches("", ""));
        assertFalse(matches("", "a"));
    }

    @Test
    void odd_patterns_are_patterns_all_the_same() {
        assertTrue(matches("a\\", "a\\"));
        assertTrue(matches("[abc", "b"));
        assertFalse(matches("[", "["));
        assertFalse(matches("[]", "]"));
        assertTrue(matches("[^]", "x"));
        assertTrue(matches("[a-]", "a"));
        assertTrue(matches("[\\]]", "]"));
        assertTrue(matches("[a-\\]]", "a]"));
    }

    @Test
    void case_can_be_ignored() {
        GlobPattern pattern = GlobPattern.compile(Bytes.of("Config|[G-S]ET*"), /* ignoreCase= */ true);
        assertTrue(pattern.matches(Bytes.of("CONFIG|get")));
        assertTrue(pattern.matches(Bytes.of("config|SET")));
        assertFalse(pattern.matches(Bytes.of("config|xet")));
    }

    @Test
    void bytes_beyond_ascii_are_bytes() {
        Bytes text = Bytes.wrap(new byte[] {(byte) 0xff, 0, (byte) 0x80});
        assertTrue(GlobPattern.compile(text).matches(text));
        assertTrue(matches("???", "\u00e9a"));
        assertTrue(GlobPattern.compile(Bytes.of("[^a]*")).matches(text));
    }

    @Test
    void many_stars_take_no_exponential_time() {
        String pattern = "a*".repeat(2_000) + "b";
        assertTimeoutPreemptively(Duration.ofSeconds(20), () -> assertFalse(matches(pattern, "a".repeat(10_000))));
    }

    @Test
    void matching_agrees_with_its_definition() {
        SplittableRandom random = new SplittableRandom(5);
        String marks = "aab**??[]^-\\";
        for (int i = 0; i < 100_000; i++) {
            String pattern = word(random, marks, random.nextInt(9));
            String text = word(random, "aab[]^-\\", random.nextInt(7));
            assertEquals(
                    naively(pattern, 0, text, 0), matches(pattern, text), () -> "seed 5: " + pattern + " on " + text);
        }
    }

    private static String word(SplittableRandom random, String letters, int length) {
        StringBuilder word = new StringBuilder();
        for (int i = 0; i < length; i++) {
            word.append(letters.charAt(random.nextInt(letters.length())));
        }
        return word.toString();
    }

    /** Whether {@code pattern} from {@code p} takes {@code text} from {@code t}, by trying everything. */
    private static boolean naively(String pattern, int p, String text, int t) {
        if (p == pattern.length()) {
            return t == text.length();
        }
        char mark = pattern.charAt(p);
        if (mark == '*') {
            return naively(pattern, p + 1, text, t) || t < text.length() && naively(pattern, p, text, t + 1);
        }
        if (t == text.length()) {
            return false;
        }
        char c = text.charAt(t);
        if (mark == '?') {
            return naively(pattern, p + 1, text, t + 1);
        }
        if (mark == '\\' && p + 1 < pattern.length()) {
            return pattern.charAt(p + 1) == c && naively(pattern, p + 2, text, t + 1);
        }
        if (mark != '[') {
            return mark == c && naively(pattern, p + 1, text, t + 1);
        }
        int at = p + 1;
        boolean not = at < pattern.length() && pattern.charAt(at) == '^';
        at += not ? 1 : 0;
        boolean found = false;
        while (at < pattern.length() && pattern.charAt(at) != ']') {
            if (pattern.charAt(at) == '\\' && at + 1 < pattern.length()) {
                found |= pattern.charAt(at + 1) == c;
                at += 2;
            } else if (at + 2 < pattern.length() && pattern.charAt(at + 1) == '-') {
                char one = pattern.charAt(at);
                char other = pattern.charAt(at + 2);
                found |= Math.min(one, other) <= c && c <= Math.max(one, other);
                at += 3;
            } else {
                found |= pattern.charAt(at) == c;
                at++;
            }
        }
        return found != not && naively(pattern, Math.min(at + 1, pattern.length()), text, t + 1);
    }
}

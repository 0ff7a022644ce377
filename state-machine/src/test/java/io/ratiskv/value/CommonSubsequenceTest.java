package io.ratiskv.value;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ratiskv.api.Bytes;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class CommonSubsequenceTest {
    @Test
    void the_sequence_is_part_of_both_texts_and_none_is_longer() {
        SplittableRandom random = new SplittableRandom(6);
        for (int i = 0; i < 3_000; i++) {
            Bytes first = text(random);
            Bytes second = text(random);
            CommonSubsequence common = new CommonSubsequence(first, second);
            assertEquals(naiveLength(first, second), common.length(), "seed 6");
            assertEquals(common.length(), common.bytes().length(), "seed 6");
            assertTrue(isWithin(common.bytes(), first), "seed 6");
            assertTrue(isWithin(common.bytes(), second), "seed 6");
        }
    }

    @Test
    void the_runs_are_equal_bytes_in_falling_order() {
        SplittableRandom random = new SplittableRandom(7);
        for (int i = 0; i < 3_000; i++) {
            Bytes first = text(random);
            Bytes second = text(random);
            int firstEnd = first.length();
            int secondEnd = second.length();
            int total = 0;
            CommonSubsequence common = new CommonSubsequence(first, second);
            for (CommonSubsequence.Match match : common.matches()) {
                assertTrue(match.firstTo() < firstEnd && match.secondTo() < secondEnd, "seed 7");
                assertEquals(
                        first.slice(match.firstFrom(), match.length()),
                        second.slice(match.secondFrom(), match.length()),
                        "seed 7");
                firstEnd = match.firstFrom();
                secondEnd = match.secondFrom();
                total += match.length();
            }
            assertEquals(common.length(), total, "seed 7");
        }
    }

    private static Bytes text(SplittableRandom random) {
        byte[] bytes = new byte[random.nextInt(30)];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) ('a' + random.nextInt(3));
        }
        return Bytes.wrap(bytes);
    }

    private static int naiveLength(Bytes first, Bytes second) {
        int[][] lengths = new int[first.length() + 1][second.length() + 1];
        for (int i = 1; i <= first.length(); i++) {
            for (int j = 1; j <= second.length(); j++) {
                lengths[i][j] = first.at(i - 1) == second.at(j - 1)
                        ? lengths[i - 1][j - 1] + 1
                        : Math.max(lengths[i - 1][j], lengths[i][j - 1]);
            }
        }
        return lengths[first.length()][second.length()];
    }

    private static boolean isWithin(Bytes part, Bytes whole) {
        int at = 0;
        for (int i = 0; i < whole.length() && at < part.length(); i++) {
            if (whole.at(i) == part.at(at)) {
                at++;
            }
        }
        return at == part.length();
    }
}

package io.ratiskv.value;

import io.ratiskv.api.Bytes;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * The longest sequence of bytes that two texts have in common, not necessarily side by side. Confined to one thread.
 *
 * <p>The usual dynamic programme, but of its table of lengths only two rows are kept: to walk back, one bit per cell
 * tells which neighbour was longer, which is a thirty-second of the space. Where both are equally long the walk
 * shortens the second text, as Redis does; another choice would find another sequence of the same length.
 */
public final class CommonSubsequence {
    private final Bytes first;
    private final Bytes second;

    /** Bit (i, j): without the first text's i-th byte more is left in common than without the second's j-th. */
    private final long[] shortenFirst;

    private final int length;

    /**
     * Takes time and, in bits, space of the product of the lengths.
     *
     * @throws IllegalArgumentException if that product exceeds 2^31 bits
     */
    public CommonSubsequence(Bytes first, Bytes second) {
        long cells = (long) first.length() * second.length();
        if (cells > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("texts of " + first.length() + " and " + second.length() + " bytes");
        }
        this.first = first;
        this.second = second;
        this.shortenFirst = new long[(int) (cells + 63 >>> 6)];
        this.length = fill(first, second, shortenFirst);
    }

    private static int fill(Bytes first, Bytes second, long[] shortenFirst) {
        int width = second.length();
        int[] above = new int[width + 1];
        int[] row = new int[width + 1];
        for (int i = 0; i < first.length(); i++) {
            byte b = first.at(i);
            int cell = i * width;
            for (int j = 0; j < width; j++, cell++) {
                if (b == second.at(j)) {
                    row[j + 1] = above[j] + 1;
                } else if (above[j + 1] > row[j]) {
                    row[j + 1] = above[j + 1];
                    shortenFirst[cell >>> 6] |= 1L << cell;
                } else {
                    row[j + 1] = row[j];
                }
            }
            int[] spare = above;
            above = row;
            row = spare;
        }
        return above[width];
    }

    /** In bytes. */
    public int length() {
        return length;
    }

    /** The sequence itself. */
    public Bytes bytes() {
        byte[] bytes = new byte[length];
        int at = length;
        for (Match match : matches()) {
            at -= match.length();
            first.slice(match.firstFrom(), match.length()).copyTo(bytes, at);
        }
        return Bytes.wrap(bytes);
    }

    /** A run of equal bytes, side by side in both texts. */
    public record Match(int firstFrom, int secondFrom, int length) {
        /** The position of its last byte in the first text. */
        public int firstTo() {
            return firstFrom + length - 1;
        }

        public int secondTo() {
            return secondFrom + length - 1;
        }
    }

    /** The runs the sequence is made of, the last one first. */
    public List<Match> matches() {
        List<Match> matches = new ArrayList<>();
        int i = first.length();
        int j = second.length();
        int run = 0;
        while (i > 0 && j > 0) {
            if (first.at(i - 1) == second.at(j - 1)) {
                run++;
                i--;
                j--;
                continue;
            }
            if (run > 0) {
                matches.add(new Match(i, j, run));
                run = 0;
            }
            int cell = (i - 1) * second.length() + j - 1;
            if ((shortenFirst[cell >>> 6] >>> cell & 1) != 0) {
                i--;
            } else {
                j--;
            }
        }
        if (run > 0) {
            matches.add(new Match(i, j, run));
        }
        return Collections.unmodifiableList(matches);
    }
}

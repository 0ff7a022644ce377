package io.ratiskv.server;

import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/** What a misspelt option name was probably meant to be. Any thread. */
final class Spelling {
    private static final int DISTANCE_MAX = 3;

    private Spelling() {}

    /** {@code "; did you mean --fsync?"}, or nothing when no option is near {@code word}. */
    static String suggestion(String word) {
        String name = word.startsWith("--") ? word.substring(2) : word;
        @Nullable
        Option<?> nearest = Options.ALL.stream()
                .min(Comparator.comparingInt(option -> distance(name, option.name())))
                .orElse(null);
        if (nearest == null || distance(name, nearest.name()) > Math.min(DISTANCE_MAX, name.length() / 2)) return "";
        return "; did you mean " + (word.startsWith("--") ? "--" : "") + nearest.name() + "?";
    }

    /** Levenshtein's distance, by rows. */
    private static int distance(String a, String b) {
        int[] previous = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) previous[j] = j;
        for (int i = 1; i <= a.length(); i++) {
            int[] current = new int[b.length() + 1];
            current[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replaced = previous[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                current[j] = Math.min(replaced, 1 + Math.min(previous[j], current[j - 1]));
            }
            previous = current;
        }
        return previous[b.length()];
    }
}

package io.ratiskv.session;

import io.ratiskv.api.Bytes;

/** A request as a line that people read and redis-cli would take: each word in quotes, what cannot be shown escaped. Stateless; any thread. */
final class QuotedWords {
    private QuotedWords() {}

    static void append(StringBuilder line, Bytes[] words) {
        for (int i = 0; i < words.length; i++) {
            line.append(i == 0 ? "" : " ");
            append(line, words[i]);
        }
    }

    static void append(StringBuilder line, Bytes word) {
        line.append('"');
        for (int i = 0; i < word.length(); i++) {
            append(line, word.at(i));
        }
        line.append('"');
    }

    private static void append(StringBuilder line, byte b) {
        switch (b) {
            case '\\', '"' -> line.append('\\').append((char) b);
            case '\n' -> line.append("\\n");
            case '\r' -> line.append("\\r");
            case '\t' -> line.append("\\t");
            case 7 -> line.append("\\a");
            case '\b' -> line.append("\\b");
            default -> {
                if (b >= ' ' && b < 127) {
                    line.append((char) b);
                } else {
                    line.append("\\x")
                            .append(Character.forDigit(b >> 4 & 15, 16))
                            .append(Character.forDigit(b & 15, 16));
                }
            }
        }
    }
}

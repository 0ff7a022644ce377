package io.ratiskv.cli;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Splits a line into words as redis-cli does. Stateless; any thread.
 *
 * <p>Blanks separate; {@code "…"} knows the escapes {@code \n \r \t \b \a \\ \" \xHH}, {@code '…'} only {@code \'}. A
 * quote may hold line ends.
 */
final class Words {
    private final byte[] line;
    private int at;

    private Words(byte[] line) {
        this.line = line;
    }

    /** The words; null when a quote is not closed, or something but a blank follows one that is. */
    static @Nullable List<byte[]> split(byte[] line) {
        return new Words(line).words();
    }

    /** Whether more lines may make it whole: it ends within a quote. */
    static boolean isOpen(byte[] line) {
        Words words = new Words(line);
        return words.words() == null && words.at >= line.length;
    }

    private @Nullable List<byte[]> words() {
        List<byte[]> words = new ArrayList<>();
        while (true) {
            while (at < line.length && isBlank(line[at])) at++;
            if (at == line.length) return words;
            byte[] word = word();
            if (word == null) return null;
            words.add(word);
        }
    }

    private byte @Nullable [] word() {
        ByteArrayOutputStream word = new ByteArrayOutputStream();
        while (at < line.length && !isBlank(line[at])) {
            byte b = line[at++];
            if (b != '"' && b != '\'') {
                word.write(b);
                continue;
            }
            boolean closed = b == '"' ? doubleQuoted(word) : singleQuoted(word);
            if (!closed || at < line.length && !isBlank(line[at])) return null;
        }
        return word.toByteArray();
    }

    private boolean doubleQuoted(ByteArrayOutputStream word) {
        while (at < line.length) {
            byte b = line[at++];
            if (b == '"') return true;
            if (b != '\\' || at == line.length) {
                word.write(b);
                continue;
            }
            byte escaped = line[at++];
            if (escaped == 'x' && at + 2 <= line.length && hex(line[at]) >= 0 && hex(line[at + 1]) >= 0) {
                word.write(hex(line[at]) << 4 | hex(line[at + 1]));
                at += 2;
                continue;
            }
            word.write(
                    switch (escaped) {
                        case 'n' -> '\n';
                        case 'r' -> '\r';
                        case 't' -> '\t';
                        case 'b' -> '\b';
                        case 'a' -> 7;
                        default -> escaped;
                    });
        }
        return false;
    }

    private boolean singleQuoted(ByteArrayOutputStream word) {
        while (at < line.length) {
            byte b = line[at++];
            if (b == '\'') return true;
            boolean escapes = b == '\\' && at < line.length && line[at] == '\'';
            word.write(escapes ? line[at++] : b);
        }
        return false;
    }

    private static int hex(byte b) {
        return Character.digit(b, 16);
    }

    private static boolean isBlank(byte b) {
        return b == ' ' || b >= '\t' && b <= '\r';
    }
}

package io.ratiskv.resp;

import io.ratiskv.api.Bytes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Splits a line as a shell would: blanks between words, double quotes with escapes, single quotes without. The rules
 * of Redis' {@code sdssplitargs}. Stateless; any thread.
 */
final class InlineWords {
    private static final Bytes[] NONE = {};

    private InlineWords() {}

    /** The words of the line, null when a quote is not closed or something follows a closing quote directly. */
    static Bytes @Nullable [] split(byte[] bytes, int from, int to) {
        List<Bytes> words = new ArrayList<>();
        int position = from;
        while (true) {
            while (position < to && isBlank(bytes[position])) {
                position++;
            }
            if (position >= to) {
                return words.toArray(NONE);
            }
            int end = plainEnd(bytes, position, to);
            if (end >= 0) {
                words.add(Bytes.wrap(bytes, position, end - position));
                position = end;
                continue;
            }
            Quoted word = new Quoted(bytes, position, to);
            if (!word.read()) {
                return null;
            }
            words.add(word.text());
            position = word.position;
        }
    }

    /** Where a word without quotes ends, -1 when it holds one. */
    private static int plainEnd(byte[] bytes, int from, int to) {
        int i = from;
        while (i < to && !isBlank(bytes[i])) {
            if (bytes[i] == '"' || bytes[i] == '\'') {
                return -1;
            }
            i++;
        }
        return i;
    }

    private static boolean isBlank(byte b) {
        return b == ' ' || b >= '\t' && b <= '\r' || b == 0;
    }

    /** One word with quotes somewhere in it. */
    private static final class Quoted {
        private final byte[] bytes;
        private final int to;
        private final byte[] text;
        private int length;
        int position;

        Quoted(byte[] bytes, int from, int to) {
            this.bytes = bytes;
            this.position = from;
            this.to = to;
            this.text = new byte[to - from];
        }

        Bytes text() {
            return Bytes.wrap(Arrays.copyOf(text, length));
        }

        boolean read() {
            while (position < to && !isBlank(bytes[position])) {
                byte b = bytes[position++];
                if (b == '"' || b == '\'') {
                    return b == '"' ? doubleQuoted() : singleQuoted();
                }
                text[length++] = b;
            }
            return true;
        }

        private boolean doubleQuoted() {
            while (position < to) {
                byte b = bytes[position++];
                if (b == '"') {
                    return atWordEnd();
                }
                if (b == '\\' && position < to) {
                    escape();
                } else {
                    text[length++] = b;
                }
            }
            return false;
        }

        private void escape() {
            byte b = bytes[position++];
            if (b == 'x' && position + 1 < to) {
                int high = Character.digit(bytes[position], 16);
                int low = Character.digit(bytes[position + 1], 16);
                if (high >= 0 && low >= 0) {
                    text[length++] = (byte) (high << 4 | low);
                    position += 2;
                    return;
                }
            }
            text[length++] = switch (b) {
                case 'n' -> '\n';
                case 'r' -> '\r';
                case 't' -> '\t';
                case 'b' -> '\b';
                case 'a' -> 7;
                default -> b;
            };
        }

        private boolean singleQuoted() {
            while (position < to) {
                byte b = bytes[position++];
                if (b == '\'') {
                    return atWordEnd();
                }
                if (b == '\\' && position < to && bytes[position] == '\'') {
                    position++;
                    text[length++] = '\'';
                } else {
                    text[length++] = b;
                }
            }
            return false;
        }

        private boolean atWordEnd() {
            return position >= to || isBlank(bytes[position]);
        }
    }
}

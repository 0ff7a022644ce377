package io.ratiskv.acl;

import io.ratiskv.api.Bytes;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Rules as bytes. Stateless; any thread. */
final class Words {
    private Words() {}

    static Bytes joined(String head, Bytes tail) {
        byte[] whole = new byte[head.length() + tail.length()];
        for (int i = 0; i < head.length(); i++) {
            whole[i] = (byte) head.charAt(i);
        }
        tail.copyTo(whole, head.length());
        return Bytes.wrap(whole);
    }

    /** With a blank between each two. */
    static Bytes spaced(List<Bytes> words) {
        int length = Math.max(0, words.size() - 1);
        for (Bytes word : words) {
            length += word.length();
        }
        byte[] whole = new byte[length];
        int at = 0;
        for (int i = 0; i < words.size(); i++) {
            if (i > 0) {
                whole[at++] = ' ';
            }
            words.get(i).copyTo(whole, at);
            at += words.get(i).length();
        }
        return Bytes.wrap(whole);
    }

    /** The same in parentheses. */
    static Bytes enclosed(List<Bytes> words) {
        Bytes inside = spaced(words);
        byte[] whole = new byte[inside.length() + 2];
        whole[0] = '(';
        inside.copyTo(whole, 1);
        whole[whole.length - 1] = ')';
        return Bytes.wrap(whole);
    }

    /** The words between blanks. */
    static List<Bytes> split(Bytes text) {
        List<Bytes> words = new ArrayList<>();
        int from = 0;
        for (int i = 0; i <= text.length(); i++) {
            if (i == text.length() || isSpace(text.at(i))) {
                if (i > from) {
                    words.add(text.slice(from, i - from));
                }
                from = i + 1;
            }
        }
        return words;
    }

    /** What would make a name or pattern look like two where rules are shown. */
    static boolean hasSpaces(Bytes text) {
        for (int i = 0; i < text.length(); i++) {
            if (isSpace(text.at(i)) || text.at(i) == 0) {
                return true;
            }
        }
        return false;
    }

    private static boolean isSpace(byte b) {
        return b == ' ' || b >= '\t' && b <= '\r';
    }

    /** ASCII letters in lower case, other bytes as they are. */
    static String lower(Bytes word) {
        StringBuilder lower = new StringBuilder(word.length());
        for (int i = 0; i < word.length(); i++) {
            int b = word.at(i) & 0xFF;
            lower.append((char) (b >= 'A' && b <= 'Z' ? b + 32 : b));
        }
        return lower.toString();
    }

    static Bytes latin1(String text) {
        return Bytes.wrap(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    static boolean startsWith(Bytes word, char first) {
        return word.length() > 0 && word.at(0) == first;
    }

    static boolean endsWith(Bytes word, char last) {
        return word.length() > 0 && word.at(word.length() - 1) == last;
    }
}

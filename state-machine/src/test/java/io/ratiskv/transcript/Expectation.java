package io.ratiskv.transcript;

import io.ratiskv.api.Reply;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * What a reply has to look like. Immutable.
 *
 * <pre>
 *   OK                     a status            "v\x00"            a string
 *   3                      an integer          (nil)              no value, whichever kind of null
 *   (error) ERR no such…   an error; … stands for the rest
 *   [1, "a", [OK]]         an array            {"a": 1, "b": 2}   a map
 *   ~["a"]                 a set               (any order) [1, 2] an array or map in any order
 *   (blocked)              none yet: the request would wait
 *   *                      anything but an error
 * </pre>
 */
public record Expectation(String text) {
    private static final String ANY_ORDER = "(any order) ";

    public boolean isMetBy(Reply reply) {
        if (text.equals("*")) {
            return !(reply instanceof Reply.Failure);
        }
        String actual = ReplyText.of(reply);
        if (text.endsWith("…")) {
            return actual.startsWith(text.substring(0, text.length() - 1));
        }
        if (text.startsWith(ANY_ORDER)) {
            return sortedParts(text.substring(ANY_ORDER.length())).equals(sortedParts(actual));
        }
        return actual.equals(text);
    }

    /** What stands between the outermost brackets, and the brackets, sorted. */
    private static List<String> sortedParts(String aggregate) {
        List<String> parts = new ArrayList<>();
        StringBuilder part = new StringBuilder();
        int depth = 0;
        boolean quoted = false;
        for (int i = 0; i < aggregate.length(); i++) {
            char c = aggregate.charAt(i);
            if (quoted && c == '\\') {
                part.append(c).append(aggregate.charAt(++i));
                continue;
            }
            quoted ^= c == '"';
            depth += quoted ? 0 : c == '[' || c == '{' ? 1 : c == ']' || c == '}' ? -1 : 0;
            boolean ends = !quoted && (depth == 0 || depth == 1 && (c == ',' || c == '[' || c == '{'));
            if (ends) {
                parts.add(part.toString().strip());
                part.setLength(0);
            } else {
                part.append(c);
            }
        }
        Collections.sort(parts);
        return parts;
    }
}
